// Tables: a message that is undone leaves no trace, and a block shows only what it changed.

import Primitives
import Testing

@testable import Kernel

private typealias Numbers = Table<UInt64, Lane>

@Suite("Table")
struct TableTests {
  private func dump(_ table: borrowing Numbers) -> [[UInt64]] {
    var rows: [[UInt64]] = []
    table.forEach { rows.append([$0, $1.next]) }
    return rows
  }

  /// A table that applies and rolls back is held against a twin that never saw what was undone:
  /// same rows, and the same drain in the same order, which even the undo bookkeeping must not
  /// disturb.
  @Test(arguments: 1...8)
  func leavesNoTraceAfterRollback(seed: UInt64) {
    var random = Seeded(seed)
    var table = Numbers("numbers")
    var twin = Numbers("numbers")
    for _ in 0..<30 {
      for _ in 0..<random.below(12) {
        let start = table.mark()
        var kept: [(UInt64, Lane?)] = []
        var inner = start
        var keptAtInner = 0
        for _ in 0..<random.below(8) {
          let key = UInt64(random.below(300))
          let row = random.chance(3) ? nil : Lane(next: UInt64(random.below(3)))
          table[key] = row
          kept.append((key, row))
          if random.chance(4) {
            inner = table.mark()
            keptAtInner = kept.count
          }
        }
        switch random.below(3) {
        case 0:
          table.rollback(to: start)
          kept = []
        case 1:
          table.rollback(to: inner)
          kept.removeSubrange(keptAtInner...)
        default: break
        }
        table.forgetUndo()
        for (key, row) in kept { twin[key] = row }
        twin.forgetUndo()
        let rows = dump(table)
        #expect(rows == dump(twin))
        let count = table.count
        #expect(count == rows.count)
      }
      var changes: [RowChange] = []
      var expected: [RowChange] = []
      table.drain(into: &changes)
      twin.drain(into: &expected)
      #expect(changes == expected)
    }
  }

  /// Drained changes, applied to a plain dictionary, give the table again at every block.
  @Test
  func drainsExactlyTheDifference() {
    var random = Seeded(7)
    var table = Numbers("numbers")
    var replica: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<200 {
      for _ in 0..<random.below(40) {
        table[UInt64(random.below(50))] =
          random.chance(2) ? nil : Lane(next: UInt64(random.below(3)))
      }
      var changes: [RowChange] = []
      table.drain(into: &changes)
      for change in changes {
        #expect(replica[change.key] != change.row, "a change that changes nothing")
        replica[change.key] = change.row
      }
      var rows: [[UInt8]: [UInt8]] = [:]
      table.forEach { rows[$0.keyBytes] = $1.encoded }
      #expect(rows == replica)
    }
  }

  @Test
  func whatNetsOutIsNoChange() {
    var table = Numbers("numbers")
    table[1] = Lane(next: 5)
    var changes: [RowChange] = []
    table.drain(into: &changes)
    #expect(changes.count == 1)

    changes = []
    table[1] = Lane(next: 6)
    table[2] = Lane(next: 1)
    table.forgetUndo()
    table[2] = nil
    table[1] = Lane(next: 5)
    table[3] = nil
    table.drain(into: &changes)
    #expect(changes.isEmpty)
    table.drain(into: &changes)
    #expect(changes.isEmpty)
  }

  /// A row that comes and goes within a block gives its slot back before the block ends, and one
  /// that was there before keeps it.
  @Test
  func whatCameAndWentLeavesNoSlot() {
    var table = Numbers("numbers")
    table[1] = Lane(next: 5)
    var changes: [RowChange] = []
    table.drain(into: &changes)
    changes = []
    for key in 2...200 as ClosedRange<UInt64> {
      table[key] = Lane(next: key)
      table[key] = Lane(next: key + 1)
      table.forgetUndo()
      table[key] = nil
      table.forgetUndo()
    }
    table[1] = nil
    table.forgetUndo()
    let slots = table.storage.pointee.slots.count
    #expect(slots == 2)
    table[7] = Lane(next: 7)
    table.drain(into: &changes)
    #expect(changes.map(\.key) == [[1], [7]])
    #expect(changes.map(\.row) == [nil, Lane(next: 7).encoded])
  }

  @Test
  func readsWithoutACopy() throws {
    var table = Numbers("numbers")
    table[1] = Lane(next: 5)
    #expect(try table.read(1) { $0.next } == 5)
    #expect(try table.read(2) { $0.next } == nil)
    let missing = refusal { () throws(Refusal) in
      _ = try table.read(2, else: Refusal("unknownThing")) { $0.next }
    }
    #expect(missing?.code == "unknownThing")
  }

  @Test
  func writingTheSameIsNoChange() {
    var table = Numbers("numbers")
    var changes: [RowChange] = []
    table[1] = Lane(next: 5)
    table.drain(into: &changes)
    changes = []
    let mark = table.mark()
    table[1] = Lane(next: 5)
    table[2] = nil
    table.list(since: mark, into: &changes)
    #expect(changes.isEmpty)
    table.forgetUndo()
    table.drain(into: &changes)
    #expect(changes.isEmpty)
  }

  @Test
  func updateWritesWhatItsBodyReturns() throws {
    var table = Numbers("numbers")
    try table.update(1) { row throws(Refusal) in row == nil ? Lane(next: 1) : nil }
    #expect(table[1]?.next == 1)
    try table.update(1) { row throws(Refusal) in Lane(next: (row?.next ?? 0) + 1) }
    #expect(table[1]?.next == 2)
    let refused = refusal { () throws(Refusal) in
      try table.update(1) { _ throws(Refusal) in throw .overflow }
    }
    #expect(refused == .overflow)
    #expect(table[1]?.next == 2)
    try table.update(1) { _ throws(Refusal) in nil }
    try table.update(2) { _ throws(Refusal) in nil }
    let count = table.count
    #expect(count == 0)
  }

  /// A rehearsal lists what its message changed, and not what the block changed before it.
  @Test
  func listsWhatChangedSinceTheMark() {
    var table = Numbers("numbers")
    table[1] = Lane(next: 5)
    table[2] = Lane(next: 5)
    let mark = table.mark()
    table[3] = Lane(next: 1)
    table[1] = Lane(next: 6)
    table[3] = Lane(next: 2)
    table[1] = Lane(next: 5)
    table[2] = nil
    var changes: [RowChange] = []
    table.list(since: mark, into: &changes)
    #expect(changes.map(\.key) == [[3], [2]])
    #expect(changes.map(\.row) == [Lane(next: 2).encoded, nil])
    table.rollback(to: mark)
    #expect(table[2]?.next == 5)
  }

  @Test
  func aChangeNamesItsLeaf() throws {
    var table = Numbers("numbers")
    table[300] = Lane(next: 9)
    var changes: [RowChange] = []
    table.drain(into: &changes)
    let change = try #require(changes.first)
    #expect(change.table == "numbers")
    #expect(change.key == [0x19, 0x01, 0x2c])
    #expect(change.row == [0x81, 0x09])
    #expect(
      change.leafKey == SHA256.hash([7] + Array("numbers".utf8) + [0x19, 0x01, 0x2c]))
    table[300] = nil
    changes = []
    table.drain(into: &changes)
    #expect(changes == [RowChange(table: "numbers", key: [0x19, 0x01, 0x2c], row: nil)])
  }

  /// The name's length keeps the tables `a` and `aX` apart whatever their keys are.
  @Test
  func leavesOfTwoTablesDiffer() {
    let first = RowChange.leafKey(table: "a", key: [0x58, 0x20])
    let second = RowChange.leafKey(table: "aX", key: [0x20])
    #expect(first != second)
  }

  @Test
  func loadFillsWithoutAChange() throws {
    var table = Numbers("numbers")
    try table.load(key: [0x05], row: [0x81, 0x18, 0x2a])
    #expect(table[5]?.next == 42)
    var changes: [RowChange] = []
    table.drain(into: &changes)
    #expect(changes.isEmpty)
    let twice = refusal { () throws(Refusal) in try table.load(key: [0x05], row: [0x81, 0x01]) }
    #expect(twice?.code == "malformed")
  }

  @Test(
    arguments: [
      ([0x18, 0x05], [0x81, 0x01]), ([0x05], [0x81]), ([0x05], [0x82, 0x01, 0x01]),
      ([0x05], [0x81, 0x18, 0x01]), ([], [0x81, 0x01]), ([0x05, 0x05], [0x81, 0x01]),
    ] as [([UInt8], [UInt8])])
  func loadRefusesWhatIsNotCanonical(key: [UInt8], row: [UInt8]) {
    var table = Numbers("numbers")
    #expect(refusal { () throws(Refusal) in try table.load(key: key, row: row) } != nil)
  }

  @Test
  func requireNamesTheCallersRefusal() throws {
    var table = Numbers("numbers")
    let missing = refusal { () throws(Refusal) in
      _ = try table.require(1, else: Refusal("unknownThing"))
    }
    #expect(missing?.code == "unknownThing")
    table[1] = Lane(next: 3)
    let row = try table.require(1, else: .overflow)
    #expect(row.next == 3)
    let count = table.count
    #expect(count == 1)
  }

  @Test
  func walksInTheOrderOfKeyBytes() {
    var table = Numbers("numbers")
    for key in [300, 2, 24, 23, 70_000, 255, 256] as [UInt64] { table[key] = Lane() }
    var seen: [UInt64] = []
    table.forEach { key, _ in seen.append(key) }
    #expect(seen == [2, 23, 24, 255, 256, 300, 70_000])
  }
}

@Suite("TableKey")
struct TableKeyTests {
  private func roundTrip<Key: TableKey>(_ key: Key) -> Bool {
    (try? Key(keyBytes: key.keyBytes)) == key
  }

  @Test
  func keysReadTheirOwnBytes() {
    for number in [0, 23, 24, 255, 256, 65_535, 65_536, 1 << 32 - 1, 1 << 32, .max] as [UInt64] {
      #expect(roundTrip(number))
    }
    #expect(roundTrip(address(9)))
    #expect(roundTrip(word(9)))
    #expect(roundTrip(BalanceKey(.escrow(word(1)), Asset(7))))
    #expect(roundTrip(LaneKey(address(3), 255)))
    #expect(word(9).keyBytes.prefix(2) == [0x58, 0x20])
    #expect(address(9).keyBytes.prefix(1) == [0x54])
  }

  /// A holder has one form: no address with high bytes, no treasury with an id, no fifth kind.
  @Test
  func holdersHaveOneForm() throws {
    for holder in [.account(address(5)), .escrow(word(5)), .treasury, .operator] as [Holder] {
      #expect(try Holder(kind: holder.kind, id: holder.id) == holder)
    }
    let high = Bytes32(words: 1, 0, 0, 5)
    for (kind, id) in [(0, high), (2, word(1)), (3, word(1)), (4, .zero)] as [(UInt8, Bytes32)] {
      #expect(
        refusal { () throws(Refusal) in _ = try Holder(kind: kind, id: id) } != nil)
    }
  }
}
