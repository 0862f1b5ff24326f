// What somebody works out who reads many proofs: polynomials, ranks, and how evenly bytes fall.

import Arithmetic
import Testing

@testable import Proofs

enum Reader {
  /// The polynomial of degree below the number of places through letters at these places, by
  /// Lagrange: its lowest coefficients.
  static func interpolated(
    _ letters: [(place: Int, letter: Goldilocks)], lengthBits: Int
  ) throws -> [Goldilocks] {
    let root = try #require(Goldilocks.root(ofOrderLog2: lengthBits))
    let points = letters.map {
      root.raised(
        to: UInt64(NumberTheoreticTransform.bitReversed($0.place, bits: lengthBits)))
    }
    var whole = [Goldilocks.one]
    for point in points {
      // times (X − point)
      whole = [Goldilocks.zero] + whole
      for index in 0..<(whole.count - 1) { whole[index] -= point * whole[index + 1] }
    }
    var sum = [Goldilocks](repeating: .zero, count: points.count)
    for (index, point) in points.enumerated() {
      var part = [Goldilocks](repeating: .zero, count: points.count)
      var carry = Goldilocks.zero
      for place in stride(from: points.count, to: 0, by: -1) {
        carry = whole[place] + carry * point
        part[place - 1] = carry
      }
      var scale = Goldilocks.one
      for (other, at) in points.enumerated() where other != index { scale *= point - at }
      let factor = letters[index].letter * (try #require(scale.inverse))
      for place in part.indices { sum[place] += factor * part[place] }
    }
    return sum
  }

  static func rank(_ rows: [[GoldilocksPair]]) -> Int {
    var rows = rows
    var rank = 0
    for column in 0..<(rows.first?.count ?? 0) {
      guard let pivot = rows.indices.dropFirst(rank).first(where: { rows[$0][column] != .zero }),
        let inverse = rows[pivot][column].inverse
      else { continue }
      rows.swapAt(rank, pivot)
      for other in rows.indices.dropFirst(rank + 1) where rows[other][column] != .zero {
        let factor = rows[other][column] * inverse
        for index in rows[other].indices { rows[other][index] -= factor * rows[rank][index] }
      }
      rank += 1
    }
    return rank
  }

  static func squares(_ counts: [Int]) -> Double {
    let mean = Double(counts.reduce(0, +)) / Double(counts.count)
    return counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) / mean }
  }

  /// How unlike two counts are: as many degrees of freedom as there are counts.
  static func unlikeness(_ one: [Int], _ two: [Int]) -> Double {
    zip(one, two).reduce(0) { sum, own in
      let both = own.0 + own.1
      return both == 0 ? sum : sum + Double((own.0 - own.1) * (own.0 - own.1)) / Double(both)
    }
  }

  /// x with rows·x = right, one x a column of `right`; nil where the rows do not determine it.
  static func solved(
    _ rows: [[GoldilocksPair]], _ right: [[GoldilocksPair]]
  ) -> [[GoldilocksPair]]? {
    var (rows, right) = (rows, right)
    for place in rows.indices {
      guard let pivot = rows.indices[place...].first(where: { rows[$0][place] != .zero }),
        let inverse = rows[pivot][place].inverse
      else { return nil }
      rows.swapAt(place, pivot)
      right.swapAt(place, pivot)
      rows[place] = rows[place].map { $0 * inverse }
      right[place] = right[place].map { $0 * inverse }
      for other in rows.indices where other != place {
        let factor = rows[other][place]
        for index in rows.indices { rows[other][index] -= factor * rows[place][index] }
        for index in right[other].indices { right[other][index] -= factor * right[place][index] }
      }
    }
    return right
  }
}
