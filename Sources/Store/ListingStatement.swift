// A prepared statement of the lists' file.

import GRDBSQLite

final class ListingStatement {
  private let raw: OpaquePointer

  init(_ connection: OpaquePointer, _ sql: String) throws {
    var made: OpaquePointer?
    let code = sqlite3_prepare_v3(
      connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
    guard code == SQLITE_OK, let made else { throw ListingConnection.error(code, connection) }
    raw = made
  }

  func finalise() { sqlite3_finalize(raw) }

  func reset() {
    sqlite3_reset(raw)
    sqlite3_clear_bindings(raw)
  }

  func bind(_ index: Int32, _ value: Int64) throws {
    try check(sqlite3_bind_int64(raw, index, value))
  }

  func bind(_ index: Int32, _ value: UInt64) throws {
    try bind(index, Int64(clamping: value))
  }

  func bindNull(_ index: Int32) throws { try check(sqlite3_bind_null(raw, index)) }

  func bind(_ index: Int32, _ bytes: [UInt8]) throws {
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
      let failure = ListingConnection.error(code, sqlite3_db_handle(raw))
      sqlite3_reset(raw)
      throw failure
    }
  }

  /// Steps a statement that gives no rows.
  func run() throws {
    while try step() {}
    reset()
  }

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
    if code != SQLITE_OK { throw ListingConnection.error(code, sqlite3_db_handle(raw)) }
  }
}
