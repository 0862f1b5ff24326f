// Items in parts: read one by one or all together they are the same, and a lost part is missed.

import Archive
import GRDB
import GRDBSQLite
import Primitives
import Testing

@testable import Store

@Suite struct BlockPartTests {
  let folder = TemporaryFolder()

  /// A block whose items are small, just about a part's size, and far beyond it.
  private func wide(_ height: UInt64) -> CommittedBlock {
    var block = Fixture.block(height, messages: 400)
    let sizes = [0, 1, 3_800, 3_893, 3_894, 9_000, 70_000, 5]
    for (index, size) in sizes.enumerated() {
      block.messages[index * 50].bytes = [UInt8](repeating: UInt8(index), count: size)
      block.events.append(
        LogItem(
          ids: [Fixture.digest("event \(height) \(index)")], name: "wide",
          bytes: [UInt8](repeating: 7, count: size)))
    }
    block.receipts += (0..<60).map {
      LogItem(
        ids: [Fixture.digest("run \(height) \($0)"), Fixture.digest("lease of many")],
        bytes: [UInt8](repeating: 1, count: 300))
    }
    return block
  }

  private func open() throws -> SQLiteLog {
    var options = SQLiteLog.Options()
    options.eraSize = 500
    return try SQLiteLog(folder: folder.path, network: Fixture.network, options: options)
  }

  /// The folder is free again when this returns.
  private func using(_ body: (SQLiteLog) throws -> Void) throws {
    let log = try open()
    try body(log)
    try log.close()
  }

  private func change(_ sql: String) throws {
    let queue = try DatabaseQueue(path: folder.path + "/" + LogSchema.fileName)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
  }

  @Test func itemsAreTheSameHoweverTheyAreRead() throws {
    let log = try open()
    let blocks = (0...3 as ClosedRange<UInt64>).map {
      $0 == 2 ? Fixture.block(2, messages: 0) : wide($0)
    }
    for block in blocks { try log.append(block) }
    for block in blocks {
      #expect(try log.block(at: block.height).value == Fixture.stored(block))
      let places = block.events.indices.map {
        RecordedPlace(height: block.height, position: UInt64($0))
      }
      #expect(try log.events(at: places).value.map(\.item) == block.events)
      // Any order, and places that there are not.
      let strange = [.max, UInt64(block.events.count)].map {
        RecordedPlace(height: block.height, position: $0)
      }
      #expect(
        try log.events(at: strange + places.reversed()).value.map(\.item)
          == block.events.reversed())
      for (index, message) in block.messages.enumerated() {
        let found = try #require(try log.message(message.ids[0], at: block.height).value)
        #expect(found.item == message && found.position == index)
        #expect(found.outcome == block.outcomes[index])
        if index % 40 == 0 { #expect(try log.message(message.ids[0]).value == found) }
      }
    }
    let many = Fixture.digest("lease of many")
    let searched = try log.receipts(of: many).value
    #expect(searched.count == 180)
    #expect(try log.receipts(of: many, at: [0, 1, 3]).value == searched)
    #expect(try log.receipts(of: many, at: [1, 2]).value == searched.filter { $0.height == 1 })
    #expect(try log.receipts(of: many, at: [0, 1], limit: 7).value == Array(searched.prefix(7)))
    #expect(try log.events(at: [RecordedPlace(height: .max, position: 0)]).value.isEmpty)
    #expect(try log.message(many, at: .max).value == nil)
    #expect(try log.head(at: .max).value == nil)
    try log.close()
  }

  @Test func aPartThatIsLostOrDamagedIsMissed() throws {
    let block = wide(0)
    try using { try $0.append(block) }
    let last = "SELECT max(place) FROM part WHERE place < \(1 << 20)"
    let lost = "DELETE FROM part WHERE place = (\(last))"
    try change(lost)
    let first = block.messages[0].ids[0]
    try using { log throws in
      #expect(storeError { _ = try log.block(at: 0) }?.code == "storeCorrupt")
      let last = try #require(block.messages.last)
      #expect(storeError { _ = try log.message(last.ids[0], at: 0) }?.code == "storeCorrupt")
      #expect(try log.message(first, at: 0).value?.position == 0)
    }
    try change("UPDATE part SET items = CAST('damaged' AS BLOB) WHERE place = 0")
    try using { log throws in
      #expect(storeError { _ = try log.message(first, at: 0) }?.code == "storeCorrupt")
    }
  }

  /// What readers ask finds its rows by an index. Gone through is only the list of eras, which has
  /// a line for some 65,000 mentions, for who knows no more than the first letters of an id; and,
  /// when a log is opened, the few names of tables.
  @Test func readersFindByIndex() throws {
    var options = SQLiteLog.Options()
    options.readers = 1
    let log = try SQLiteLog(folder: folder.path, network: Fixture.network, options: options)
    for height in 0...2 as ClosedRange<UInt64> { try log.append(wide(height)) }
    let id = Fixture.messageID(1, 5)
    _ = try log.head()
    _ = try log.head(at: 1)
    _ = try log.heads(from: 0, limit: 2)
    _ = try log.block(at: 1)
    _ = try log.blocks(from: 0, limit: 2)
    _ = try log.message(id)
    _ = try log.message(id, at: 1)
    _ = try log.receipts(of: id)
    _ = try log.receipts(of: id, at: [1])
    _ = try log.events(after: nil)
    _ = try log.events(after: 0, filter: EventFilter(subjects: [id]))
    _ = try log.events(at: [RecordedPlace(height: 1, position: 0)])
    _ = try log.resolve(try #require(IDPrefix(letters: "abcd")))
    _ = try log.row("lanes", key: [])
    _ = try log.rows("lanes", after: nil, limit: 1)
    _ = try log.rows("lanes", after: [1], limit: 1)
    _ = try log.escrows()
    let plans = try log.pool.read { db in
      var statements: [String] = []
      var next = sqlite3_next_stmt(db.sqliteConnection, nil)
      while let statement = next {
        statements.append(String(cString: sqlite3_sql(statement)))
        next = sqlite3_next_stmt(db.sqliteConnection, statement)
      }
      return try statements.filter { $0.hasPrefix("SELECT") }.map { sql in
        var lines: [String] = []
        let plan = try RawStatement(db, "EXPLAIN QUERY PLAN " + sql)
        defer { plan.reset() }
        while try plan.step() { lines.append(plan.text(3)) }
        return (sql: sql, lines: lines)
      }
    }
    #expect(plans.count > 14)
    #expect(plans.contains { $0.sql.contains("FROM part") })
    for plan in plans {
      for line in plan.lines where line.contains("SCAN") {
        let isNames = plan.sql == "SELECT code, name FROM tableName"
        let isPrefix = plan.sql.contains("BETWEEN") && line == "SCAN era"
        #expect(isPrefix || isNames || line == "SCAN CONSTANT ROW", "\(plan.sql): \(line)")
      }
      let isSorted = plan.lines.contains { $0.contains("TEMP B-TREE") }
      #expect(!isSorted || plan.sql.contains("FROM era"), "\(plan.sql): \(plan.lines)")
    }
    try log.close()
  }
}
