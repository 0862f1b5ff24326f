// What may happen to the lists' file, and what somebody may send to make them slow or wrong.

import Archive
import Chain
import Glibc
import Kernel
import Market
import Primitives
import Simulator
import Testing

@testable import Store

@Suite("Listings under attack")
struct ListingAttackTests {
  let fixture: ListingFixture

  init() throws { fixture = try ListingFixture() }

  var file: String { fixture.folder.path + "/" + ListingSchema.fileName }

  func walked(to height: UInt64 = 60, seed: UInt64 = 12) throws {
    var walker = try Walker(seed: seed, cast: fixture.cast)
    try fixture.walk(&walker, to: height)
  }

  /// That the lists are those of the log, in full.
  func expectWhole(_ lists: SQLiteListings, _ log: SQLiteLog? = nil) throws {
    let expected = try WalkLines(log ?? fixture.log, fixture.cast.genesis)
    var totals = try lists.totals()
    totals.escrow = 0
    #expect(totals == expected.progress.totals)
    let roads = try ListingFixture.all { try lists.roads(ListFilter(), before: $0, limit: 50) }
    #expect(roads == expected.roads.values.sorted { $0.number > $1.number })
    let runs = try ListingFixture.all { try lists.runs(ListFilter(), before: $0, limit: 50) }
    #expect(runs == expected.runs.reversed())
    for road in roads { #expect(try lists.moments(of: road.id) == expected.moments[road.id]) }
  }

  @Test("killed in the middle of a batch, they go on from the batch before")
  func killedInABatch() throws {
    try walked()
    var options = SQLiteListings.Options()
    options.batchBlocks = 16
    let lists = fixture.lists(options)
    try lists.follow(fixture.log)
    let height = lists.condition.height
    #expect(height > 0 && height < 60)
    let connection = try #require(lists.writer.withLock { $0.connection })
    // A transaction so large that it lies in the write-ahead log, and no commit.
    try connection.execute("PRAGMA cache_size = 1")
    try connection.execute("BEGIN IMMEDIATE")
    try connection.execute("UPDATE road SET body = zeroblob(2000)")
    try connection.execute("UPDATE block SET body = zeroblob(2000)")
    let after = TemporaryFolder()
    for suffix in ["", "-wal"] {
      let bytes = try Fixture.bytes(of: file + suffix)
      try Fixture.write(bytes, to: after.path + "/" + ListingSchema.fileName + suffix)
    }
    try connection.execute("ROLLBACK")
    let second = SQLiteListings(folder: after.path, genesis: fixture.cast.genesis)
    try fixture.catchUp(second)
    #expect(second.condition.rebuilds == 0)
    try expectWhole(second)
    second.close()
    lists.close()
  }

  @Test("deleted, replaced by something else, or of a newer version: made anew")
  func anotherFile() throws {
    try walked()
    let first = fixture.lists()
    try fixture.catchUp(first)
    let road = try #require(try first.roads(ListFilter(), before: nil, limit: 1).lines.first)
    first.close()
    let spoils: [() throws -> Void] = [
      { unlink(file) },
      { try Fixture.write([UInt8](repeating: 0x41, count: 9_000), to: file) },
      { try Fixture.write([], to: file) },
      {
        let connection = try ListingConnection(path: file, isWriter: true)
        try connection.execute("PRAGMA user_version = 99")
        connection.close()
      },
      {
        let connection = try ListingConnection(path: file, isWriter: true)
        try connection.execute("DROP TABLE moment")
        connection.close()
      },
      {
        let connection = try ListingConnection(path: file, isWriter: true)
        try connection.execute("UPDATE progress SET body = zeroblob(40)")
        connection.close()
      },
    ]
    for spoil in spoils {
      try spoil()
      let lists = fixture.lists()
      // What only readers meet is mended after one of them has met it.
      for _ in 0..<4 {
        try? fixture.catchUp(lists)
        _ = try? lists.moments(of: road.id)
      }
      try expectWhole(lists)
      lists.close()
    }
  }

  @Test("a damaged page is met by a reader, and the file is made anew")
  func damagedPages() throws {
    try walked()
    let first = fixture.lists()
    try fixture.catchUp(first)
    let road = try #require(try first.roads(ListFilter(), before: nil, limit: 1).lines.first)
    first.close()
    var bytes = try Fixture.bytes(of: file)
    // Bits within bodies, which SQLite does not see: wherever the road's id lies.
    let id = road.id.bytes
    var spoiled = 0
    for place in 0..<(bytes.count - 40) where bytes[place] == id[0] {
      if Array(bytes[place..<place + 32]) == id {
        bytes[place + 33] ^= 0x10
        spoiled += 1
      }
    }
    #expect(spoiled > 0)
    try Fixture.write(bytes, to: file)
    let lists = fixture.lists()
    try lists.follow(fixture.log)
    #expect(storeError { _ = try lists.road(road.id) } != nil)
    try fixture.catchUp(lists)
    #expect(lists.condition.rebuilds == 1)
    try expectWhole(lists)
    lists.close()
    // Whole pages of nothing.
    bytes = try Fixture.bytes(of: file)
    for place in 3 * 4_096..<bytes.count { bytes[place] = 0 }
    try Fixture.write(bytes, to: file)
    let again = fixture.lists()
    for _ in 0..<4 where (try? fixture.catchUp(again)) == nil {}
    _ = try? again.roads(ListFilter(), before: nil, limit: 5)
    for _ in 0..<4 where (try? fixture.catchUp(again)) == nil {}
    try expectWhole(again)
    again.close()
  }

  @Test("lists of another log, longer or as long, are made anew")
  func anotherLog() throws {
    try walked(to: 50, seed: 5)
    let lists = fixture.lists()
    try fixture.catchUp(lists)
    lists.close()
    for height in [UInt64(20), 50] {
      let folder = TemporaryFolder()
      let log = try SQLiteLog(folder: folder.path, network: fixture.cast.genesis.network)
      var walker = try Walker(seed: 77, cast: fixture.cast)
      while walker.state.height < height {
        try walker.step()
        try log.append(walker.lastBlock, changes: [])
      }
      let place = folder.path + "/" + ListingSchema.fileName
      try Fixture.write(try Fixture.bytes(of: file), to: place)
      let swapped = SQLiteListings(folder: folder.path, genesis: fixture.cast.genesis)
      while try swapped.follow(log) > 0 {}
      #expect(swapped.condition.height == height)
      #expect(swapped.condition.rebuilds == 1)
      try expectWhole(swapped, log)
      swapped.close()
    }
  }

  private func pages(_ lists: SQLiteListings) throws -> Int64 {
    let connection = try #require(lists.writer.withLock { $0.connection })
    return try connection.number("PRAGMA page_count")
  }

  @Test("a full disk keeps them where they are, readable, until there is room")
  func fullDisk() throws {
    try walked(seed: fixture.seedWithDispute(from: 12))
    var options = SQLiteListings.Options()
    options.batchBlocks = 8
    // Small pages, or the first of each table would hold the whole walk.
    options.pageSize = 512
    // Room for the first batch, and not for all of them.
    let first = fixture.lists(options)
    try first.follow(fixture.log)
    let early = try pages(first)
    try fixture.catchUp(first)
    let all = try pages(first)
    try #require(early + 1 < all)
    first.close()
    unlink(file)
    options.pageLimit = UInt64((early + all) / 2)
    let lists = fixture.lists(options)
    var failure: StoreError?
    for _ in 0..<20 where failure == nil {
      failure = storeError { try lists.follow(fixture.log) }
    }
    #expect(failure == .full)
    let height = lists.condition.height
    #expect(height > 0 && height < 60)
    #expect(lists.condition.failure == .full)
    #expect(try lists.totals().height == height)
    lists.close()
    let roomy = fixture.lists()
    try fixture.catchUp(roomy)
    #expect(roomy.condition.rebuilds == 0)
    try expectWhole(roomy)
    roomy.close()
  }

  @Test("before the first batch and after the last, readers are told so")
  func notOpen() throws {
    let lists = fixture.lists()
    #expect(storeError { _ = try lists.totals() } != nil)
    try fixture.catchUp(lists)
    #expect(try lists.totals().roads == 0)
    lists.close()
    #expect(storeError { _ = try lists.totals() } != nil)
  }
}
