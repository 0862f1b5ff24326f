// Copies of files that are being written: each is one moment, whole, and for its owner alone.

import GRDB
import Glibc
import Primitives
import Testing

@testable import Store

@Suite struct BackupTests {
  let folder = TemporaryFolder()

  func open(_ name: String) throws -> SQLiteLog {
    try SQLiteLog(folder: folder.path + "/" + name, network: Fixture.network)
  }

  func mode(_ path: String) -> mode_t {
    var facts = stat()
    return stat(folder.path + "/" + path, &facts) == 0 ? facts.st_mode & 0o777 : 0
  }

  @Test func theCopyOfAnOpenLogIsOneMomentOfIt() async throws {
    let log = try open("live")
    for height in 0..<20 { try log.append(Fixture.block(UInt64(height), messages: 40)) }
    let writer = Task {
      var height: UInt64 = 20
      while !Task.isCancelled, height < 2_000 {
        try log.append(Fixture.block(height, messages: 40))
        height += 1
      }
    }
    var heights: [UInt64] = []
    for number in 0..<5 {
      let target = folder.path + "/copy \(number)"
      let found = try SQLiteLog.backUp(folder.path + "/live", to: target)
      heights.append(found.head?.height ?? 0)
    }
    writer.cancel()
    try await writer.value
    for (number, height) in heights.enumerated() {
      let copy = try open("copy \(number)")
      #expect(try copy.head()?.height == height)
      #expect(try Fixture.state(of: copy)["clock/"] == Array("\(height)".utf8))
      #expect(try copy.blocks(from: 0, limit: 5_000).value.count == Int(height) + 1)
      #expect(
        try copy.block(at: height).value == Fixture.stored(Fixture.block(height, messages: 40)))
    }
    #expect(heights.sorted() == heights && heights[0] >= 19)
  }

  @Test func aCopyIsForItsOwnerAlone() throws {
    let log = try open("live")
    try log.append(Fixture.block(0))
    _ = try SQLiteLog.backUp(folder.path + "/live", to: folder.path + "/copy")
    #expect(mode("copy") == 0o700)
    #expect(mode("copy/ledger.sqlite") == 0o600)
  }

  @Test func nothingIsWrittenOver() throws {
    try open("live").append(Fixture.block(0))
    try FolderLock.makeFolder(folder.path + "/copy")
    try Fixture.write([1, 2, 3], to: folder.path + "/copy/ledger.sqlite")
    let error = storeError {
      _ = try SQLiteLog.backUp(folder.path + "/live", to: folder.path + "/copy")
    }
    #expect(error?.code == "storeFailed")
    #expect(try Fixture.bytes(of: folder.path + "/copy/ledger.sqlite") == [1, 2, 3])
  }

  @Test func aCopyCanBeReadWhereNothingCanBeWritten() throws {
    try open("live").append(Fixture.block(0))
    _ = try SQLiteLog.backUp(folder.path + "/live", to: folder.path + "/copy")
    #expect(try SQLiteLog.look(at: folder.path + "/copy").head?.height == 0)
    // A file with a write-ahead log would have left that beside it.
    #expect(BlobFile.names(in: folder.path + "/copy") == ["ledger.sqlite"])
  }

  @Test func aLookChangesNothingAndSeesWhoHasTheFolder() throws {
    do {
      let log = try open("live")
      try log.append(Fixture.block(0))
      #expect(SQLiteLog.holder(of: folder.path + "/live") == UInt64(getpid()))
      let seen = try SQLiteLog.look(at: folder.path + "/live", check: .full)
      #expect(seen.head?.height == 0 && seen.network == Fixture.network)
      #expect(seen.format == SQLiteLog.format && seen.bytes > 0)
      // The look left the writer its lock.
      try log.append(Fixture.block(1))
      try log.close()
    }
    #expect(SQLiteLog.holder(of: folder.path + "/live") == nil)
    #expect(SQLiteLog.holder(of: folder.path + "/nowhere") == nil)
    let file = folder.path + "/live/ledger.sqlite"
    let before = try Fixture.bytes(of: file)
    #expect(try SQLiteLog.look(at: folder.path + "/live").head?.height == 1)
    #expect(try Fixture.bytes(of: file) == before)
  }

  @Test func whatIsNoLogIsNotLookedAt() throws {
    let nowhere = folder.path + "/nowhere"
    #expect(
      storeError { _ = try SQLiteLog.look(at: nowhere) }
        == .notAStore(path: nowhere + "/ledger.sqlite"))
    #expect(
      storeError { _ = try BlobStore.look(at: nowhere) }
        == .notAStore(path: nowhere + "/blobs.sqlite"))
    #expect(
      storeError { _ = try SQLiteLog.backUp(nowhere, to: folder.path + "/copy") }?.code
        == "notAStore")
    #expect(fileSize(folder.path + "/copy/ledger.sqlite") == 0)
  }

  @Test func damageIsSeen() throws {
    do {
      let log = try open("live")
      for height in 0..<40 { try log.append(Fixture.block(UInt64(height))) }
      try log.close()
    }
    let file = folder.path + "/live/ledger.sqlite"
    let bytes = try Fixture.bytes(of: file)
    try Fixture.write(Array(bytes.prefix(bytes.count / 2)), to: file)
    #expect(
      storeError { _ = try SQLiteLog.look(at: folder.path + "/live") }?.code == "storeCorrupt")
  }

  /// A large file is not looked at whole when it is opened. Whichever page of it was lost, readers
  /// are told so or get what was written.
  @Test func whatIsLostOfALargeFileIsNeverMadeUp() throws {
    do {
      let log = try open("live")
      for height in 0..<40 { try log.append(Fixture.block(UInt64(height))) }
      try log.close()
    }
    let file = folder.path + "/live/ledger.sqlite"
    let whole = try Fixture.bytes(of: file)
    let pages = whole.count / 8_192
    var options = SQLiteLog.Options()
    options.checkedBytes = 0
    var met = 0
    for page in 1..<pages {
      var bytes = whole
      for place in page * 8_192..<(page + 1) * 8_192 { bytes[place] = 0 }
      try Fixture.write(bytes, to: file)
      let failure = storeError {
        let log = try SQLiteLog(
          folder: folder.path + "/live", network: Fixture.network, options: options)
        defer { try? log.close() }
        for height in 0..<40 as Range<UInt64> {
          let found = storeError {
            let block = try log.block(at: height).value
            #expect(block == Fixture.stored(Fixture.block(height)), "page \(page)")
          }
          if let found {
            #expect(found.code == "storeCorrupt")
            met += 1
          }
        }
      }
      #expect(failure == nil || failure?.code == "storeCorrupt", "page \(page)")
    }
    #expect(pages > 10 && met > 10)
  }
}

@Suite struct BlobBackupTests {
  let folder = TemporaryFolder()
  let owner = Fixture.address("owner")

  func open(_ name: String) throws -> BlobStore {
    try BlobStore(folder: folder.path + "/" + name)
  }

  func put(_ store: BlobStore, _ text: String) throws -> Bytes32 {
    try store.put(
      Array(text.utf8), by: owner, readers: .only([]), until: Time(1_000)
    ).name
  }

  func copy() throws -> BlobHealth {
    try BlobStore.backUp(
      folder.path + "/live", to: folder.path + "/copy", hasher: SHA256.self)
  }

  @Test func everyBlobIsCopiedWhileTheStoreIsOpen() throws {
    let live = try open("live")
    let names = try ["one", "two", "three"].map { try put(live, $0) }
    let health = try copy()
    #expect(health.blobs == 3 && health.bytes == 11 && health.damaged.isEmpty)
    let restored = try open("copy")
    for (name, text) in zip(names, ["one", "two", "three"]) {
      #expect(try restored.read(name, by: owner) == Array(text.utf8))
    }
    // Nobody gained the right to read by it.
    #expect(
      storeError { _ = try restored.read(names[0], by: Fixture.address("eve")) }
        == .blob(.forbidden(names[0], reader: Fixture.address("eve"))))
  }

  @Test func whatIsDamagedIsNamedAndLeftOut() throws {
    let live = try open("live")
    let names = try ["one", "two", "three"].map { try put(live, $0) }
    try Fixture.write(Array("owe".utf8), to: live.file(of: names[0]).path)
    unlink(live.file(of: names[1]).path)
    let health = try copy()
    #expect(health.blobs == 1)
    #expect(Set(health.damaged) == Set(names.prefix(2)))
    let restored = try open("copy")
    #expect(try restored.blob(names[0]) == nil && restored.blob(names[1]) == nil)
    #expect(try restored.read(names[2], by: owner) == Array("three".utf8))
    #expect(restored.held(by: owner) == 5)
  }

  @Test func aLookReadsSizesAndOnDemandEveryByte() throws {
    let live = try open("live")
    let names = try ["one", "two"].map { try put(live, $0) }
    try Fixture.write(Array("owe".utf8), to: live.file(of: names[0]).path)
    func look(reads: Bool) throws -> [Bytes32] {
      try BlobStore.look(at: folder.path + "/live", reads: reads, hasher: SHA256.self).damaged
    }
    #expect(try look(reads: false).isEmpty)
    #expect(try look(reads: true) == [names[0]])
    try Fixture.write([], to: live.file(of: names[1]).path)
    #expect(try look(reads: false) == [names[1]])
  }

  @Test func aLinkInPlaceOfABlobIsNotFollowed() throws {
    let live = try open("live")
    let name = try put(live, "one")
    let secret = folder.path + "/secret"
    try Fixture.write(Array("one".utf8), to: secret)
    unlink(live.file(of: name).path)
    symlink(secret, live.file(of: name).path)
    #expect(try copy().damaged == [name])
  }

  @Test func aRowWithAnAbsurdSizeIsDamage() throws {
    let live = try open("live")
    let name = try put(live, "one")
    try live.pool.writeWithoutTransaction { try $0.execute(sql: "UPDATE blob SET size = -1") }
    #expect(name != .zero)
    #expect(
      storeError { _ = try BlobStore.look(at: folder.path + "/live") }?.code == "storeCorrupt")
  }
}
