// The sums of all layers as one vector: where each layer's block of outputs by places begins.

import Arithmetic
import Graphs
import Primitives

/// Blocks of r̂ outputs by p̂ places of all samples, larger ones first, so that each begins at a
/// multiple of its size.
struct SumSpace {
  struct Block {
    var outputBits: Int
    var placeBits: Int
    var start: Int
    /// Places of one sample.
    var places: Int

    var bits: Int { outputBits + placeBits }
    /// Of an element of the sums of a sample, in their own order.
    func position(sample: Int, _ index: Int) -> Int {
      start + (index / places) << placeBits + sample * places + index % places
    }
  }

  /// In the order of the layers.
  let blocks: [Block]
  let variables: Int

  /// Four elements for each of `WitnessPlan.mostRows`: padding to powers of two makes outputs and
  /// places less than twice as many each.
  static let mostVariables = 22

  init(_ graph: Graph, samples: Int) throws(Refusal) {
    var blocks = graph.layers.map { layer in
      let places = graph.types[layer.node + 1].shape.count / layer.rows
      return Block(
        outputBits: MatrixShape.bits(layer.rows), placeBits: MatrixShape.bits(places * samples),
        start: 0, places: places)
    }
    var end = 0
    let order = blocks.indices.sorted { (-blocks[$0].bits, $0) < (-blocks[$1].bits, $1) }
    for index in order {
      blocks[index].start = end
      end += 1 << blocks[index].bits
    }
    self.blocks = blocks
    variables = MatrixShape.bits(end)
    guard variables <= SumSpace.mostVariables else { throw .witnessTooLarge(end) }
  }

  /// All sums of a run.
  func vector(_ graph: Graph, _ traces: [[Tensor]]) -> PairVector {
    var words = [UInt64](repeating: 0, count: 1 << variables)
    for (layer, block) in zip(graph.layers, blocks) {
      for (sample, trace) in traces.enumerated() {
        for (index, sum) in trace[layer.node + 1].values.enumerated() {
          words[block.position(sample: sample, index)] = Goldilocks(Int64(sum)).value
        }
      }
    }
    return PairVector(base: words)
  }

  /// What a point means for each layer: its own point, from the low bits, and its weight, from the
  /// bits above them. A matrix may have more outputs than its layer, all of them zero.
  func split(
    _ point: [GoldilocksPair], _ shape: MatrixShape
  ) -> (points: [LayerPoint], weights: [GoldilocksPair]) {
    var points: [LayerPoint] = []
    var weights: [GoldilocksPair] = []
    for (block, own) in zip(blocks, shape.blocks) {
      let high = point[..<(variables - block.bits)]
      weights.append(WitnessForm.weight(of: block.start >> block.bits, at: high))
      let low = point[(variables - block.bits)...]
      let padding = [GoldilocksPair](
        repeating: .zero, count: own.outputBits - block.outputBits)
      points.append(
        LayerPoint(
          output: padding + low.prefix(block.outputBits), place: Array(low.suffix(block.placeBits)))
      )
    }
    return (points, weights)
  }
}
