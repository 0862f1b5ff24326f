// Medians of sixteen columns at once against the definition, on columns made to be slow or wrong.

import Testing

@testable import Subnets

@Suite struct WeightedMedianTests {
  /// How the scores of a column lie.
  enum Column: CaseIterable {
    case anywhere, close, closeBesideFar, few, equal, rising, greatest
  }

  static func score(_ column: Column, _ row: Int, _ random: inout Seeded) -> UInt32 {
    switch column {
    case .anywhere: UInt32(truncatingIfNeeded: random.next() >> 32)
    case .close: 1 << 20 + UInt32(random.below(300))
    // All but one lie so close that halving from there takes thirty steps.
    case .closeBesideFar: row == 0 ? .max - 1 : UInt32(random.below(200))
    case .few: [0, 1, 7, .max - 1][Int(random.below(4))]
    case .equal: 77
    case .rising: UInt32(row) * 65_537
    case .greatest: random.below(2) == 0 ? .max : UInt32(random.below(3))
    }
  }

  static func stakes(_ rows: Int, _ random: inout Seeded) -> [Fixed32] {
    let kind = random.below(3)
    return (0..<rows).map { _ in
      switch kind {
      case 0: Fixed32(raw: 1 << 32)
      case 1: Fixed32(raw: Int64(random.below(1 << 32)))
      default: random.below(3) == 0 ? .zero : Fixed32(raw: Int64(random.below(50)))
      }
    }
  }

  @Test(arguments: Column.allCases) func isThatOfTheDefinition(_ column: Column) throws {
    var random = Seeded(state: 19)
    for rows in [1, 2, 3, 9, 64, 150] {
      for majority in [Fixed32.zero, Fixed32(raw: 1 << 31), Fixed32(share: 45_000), .one] {
        // A row or two of the stakes may have no votes at all.
        let absent = Int(random.below(3))
        let stakes = Self.stakes(rows + absent, &random).normalised
        let median = WeightedMedian(stakes, rows: Array(0..<rows), majority: majority)
        var scores = [Lanes](repeating: .zero, count: rows)
        for row in 0..<rows {
          for lane in 0..<16 { scores[row][lane] = Self.score(column, row, &random) }
        }
        var votes = scores
        var range = WeightedMedian.Range()
        for score in scores { range.extend(to: score) }
        let found = votes.withUnsafeMutableBufferPointer { votes in
          scores.withUnsafeBufferPointer { scores -> Lanes? in
            guard let scores = scores.baseAddress, let votes = votes.baseAddress else { return nil }
            return median.medians(scores, in: range, votes)
          }
        }
        let medians = try #require(found)
        for lane in 0..<16 {
          let plain = PlainMedian.median(
            of: (0..<rows).map { (stakes[$0], Fixed32(raw: Int64(scores[$0][lane]))) },
            absent: Array(stakes[rows...]), majority: majority)
          #expect(Int64(medians[lane]) == plain.raw, "\(column) \(rows) \(majority) \(lane)")
        }
      }
    }
  }
}
