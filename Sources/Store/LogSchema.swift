// The tables of the log's file, its format number and the checks before it is touched.

import GRDB
import Primitives

/// The format of the file.
enum LogSchema {
  static let fileName = "ledger.sqlite"

  /// `TLSY` marks the file. Format 2 keeps, for each later format, how many blocks the file had
  /// when it took it. Since format 3 the items of a block lie in parts of a few thousand bytes, so
  /// that one is read without the others; blocks of before stay as they are. An index finds the
  /// era of a height. Since format 4 an era that is closed leaves its filter in the file: to make
  /// those of a million roads anew takes a core for as long as many thousand pages.
  static let history = SchemaHistory(
    application: 0x544C_5359, first: tables,
    steps: [
      """
      CREATE TABLE format (version INTEGER PRIMARY KEY, blocks INTEGER NOT NULL);
      INSERT INTO format SELECT 2, count(*) FROM block;
      """,
      """
      CREATE TABLE part (place INTEGER PRIMARY KEY, items BLOB NOT NULL);
      CREATE INDEX eraFirst ON era (first);
      INSERT INTO format SELECT 3, count(*) FROM block;
      """,
      """
      CREATE TABLE sieve (era INTEGER PRIMARY KEY, filter BLOB NOT NULL);
      INSERT INTO format SELECT 4, count(*) FROM block;
      """,
    ])

  static var version: UInt64 { history.version }

  /// Blocks are one row each; every id that a block mentions is one row of three integers.
  ///
  /// Ids are hashes, so an index over all of them would dirty a page an id. Mentions are grouped
  /// in eras of some 65,000, so that inserts stay within a small part of the tree.
  private static let tables = """
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
    try history.create(db)
    let statement = try RawStatement(db, "INSERT INTO network VALUES (0, ?)")
    try statement.bind(1, network.bytes)
    try statement.run()
  }

  /// Looks at a file without changing it, and gives its format. Nil: it is new and has to be
  /// filled.
  static func inspect(
    _ db: Database, path: String, network: Bytes32, check: SQLiteLog.Check
  ) throws -> UInt64? {
    guard let format = try history.format(db, path: path) else { return nil }
    try verify(db, check)
    let found = try self.network(db)
    guard found == network else { throw StoreError.otherNetwork(found: found, wanted: network) }
    return format
  }

  static func network(_ db: Database) throws -> Bytes32 {
    let owner = try RawStatement(db, "SELECT id FROM network")
    defer { owner.reset() }
    guard try owner.step(), let found = Bytes32(owner.bytes(0)) else {
      throw StoreError.corrupt(detail: "the network's id is missing")
    }
    return found
  }

  /// Compares the pages of a file with each other.
  static func verify(_ db: Database, _ check: SQLiteLog.Check) throws {
    switch check {
    case .none: break
    case .quick: try verify(db, "PRAGMA quick_check(1)")
    case .full: try verify(db, "PRAGMA integrity_check(1)")
    }
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
