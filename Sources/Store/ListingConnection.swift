// A connection to the lists' file, with its statements prepared once and driven by SQLite's own
// calls: a page reads a dozen rows, and each shall cost microseconds.

import Archive
import GRDB
import GRDBSQLite
import Primitives

/// One connection. Only one thread uses it at a time: whoever holds it took it out of a pool.
final class ListingConnection: @unchecked Sendable {
  private let raw: OpaquePointer
  private var statements: [ListingQuery: ListingStatement] = [:]
  /// Names of checks and events by their codes, as far as this connection has read them.
  private var words: [Int64: String] = [:]
  private var codes: [String: Int64] = [:]
  private var lastWord: Int64 = 0
  /// Accounts by the numbers of their lines, which never change.
  private var accounts: [UInt64: Address] = [:]

  /// More words than the ledger's own would be somebody's attempt to fill memory.
  static let mostWords: Int64 = 1_024
  static let longestWord = 64
  private static let mostAccounts = 65_536

  init(path: String, isWriter: Bool) throws {
    var opened: OpaquePointer?
    let access = isWriter ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let code = sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let failure = ListingConnection.error(code, opened)
      sqlite3_close_v2(opened)
      throw failure
    }
    raw = opened
    sqlite3_extended_result_codes(raw, 1)
    sqlite3_busy_timeout(raw, 5_000)
  }

  deinit { close() }

  private var isClosed = false

  /// Closing twice does nothing.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    for statement in statements.values { statement.finalise() }
    statements = [:]
    sqlite3_close_v2(raw)
  }

  /// The statement of a query, ready for its values.
  func callAsFunction(_ query: ListingQuery) throws -> ListingStatement {
    if let known = statements[query] {
      known.reset()
      return known
    }
    assert(ListingQuery.known.contains(query), "a statement that allCases leaves out")
    let made = try ListingStatement(raw, query.sql)
    statements[query] = made
    return made
  }

  /// Runs statements that are used once.
  func execute(_ sql: String) throws {
    let code = sqlite3_exec(raw, sql, nil, nil, nil)
    if code != SQLITE_OK { throw ListingConnection.error(code, raw) }
  }

  /// The number that a statement gives in its first row.
  func number(_ sql: String) throws -> Int64 {
    let statement = try ListingStatement(raw, sql)
    defer { statement.finalise() }
    return try statement.step() ? statement.number(0) : 0
  }

  /// What SQLite says about how it would find the rows of a query.
  func plan(of query: ListingQuery) throws -> [String] {
    let statement = try ListingStatement(raw, "EXPLAIN QUERY PLAN " + query.sql)
    defer { statement.finalise() }
    var lines: [String] = []
    while try statement.step() { lines.append(statement.text(3)) }
    return lines
  }

  /// Runs `body` within a transaction: reading sees one moment of the file, and writing happens
  /// whole or not at all.
  func transaction<Value>(
    _ begin: ListingQuery, _ body: () throws -> Value
  ) throws -> Value {
    try self(begin).run()
    do {
      let value = try body()
      try self(.commit).run()
      return value
    } catch {
      for statement in statements.values { statement.reset() }
      // Where SQLite has rolled back by itself this fails, and there is nothing left to do.
      try? self(.rollback).run()
      throw error
    }
  }

  static func error(_ code: Int32, _ handle: OpaquePointer?) -> DatabaseError {
    let extended = handle.map { sqlite3_extended_errcode($0) } ?? code
    let text = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
    return DatabaseError(
      resultCode: ResultCode(rawValue: extended == SQLITE_OK ? code : extended), message: text)
  }
}

// MARK: - Words and accounts

extension ListingConnection {
  /// Forgets what a transaction that was rolled back may have entered.
  func forgetWords() {
    words = [:]
    codes = [:]
    lastWord = 0
  }

  private func readWords() throws {
    let statement = try self(.words)
    defer { statement.reset() }
    try statement.bind(1, lastWord)
    while try statement.step() {
      let (code, word) = (statement.number(0), statement.text(1))
      words[code] = word
      codes[word] = code
      lastWord = max(lastWord, code)
    }
  }

  func word(_ code: Int64) throws -> String? {
    if let known = words[code] { return known }
    try readWords()
    return words[code]
  }

  /// The code of a name; nil where no line has it.
  func code(of word: String) throws -> Int64? {
    if let known = codes[word] { return known }
    try readWords()
    return codes[word]
  }

  /// The code of a name, which is entered where it is new. Nil: too long, or there are too many.
  func enter(_ word: String) throws -> Int64? {
    if let known = try code(of: word) { return known }
    guard word.utf8.count <= ListingConnection.longestWord,
      lastWord < ListingConnection.mostWords, !word.utf8.contains(0)
    else { return nil }
    let code = lastWord + 1
    let statement = try self(.addWord)
    try statement.bind(1, code)
    try statement.bind(2, word)
    try statement.run()
    words[code] = word
    codes[word] = code
    lastWord = code
    return code
  }

  /// The account of a party's number.
  func account(_ number: UInt64) throws -> Address {
    if let known = accounts[number] { return known }
    let statement = try self(.partyByNumber)
    defer { statement.reset() }
    try statement.bind(1, number)
    guard try statement.step() else { throw StoreError.corrupt(detail: "a party is missing") }
    let account = try ListingBody.open(PartyLine.self, statement.bytes(0)).account
    if accounts.count >= ListingConnection.mostAccounts { accounts = [:] }
    accounts[number] = account
    return account
  }
}
