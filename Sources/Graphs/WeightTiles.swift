// The commitment `tiles/1`: a Merkle tree over int8 tiles of 64 by 64.

public import Primitives

/// Weights that may be seen, cut into tiles so that a dispute can open one block of one layer.
///
/// The leaves of a layer follow those of the layer before it. Its matrix gives one tile for each
/// 64 rows and 64 columns, row by row of tiles; a tile is 4,096 bytes, row-major, zero where it
/// reaches over the edge. Then its biases, four little-endian bytes each, are cut into pieces of
/// 4,096 bytes, the last filled with zeros. A leaf is SHA-256(0x00 ‖ tile), a node
/// SHA-256(0x01 ‖ left ‖ right), and an odd list is split at the greatest power of two below its
/// length (RFC 9162, 2.1.1).
public enum WeightTiles {
  public static let scheme = "tiles/1"
  public static let side = 64
  public static let byteCount = side * side

  /// The commitment to the weights of a graph.
  public static func commitment(
    to weights: [LayerWeights], of graph: Graph
  ) throws(Refusal) -> WeightCommitment {
    try graph.check(weights)
    let leaves = leaves(of: weights, in: graph)
    return WeightCommitment(
      scheme: scheme,
      parameters: [Number("side", UInt64(side)), Number("tiles", UInt64(leaves.count))],
      root: root(of: leaves[...]))
  }

  /// The digests of all tiles, in order.
  public static func leaves(of weights: [LayerWeights], in graph: Graph) -> [Bytes32] {
    var leaves: [Bytes32] = []
    for (layer, own) in zip(graph.layers, weights) {
      for row in 0..<tiles(layer.rows) {
        for column in 0..<tiles(layer.columns) {
          leaves.append(leaf(tile(own.matrix, layer, row, column)))
        }
      }
      for piece in 0..<biasTiles(layer.rows) { leaves.append(leaf(biasTile(own.bias, piece))) }
    }
    return leaves
  }

  /// Where the leaves of a layer begin.
  public static func firstLeaf(of layer: Int, in graph: Graph) -> Int {
    graph.layers[..<layer].reduce(0) {
      $0 + tiles($1.rows) * tiles($1.columns) + biasTiles($1.rows)
    }
  }

  /// How many leaves there are.
  public static func count(of graph: Graph) -> Int { firstLeaf(of: graph.layers.count, in: graph) }

  /// The leaf of the piece that holds the bias of a row of a layer.
  public static func biasLeafIndex(of layer: Int, row: Int, in graph: Graph) -> Int {
    let own = graph.layers[layer]
    return firstLeaf(of: layer, in: graph) + tiles(own.rows) * tiles(own.columns)
      + row / (byteCount / 4)
  }

  /// The leaf of the tile that holds a row and a column of a layer's matrix.
  public static func leafIndex(of layer: Int, row: Int, column: Int, in graph: Graph) -> Int {
    let across = tiles(graph.layers[layer].columns)
    return firstLeaf(of: layer, in: graph) + (row / side) * across + column / side
  }

  /// The bytes behind a leaf.
  public static func tile(
    at leaf: Int, of weights: [LayerWeights], in graph: Graph
  ) -> [UInt8] {
    var own = 0
    while own + 1 < graph.layers.count, firstLeaf(of: own + 1, in: graph) <= leaf { own += 1 }
    let layer = graph.layers[own]
    let place = leaf - firstLeaf(of: own, in: graph)
    let across = tiles(layer.columns)
    let matrix = tiles(layer.rows) * across
    if place >= matrix { return biasTile(weights[own].bias, place - matrix) }
    return tile(weights[own].matrix, layer, place / across, place % across)
  }

  /// The bytes of one tile of a matrix, by its row and column among the tiles.
  public static func tile(
    _ matrix: [Int8], _ layer: Layer, _ tileRow: Int, _ tileColumn: Int
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    let columns = tileColumn * side..<min((tileColumn + 1) * side, layer.columns)
    let rows = tileRow * side..<min((tileRow + 1) * side, layer.rows)
    matrix.withUnsafeBytes { from in
      bytes.withUnsafeMutableBytes { to in
        for row in rows {
          let first = row * layer.columns
          let part = from[first + columns.lowerBound..<first + columns.upperBound]
          to[((row - rows.lowerBound) * side)...].copyBytes(from: part)
        }
      }
    }
    return bytes
  }

  /// The bytes of one piece of a layer's biases.
  public static func biasTile(_ bias: [Int32], _ piece: Int) -> [UInt8] {
    let each = byteCount / 4
    let part = Array(bias[piece * each..<min((piece + 1) * each, bias.count)])
    let bytes = Tensor.littleEndian(part)
    return bytes + [UInt8](repeating: 0, count: byteCount - bytes.count)
  }

  public static func leaf(_ tile: [UInt8]) -> Bytes32 {
    var hash = SHA256()
    hash.update(0 as UInt8)
    hash.update(tile)
    return hash.finalize()
  }

  static func root(of leaves: ArraySlice<Bytes32>) -> Bytes32 {
    guard leaves.count > 1 else { return leaves.first ?? SHA256.hash([] as [UInt8]) }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    let middle = leaves.startIndex + half
    return SHA256.hash(
      tag: 1, root(of: leaves[..<middle]), root(of: leaves[middle...]))
  }

  private static func tiles(_ length: Int) -> Int { (length + side - 1) / side }
  private static func biasTiles(_ rows: Int) -> Int { (rows * 4 + byteCount - 1) / byteCount }
}
