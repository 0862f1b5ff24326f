// The default engine: answers come after the commit, once for ever, and a full disk only delays.

import GRDB
import Primitives
import Synchronization
import Testing

@testable import Store

/// A state machine that admits everything but what begins with `!`.
private final class Machine: Sendable {
  struct State {
    var height: UInt64 = 0
    var batches: [Int] = []
    var timers = 0
  }
  let state = Mutex(State())
  /// Messages that one block takes.
  let room: Int

  init(room: Int = .max) { self.room = room }

  func build(_ batch: [Submission]) -> BuiltBlock {
    var refused: [Bytes32: Refusal] = [:]
    for message in batch where message.bytes.first == UInt8(ascii: "!") {
      refused[message.id] = Refusal("tooDear")
    }
    let admitted = batch.filter { refused[$0.id] == nil }.prefix(room)
    return state.withLock { state in
      if admitted.isEmpty, state.timers == 0 { return BuiltBlock(block: nil, refused: refused) }
      state.timers = 0
      state.batches.append(admitted.count)
      var block = Fixture.block(state.height, messages: 0)
      state.height += 1
      for message in admitted {
        block.messages.append(LogItem(ids: [message.id], bytes: message.bytes))
        block.outcomes.append([1] + message.bytes)
      }
      return BuiltBlock(block: block, refused: refused)
    }
  }
}

@Suite struct EmbeddedLogTests {
  let folder = TemporaryFolder()

  private func engine(
    _ machine: Machine, limits: EmbeddedLog.Limits = .init()
  ) throws -> EmbeddedLog {
    let log = try SQLiteLog(folder: folder.path, network: Fixture.network)
    return EmbeddedLog(log: log, limits: limits) { machine.build($0) }
  }

  func message(_ text: String) -> Submission {
    Submission(id: Fixture.digest(text), bytes: Array(text.utf8))
  }

  @Test func answersWithPlaceAndOutcomeOnceDurable() async throws {
    let engine = try engine(Machine())
    let placement = try await engine.submit(message("a"))
    #expect(placement == Placement(height: 0, position: 0, outcome: [1] + Array("a".utf8)))
    #expect(try engine.log.message(message("a").id).value?.height == 0)
    // The same id again: the same answer, and no second block.
    #expect(try await engine.submit(message("a")) == placement)
    #expect(try engine.log.head()?.height == 0)
  }

  @Test func aRefusedMessageNeverEntersABlock() async throws {
    let engine = try engine(Machine())
    await #expect(throws: Refusal("tooDear")) { try await engine.submit(message("!no")) }
    #expect(try engine.log.head() == nil)
    #expect(try await engine.submit(message("yes")).height == 0)
  }

  @Test func manyAtOnceAllGetTheirOwnAnswer() async throws {
    let machine = Machine()
    let engine = try engine(machine)
    let found = try await withThrowingTaskGroup(of: (String, Placement).self) { group in
      for index in 0..<200 {
        // Every text twice, as a client that lost patience sends it.
        for _ in 0..<2 {
          group.addTask { ("\(index)", try await engine.submit(message("\(index)"))) }
        }
      }
      var found: [String: Set<Placement>] = [:]
      for try await (text, placement) in group { found[text, default: []].insert(placement) }
      return found
    }
    #expect(found.count == 200)
    for (text, placements) in found {
      #expect(placements.count == 1)
      #expect(placements.first?.outcome == [1] + Array(text.utf8))
    }
    #expect(machine.state.withLock { $0.batches.reduce(0, +) } == 200)
  }

  @Test func whatFindsNoRoomGoesIntoTheNextBlock() async throws {
    let machine = Machine(room: 3)
    let engine = try engine(machine)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask { _ = try await engine.submit(message("\(index)")) }
      }
      try await group.waitForAll()
    }
    #expect(machine.state.withLock { $0.batches.max() } ?? 9 <= 3)
    #expect(machine.state.withLock { $0.batches.reduce(0, +) } == 20)
  }

  @Test func cutsByBytesToo() async throws {
    var limits = EmbeddedLog.Limits()
    limits.bytes = 10
    let machine = Machine()
    let engine = try engine(machine, limits: limits)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<9 {
        group.addTask { _ = try await engine.submit(message("message \(index)")) }
      }
      try await group.waitForAll()
    }
    #expect(machine.state.withLock { $0.batches } == [Int](repeating: 1, count: 9))
  }

  @Test func anIdleEngineCutsOnlyWhenATimerFires() async throws {
    let machine = Machine()
    let engine = try engine(machine)
    try await engine.cut(evenIfEmpty: false)
    try await engine.cut(evenIfEmpty: true)
    #expect(try engine.log.head() == nil)
    machine.state.withLock { $0.timers = 1 }
    try await engine.cut(evenIfEmpty: true)
    #expect(try engine.log.head()?.height == 0)
  }

  @Test func aFullDiskDelaysAndNothingIsBuiltTwice() async throws {
    let machine = Machine()
    let engine = try engine(machine)
    _ = try await engine.submit(message("before"))
    let pages = try await engine.log.pool.writeWithoutTransaction {
      try LogSchema.number($0, "PRAGMA page_count")
    }
    try limitPages(of: engine.log, to: pages)
    let large = Submission(id: Fixture.digest("large"), bytes: [UInt8](repeating: 7, count: 90_000))
    await #expect(throws: StoreError.full) { try await engine.submit(large) }
    await #expect(throws: StoreError.full) { try await engine.submit(message("after")) }
    #expect(try engine.log.head()?.height == 0)
    try limitPages(of: engine.log, to: 100_000)
    // The next one brings the block that waited onto the disk first.
    #expect(try await engine.submit(message("after")).height == 2)
    #expect(try await engine.submit(large).height == 1)
    #expect(machine.state.withLock { $0.batches } == [1, 1, 1])
  }

  func limitPages(of log: SQLiteLog, to count: Int64) throws {
    try log.pool.writeWithoutTransaction {
      _ = try LogSchema.number($0, "PRAGMA max_page_count = \(count)")
    }
  }

  @Test func aCrowdIsToldToComeBack() async throws {
    var limits = EmbeddedLog.Limits()
    limits.waiting = 0
    let engine = try engine(Machine(), limits: limits)
    await #expect(throws: Refusal("busy", ["waiting": 0])) {
      try await engine.submit(message("a"))
    }
  }

  @Test func feedsBlocksOfThePastAndThenNewOnes() async throws {
    let engine = try engine(Machine())
    for text in ["a", "b", "c"] { _ = try await engine.submit(message(text)) }
    let feed: any OrderedLog = engine
    let follower = Task {
      var seen: [UInt64] = []
      for try await block in await feed.blocks(from: 1) {
        seen.append(block.head.height)
        if seen.count == 4 { break }
      }
      return seen
    }
    for text in ["d", "e"] { _ = try await engine.submit(message(text)) }
    #expect(try await follower.value == [1, 2, 3, 4])
  }
}
