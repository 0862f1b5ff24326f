// Following what is said of hidden weights: ends and products under pads, and one masked row.

import Arithmetic
import Graphs
import Primitives

extension PaddedFollow {
  /// What the sum-check over the columns of hidden weights leaves.
  ///
  /// - Parameters:
  ///   - rows: of weights and biases.
  ///   - row: the combination of all rows under the index's mask, tails included.
  /// - Returns: the folded inputs of pieces, and what each row counts for in `row`.
  mutating func weighHidden(
    _ pieces: [RowPiece], _ claim: PaddedValue, at point: [GoldilocksPair], rows: Int,
    _ row: [GoldilocksPair]
  ) -> (values: [PaddedValue], rowWeights: [GoldilocksPair]) {
    let layerPieces = pieces.count { $0.source != nil }
    let ends = read("ends", pieces.count).values
    let values = read("values", layerPieces).values
    let products = read("products", layerPieces).values
    let mask = read("mask", 1)[0]
    let weights = PairVector.weights(at: point)
    var sum = claim * -GoldilocksPair.one
    var next = zip(values, products).makeIterator()
    for (piece, end) in zip(pieces, ends) {
      if piece.source != nil, let (value, product) = next.next() {
        self.products.append((end, value, product))
        sum.add(product, times: .one)
      } else {
        sum.add(end, times: PairVector(piece.vector).inner(weights))
      }
    }
    zeros.append(sum)
    let powers = OpenStatement.powers(of: transcript.challenge(), count: pieces.count + 1)
    transcript.absorb("row", row)
    var combined = mask
    for (end, power) in zip(ends, powers.dropFirst()) { combined.add(end, times: power) }
    zeros.append(combined + -PairVector(row).inner(weights))
    return (
      values, RowPiece.rowWeights(pieces, Array(powers[1...]), rows: rows)
    )
  }
}
