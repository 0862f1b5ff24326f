// The formats that a file of ours has had, and the step that leads from each to the next.

import GRDB

/// How a file came to be what it is. A new file goes through every step too, so that it cannot
/// differ from one that was upgraded. A step that was released is never edited.
struct SchemaHistory: Sendable {
  /// What `PRAGMA application_id` says: tells our file from any other database.
  let application: Int64
  /// The tables of format 1.
  let first: String
  /// The statement that leads from format 1 to 2, from 2 to 3, and so on.
  let steps: [String]

  /// The format that this version writes; a higher one is refused by name.
  var version: UInt64 { UInt64(steps.count) + 1 }

  /// Makes the tables, all in the caller's transaction.
  func create(_ db: Database) throws {
    try db.execute(sql: first)
    try db.execute(sql: "PRAGMA application_id = \(application)")
    try upgrade(db, from: 1)
  }

  /// Leads a file of an older format to the present one, in the caller's transaction: after a
  /// crash it is either what it was or what it shall be.
  func upgrade(_ db: Database, from found: UInt64) throws {
    for step in steps.dropFirst(Int(clamping: found) - 1) { try db.execute(sql: step) }
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// The format of a file, which is only looked at; nil where it is new and has no tables.
  func format(_ db: Database, path: String) throws -> UInt64? {
    let mark = try LogSchema.number(db, "PRAGMA application_id")
    let found = UInt64(bitPattern: try LogSchema.number(db, "PRAGMA user_version"))
    let objects = try LogSchema.number(db, "SELECT count(*) FROM sqlite_master")
    if mark == 0, found == 0, objects == 0 { return nil }
    guard mark == application, found > 0 else { throw StoreError.notAStore(path: path) }
    guard found <= version else { throw StoreError.newerFormat(found: found, known: version) }
    return found
  }
}
