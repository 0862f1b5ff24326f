// The closed list of operations; re-execution, disputes and proofs share their meaning.

import Primitives

/// One operation in plain integer code.
public enum Operation: Hashable, Sendable {
  /// A matrix times a vector, plus a bias.
  case linear(Linear)
  /// A two-dimensional convolution, plus a bias.
  case convolution(Convolution)
  /// Sums to 8-bit activations.
  case requantise(Requantise)
  /// The greatest element under a window.
  case maxPool(MaxPool)
  /// Two activations on one scale, added and rounded once.
  case add(ResidualAdd)
  /// The same elements under another shape.
  case reshape(Reshape)
  /// The mean under a window.
  case averagePool(AveragePool)
  /// Constants times activations plus constants, along an axis.
  case affine(Affine)
  /// A function of one activation, byte by byte.
  case table(ByteTable)
  /// Elements in other places: transposes, slices, repetitions.
  case rearrange(Rearrangement)
  /// A border of one value.
  case pad(Padding)
  /// Tensors one behind the other, on one scale.
  case concat(Concatenation)
  /// One activation taken off another.
  case subtract(Difference)
  /// Two activations multiplied, element by element.
  case product(Product)
  /// Two activations multiplied as matrices.
  case matMul(MatrixProduct)
  /// Shares of one along the last axis.
  case softmax(Softmax)
  /// Lines brought to one size: LayerNorm and RMSNorm.
  case normalise(Normalisation)
  /// Symbols to vectors.
  case embedding(Embedding)

  /// How many tensors the operation reads.
  public var inputCount: Int {
    switch self {
    case .add, .subtract, .product, .matMul: 2
    case .concat(let own): own.multipliers.count
    default: 1
    }
  }

  /// The operations whose elements are each worked out alone.
  public var elementwise: (any ElementOperation)? {
    switch self {
    case .averagePool(let own): own
    case .affine(let own): own
    case .table(let own): own
    case .rearrange(let own): own
    case .pad(let own): own
    case .concat(let own): own
    case .subtract(let own): own
    case .product(let own): own
    case .softmax(let own): own
    case .normalise(let own): own
    case .linear, .convolution, .embedding, .requantise, .maxPool, .add, .reshape, .matMul: nil
    }
  }

  /// Whether the operation is a layer with weights of its own.
  public var hasWeights: Bool {
    switch self {
    case .linear, .convolution, .embedding: true
    default: false
    }
  }

  /// The name that people read.
  public var name: String {
    switch self {
    case .linear: "linear"
    case .convolution: "convolution"
    case .requantise: "requantise"
    case .maxPool: "maxPool"
    case .add: "add"
    case .reshape: "reshape"
    case .averagePool: "averagePool"
    case .affine: "affine"
    case .table: "table"
    case .rearrange: "rearrange"
    case .pad: "pad"
    case .concat: "concat"
    case .subtract: "subtract"
    case .product: "product"
    case .matMul: "matMul"
    case .softmax: "softmax"
    case .normalise: "normalise"
    case .embedding: "embedding"
    }
  }

  /// The type of the result, or why these inputs cannot be.
  func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    guard inputs.count == inputCount else {
      throw Refusal(
        "wrongInputCount",
        ["got": UInt64(clamping: inputs.count), "wanted": UInt64(clamping: inputCount)])
    }
    switch self {
    case .linear(let o): return try o.result(of: inputs[0])
    case .convolution(let o): return try o.result(of: inputs[0])
    case .requantise(let o): return try o.result(of: inputs[0])
    case .maxPool(let o): return try o.result(of: inputs[0])
    case .add(let o): return try o.result(of: inputs[0], inputs[1])
    case .reshape(let o): return try o.result(of: inputs[0])
    case .matMul(let o): return try o.result(of: inputs[0], inputs[1])
    case .embedding(let o): return try o.result(of: inputs[0])
    case .averagePool(let o): return try o.result(of: inputs)
    case .affine(let o): return try o.result(of: inputs)
    case .table(let o): return try o.result(of: inputs)
    case .rearrange(let o): return try o.result(of: inputs)
    case .pad(let o): return try o.result(of: inputs)
    case .concat(let o): return try o.result(of: inputs)
    case .subtract(let o): return try o.result(of: inputs)
    case .product(let o): return try o.result(of: inputs)
    case .softmax(let o): return try o.result(of: inputs)
    case .normalise(let o): return try o.result(of: inputs)
    }
  }

  /// Rows and columns of the weights, for the three operations that have any.
  func weightSize(on input: TensorType) -> (rows: Int, columns: Int)? {
    switch self {
    case .linear(let o): (o.outputs, input.shape.count)
    case .convolution(let o):
      (o.outputs, input.shape.channels * o.window.height * o.window.width)
    case .embedding(let o): (o.outputs, o.columns(input.shape.count))
    default: nil
    }
  }

  /// The greatest magnitude of a bias that the manifest promises.
  var biasBound: UInt32? {
    switch self {
    case .linear(let o): o.biasBound
    case .convolution(let o): o.biasBound
    case .embedding(let o): o.biasBound
    default: nil
    }
  }

  /// How many multiply–adds and comparisons one run takes.
  func work(_ at: Frame) -> UInt64 {
    let count = UInt64(at.to.shape.count)
    switch self {
    case .linear, .convolution, .embedding:
      // An embedding counts like any layer, since it is disputed and proved like one.
      return UInt64(weightSize(on: at.from[0])?.columns ?? 0) * count
    case .maxPool(let own): return UInt64(own.window.height * own.window.width) * count
    case .matMul:
      let rows = at.to.shape.dims[at.to.shape.dims.count - 2]
      return UInt64(at.from[0].shape.dims.suffix(2).reduce(1, *) / rows) * count
    case .requantise, .add, .reshape: return 0
    default: return elementwise.map { UInt64(clamping: $0.work(Int(count), at)) } ?? 0
    }
  }
}

extension Refusal {
  static func wrongElement(_ got: ElementType) -> Refusal {
    Refusal("wrongElement", ["got": UInt64(got.rawValue)])
  }

  /// A layer's sums could leave the range of 32 bits.
  static func sumsCouldOverflow(columns: Int, bias: UInt32) -> Refusal {
    Refusal(
      "sumsCouldOverflow", ["columns": UInt64(clamping: columns), "bias": UInt64(bias)])
  }
}

/// Refuses a layer whose sums could leave 32 bits, judged by public numbers alone.
///
/// The bound is columns × greatest input × 128 + greatest bias.
func checkSums(columns: Int, input: ElementType, bias: UInt32) throws(Refusal) {
  let bound = columns * input.magnitude * 128 + Int(bias)
  guard bound <= Int(Int32.max) else {
    throw .sumsCouldOverflow(columns: columns, bias: bias)
  }
}
