// A table beside a plain dictionary, through random writes, rollbacks, messages and blocks.

import Primitives
import Testing

@testable import Kernel

@Suite struct TableWalkTests {
  /// After every step both have the same rows, by key, in number and in order.
  @Test(arguments: 1...40) func aTableIsADictionary(seed: UInt64) throws {
    var random = Draws(seed)
    var table = Table<Bytes32, Number>("numbers")
    var stands: [Bytes32: Number] = [:]
    for _ in 0..<60 {
      for _ in 0..<random.below(5) {
        let mark = table.mark()
        var plain = stands
        for _ in 0..<random.below(6) {
          let key = Bytes32(words: random.below(7), 0, 0, 0)
          let row: Number? = random.below(3) == 0 ? nil : Number("n", random.below(4))
          table[key] = row
          plain[key] = row
          try TableWalkTests.compare(table, plain)
        }
        switch random.below(3) {
        case 0:
          table.rollback(to: mark)
          try TableWalkTests.compare(table, stands)
          continue
        default:
          stands = plain
          table.forgetUndo()
        }
      }
      var changes: [RowChange] = []
      table.drain(into: &changes)
      try TableWalkTests.compare(table, stands)
    }
  }

  private static func compare(
    _ table: borrowing Table<Bytes32, Number>, _ plain: [Bytes32: Number]
  ) throws {
    #expect(table.count == plain.count)
    for word in 0..<7 as Range<UInt64> {
      let key = Bytes32(words: word, 0, 0, 0)
      let row = table[key]
      try #require(row == plain[key])
    }
  }

  private struct Draws {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func below(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
  }
}
