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
      let x = tensors[node.inputs[0]]
      switch node.operation {
      case .linear(let o):
        tensors.append(o.run(x, weights[layer], to: type))
        layer += 1
      case .convolution(let o):
        tensors.append(o.run(x, weights[layer], to: type))
        layer += 1
      case .requantise(let o): tensors.append(o.run(x, to: type))
      case .maxPool(let o): tensors.append(o.run(x, to: type))
      case .add(let o): tensors.append(o.run(x, tensors[node.inputs[1]], to: type))
      case .reshape(let o): tensors.append(o.run(x, to: type))
      }
    }
    return tensors
  }

  /// Runs the graph; the output is widened to 32 bits whatever its element.
  public func run(_ weights: [LayerWeights], on input: [UInt8]) throws(Refusal) -> [Int32] {
    try trace(weights, on: input)[nodes.count].values
  }
}
