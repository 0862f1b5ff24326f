// A journal with room ahead: what a crash leaves of it, and what a full disk does.

import Foundation
import Glibc
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct PaddedFileTests {
  let path = NSTemporaryDirectory() + "padded-\(UUID().uuidString)"

  private func line(_ nonce: UInt64) -> ChannelLine {
    var channel = SoldChannel()
    channel.config.salt = SHA256.hash(CBOR.encode(nonce))
    channel.refundNonce = nonce
    return ChannelLine(channel)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func write(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// A journal with so many lines, closed as it should be.
  private func journal(_ count: UInt64) async throws -> [UInt8] {
    let journal = try ChannelJournal(path)
    for nonce in 0..<count {
      journal.add(line(nonce))
      try await journal.sync()
    }
    withExtendedLifetime(journal) {}
    return try bytes(path)
  }

  private func nonces() throws -> [UInt64] {
    try ChannelJournal(path).found.map(\.channel.refundNonce)
  }

  @Test func zerosStandAheadUntilItIsClosed() async throws {
    let open = try await journal(3)
    #expect(open.count >= PaddedFile.leastRoom && open.last == 0)
    let closed = try bytes(path)
    #expect(!closed.contains(0) && closed.last == 0x0a && open.starts(with: closed))
    // A crash leaves the zeros.
    try write(open)
    #expect(try nonces() == [0, 1, 2])
    #expect(try bytes(path) == closed)
  }

  @Test func itGrowsAsFarAsItMust() async throws {
    let held = try ChannelJournal(path)
    let many = Array(UInt64(0)..<400)
    for nonce in many { held.add(line(nonce)) }
    try await held.sync()
    let one = try bytes(path)
    held.add(line(400))
    try await held.sync()
    #expect(try bytes(path).count == one.count)
    withExtendedLifetime(held) {}
    // No journal of one's own is read while another holds it: a copy is.
    let copy = path + ".copy"
    try Data(try bytes(path)).write(to: URL(fileURLWithPath: copy))
    #expect(try ChannelJournal(copy).found.map(\.channel.refundNonce) == many + [400])
  }

  /// Parts of one write reach a disk in any order. What was answered before it is whole.
  @Test func aTornWriteEndsBeforeItsFirstHole() async throws {
    _ = try await journal(4)
    let whole = try bytes(path)
    let ends = whole.indices.filter { whole[$0] == 0x0a }
    for hole in [ends[2] + 1, ends[2] + 40, ends[3] - 1, ends[3]] {
      // The third line's write was torn there, and the fourth came to the disk.
      var torn = whole
      torn[hole] = 0
      try write(torn + [UInt8](repeating: 0, count: 900))
      #expect(try nonces() == [0, 1])
      #expect(try bytes(path).count == ends[2] + 1)
    }
  }

  @Test func whatTheDiskLostIsNotTakenForTorn() async throws {
    _ = try await journal(3)
    let whole = try bytes(path)
    #expect(PaddedFile.written(whole)?.count == whole.count)
    var lost = whole
    lost[100] = 0
    #expect(PaddedFile.written(lost)?.count == 100)
    #expect(PaddedFile.written(lost, mostTorn: 50) == nil)
    #expect(PaddedFile.written(lost, mostTorn: whole.count)?.count == 100)
    let far = [UInt8](repeating: 0, count: PaddedFile.mostTorn)
    try write(Array(whole[..<100]) + far + [7])
    #expect(throws: ChannelJournal.Problem.unreadable(line: 2)) { try ChannelJournal(path) }
    // The head was on the disk before anything else was written.
    for place in [0, 3, ChannelJournal.head.utf8.count] {
      var headless = whole
      headless[place] = 0
      try write(headless)
      #expect(throws: ChannelJournal.Problem.unreadable(line: 1)) { try ChannelJournal(path) }
    }
  }

  /// A disk that has no room for zeros, and some for what has to be written.
  @Test func aTightDiskIsWrittenToTheEnd() throws {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    let kept = "kept\n"
    try #require(file >= 0)
    var padded = try PaddedFile(file, end: 0, hasZeros: false)
    for _ in 0..<3 { try padded.append(Array(kept.utf8)) }
    #expect(padded.end == 15)
    #expect(try bytes(path) == Array((kept + kept + kept).utf8))
    padded.close()
    #expect(throws: ChannelJournal.Problem.failed(EBADF)) { try padded.append([1]) }
  }
}
