// A table beside a plain dictionary, through random writes, rollbacks, messages and blocks.

import Primitives
import Testing

@testable import Kernel

@Suite struct TableWalkTests {
  @Test(arguments: 1...40) func aTableIsADictionary(seed: UInt64) throws {
    try TableWalkTests.walk(seed) { Number("n", $0) }
  }

  /// A row that ends short of its stride: what a slot says of it lies in the bytes behind it, and
  /// whoever moves a row by its stride writes over that. A lease is such a row.
  @Test(arguments: 1...40) func aRowMayEndInAByte(seed: UInt64) throws {
    #expect(MemoryLayout<Flagged>.size == 9 && MemoryLayout<Flagged>.stride == 16)
    try TableWalkTests.walk(seed) { Flagged(value: $0, flag: $0 % 2 == 0) }
  }

  /// The same with three bytes to spare, which hold one thing of a slot and not the other.
  @Test(arguments: 1...40) func aRowMayEndInAWord(seed: UInt64) throws {
    #expect(MemoryLayout<Listed>.size == 13 && MemoryLayout<Listed>.stride == 16)
    try TableWalkTests.walk(seed) { Listed(values: [$0, $0], count: UInt32($0), flag: $0 > 1) }
  }

  /// After every step both have the same rows, by key, in number and in order.
  private static func walk<Row: Fielded & Equatable>(
    _ seed: UInt64, _ made: (UInt64) -> Row
  ) throws {
    var random = Draws(seed)
    var table = Table<Bytes32, Row>("numbers")
    var stands: [Bytes32: Row] = [:]
    for _ in 0..<60 {
      for _ in 0..<random.below(5) {
        let mark = table.mark()
        var plain = stands
        var inner = (mark: mark, rows: stands)
        for _ in 0..<random.below(6) {
          let key = Bytes32(words: random.below(7), 0, 0, 0)
          let row: Row? = random.below(3) == 0 ? nil : made(random.below(4))
          table[key] = row
          plain[key] = row
          try compare(table, plain)
          if random.below(4) == 0 { inner = (table.mark(), plain) }
        }
        switch random.below(4) {
        case 0:
          table.rollback(to: mark)
          try compare(table, stands)
          continue
        case 1:
          table.rollback(to: inner.mark)
          try compare(table, inner.rows)
          stands = inner.rows
        default: stands = plain
        }
        table.forgetUndo()
        try compare(table, stands)
      }
      var changes: [RowChange] = []
      table.drain(into: &changes)
      try compare(table, stands)
    }
  }

  private static func compare<Row>(
    _ table: borrowing Table<Bytes32, Row>, _ plain: [Bytes32: Row]
  ) throws {
    let count = table.count
    try #require(count == plain.count)
    for word in 0..<7 as Range<UInt64> {
      let key = Bytes32(words: word, 0, 0, 0)
      let row = table[key]
      try #require(row == plain[key])
    }
    var listed = 0
    table.forEach { key, row in if plain[key] == row { listed += 1 } }
    try #require(listed == plain.count)
  }

  /// Nine bytes, of sixteen.
  private struct Flagged: Fielded, Hashable {
    static let typeName = "Flagged"
    var value: UInt64 = 0
    var flag = false

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
      try v("value", &value)
      try v("flag", &flag)
    }
  }

  /// Thirteen bytes, of sixteen, with a list.
  private struct Listed: Fielded, Hashable {
    static let typeName = "Listed"
    var values: [UInt64] = []
    var count: UInt32 = 0
    var flag = false

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
      try v("values", &values)
      var wide = UInt64(count)
      try v("count", &wide)
      count = UInt32(truncatingIfNeeded: wide)
      try v("flag", &flag)
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
