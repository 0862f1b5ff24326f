// The sums of the blob store: what the rows say, at every moment, without reading them all.

import GRDB
import GRDBSQLite
import Market
import Primitives
import Testing

@testable import Store

@Suite struct BlobTallyTests {
  let folder = TemporaryFolder()
  let ann = Fixture.address("ann")
  let bob = Fixture.address("bob")

  func open(_ limits: BlobStore.Limits = .init()) throws -> BlobStore {
    try BlobStore(folder: folder.path, limits: limits)
  }

  @Test func aBlobOfTwoHoldersIsStoredOnceAndHeldTwice() throws {
    let store = try open()
    for holder in [ann, bob, ann] {
      _ = try store.put([1, 2, 3], by: holder, readers: .anyone, until: Time(10))
    }
    #expect(store.storedBytes == 3)
    #expect(store.held(by: ann) == 3 && store.held(by: bob) == 3)
    _ = try store.put([4], by: bob, readers: .anyone, until: Time(20))
    #expect(try store.sweep(now: Time(11)) == BlobSweep(blobs: 1, bytes: 3))
    #expect(store.storedBytes == 1)
    #expect(store.held(by: ann) == 0 && store.held(by: bob) == 1)
  }

  /// Puts, sweeps and restarts in any order, beside a dictionary that knows what must be there.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func theSumsAreAlwaysThoseOfTheRows(seed: UInt64) throws {
    struct Held: Hashable {
      var size: Int
      var holder: Int
    }
    var state = seed
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    let holders = [ann, bob, Fixture.address("eve")]
    var expected: [Held: UInt64] = [:]
    var opened: BlobStore? = try open()
    var now: UInt64 = 0
    for _ in 0..<120 {
      switch next(10) {
      case 0:
        now += next(20)
        _ = try #require(opened).sweep(now: Time(now))
        expected = expected.filter { $0.value >= now }
      case 1:
        // The lock on the folder goes with the old store.
        opened = nil
        opened = try open()
      default:
        // The size is the content: seven blobs, which several hold.
        let held = Held(size: Int(next(7)), holder: Int(next(3)))
        let until = now + next(40)
        _ = try #require(opened).put(
          [UInt8](repeating: 7, count: held.size), by: holders[held.holder], readers: .anyone,
          until: Time(until))
        expected[held] = max(expected[held] ?? 0, until)
      }
      let store = try #require(opened)
      #expect(store.storedBytes == UInt64(Set(expected.keys.map(\.size)).reduce(0, +)))
      for (index, holder) in holders.enumerated() {
        let sizes = expected.keys.filter { $0.holder == index }.map(\.size)
        #expect(store.held(by: holder) == UInt64(sizes.reduce(0, +)))
      }
    }
  }

  @Test func anUploadThatFailsAtTheEndCountsForNothing() throws {
    let store = try open()
    // Its place is taken by a folder: the file cannot get its name, and the rows go back.
    let target = store.file(of: SHA256.hash([5]))
    try FolderLock.makeFolder(target.path)
    #expect(
      storeError { _ = try store.put([5], by: ann, readers: .anyone, until: Time(9)) } != nil)
    #expect(store.storedBytes == 0 && store.held(by: ann) == 0)
    #expect(try store.blob(SHA256.hash([5])) == nil)
  }

  @Test func aLimitHoldsForWhatWasKeptBeforeTheStart() throws {
    var limits = BlobStore.Limits()
    limits.uploaderBytes = 10
    limits.totalBytes = 15
    do { _ = try open().put([UInt8](0..<8), by: ann, readers: .anyone, until: Time(9)) }
    let store = try open(limits)
    #expect(
      storeError { _ = try store.upload(size: 3, by: ann) }
        == .blob(.quota(held: 8, size: 3, limit: 10)))
    #expect(
      storeError { _ = try store.upload(size: 8, by: bob) }
        == .blob(.capacity(held: 8, size: 8, limit: 15)))
    _ = try store.sweep(now: Time(10))
    #expect(storeError { _ = try store.upload(size: 10, by: ann) } == nil)
  }

  /// Every statement finds its rows by an index; only the two sums read all, once, at the start.
  @Test func noQueryOfTheBlobStoreScansATable() throws {
    let store = try open()
    let name = try store.put([1, 2], by: ann, readers: .only([bob]), until: Time(9)).name
    _ = try store.read(name, by: bob)
    _ = try store.isHolder(bob, of: name)
    try store.allow(.anyone, to: name, by: ann)
    _ = try store.sweep(now: Time(10))
    _ = try store.removeOrphans()
    let collect = { (db: Database) throws -> [(sql: String, lines: [String])] in
      var statements: [String] = []
      var next = sqlite3_next_stmt(db.sqliteConnection, nil)
      while let statement = next {
        statements.append(String(cString: sqlite3_sql(statement)))
        next = sqlite3_next_stmt(db.sqliteConnection, statement)
      }
      let kinds = ["SELECT", "INSERT", "UPDATE", "DELETE"]
      return try statements.filter { sql in kinds.contains { sql.hasPrefix($0) } }.map { sql in
        var lines: [String] = []
        let plan = try RawStatement(db, "EXPLAIN QUERY PLAN " + sql)
        defer { plan.reset() }
        while try plan.step() { lines.append(plan.text(3)) }
        return (sql, lines)
      }
    }
    let plans = try store.pool.read(collect) + store.pool.writeWithoutTransaction(collect)
    let starts = [BlobSchema.sumOfBlobs, BlobSchema.sumsOfHoldings]
    #expect(starts.allSatisfy { sql in plans.contains { $0.sql == sql } })
    #expect(plans.contains { $0.sql.hasPrefix("DELETE FROM holding") })
    #expect(plans.count > 12)
    for plan in plans where !starts.contains(plan.sql) {
      for line in plan.lines {
        #expect(!line.contains("SCAN") && !line.contains("TEMP"), "\(plan.sql): \(line)")
      }
    }
  }
}
