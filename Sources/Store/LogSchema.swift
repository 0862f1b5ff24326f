// The tables of the log's file, its format number and the checks before it is touched.

import GRDB
import Primitives

/// The format of the file.
enum LogSchema {
  /// Written to `PRAGMA user_version`; a higher one is refused by name.
  static let version: UInt64 = 1
  /// `TLSY` in `PRAGMA application_id`: tells our file from any other database.
  static let application: Int64 = 0x544C_5359
  static let fileName = "ledger.sqlite"

  /// Blocks are one row each; every id that a block mentions is one row of three integers.
  ///
  /// Ids are hashes, so an index over all of them would dirty a page an id. Mentions are grouped
  /// in eras of some 65,000, so that inserts stay within a small part of the tree.
  static let tables = """
    CREATE TABLE network (only INTEGER PRIMARY KEY CHECK (only = 0), id BLOB NOT NULL);
    CREATE TABLE tableName (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE state (tbl INTEGER NOT NULL, key BLOB NOT NULL, row BLOB NOT NULL,
      PRIMARY KEY (tbl, key)) WITHOUT ROWID;
    CREATE TABLE block (height INTEGER PRIMARY KEY, id BLOB NOT NULL, header BLOB NOT NULL,
      signature BLOB NOT NULL, messages BLOB NOT NULL, outcomes BLOB NOT NULL,
      receipts BLOB NOT NULL, events BLOB NOT NULL);
    CREATE TABLE era (era INTEGER PRIMARY KEY, first INTEGER NOT NULL);
    CREATE TABLE mention (era INTEGER NOT NULL, stem INTEGER NOT NULL, place INTEGER NOT NULL,
      PRIMARY KEY (era, stem, place)) WITHOUT ROWID;
    """

  /// Makes the tables, all in the caller's transaction.
  static func create(_ db: Database, network: Bytes32) throws {
    try db.execute(sql: tables)
    let statement = try RawStatement(db, "INSERT INTO network VALUES (0, ?)")
    try statement.bind(1, network.bytes)
    try statement.run()
    try db.execute(sql: "PRAGMA application_id = \(application)")
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// Looks at a file without changing it. False: it is new and has to be filled.
  static func inspect(
    _ db: Database, path: String, network: Bytes32, check: SQLiteLog.Check
  ) throws -> Bool {
    let mark = try number(db, "PRAGMA application_id")
    let version = UInt64(bitPattern: try number(db, "PRAGMA user_version"))
    let objects = try number(db, "SELECT count(*) FROM sqlite_master")
    if mark == 0, version == 0, objects == 0 { return false }
    guard mark == application else { throw StoreError.notAStore(path: path) }
    guard version <= LogSchema.version else {
      throw StoreError.newerFormat(found: version, known: LogSchema.version)
    }
    switch check {
    case .none: break
    case .quick: try verify(db, "PRAGMA quick_check(1)")
    case .full: try verify(db, "PRAGMA integrity_check(1)")
    }
    let owner = try RawStatement(db, "SELECT id FROM network")
    guard try owner.step(), let found = Bytes32(owner.bytes(0)) else {
      throw StoreError.corrupt(detail: "the network's id is missing")
    }
    owner.reset()
    guard found == network else { throw StoreError.otherNetwork(found: found, wanted: network) }
    return true
  }

  private static func verify(_ db: Database, _ sql: String) throws {
    let statement = try RawStatement(db, sql)
    defer { statement.reset() }
    guard try statement.step() else { return }
    let verdict = statement.text(0)
    if verdict != "ok" { throw StoreError.corrupt(detail: verdict) }
  }

  static func number(_ db: Database, _ sql: String) throws -> Int64 {
    let statement = try RawStatement(db, sql)
    defer { statement.reset() }
    return try statement.step() ? statement.number(0) : 0
  }
}
