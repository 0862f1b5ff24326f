// Sums, differences, products and quotients of activations and constants.

import Graphs
import Primitives

extension Importer {
  mutating func readArithmetic(_ own: ONNXNode) throws(Refusal) {
    let (first, second) = (try value(own, 0), try value(own, 1))
    switch (first, second) {
    case (.constant(let a), .constant(let b)): try readConstants(own, a, b)
    case (_, .constant(let c)): try readWithConstant(own, first, c, isConstantFirst: false)
    case (.constant(let c), _): try readWithConstant(own, second, c, isConstantFirst: true)
    default: try readActivations(own, first, second)
    }
  }

  /// Numbers of one element each, which exporters leave for others to join.
  private mutating func readConstants(
    _ own: ONNXNode, _ a: ONNXTensor, _ b: ONNXTensor
  ) throws(Refusal) {
    guard a.count == 1, b.count == 1 else {
      throw .unsupportedNode("\(own.operation):constant", at: node)
    }
    let (x, y) = (Pointwise.constant(try floats(a)[0]), Pointwise.constant(try floats(b)[0]))
    guard let joined = Self.function(own.operation, x, y)?(0), joined.isFinite else {
      throw .notFinite(at: 0)
    }
    var result = a.dims.count >= b.dims.count ? a : b
    result.data = .floats([Float(joined)])
    try name(own, .constant(result))
  }

  static func function(_ operation: String, _ a: Pointwise, _ b: Pointwise) -> Pointwise? {
    switch operation {
    case "Add": .sum(a, b)
    case "Sub": .difference(a, b)
    case "Mul": .product(a, b)
    case "Div": .quotient(a, b)
    default: nil
    }
  }

  private mutating func readWithConstant(
    _ own: ONNXNode, _ value: Value, _ c: ONNXTensor, isConstantFirst: Bool
  ) throws(Refusal) {
    let isSum = own.operation == "Add" || own.operation == "Sub" && !isConstantFirst
    if isSum, case .tensor(let view) = value {
      if try addBias(own, view, c, isNegative: own.operation == "Sub") { return }
    }
    if c.count == 1 {
      let number = try floats(c)[0]
      let (view, inner) = try function(value)
      let (a, b) =
        isConstantFirst
        ? (Pointwise.constant(number), inner) : (inner, Pointwise.constant(number))
      guard let joined = Self.function(own.operation, a, b) else {
        throw .unsupportedNode(own.operation, at: node)
      }
      return try name(own, .function(view, joined))
    }
    if own.operation == "Add", try isMask(c) {
      return try name(own, .masked(try view(value)))
    }
    try readAlongAxis(own, try view(value), c, isConstantFirst: isConstantFirst)
  }

  /// A view and the function of it that a value is.
  private mutating func function(_ value: Value) throws(Refusal) -> (View, Pointwise) {
    if case .function(let view, let own) = value, own.parts < Pointwise.mostParts / 4 {
      return (view, own)
    }
    return (try view(value), .x)
  }

  /// Zeros up to the diagonal of the last two axes, and above it nothing but minus much.
  private func isMask(_ c: ONNXTensor) throws(Refusal) -> Bool {
    guard c.dims.count >= 2, let side = c.dims.last, side > 1, c.count == side * side,
      c.dims[c.dims.count - 2] == side
    else { return false }
    for (at, value) in try floats(c).enumerated() {
      let isOpen = at % side <= at / side
      guard isOpen ? value == 0 : value <= -10_000 else { return false }
    }
    return true
  }

  /// An addition of a constant is the bias of the layer before it; false where there is none.
  private mutating func addBias(
    _ own: ONNXNode, _ view: View, _ constant: ONNXTensor, isNegative: Bool
  ) throws(Refusal) -> Bool {
    guard view.tensor > 0 else { return false }
    let before = graph.nodes[view.tensor - 1]
    let shape = before.shape
    guard view.isWhole(of: shape) else { return false }
    let sign: Float = isNegative ? -1 : 1
    if case .embedding(var table) = before.operation {
      guard table.places.isEmpty, !isNegative,
        constant.dims.suffix(2) == view.dims[...], constant.count == view.count
      else { return false }
      table.places = try floats(constant)
      return try rename(own, view, .embedding(table), before)
    }
    guard before.operation.givesSums, let axis = channelAxis(view, shape),
      let extra = try line(constant, axis, view.dims)?.map({ $0 * sign })
    else { return false }
    switch before.operation {
    case .linear(let matrix, let bias):
      let sum = zip(bias, extra).map { $0 + $1 }
      return try rename(own, view, .linear(matrix: matrix, bias: sum), before)
    case .convolution(let matrix, let bias, let window):
      let sum = zip(bias, extra).map { $0 + $1 }
      return try rename(
        own, view, .convolution(matrix: matrix, bias: sum, window: window), before)
    default: return false
    }
  }

  /// The node once more with another operation, seen in the same way.
  mutating func rename(
    _ own: ONNXNode, _ view: View, _ operation: FloatOperation, _ before: FloatNode
  ) throws(Refusal) -> Bool {
    var view = view
    view.tensor = try add(operation, before.inputs, before.shape)
    try name(own, .tensor(view))
    return true
  }

  /// Which axis of a whole view is the outermost of its tensor, the one of the channels.
  func channelAxis(_ view: View, _ shape: Shape) -> Int? {
    view.dims.indices.first {
      view.dims[$0] == shape.channels
        && (view.strides[$0] == shape.elementsPerChannel || view.dims[$0] == 1)
    }
  }

  /// A constant as one number a place of an axis; nil where it changes along another one too.
  func line(_ c: ONNXTensor, _ axis: Int, _ dims: [Int]) throws(Refusal) -> [Float]? {
    let values = try floats(c)
    if values.count == 1 { return [Float](repeating: values[0], count: dims[axis]) }
    var own = c.dims
    while own.count > dims.count, own[0] == 1 { own.removeFirst() }
    own = [Int](repeating: 1, count: max(0, dims.count - own.count)) + own
    guard own.count == dims.count, values.count == dims[axis], own[axis] == dims[axis] else {
      return nil
    }
    return values
  }

  /// The axis along which a constant of several numbers changes.
  private mutating func readAlongAxis(
    _ own: ONNXNode, _ view: View, _ c: ONNXTensor, isConstantFirst: Bool
  ) throws(Refusal) {
    let view = try whole(view)
    for axis in view.dims.indices where view.dims[axis] > 1 {
      guard let values = try line(c, axis, view.dims) else { continue }
      let zeros = [Float](repeating: 0, count: values.count)
      let ones = zeros.map { _ in Float(1) }
      var (factors, offsets) = (ones, zeros)
      switch (own.operation, isConstantFirst) {
      case ("Add", _): offsets = values
      case ("Sub", false): offsets = values.map { -$0 }
      case ("Sub", true): (factors, offsets) = (ones.map { -$0 }, values)
      case ("Mul", _): factors = values
      case ("Div", false): factors = values.map { 1 / $0 }
      default: throw .unsupportedNode("\(own.operation):constant", at: node)
      }
      if let bad = factors.firstIndex(where: { !$0.isFinite }) { throw .notFinite(at: bad) }
      return try append(own, view, axis, factors, offsets)
    }
    throw .unsupportedNode("\(own.operation):constant", at: node)
  }

  /// Factors and offsets along an axis of a whole view.
  mutating func append(
    _ own: ONNXNode, _ view: View, _ axis: Int, _ factors: [Float], _ offsets: [Float]
  ) throws(Refusal) {
    let place = Axis(count: view.dims[axis], inner: max(1, view.strides[axis]))
    var result = view
    result.tensor = try add(
      .affine(place, factors: factors, offsets: offsets), [view.tensor],
      graph.shape(of: view.tensor))
    try name(own, .tensor(result))
  }

  private mutating func readActivations(
    _ own: ONNXNode, _ first: Value, _ second: Value
  ) throws(Refusal) {
    let (a, b) = (try function(first), try function(second))
    let isPlain = a.1 == .x && b.1 == .x
    let isSameSum = own.operation == "Add" || own.operation == "Sub"
    if a.0 == b.0, !(isPlain && isSameSum),
      let joined = Self.function(own.operation, a.1, b.1), joined.parts <= Pointwise.mostParts
    {
      return try name(own, .function(a.0, joined))
    }
    var (left, right) = (try view(first), try view(second))
    let dims = try common(left.dims, right.dims)
    (left, right) = (try spread(left, to: dims), try spread(right, to: dims))
    let operation: FloatOperation
    switch own.operation {
    case "Add": operation = .add
    case "Sub": operation = .subtract
    case "Mul": operation = .multiply
    default: throw .unsupportedNode("\(own.operation):computed", at: node)
    }
    // Both in the same order: nothing moves.
    let shape = graph.shape(of: left.tensor)
    if left.isWhole(of: shape), right.isWhole(of: graph.shape(of: right.tensor)),
      left.strides == right.strides
    {
      var other = right.tensor
      if graph.shape(of: other) != shape { other = try add(.reshape, [other], shape) }
      left.tensor = try add(operation, [left.tensor, other], shape)
      return try name(own, .tensor(left))
    }
    let inputs = [try settle(left), try settle(right)]
    try append(own, operation, inputs, try Shape(dims))
  }
}
