// Running a graph with the sums of its layers given: what is left are operations without weights.

public import Primitives

extension Graph {
  /// Every tensor of a run whose layers gave these sums, a list a layer. Nothing is said about
  /// whether the sums are those of any weights.
  public func replay(on input: [UInt8], sums: [[Int32]]) throws(Refusal) -> [Tensor] {
    guard sums.count == layers.count else {
      throw .wrongLength(got: sums.count, wanted: layers.count)
    }
    var tensors = [try Tensor(self.input, bytes: input)]
    var layer = 0
    for (index, node) in nodes.enumerated() {
      let type = types[index + 1]
      if node.operation.hasWeights {
        tensors.append(try Tensor(type, sums[layer]))
        layer += 1
      } else {
        tensors.append(try node.operation.run(node.inputs.map { tensors[$0] }, to: type))
      }
    }
    return tensors
  }
}
