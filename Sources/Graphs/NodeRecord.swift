// A node as the manifest writes it: a kind, the tensors it reads, and plain numbers.

public import Primitives

/// The canonical form of a node. Every list that the kind does not use is empty.
public struct NodeRecord: Fielded, Hashable {
  public static let typeName = "Node"
  /// 1 linear · 2 convolution · 3 requantise · 4 maxPool · 5 add · 6 reshape · 7 averagePool ·
  /// 8 affine · 9 table · 10 rearrange · 11 pad · 12 concat · 13 product · 14 matMul · 15 softmax ·
  /// 16 normalise · 17 embedding · 18 subtract.
  public var kind: UInt8 = 0
  /// The tensors that the node reads: 0 is the input, n + 1 the result of node n.
  public var inputs: [UInt64] = []
  /// linear: outputs, bias bound · convolution: outputs, bias bound, window · requantise, add,
  /// subtract and product: shift, element · maxPool: window · reshape: axes ·
  /// averagePool: shift, element, window · affine: shift, element, axis · table: element ·
  /// rearrange: axes, strides, offset · pad: places before, places behind, value · concat: shift,
  /// element, axis · matMul: 1 for each transposed side, else 0 · softmax: 1 if causal, else 0 ·
  /// normalise: shift, element, axis, 1 if centred, else 0, and the epsilon's upper and lower 32
  /// bits · embedding: outputs, bias bound, vocabulary, 1 if places have vectors, else 0.
  public var numbers: [UInt64] = []
  /// requantise: one a channel · add, subtract: left, right · averagePool, product: one ·
  /// concat: one a part · table, softmax: 256 entries · affine, normalise: multipliers, then
  /// offsets, each in two's complement of 32 bits.
  public var multipliers: [UInt64] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("inputs", &inputs)
    try v("numbers", &numbers)
    try v("multipliers", &multipliers)
  }

  public init(_ node: Node) {
    inputs = node.inputs.map { UInt64(clamping: $0) }
    switch node.operation {
    case .linear(let o):
      kind = 1
      numbers = [UInt64(clamping: o.outputs), UInt64(o.biasBound)]
    case .convolution(let o):
      kind = 2
      numbers = [UInt64(clamping: o.outputs), UInt64(o.biasBound)] + Self.list(o.window.numbers)
    case .requantise(let o):
      kind = 3
      numbers = Self.rounding(o.shift, o.element)
      multipliers = o.multipliers.map { UInt64($0) }
    case .maxPool(let o):
      kind = 4
      numbers = Self.list(o.window.numbers)
    case .add(let o):
      kind = 5
      numbers = Self.rounding(o.shift, o.element)
      multipliers = [UInt64(o.left), UInt64(o.right)]
    case .reshape(let o):
      kind = 6
      numbers = Self.list(o.dims)
    default: describe(node.operation)
    }
  }

  static func list(_ numbers: [Int]) -> [UInt64] {
    numbers.map { UInt64(clamping: $0) }
  }

  static func rounding(_ shift: UInt8, _ element: ElementType) -> [UInt64] {
    [UInt64(shift), UInt64(element.rawValue)]
  }

  /// Reads the node, strictly: what it gives writes this record again.
  public func node() throws(Refusal) -> Node {
    let node = Node(try operation(), try Self.small(inputs))
    guard NodeRecord(node) == self else { throw badNode }
    return node
  }

  private func operation() throws(Refusal) -> Operation {
    let small = try Self.small(numbers)
    switch (kind, small.count) {
    case (1, 2):
      return .linear(Linear(outputs: small[0], biasBound: try Self.word(numbers[1])))
    case (2, 10):
      return .convolution(
        Convolution(
          outputs: small[0], window: Window(small[2...]), biasBound: try Self.word(numbers[1])))
    case (3, 2):
      var own: [UInt32] = []
      for multiplier in multipliers { own.append(try Self.word(multiplier)) }
      return .requantise(
        Requantise(multipliers: own, shift: try shift(), element: try element()))
    case (4, 8): return .maxPool(MaxPool(window: Window(small[...])))
    case (5, 2):
      guard multipliers.count == 2 else { throw badNode }
      return .add(
        ResidualAdd(
          left: try Self.word(multipliers[0]), right: try Self.word(multipliers[1]),
          shift: try shift(), element: try element()))
    case (6, 1...): return .reshape(Reshape(dims: small))
    default: return try laterOperation(small)
    }
  }

  func shift() throws(Refusal) -> UInt8 {
    guard let shift = UInt8(exactly: numbers[0]) else { throw badNode }
    return shift
  }

  func element() throws(Refusal) -> ElementType {
    guard let byte = UInt8(exactly: numbers[1]) else { throw badNode }
    return try ElementType(wire: byte)
  }

  /// Numbers below 2^32, so that no later product of two can overflow.
  static func small(_ numbers: [UInt64]) throws(Refusal) -> [Int] {
    var list: [Int] = []
    for number in numbers { list.append(Int(try word(number))) }
    return list
  }

  static func word(_ number: UInt64) throws(Refusal) -> UInt32 {
    guard let word = UInt32(exactly: number) else {
      throw Refusal("numberTooLarge", ["got": number, "most": UInt64(UInt32.max)])
    }
    return word
  }

  var badNode: Refusal {
    Refusal("badNode", ["kind": UInt64(kind), "numbers": UInt64(numbers.count)])
  }
}
