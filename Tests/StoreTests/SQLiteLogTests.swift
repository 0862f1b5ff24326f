// What is appended comes back: blocks, state, messages, receipts, events and ids by prefix.

import Primitives
import Testing

@testable import Store

@Suite struct SQLiteLogTests {
  let folder = TemporaryFolder()

  func open(_ options: SQLiteLog.Options = .init()) throws -> SQLiteLog {
    try SQLiteLog(folder: folder.path, network: Fixture.network, options: options)
  }

  @Test func startsEmptyAndDurable() throws {
    let log = try open()
    #expect(try log.head() == nil)
    #expect(try log.synchronousLevel() == 2)
    #expect(try log.block(at: 0).value == nil)
    #expect(try log.events(after: nil).value == EventPage(events: [], through: nil))
    #expect(try Fixture.state(of: log).isEmpty)
  }

  @Test func givesBackEveryBlockAfterARestart() throws {
    do {
      let log = try open()
      for height in 0..<5 as Range<UInt64> { try log.append(Fixture.block(height)) }
      try log.close()
    }
    let log = try open()
    #expect(try log.head()?.id == Fixture.block(4).id)
    let read = try log.blocks(from: 1, limit: 3)
    #expect(read.value == (1...3).map { Fixture.stored(Fixture.block($0)) })
    #expect(read.height == 4)
    #expect(try log.block(at: 5).value == nil)
    #expect(try log.block(at: .max).value == nil)
    #expect(try log.heads(from: 3, limit: 9).value.map(\.height) == [3, 4])
    try log.append(Fixture.block(5))
    #expect(try log.head()?.height == 5)
  }

  @Test func keepsTheLastRowAndDropsRemovedOnes() throws {
    let log = try open()
    try log.append(Fixture.block(0))
    var next = Fixture.block(1, messages: 1)
    next.rows.append(LoggedRow(table: "lanes", key: Array("lane 2".utf8), row: nil))
    next.rows.append(LoggedRow(table: "lanes", key: Array("never there".utf8), row: nil))
    next.rows.append(LoggedRow(table: "empty", key: Array("row".utf8), row: []))
    try log.append(next)
    #expect(
      try Fixture.state(of: log) == [
        "lanes/lane 0": Array("1".utf8), "lanes/lane 1": Array("0".utf8),
        "clock/": Array("1".utf8), "empty/row": [],
      ])
  }

  @Test func keepsTablesApartWhoseNamesMeet() throws {
    let log = try open()
    var block = Fixture.block(0, messages: 0)
    block.rows = [
      LoggedRow(table: "a", key: Array("bc".utf8), row: [1]),
      LoggedRow(table: "ab", key: Array("c".utf8), row: [2]),
    ]
    try log.append(block)
    #expect(try Fixture.state(of: log) == ["a/bc": [1], "ab/c": [2]])
  }

  @Test func readsRowsOneByOneAndByPages() throws {
    let log = try open()
    var block = Fixture.block(0, messages: 5)
    block.rows.append(LoggedRow(table: "lanes", key: [], row: [0]))
    try log.append(block)
    let lane = Array("lane 3".utf8)
    #expect(try log.row("lanes", key: lane) == Reading(value: Array("0".utf8), height: 0))
    #expect(try log.row("lanes", key: [1]).value == nil)
    #expect(try log.row("no table", key: lane).value == nil)
    let first = try log.rows("lanes", after: nil, limit: 4).value
    #expect(first.map(\.key) == [[]] + (0..<3).map { Array("lane \($0)".utf8) })
    let rest = try log.rows("lanes", after: first.last?.key, limit: 4).value
    #expect(rest.map(\.key) == (3..<5).map { Array("lane \($0)".utf8) })
    #expect(try log.rows("lanes", after: [], limit: 1).value.map(\.key) == [Array("lane 0".utf8)])
    #expect(try log.rows("no table", after: nil, limit: 4).value.isEmpty)
  }

  @Test func aRowThatIsRefusedIsDamage() throws {
    let log = try open()
    try log.append(Fixture.block(0))
    let error = storeError {
      _ = try log.loadState { _, _, _ throws(Refusal) in throw .malformed(at: 3) }
    }
    #expect(error == .corrupt(detail: "a row of lanes is refused: malformed"))
  }

  @Test func findsAMessageByItsID() throws {
    let log = try open()
    try log.appendMany((0..<4).map { Fixture.block($0) })
    let found = try log.message(Fixture.messageID(2, 1))
    #expect(found.height == 3)
    #expect(found.value?.height == 2)
    #expect(found.value?.position == 1)
    #expect(found.value?.outcome == Array("outcome 2/1".utf8))
    #expect(try log.message(Fixture.digest("unknown")).value == nil)
    // The id of a run finds a receipt, not a message.
    #expect(try log.message(Fixture.digest("run 1")).value == nil)
  }

  @Test func findsReceiptsByRunLeaseAndOrder() throws {
    let log = try open()
    try log.appendMany((0..<4).map { Fixture.block($0) })
    #expect(try log.receipts(of: Fixture.digest("run 3")).value.map(\.height) == [3])
    #expect(try log.receipts(of: Fixture.digest("lease 2")).value.map(\.height) == [2])
    #expect(try log.receipts(of: Fixture.digest("order 1")).value.map(\.height) == [1, 3])
    #expect(try log.receipts(of: Fixture.digest("order 1"), limit: 1).value.map(\.height) == [1])
    #expect(try log.receipts(of: Fixture.digest("order 7")).value.isEmpty)
  }

  @Test func twoIDsWithOneStemAreToldApart() throws {
    let log = try open()
    let first = Bytes32(words: 7, 1, 1, 1)
    let second = Bytes32(words: 7, 2, 2, 2)
    var block = Fixture.block(0, messages: 2)
    block.messages[0].ids = [first]
    block.messages[1].ids = [second]
    try log.append(block)
    #expect(try log.message(second).value?.position == 1)
    #expect(try log.message(Bytes32(words: 7, 3, 3, 3)).value == nil)
    let both = try log.resolve(IDPrefix([0, 0, 0, 0, 0, 0, 0, 7], bitCount: 64)).value
    #expect(both.map(\.id) == [first, second])
  }

  /// The mention of a message or a receipt stands for that of the block's events.
  @Test func anIDIsMentionedOnceABlockAndStillFound() throws {
    let log = try open()
    var block = Fixture.block(0, messages: 2)
    let message = Fixture.messageID(0, 1)
    block.events.append(LogItem(ids: [message], name: "placed", bytes: [1]))
    try log.append(block)
    let places = SQLiteLog.mentions(of: block).filter { $0.stem == Stem.of(message) }
    #expect(places.map { Place(number: $0.place).kind } == [.message])
    // Two messages, three ids of a receipt, and the buyer, whom only an event names.
    #expect(SQLiteLog.mentions(of: block).count == 6)
    for (id, names) in [
      (message, ["placed"]), (Fixture.digest("lease 0"), ["settled", "closed"]),
      (Fixture.address("buyer").padded, ["settled"]), (Fixture.messageID(0, 0), []),
    ] {
      let page = try log.events(after: nil, filter: EventFilter(subjects: [id])).value
      #expect(page.events.map(\.item.name) == names)
      #expect(page.through == 0)
    }
  }

  @Test(arguments: [UInt64](arrayLiteral: 65_536, 1))
  func resolvesEveryPrefixToAllCandidates(eraSize: UInt64) throws {
    var options = SQLiteLog.Options()
    options.eraSize = eraSize
    let log = try open(options)
    for height in 0..<20 as Range<UInt64> { try log.append(Fixture.block(height)) }
    let id = Fixture.messageID(11, 2)
    let letters = PrintedID.full("order", id).dropFirst(6)
    for count in [4, 10, 51, 52, 56] {
      let prefix = try #require(IDPrefix(letters: String(letters.prefix(count))))
      let found = try log.resolve(prefix).value
      #expect(found.map(\.id) == [id], "\(count) letters")
      #expect(found.first?.height == 11)
      #expect(found.first?.name == "transfer")
      #expect(found.first?.source == .message)
    }
    let everything = try log.resolve(IDPrefix([], bitCount: 0), limit: 100_000).value
    #expect(everything.count == 20 * 3 + 20 * 2 + 2 + 1)
    #expect(everything.map(\.id) == everything.map(\.id).sorted())
    let one = try log.resolve(IDPrefix(id.bytes, bitCount: 1), limit: 100_000).value
    #expect(Set(one.map(\.id)) == Set(everything.map(\.id).filter { $0.bit(0) == id.bit(0) }))
    let run = try log.resolve(IDPrefix(Fixture.digest("run 4").bytes, bitCount: 40)).value
    #expect(run.map(\.slot) == [0])
    #expect(run.map(\.source) == [.receipt])
  }

  @Test(arguments: [UInt64](arrayLiteral: 65_536, 1))
  func filtersEventsAndResumes(eraSize: UInt64) throws {
    var options = SQLiteLog.Options()
    options.eraSize = eraSize
    let log = try open(options)
    try log.appendMany((0..<6).map { Fixture.block($0) })
    let all = try log.events(after: nil).value
    #expect(all.events.count == 12)
    #expect(all.through == 5)
    let order = EventFilter(subjects: [Fixture.digest("order 1")])
    #expect(try log.events(after: 1, filter: order).value.events.map(\.height) == [3, 5])
    #expect(try log.events(after: 5, filter: order).value == EventPage(events: [], through: 5))
    #expect(try log.events(after: .max).value.events.isEmpty)
    let buyer = EventFilter(names: ["settled"], subjects: [Fixture.address("buyer").padded])
    #expect(try log.events(after: nil, filter: buyer).value.events.count == 6)
    let stranger = EventFilter(subjects: [Fixture.address("stranger").padded])
    #expect(try log.events(after: nil, filter: stranger).value.events.isEmpty)
    // A page ends at a whole block, and what follows it is the rest.
    let first = try log.events(after: nil, limit: 3).value
    #expect(first.events.map(\.height) == [0, 0, 1, 1])
    #expect(first.through == 1)
    #expect(try log.events(after: first.through).value.events.map(\.height).first == 2)
  }

  @Test func searchesPastAPageOfBlocksWithoutEvents() throws {
    let log = try open()
    let quiet = UInt64(SQLiteLog.blocksPerPage) + 10
    try log.appendMany(
      (0...quiet).map { height in
        var block = Fixture.block(height, messages: 0)
        if height < quiet { block.events = [] }
        return block
      })
    let first = try log.events(after: nil).value
    #expect(first.events.isEmpty)
    #expect(first.through == UInt64(SQLiteLog.blocksPerPage) - 1)
    #expect(try log.events(after: first.through).value.events.count == 2)
  }

  @Test func refusesABlockOutOfOrderAndGoesOn() throws {
    let log = try open()
    try log.append(Fixture.block(0))
    #expect(storeError { try log.append(Fixture.block(2)) } == .outOfOrder(height: 2, next: 1))
    var other = Fixture.block(9)
    other.height = 0
    #expect(storeError { try log.append(other) } == .outOfOrder(height: 0, next: 1))
    // The last block once more: its first answer may have been lost.
    try log.append(Fixture.block(0))
    try log.append(Fixture.block(1))
    #expect(try log.head()?.height == 1)
  }

  @Test func aRefusedBlockTakesTheWholeGroupWithIt() throws {
    let log = try open()
    try log.append(Fixture.block(0))
    let before = try Fixture.state(of: log)
    var fresh = Fixture.block(1)
    fresh.rows.append(LoggedRow(table: "new table", key: [1], row: [1]))
    #expect(storeError { try log.appendMany([fresh, Fixture.block(3)]) } != nil)
    #expect(try log.head()?.height == 0)
    #expect(try Fixture.state(of: log) == before)
    // The name of the table was rolled back too, and is written again.
    try log.append(fresh)
    #expect(try Fixture.state(of: log)["new table/\u{1}"] == [1])
  }

  @Test func refusesABlockThatDoesNotVouchForItself() throws {
    let log = try open()
    var block = Fixture.block(0)
    block.id = .zero
    #expect(storeError { try log.append(block) }?.code == "badBlockHeader")
    block = Fixture.block(0)
    block.outcomes.removeLast()
    #expect(storeError { try log.append(block) }?.code == "blockTooLarge")
    #expect(try log.head() == nil)
  }

  @Test func readersSeeWholeBlocksWhileOneIsWritten() async throws {
    let log = try open()
    try log.append(Fixture.block(0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          for _ in 0..<40 {
            var clock: [UInt8] = []
            var lanes: Set<[UInt8]> = []
            let head = try log.loadState { table, _, row throws(Refusal) in
              if table == "clock" { clock = row } else { lanes.insert(row) }
            }
            let height = try #require(head?.height)
            #expect(clock == Array("\(height)".utf8))
            #expect(lanes == [clock])
          }
        }
      }
      group.addTask {
        for height in 1..<61 as Range<UInt64> { try log.append(Fixture.block(height)) }
      }
      try await group.waitForAll()
    }
    #expect(try log.head()?.height == 60)
  }
}
