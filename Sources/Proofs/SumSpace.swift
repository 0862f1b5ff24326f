// The sums of all layers and products as one vector: where each block begins.

import Arithmetic
import Graphs
import Primitives

/// Blocks of r̂ outputs by p̂ places of all samples, and of products of all samples by rows and
/// columns, larger ones first, so that each begins at a multiple of its size.
struct SumSpace {
  struct Block {
    var outputBits: Int
    var placeBits: Int
    var start: Int
    /// Places of one sample.
    var places: Int
    /// Of products: outputs are the batches of all samples, places a row's columns in `columnBits`.
    var product: ProductBlock.Size?

    var bits: Int { outputBits + placeBits }
    var columnBits: Int { MatrixShape.bits(product?.columns ?? 1) }
    /// Of an element of the sums of a sample, in their own order.
    func position(sample: Int, _ index: Int) -> Int {
      if let product {
        let row = index / product.columns
        let batch = sample * product.batch + row / product.rows
        return start + batch << placeBits + (row % product.rows) << columnBits
          + index % product.columns
      }
      return start + (index / places) << placeBits + sample * places + index % places
    }
  }

  /// In the order of the layers, and of the products.
  let blocks: [Block]
  let products: [Block]
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
    for size in HelperCounts.products(graph) {
      blocks.append(
        Block(
          outputBits: MatrixShape.bits(size.batch * samples),
          placeBits: MatrixShape.bits(size.rows) + MatrixShape.bits(size.columns), start: 0,
          places: 0, product: size))
    }
    var end = 0
    let order = blocks.indices.sorted { (-blocks[$0].bits, $0) < (-blocks[$1].bits, $1) }
    for index in order {
      blocks[index].start = end
      end += 1 << blocks[index].bits
    }
    self.blocks = Array(blocks.prefix(graph.layers.count))
    products = Array(blocks.dropFirst(graph.layers.count))
    variables = MatrixShape.bits(end)
    guard variables <= SumSpace.mostVariables else { throw .witnessTooLarge(end) }
  }

  /// All sums of a run.
  func vector(_ graph: Graph, _ traces: [[Tensor]], _ witness: Witness) -> PairVector {
    var words = [UInt64](repeating: 0, count: 1 << variables)
    for (layer, block) in zip(graph.layers, blocks) {
      for (sample, trace) in traces.enumerated() {
        for (index, sum) in trace[layer.node + 1].values.enumerated() {
          words[block.position(sample: sample, index)] = Goldilocks(Int64(sum)).value
        }
      }
    }
    for (product, block) in products.enumerated() {
      for (sample, values) in witness.products(product).enumerated() {
        for (index, value) in values.enumerated() {
          words[block.position(sample: sample, index)] = Goldilocks(value).value
        }
      }
    }
    return PairVector(base: words)
  }

  /// What a point means for each product: eq over its batches, times its weight, its rows and its
  /// columns.
  func productPoints(_ point: [GoldilocksPair]) -> [ProductPoint] {
    products.map { block in
      let high = point[..<(variables - block.bits)]
      let low = Array(point[(variables - block.bits)...])
      let weight = WitnessForm.weight(of: block.start >> block.bits, at: high)
      let rows = low[block.outputBits..<(low.count - block.columnBits)]
      return ProductPoint(
        batches: PairVector.weights(at: low[..<block.outputBits], times: weight).elements,
        rows: PairVector.weights(at: rows).elements,
        columns: PairVector.weights(at: low[(low.count - block.columnBits)...]).elements)
    }
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

/// A point of a product's sums.
struct ProductPoint {
  /// Times the block's weight.
  var batches: [GoldilocksPair]
  var rows: [GoldilocksPair]
  var columns: [GoldilocksPair]
}
