// The Merkle tree over tiles: every weight counts, and every tile can be found.

import Primitives
import Testing

@testable import Graphs

@Suite struct WeightTilesTests {
  private func sample() throws -> (Graph, [LayerWeights]) {
    var draw = Draw(seed: 5)
    let nodes = [
      Node(.linear(Linear(outputs: 65, biasBound: 65)), [0]),
      Node(
        .requantise(
          Requantise(
            multipliers: [UInt32](repeating: 7, count: 65), shift: 24, element: .uint8)),
        [1]),
      Node(.linear(Linear(outputs: 3, biasBound: 3)), [2]),
    ]
    let graph = try Graph(input: TensorType(.int8, try Shape([130])), nodes: nodes)
    let weights = graph.layers.map { layer in
      LayerWeights(
        matrix: (0..<layer.rows * layer.columns).map { _ in Int8(draw.signed(127)) },
        bias: (1...layer.rows).map { Int32($0) })
    }
    return (graph, weights)
  }

  @Test func leavesLieWhereTheyShould() throws {
    let (graph, weights) = try sample()
    let leaves = WeightTiles.leaves(of: weights, in: graph)
    // 2 × 3 tiles and one piece of biases, then 1 × 2 and one.
    #expect(leaves.count == 10)
    #expect(WeightTiles.firstLeaf(of: 1, in: graph) == 7)
    #expect(WeightTiles.leafIndex(of: 0, row: 64, column: 129, in: graph) == 5)
    #expect(WeightTiles.leafIndex(of: 1, row: 2, column: 64, in: graph) == 8)
    let tile = WeightTiles.tile(weights[0].matrix, graph.layers[0], 1, 2)
    #expect(tile.count == 4096)
    #expect(Int8(bitPattern: tile[1]) == weights[0].matrix[64 * 130 + 129])
    #expect(tile[2...].allSatisfy { $0 == 0 })
    #expect(WeightTiles.leaf(tile) == leaves[5])
    #expect(leaves[5] == SHA256.hash([0] + tile))
    let biases = WeightTiles.biasTile(weights[1].bias, 0)
    #expect(Array(biases[..<12]) == [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])
    #expect(leaves[9] == SHA256.hash([0] + biases))
  }

  /// The root by the recursive definition of RFC 9162, written once more.
  @Test func theRootIsTheOneOfTheRFC() throws {
    let (graph, weights) = try sample()
    let l = WeightTiles.leaves(of: weights, in: graph)
    let node = { (a: Bytes32, b: Bytes32) in SHA256.hash([1] + a.bytes + b.bytes) }
    let first = node(
      node(node(l[0], l[1]), node(l[2], l[3])), node(node(l[4], l[5]), node(l[6], l[7])))
    let commitment = try WeightTiles.commitment(to: weights, of: graph)
    #expect(commitment.root == node(first, node(l[8], l[9])))
    #expect(commitment.scheme == "tiles/1")
    #expect(commitment.parameters == [Number("side", 64), Number("tiles", 10)])
  }

  @Test func everyWeightCounts() throws {
    let (graph, weights) = try sample()
    let root = try WeightTiles.commitment(to: weights, of: graph).root
    var draw = Draw(seed: 6)
    for layer in weights.indices {
      for _ in 0..<20 {
        var other = weights
        other[layer].matrix[draw.below(other[layer].matrix.count)] ^= 1
        #expect(try WeightTiles.commitment(to: other, of: graph).root != root)
      }
      var other = weights
      other[layer].bias[0] = 2
      #expect(try WeightTiles.commitment(to: other, of: graph).root != root)
    }
  }
}
