// Judging opened columns: that they are committed to, and that a row sent is their combination.

import Arithmetic
import Primitives

/// The last step of both levels, for one matrix.
struct ColumnOpenings {
  let rows: Int
  let columnBits: Int
  let rateBits: Int
  let root: Bytes32
  /// The places drawn, ascending.
  let places: [Int]

  private var length: Int { 1 << (columnBits + rateBits) }

  /// - Parameters:
  ///   - bytes: the letters as the proof holds them.
  ///   - letters: the same, canonical, `rows` for each place.
  ///   - weights: one a row of the matrix: the combination that `row` is said to be.
  func check(
    row: [GoldilocksPair], bytes: [UInt8], letters: [Goldilocks], path: [Bytes32],
    weights: [GoldilocksPair], salts: [Bytes32] = []
  ) throws(Refusal) {
    let leaves = ColumnTree.leaves(places, rows: rows, bytes, salts: salts)
    let found: Bytes32
    do throws(Refusal) {
      found = try ColumnTree.root(of: leaves, count: length, path: path)
    } catch { throw .proofFails(.paths, error.code) }
    guard found == root else { throw .proofFails(.paths, "root") }
    try checkCombination(row, letters, weights)
  }

  /// The codeword of the combined row must be, in each opened column, the same combination of what
  /// is committed there.
  private func checkCombination(
    _ row: [GoldilocksPair], _ letters: [Goldilocks], _ weights: [GoldilocksPair]
  ) throws(Refusal) {
    guard let transform = NumberTheoreticTransform(log2: columnBits + rateBits) else {
      throw .proofFails(.parameters, "length")
    }
    let (low, high) = (word(row.map(\.a), transform), word(row.map(\.b), transform))
    for (index, place) in places.enumerated() {
      var sum = GoldilocksPair.zero
      for own in 0..<rows { sum += weights[own] * letters[index * rows + own] }
      guard sum == GoldilocksPair(low[place], high[place]) else {
        throw .proofFails(.columns, "combination")
      }
    }
  }

  private func word(
    _ row: [Goldilocks], _ transform: NumberTheoreticTransform
  ) -> [Goldilocks] {
    var word = row + [Goldilocks](repeating: .zero, count: length - row.count)
    transform.forward(&word)
    return word
  }
}
