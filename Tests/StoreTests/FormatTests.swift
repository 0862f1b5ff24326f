// Files of older formats: led to the present one whole or not at all, and never by a look.

import Archive
import Foundation
import GRDB
import Primitives
import Testing

@testable import Store

@Suite struct FormatTests {
  let folder = TemporaryFolder()

  var file: String { folder.path + "/" + LogSchema.fileName }

  /// The file of format 1 that is kept beside the tests, with blocks 0 to 2 of the fixtures.
  func makeOldFile() throws {
    let path = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Vectors/store/ledger-1.sql").path
    let bytes = try #require(FileManager.default.contents(atPath: path))
    let queue = try DatabaseQueue(path: file)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: String(decoding: bytes, as: UTF8.self))
    }
    try queue.close()
  }

  func open() throws -> SQLiteLog { try SQLiteLog(folder: folder.path, network: Fixture.network) }

  func texts(_ sql: String, in path: String) throws -> [String] {
    try StoreFile.look(at: path) { db in
      let rows = try RawStatement(db, sql)
      defer { rows.reset() }
      var found: [String] = []
      while try rows.step() { found.append(rows.text(0)) }
      return found
    }
  }

  @Test func anOldFileIsReadAndGoesOn() throws {
    try makeOldFile()
    let log = try open()
    #expect(try log.head()?.height == 2)
    for height in 0...2 as ClosedRange<UInt64> {
      #expect(try log.block(at: height).value == Fixture.stored(Fixture.block(height)))
    }
    #expect(try log.message(Fixture.messageID(1, 2)).value?.height == 1)
    try log.append(Fixture.block(3))
    #expect(try Fixture.state(of: log)["clock/"] == [UInt8(ascii: "3")])
    try log.close()
    #expect(try SQLiteLog.look(at: folder.path).format == LogSchema.version)
    #expect(
      try texts("SELECT version || ' at ' || blocks FROM format", in: file)
        == ["2 at 3", "3 at 3", "4 at 3"])
  }

  /// Blocks of before lie in one section each, those of after in parts; readers see no difference.
  @Test func oldBlocksAreReadByTheirPlacesToo() throws {
    try makeOldFile()
    let log = try open()
    try log.append(Fixture.block(3))
    for height in 0...3 as ClosedRange<UInt64> {
      let block = Fixture.block(height)
      for index in 0..<3 {
        let id = Fixture.messageID(height, index)
        let found = try #require(try log.message(id, at: height).value)
        #expect(try log.message(id).value == found)
        #expect(try log.message(id, at: height + 1).value == nil)
      }
      let places = [0, 1, 2].map { RecordedPlace(height: height, position: $0) }
      #expect(try log.events(at: places).value.map(\.item) == block.events)
      let run = Fixture.digest("run \(height)")
      #expect(try log.receipts(of: run, at: [height]).value.map(\.item) == block.receipts)
      #expect(try log.head(at: height).value?.header == block.header)
    }
    let kinds = "SELECT group_concat(height) FROM block WHERE length(messages) = 4"
    #expect(try texts(kinds, in: file) == ["3"])
    try log.close()
  }

  @Test func anUpgradedFileHasTheTablesOfANewOne() throws {
    try makeOldFile()
    try open().close()
    let other = TemporaryFolder()
    try SQLiteLog(folder: other.path, network: Fixture.network).close()
    let sql = "SELECT sql FROM sqlite_master ORDER BY name"
    let new = try texts(sql, in: other.path + "/" + LogSchema.fileName)
    #expect(try texts(sql, in: file) == new)
    #expect(new.count > 6)
  }

  @Test func aLookLeadsNothingOn() throws {
    try makeOldFile()
    let before = try Fixture.bytes(of: file)
    #expect(try SQLiteLog.look(at: folder.path).format == 1)
    _ = try SQLiteLog.backUp(folder.path, to: folder.path + "/copy")
    #expect(try SQLiteLog.look(at: folder.path + "/copy").format == 1)
    #expect(try Fixture.bytes(of: file) == before)
  }

  @Test func anotherNetworksOldFileIsNotTouched() throws {
    try makeOldFile()
    let before = try Fixture.bytes(of: file)
    let other = Fixture.digest("another network")
    #expect(
      storeError { _ = try SQLiteLog(folder: folder.path, network: other) }
        == .otherNetwork(found: Fixture.network, wanted: other))
    #expect(try Fixture.bytes(of: file) == before)
  }

  @Test func aStepThatFailsLeavesTheOldFormat() throws {
    let history = SchemaHistory(
      application: 7, first: "CREATE TABLE a (x)",
      steps: ["CREATE TABLE b (x)", "INSERT INTO nothing VALUES (1)"])
    let queue = try DatabaseQueue(path: file)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "CREATE TABLE a (x)")
      try db.execute(sql: "PRAGMA application_id = 7")
      try db.execute(sql: "PRAGMA user_version = 1")
      #expect(throws: (any Error).self) {
        try db.inTransaction(.immediate) {
          try history.upgrade(db, from: 1)
          return .commit
        }
      }
      #expect(try LogSchema.number(db, "PRAGMA user_version") == 1)
      #expect(try LogSchema.number(db, "SELECT count(*) FROM sqlite_master") == 1)
    }
  }

  @Test func stepsGoOnFromWhereAFileStands() throws {
    let history = SchemaHistory(
      application: 7, first: "CREATE TABLE a (x)",
      steps: ["CREATE TABLE b (x)", "CREATE TABLE c (x)"])
    #expect(history.version == 3)
    let queue = try DatabaseQueue(path: file)
    try queue.writeWithoutTransaction { db in
      #expect(try history.format(db, path: file) == nil)
      try db.execute(sql: "CREATE TABLE a (x); CREATE TABLE b (x)")
      try db.execute(sql: "PRAGMA application_id = 7")
      try db.execute(sql: "PRAGMA user_version = 2")
      try history.upgrade(db, from: 2)
      #expect(try history.format(db, path: file) == 3)
      #expect(try LogSchema.number(db, "SELECT count(*) FROM sqlite_master") == 3)
      // A marked file of format 0 was never written by us.
      try db.execute(sql: "PRAGMA user_version = 0")
      #expect(storeError { _ = try history.format(db, path: file) } == .notAStore(path: file))
    }
  }
}
