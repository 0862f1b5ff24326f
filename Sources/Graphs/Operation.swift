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

  /// How many tensors the operation reads.
  public var inputCount: Int {
    if case .add = self { 2 } else { 1 }
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
    }
  }

  /// Rows and columns of the weights, for the two operations that have any.
  func weightSize(on input: TensorType) -> (rows: Int, columns: Int)? {
    switch self {
    case .linear(let o): (o.outputs, input.shape.count)
    case .convolution(let o):
      (o.outputs, input.shape.channels * o.window.height * o.window.width)
    case .requantise, .maxPool, .add, .reshape: nil
    }
  }

  /// The greatest magnitude of a bias that the manifest promises.
  var biasBound: UInt32? {
    switch self {
    case .linear(let o): o.biasBound
    case .convolution(let o): o.biasBound
    case .requantise, .maxPool, .add, .reshape: nil
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
