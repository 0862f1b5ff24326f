// Reading: the state at start, blocks by height, and a message by its id.

import GRDB
import Glibc
public import Primitives

/// A message with the place that it got and what came of it.
public struct StoredMessage: Hashable, Sendable {
  public var height: UInt64
  /// Its place in the block.
  public var position: Int
  public var item: LogItem
  public var outcome: [UInt8]
}

extension SQLiteLog {
  /// The last committed block; nil before the first.
  public func head() throws(StoreError) -> BlockHead? {
    try storing(path) { try pool.read { try SQLiteLog.head($0) } }
  }

  /// Hands over every row of the state, table by table and key by key, all of one height.
  /// A row that `body` refuses means that the file is damaged. Gives the head it belongs to.
  public func loadState(
    _ body: (_ table: String, _ key: [UInt8], _ row: [UInt8]) throws(Refusal) -> Void
  ) throws(StoreError) -> BlockHead? {
    try storing(path) { try pool.read { try SQLiteLog.loadState($0, body) } }
  }

  static func loadState(
    _ db: Database,
    _ body: (_ table: String, _ key: [UInt8], _ row: [UInt8]) throws(Refusal) -> Void
  ) throws -> BlockHead? {
    let rows = try RawStatement(
      db, "SELECT name, key, row FROM state JOIN tableName ON code = tbl ORDER BY tbl, key")
    defer { rows.reset() }
    while try rows.step() {
      let table = rows.text(0)
      do throws(Refusal) {
        try body(table, rows.bytes(1), rows.bytes(2))
      } catch {
        throw StoreError.corrupt(detail: "a row of \(table) is refused: \(error.code)")
      }
    }
    return try SQLiteLog.head(db)
  }

  /// One row of the state; nil where there is none.
  public func row(_ table: String, key: [UInt8]) throws(StoreError) -> Reading<[UInt8]?> {
    try reading { db in
      let statement = try RawStatement(
        db, "SELECT row FROM state JOIN tableName ON code = tbl WHERE name = ? AND key = ?")
      defer { statement.reset() }
      try statement.bind(1, table)
      try statement.bind(2, key)
      return try statement.step() ? statement.bytes(0) : nil
    }
  }

  /// At most `limit` rows of a table in the order of their keys' bytes, those after `after`.
  public func rows(
    _ table: String, after: [UInt8]?, limit: Int
  ) throws(StoreError) -> Reading<[LoggedRow]> {
    try reading { db in
      // Every key is at least as great as the empty one.
      let comparison = after == nil ? ">=" : ">"
      let statement = try RawStatement(
        db,
        "SELECT key, row FROM state WHERE tbl = (SELECT code FROM tableName WHERE name = ?)"
          + " AND key \(comparison) ? ORDER BY key LIMIT ?")
      defer { statement.reset() }
      try statement.bind(1, table)
      try statement.bind(2, after ?? [])
      try statement.bind(3, Int64(max(0, limit)))
      var rows: [LoggedRow] = []
      while try statement.step() {
        rows.append(LoggedRow(table: table, key: statement.bytes(0), row: statement.bytes(1)))
      }
      return rows
    }
  }

  /// The block at a height; nil where there is none.
  public func block(at height: UInt64) throws(StoreError) -> Reading<StoredBlock?> {
    try reading { db in try SQLiteLog.block(db, height) }
  }

  /// At most `limit` blocks from `height` on, in order.
  public func blocks(from height: UInt64, limit: Int) throws(StoreError) -> Reading<[StoredBlock]> {
    try reading { db in
      let heights = try SQLiteLog.heights(db, from: height, limit: limit)
      return try heights.compactMap { try SQLiteLog.block(db, $0) }
    }
  }

  /// Heads of at most `limit` blocks from `height` on, in order.
  public func heads(from height: UInt64, limit: Int) throws(StoreError) -> Reading<[BlockHead]> {
    try reading { db in
      let statement = try RawStatement(
        db, SQLiteLog.headColumns + " WHERE height >= ? ORDER BY height LIMIT ?")
      defer { statement.reset() }
      try statement.bind(1, UInt64(min(height, UInt64(Int64.max))))
      try statement.bind(2, Int64(max(0, limit)))
      var heads: [BlockHead] = []
      while try statement.step() { heads.append(try SQLiteLog.readHead(statement)) }
      return heads
    }
  }

  /// The message of that id, with its place and outcome; nil when no block holds it.
  public func message(_ id: Bytes32) throws(StoreError) -> Reading<StoredMessage?> {
    try reading { db in
      try SQLiteLog.message(
        db, id, among: SQLiteLog.places(db, stem: Stem.of(id), kind: .message, sieve))
    }
  }

  /// The message that came by the transaction of that hash.
  public func message(
    transaction hash: Bytes32
  ) throws(StoreError) -> Reading<StoredMessage?> {
    try reading { db in
      try SQLiteLog.message(
        db, hash, among: SQLiteLog.places(db, stem: Stem.of(hash), kind: .message, sieve), slot: 1)
    }
  }

  static func message(
    _ db: Database, _ id: Bytes32, among places: [Place], slot: Int = 0
  ) throws -> StoredMessage? {
    for place in places {
      var messages = PartReader(db, .message)
      let item = try messages.item(at: place)
      guard item.ids.count > slot, item.ids[slot] == id else { continue }
      var outcomes = PartReader(db, .outcome)
      let outcome = Place(height: place.height, kind: .outcome, position: place.position)
      return StoredMessage(
        height: place.height, position: place.position, item: item,
        outcome: try outcomes.item(at: outcome).bytes)
    }
    return nil
  }
}

// MARK: - Shared by the readers

extension SQLiteLog {
  static let headColumns = "SELECT height, id, header, signature FROM block"

  /// Reads within one snapshot and says of which height.
  func reading<Value: Sendable>(
    _ body: (Database) throws -> Value
  ) throws(StoreError) -> Reading<Value> {
    try storing(path) {
      // What begins and ends the snapshot is prepared once, as every other statement is. The
      // connections of the pool cannot write.
      try pool.unsafeRead { db in
        try RawStatement(db, "BEGIN DEFERRED").run()
        do {
          let height = try LogSchema.number(db, "SELECT max(height) FROM block")
          let found = Reading(value: try body(db), height: UInt64(height))
          try RawStatement(db, "COMMIT").run()
          return found
        } catch {
          // Where SQLite has rolled back by itself this fails, and there is nothing left to do.
          try? RawStatement(db, "ROLLBACK").run()
          throw error
        }
      }
    }
  }

  static func head(_ db: Database) throws -> BlockHead? {
    let statement = try RawStatement(
      db, headColumns + " WHERE height = (SELECT max(height) FROM block)")
    defer { statement.reset() }
    return try statement.step() ? try readHead(statement) : nil
  }

  static func readHead(_ statement: RawStatement) throws -> BlockHead {
    let header = statement.bytes(2)
    guard let id = Bytes32(statement.bytes(1)), SHA256.hash(header) == id else {
      throw StoreError.corrupt(detail: "the header of block \(statement.number(0))")
    }
    return BlockHead(
      height: UInt64(statement.number(0)), id: id, header: header,
      signature: statement.bytes(3))
  }

  static func block(_ db: Database, _ height: UInt64) throws -> StoredBlock? {
    guard height <= UInt64(Int64.max) else { return nil }
    let statement = try RawStatement(db, headColumns + " WHERE height = ?")
    defer { statement.reset() }
    try statement.bind(1, height)
    guard try statement.step() else { return nil }
    return StoredBlock(
      head: try readHead(statement),
      messages: try PartReader.all(db, .message, at: height),
      outcomes: try PartReader.all(db, .outcome, at: height).map(\.bytes),
      receipts: try PartReader.all(db, .receipt, at: height),
      events: try PartReader.all(db, .event, at: height))
  }

  static func heights(_ db: Database, from height: UInt64, limit: Int) throws -> [UInt64] {
    let statement = try RawStatement(
      db, "SELECT height FROM block WHERE height >= ? ORDER BY height LIMIT ?")
    defer { statement.reset() }
    try statement.bind(1, UInt64(min(height, UInt64(Int64.max))))
    try statement.bind(2, Int64(max(0, limit)))
    var heights: [UInt64] = []
    while try statement.step() { heights.append(UInt64(statement.number(0))) }
    return heights
  }
}

/// Bytes of a file; 0 when there is none.
func fileSize(_ path: String) -> Int {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : 0
}
