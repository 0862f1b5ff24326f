// The reference executor: plain loops, every tensor kept.

public import Primitives

extension Graph {
  /// Runs the graph and keeps every tensor: the trace that disputes and proofs open.
  public func trace(_ weights: [LayerWeights], on input: [UInt8]) throws(Refusal) -> [Tensor] {
    try check(weights)
    var tensors = [try Tensor(self.input, bytes: input)]
    var layer = 0
    for (index, node) in nodes.enumerated() {
      let type = types[index + 1]
      let x = node.inputs.map { tensors[$0] }
      switch node.operation {
      case .linear(let o): tensors.append(o.run(x[0], weights[layer], to: type))
      case .convolution(let o): tensors.append(o.run(x[0], weights[layer], to: type))
      case .embedding(let o): tensors.append(o.run(x[0], weights[layer], to: type))
      default: tensors.append(try node.operation.run(x, to: type))
      }
      if node.operation.hasWeights { layer += 1 }
    }
    return tensors
  }

  /// Runs the graph; the output is widened to 32 bits whatever its element.
  public func run(_ weights: [LayerWeights], on input: [UInt8]) throws(Refusal) -> [Int32] {
    try trace(weights, on: input)[nodes.count].values
  }
}

extension Operation {
  /// The reference of the operations without weights.
  func run(_ x: [Tensor], to type: TensorType) throws(Refusal) -> Tensor {
    switch self {
    case .requantise(let o): return o.run(x[0], to: type)
    case .maxPool(let o): return o.run(x[0], to: type)
    case .add(let o): return o.run(x[0], x[1], to: type)
    case .reshape(let o): return o.run(x[0], to: type)
    case .matMul(let o): return try o.run(x[0], x[1], to: type)
    case .linear, .convolution, .embedding: throw Refusal("wantsWeights")
    default:
      guard let own = elementwise else { throw Refusal("wantsWeights") }
      return own.run(x, to: type)
    }
  }
}
