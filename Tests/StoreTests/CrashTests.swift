// What a crash, a torn page or a lost tail may leave: whole blocks, or a refusal by name.

import Glibc
import Primitives
import Synchronization
import Testing

@testable import Store

/// The height after the last block that `append` answered for.
private final class Answered: Sendable {
  let next = Atomic<UInt64>(1)
}

@Suite struct CrashTests {
  let folder = TemporaryFolder()
  var live: String { folder.path + "/live" }

  func open(_ path: String, checkpointPages: Int = 2_000) throws -> SQLiteLog {
    var options = SQLiteLog.Options()
    options.checkpointPages = checkpointPages
    return try SQLiteLog(folder: path, network: Fixture.network, options: options)
  }

  /// Opens what is there and checks that it is exactly the first blocks. Gives the next height.
  @discardableResult
  func checkWhole(_ path: String) throws -> UInt64 {
    let log = try open(path)
    let head = try log.head()
    let next = head.map { $0.height + 1 } ?? 0
    for height in 0..<next {
      #expect(try log.block(at: height).value == Fixture.stored(Fixture.block(height)))
      #expect(try log.message(Fixture.messageID(height, 0)).value?.height == height)
    }
    #expect(try Fixture.state(of: log)["clock/"] == head.map { Array("\($0.height)".utf8) })
    #expect(try log.message(Fixture.messageID(next, 0)).value == nil)
    // It goes on from there.
    try log.append(Fixture.block(next))
    return next
  }

  @Test func everyAnsweredBlockIsInACopyTakenAtAnyMoment() async throws {
    let log = try open(live, checkpointPages: 0)
    try log.append(Fixture.block(0))
    let answered = Answered()
    let live = live
    let copies = folder.path + "/copy"
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for height in 1..<120 as Range<UInt64> {
          try log.append(Fixture.block(height))
          answered.next.store(height + 1, ordering: .sequentiallyConsistent)
        }
      }
      group.addTask {
        for number in 0..<12 {
          let least = answered.next.load(ordering: .sequentiallyConsistent)
          try Fixture.copy(live, to: copies + "\(number)")
          let found = try checkWhole(copies + "\(number)")
          #expect(found >= least)
          await Task.yield()
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func everyAnsweredBlockSurvivesWhileTheLogIsFoldedIn() throws {
    let log = try open(live, checkpointPages: 8)
    for height in 0..<24 as Range<UInt64> {
      try log.append(Fixture.block(height))
      try Fixture.copy(live, to: folder.path + "/copy\(height)")
      #expect(try checkWhole(folder.path + "/copy\(height)") == height + 1)
    }
  }

  @Test func aTailThatWasNeverWrittenTakesWholeBlocksOnly() throws {
    let log = try open(live, checkpointPages: 0)
    for height in 0..<6 as Range<UInt64> { try log.append(Fixture.block(height)) }
    try Fixture.copy(live, to: folder.path + "/whole")
    let tail = try Fixture.bytes(of: folder.path + "/whole/ledger.sqlite-wal")
    var seen: Set<UInt64> = []
    for part in 8...16 {
      let path = folder.path + "/cut\(part)"
      try Fixture.copy(folder.path + "/whole", to: path)
      // Cuts fall inside frames as well as between them.
      let kept = tail.count * part / 16 - (16 - part) % 3
      try Fixture.write(Array(tail.prefix(kept)), to: path + "/ledger.sqlite-wal")
      seen.insert(try checkWhole(path))
    }
    #expect(seen.contains(6))
    #expect(seen.count > 2)
  }

  @Test func aFlippedByteInTheTailTakesWholeBlocksOnly() throws {
    let log = try open(live, checkpointPages: 0)
    for height in 0..<6 as Range<UInt64> { try log.append(Fixture.block(height)) }
    try Fixture.copy(live, to: folder.path + "/whole")
    let tail = try Fixture.bytes(of: folder.path + "/whole/ledger.sqlite-wal")
    for part in 8..<16 {
      let path = folder.path + "/flip\(part)"
      try Fixture.copy(folder.path + "/whole", to: path)
      var damaged = tail
      damaged[tail.count * part / 16 + 99] ^= 0x40
      try Fixture.write(damaged, to: path + "/ledger.sqlite-wal")
      #expect(try checkWhole(path) < 6)
    }
  }

  /// Whatever page is torn: the file is refused, or a reading of the block is, or the reading
  /// is what was written. Rows of the state are checked by their root, which this room lacks.
  @Test func aTornPageIsRefusedOrHarmless() throws {
    do {
      let log = try open(live)
      for height in 0..<30 as Range<UInt64> { try log.append(Fixture.block(height, messages: 9)) }
      try log.close()
    }
    let whole = try Fixture.bytes(of: live + "/ledger.sqlite")
    let pageSize = Int(whole[16]) << 8 | Int(whole[17])
    var refusals = 0
    for page in 0..<(whole.count / pageSize) {
      var torn = whole
      for index in (page * pageSize)..<(page * pageSize + pageSize / 2) { torn[index] = 0x5A }
      let path = folder.path + "/torn\(page)"
      try FolderLock.makeFolder(path)
      try Fixture.write(torn, to: path + "/ledger.sqlite")
      let error = storeError {
        let log = try open(path)
        for height in 0..<30 as Range<UInt64> {
          let read = try log.block(at: height).value
          #expect(read == Fixture.stored(Fixture.block(height, messages: 9)))
        }
      }
      if let error {
        #expect(["storeCorrupt", "notAStore", "storeNewerFormat"].contains(error.code))
        refusals += 1
      }
    }
    #expect(refusals > 5)
  }

  @Test func aFlippedBitInABlockIsNotHandedOut() throws {
    do {
      let log = try open(live)
      try log.append(Fixture.block(0, messages: 400))
      try log.close()
    }
    var bytes = try Fixture.bytes(of: live + "/ledger.sqlite")
    let needle = Array("message 0/333".utf8)
    let at = try #require(
      bytes.indices.first { bytes[$0...].starts(with: needle) })
    bytes[at] ^= 1
    try Fixture.write(bytes, to: live + "/ledger.sqlite")
    // The structure is sound, so the file opens; the block's check sum tells.
    let log = try open(live)
    #expect(storeError { _ = try log.block(at: 0) }?.code == "storeCorrupt")
    let id = Fixture.messageID(0, 333)
    #expect(storeError { _ = try log.message(id) }?.code == "storeCorrupt")
    #expect(storeError { _ = try log.message(id, at: 0) }?.code == "storeCorrupt")
    // What lies in another part is whole, and is read.
    #expect(try log.message(Fixture.messageID(0, 1)).value?.position == 1)
  }
}
