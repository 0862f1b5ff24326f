// The claims of all layers as inner products of matrix rows with public vectors.

import Arithmetic
import Graphs
import Primitives

/// One inner product: a combination of matrix rows with a vector over the columns.
struct RowPiece {
  /// The first matrix row, and how far apart the rows are.
  var first: Int
  var stride: Int
  /// One a row.
  var coefficients: [GoldilocksPair]
  /// What the combined row is multiplied with, the layer's weight included.
  var vector: [GoldilocksPair]
  /// What `vector` is made of, for a piece of a layer's matrix.
  var source: Source?

  /// vector[place·n̂ + k] = eq(low, place)·input[start + k], n̂ at most a row of the matrix.
  struct Source {
    var layer: Int
    /// The first input of this piece.
    var start: Int
    /// The low bits of the output, which choose the place within a row.
    var low: [GoldilocksPair]
  }

  /// What each row of the matrix counts for in Σ powers[p]·piece p.
  static func rowWeights(
    _ pieces: [RowPiece], _ powers: [GoldilocksPair], rows: Int
  ) -> [GoldilocksPair] {
    var weights = [GoldilocksPair](repeating: .zero, count: rows)
    for (piece, power) in zip(pieces, powers) {
      for (index, own) in piece.coefficients.enumerated() {
        weights[piece.first + index * piece.stride] += power * own
      }
    }
    return weights
  }
}

/// Σ_l weight_l·claim_l = Σ over pieces of ⟨row, vector⟩; at level `open` the weights are powers
/// of ρ.
struct RowPieces {
  var pieces: [RowPiece] = []
  var claim = GoldilocksPair.zero

  /// - Parameter weights: one a layer.
  init(
    _ folds: [LayerFold], _ points: [LayerPoint], _ shape: MatrixShape, weights: [GoldilocksPair]
  ) {
    let biasRows = shape.rows - shape.biasRow
    var bias = [GoldilocksPair](repeating: .zero, count: biasRows * shape.columns)
    for (index, fold) in folds.enumerated() {
      let block = shape.blocks[index]
      let power = weights[index]
      claim += power * fold.claim
      let inputs = fold.inputs.map { $0 * power }
      if block.inputBits <= shape.columnBits {
        pieces.append(RowPieces.packed(inputs, points[index].output, index, shape))
      } else {
        pieces += RowPieces.split(inputs, fold.outputs, index, shape)
      }
      let scale = power * fold.places
      for output in 0..<block.outputs {
        bias[block.bias + output] += scale * fold.outputs[output]
      }
    }
    for row in 0..<biasRows {
      let vector = Array(bias[(row * shape.columns)..<((row + 1) * shape.columns)])
      pieces.append(
        RowPiece(first: shape.biasRow + row, stride: 1, coefficients: [.one], vector: vector))
    }
  }

  /// Several outputs in a matrix row: the high bits of the output choose the row, the low ones the
  /// place within it.
  private static func packed(
    _ inputs: [GoldilocksPair], _ point: [GoldilocksPair], _ layer: Int, _ shape: MatrixShape
  ) -> RowPiece {
    let block = shape.blocks[layer]
    let lowBits = shape.columnBits - block.inputBits
    let high = Array(point[..<(point.count - lowBits)])
    let lowPoint = Array(point[(point.count - lowBits)...])
    let low = Multilinear.weights(at: lowPoint)
    var vector = [GoldilocksPair](repeating: .zero, count: shape.columns)
    for (place, weight) in low.enumerated() {
      let start = place << block.inputBits
      for (column, input) in inputs.enumerated() { vector[start + column] = weight * input }
    }
    return RowPiece(
      first: block.row, stride: 1, coefficients: Multilinear.weights(at: high), vector: vector,
      source: RowPiece.Source(layer: layer, start: 0, low: lowPoint))
  }

  /// An output over several matrix rows: each part of the inputs is a piece of its own.
  private static func split(
    _ inputs: [GoldilocksPair], _ outputs: [GoldilocksPair], _ layer: Int, _ shape: MatrixShape
  ) -> [RowPiece] {
    let block = shape.blocks[layer]
    let parts = 1 << (block.inputBits - shape.columnBits)
    return (0..<parts).map { part in
      var vector = [GoldilocksPair](repeating: .zero, count: shape.columns)
      let start = part << shape.columnBits
      for column in 0..<shape.columns where start + column < inputs.count {
        vector[column] = inputs[start + column]
      }
      return RowPiece(
        first: block.row + part, stride: parts, coefficients: outputs, vector: vector,
        source: RowPiece.Source(layer: layer, start: start, low: []))
    }
  }

  /// How many pieces a model has, and the row variables of all of them: what the error counts.
  static func counts(_ shape: MatrixShape) -> (pieces: Int, variables: Int) {
    var counts = (pieces: shape.rows - shape.biasRow, variables: 0)
    for block in shape.blocks {
      let parts = block.inputBits > shape.columnBits ? 1 << (block.inputBits - shape.columnBits) : 1
      counts.pieces += parts
      counts.variables +=
        block.inputBits > shape.columnBits
        ? parts * block.outputBits : block.outputBits + block.inputBits - shape.columnBits
    }
    return counts
  }
}
