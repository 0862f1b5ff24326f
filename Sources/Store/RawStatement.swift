// One cached statement, bound and stepped without boxing its values.

import GRDB
import GRDBSQLite

/// A statement of GRDB's cache, driven by SQLite's own calls.
///
/// A block binds tens of thousands of small values; passing them as arrays of boxed database
/// values costs more than SQLite's own work.
struct RawStatement {
  private let statement: Statement
  private let raw: OpaquePointer

  /// Prepares `sql`, or takes it from the connection's cache.
  init(_ db: Database, _ sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
    raw = statement.sqliteStatement
    sqlite3_reset(raw)
    sqlite3_clear_bindings(raw)
  }

  func bind(_ index: Int32, _ value: Int64) throws {
    try check(sqlite3_bind_int64(raw, index, value))
  }

  func bind(_ index: Int32, _ value: UInt64) throws {
    guard let fitting = Int64(exactly: value) else {
      throw StoreError.tooMany(count: value, limit: UInt64(Int64.max))
    }
    try bind(index, fitting)
  }

  func bind(_ index: Int32, _ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return try check(sqlite3_bind_zeroblob(raw, index, 0)) }
    // The destructor −1 tells SQLite to copy the bytes before the call returns.
    let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    try check(sqlite3_bind_blob64(raw, index, bytes, UInt64(bytes.count), copies))
  }

  func bind(_ index: Int32, _ text: String) throws {
    let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    try check(sqlite3_bind_text(raw, index, text, -1, copies))
  }

  /// True while there is a row.
  func step() throws -> Bool {
    switch sqlite3_step(raw) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let failure = error(code)
      sqlite3_reset(raw)
      throw failure
    }
  }

  /// Steps a statement that gives no rows, and makes it ready for the next values.
  func run() throws {
    while try step() {}
    sqlite3_reset(raw)
  }

  /// Ends a reading before its last row.
  func reset() { sqlite3_reset(raw) }

  func number(_ column: Int32) -> Int64 { sqlite3_column_int64(raw, column) }

  func bytes(_ column: Int32) -> [UInt8] {
    guard let start = sqlite3_column_blob(raw, column) else { return [] }
    let count = Int(sqlite3_column_bytes(raw, column))
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(raw, column) else { return "" }
    return String(cString: start)
  }

  private func check(_ code: Int32) throws {
    if code != SQLITE_OK { throw error(code) }
  }

  private func error(_ code: Int32) -> DatabaseError {
    let handle = sqlite3_db_handle(raw)
    let extended = handle.map { sqlite3_extended_errcode($0) } ?? code
    let text = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
    return DatabaseError(resultCode: ResultCode(rawValue: extended), message: text)
  }
}
