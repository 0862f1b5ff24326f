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
  /// What the combined row is multiplied with, the layer's power of ρ included.
  var vector: [GoldilocksPair]

  /// The row's value in a column of the encoded matrix.
  func combine(_ column: [Goldilocks]) -> GoldilocksPair {
    var sum = GoldilocksPair.zero
    for (index, own) in coefficients.enumerated() { sum += own * column[first + index * stride] }
    return sum
  }
}

/// Σ_l ρ^l claim_l = Σ over pieces of ⟨row, vector⟩.
struct RowPieces {
  var pieces: [RowPiece] = []
  var claim = GoldilocksPair.zero

  init(_ folds: [LayerFold], _ points: [LayerPoint], _ shape: MatrixShape, rho: GoldilocksPair) {
    var power = GoldilocksPair.one
    let biasRows = shape.rows - shape.biasRow
    var bias = [GoldilocksPair](repeating: .zero, count: biasRows * shape.columns)
    for (index, fold) in folds.enumerated() {
      let block = shape.blocks[index]
      claim += power * fold.claim
      let inputs = fold.inputs.map { $0 * power }
      if block.inputBits <= shape.columnBits {
        pieces.append(RowPieces.packed(inputs, points[index].output, block, shape))
      } else {
        pieces += RowPieces.split(inputs, fold.outputs, block, shape)
      }
      let scale = power * fold.places
      for output in 0..<block.outputs {
        bias[block.bias + output] += scale * fold.outputs[output]
      }
      power *= rho
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
    _ inputs: [GoldilocksPair], _ point: [GoldilocksPair], _ block: MatrixShape.Block,
    _ shape: MatrixShape
  ) -> RowPiece {
    let lowBits = shape.columnBits - block.inputBits
    let high = Array(point[..<(point.count - lowBits)])
    let low = Multilinear.weights(at: Array(point[(point.count - lowBits)...]))
    var vector = [GoldilocksPair](repeating: .zero, count: shape.columns)
    for (place, weight) in low.enumerated() {
      let start = place << block.inputBits
      for (column, input) in inputs.enumerated() { vector[start + column] = weight * input }
    }
    return RowPiece(
      first: block.row, stride: 1, coefficients: Multilinear.weights(at: high), vector: vector)
  }

  /// An output over several matrix rows: each part of the inputs is a piece of its own.
  private static func split(
    _ inputs: [GoldilocksPair], _ outputs: [GoldilocksPair], _ block: MatrixShape.Block,
    _ shape: MatrixShape
  ) -> [RowPiece] {
    let parts = 1 << (block.inputBits - shape.columnBits)
    return (0..<parts).map { part in
      var vector = [GoldilocksPair](repeating: .zero, count: shape.columns)
      let start = part << shape.columnBits
      for column in 0..<shape.columns where start + column < inputs.count {
        vector[column] = inputs[start + column]
      }
      return RowPiece(
        first: block.row + part, stride: parts, coefficients: outputs, vector: vector)
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
