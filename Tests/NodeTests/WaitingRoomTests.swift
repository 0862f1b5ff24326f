// The waiting room under those who fill it for nothing: whose turn it is always finds a place.

import Chain
import Kernel
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom
@testable import Node

/// A clock that stands still until it is moved.
private final class StillClock: NodeClock {
  private let time = Mutex(TestNode.start)
  var now: Time { time.withLock { $0 } }
  func move(seconds: UInt64) {
    time.withLock { $0 = Time($0.milliseconds + 1_000 * seconds) }
  }
}

@Suite struct WaitingRoomTests {
  static let alice = TestNode.alice
  static let bob = TestNode.bob
  static let crowd = (0..<4).map { PrivateKey(seed: [7, $0]) }

  /// A node with room for 32 messages, eight an account, and four strangers with a tenth of a cent.
  private func withNode(
    _ body: (TestNode, Node, NodeClient, StillClock) async throws -> Void
  ) async throws {
    let test = try TestNode()
    let clock = StillClock()
    var configuration = test.configuration(.clock(clock))
    configuration.waiting.all = WaitingLoad(count: 32, bytes: 1 << 20)
    configuration.waiting.parts = 4
    let node = try await Node.start(configuration)
    let client = NodeClient(patient: node.address)
    do {
      for (index, key) in Self.crowd.enumerated() {
        let sent = try await client.submit(
          test.transfer(1_000, from: Self.alice, to: key.address, sequence: UInt64(index)))
        #expect(sent.outcome.isDone)
      }
      try await body(test, node, client, clock)
    } catch { Issue.record("\(error)") }
    client.close()
    await node.stop()
  }

  /// Sequences from 1 on, and never 0.
  private func gaps(_ test: TestNode, of key: PrivateKey, _ count: UInt64 = 8) -> [SignedMessage] {
    (1...count).map { test.transfer(1, from: key, to: Self.bob.address, sequence: $0) }
  }

  private func code(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return ""
    } catch { return (error as? ClientError)?.problem?.code ?? "\(error)" }
  }

  @Test func gapsDoNotShutTheDoor() async throws {
    try await withNode { test, node, client, clock in
      var parked: [SignedMessage] = []
      for key in Self.crowd {
        for message in gaps(test, of: key) { parked.append(message) }
      }
      for message in parked { _ = try await client.post(message) }
      #expect(parked.allSatisfy { node.services.door.isWaiting($0.id) })
      // Nobody has more than his share, and what is nobody's turn finds no room.
      let ninth = test.transfer(1, from: Self.crowd[0], to: Self.bob.address, sequence: 9)
      #expect(await code { _ = try await client.post(ninth) } == "accountWaits")
      let early = test.transfer(1, from: Self.bob, to: Self.alice.address, sequence: 1)
      #expect(await code { _ = try await client.post(early) } == "busy")
      // What is its sender's turn does not wait for what is not.
      let own = test.transfer(1, from: Self.crowd[3], to: Self.bob.address, sequence: 0, lane: 2)
      #expect(try await client.submit(own, patience: .zero).outcome.isDone)
      for message in gaps(test, of: Self.crowd[3]) { _ = try await client.post(message) }
      // Whose turn it is gets in.
      let first = test.transfer(1, from: Self.bob, to: Self.alice.address, sequence: 0)
      let sent = try await client.submit(first, patience: .zero)
      #expect(sent.outcome.isDone)
      #expect(try await client.submit(early, patience: .zero).outcome.isDone)
      let left = parked.filter { node.services.door.isWaiting($0.id) }
      #expect(left.count < parked.count && left.count >= 16)
      // One that gave way is as good as new: it may come again, in its turn.
      let gone = try #require(parked.first { !node.services.door.isWaiting($0.id) })
      #expect(try await client.outcome(of: gone.id) == nil)

      clock.move(seconds: 61)
      let later = test.transfer(1, from: Self.bob, to: Self.alice.address, sequence: 2)
      #expect(try await client.submit(later, patience: .zero).outcome.isDone)
      #expect(parked.allSatisfy { !node.services.door.isWaiting($0.id) })
    }
  }

  /// Whoever waits on the line for an early message hears after a minute why it did not happen.
  @Test func aGapWaitsAMinute() async throws {
    try await withNode { test, node, client, clock in
      let early = test.transfer(1, from: Self.bob, to: Self.alice.address, sequence: 2)
      async let answer = code { _ = try await client.submit(early, patience: .zero) }
      while !node.services.door.isWaiting(early.id) { try await Task.sleep(for: .milliseconds(5)) }
      clock.move(seconds: 59)
      let next = test.transfer(1, from: Self.alice, to: Self.bob.address, sequence: 4)
      _ = try await client.submit(next, patience: .zero)
      #expect(node.services.door.isWaiting(early.id))
      clock.move(seconds: 1)
      let last = test.transfer(1, from: Self.alice, to: Self.bob.address, sequence: 5)
      _ = try await client.submit(last, patience: .zero)
      #expect(await answer == "gapTooLong")
    }
  }

  /// The money that was to pay for the places moves on to the next account.
  @Test func placesGoWithTheMoney() async throws {
    try await withNode { test, node, client, clock in
      let parked = gaps(test, of: Self.crowd[0], 7)
      for message in parked { _ = try await client.post(message) }
      let away = test.transfer(
        900, from: Self.crowd[0], to: Self.crowd[1].address, sequence: 0, lane: 1)
      #expect(try await client.submit(away, patience: .zero).outcome.isDone)
      clock.move(seconds: 2)
      let next = test.transfer(1, from: Self.bob, to: Self.alice.address, sequence: 0)
      _ = try await client.submit(next, patience: .zero)
      let left = parked.filter { node.services.door.isWaiting($0.id) }.count
      #expect((1...3).contains(left), "100 millionths pay for two or three, and not for \(left)")
    }
  }

  private func message(
    _ network: TestNode, _ key: PrivateKey, _ sequence: UInt64, session: PrivateKey? = nil
  ) throws -> VerifiedMessage {
    let head = Head(from: key.address, lane: 0, sequence: sequence, validUntil: .never)
    let message = Message.transfer(Transfer(head, to: Self.bob.address, Amount(1)))
    let signed =
      session.map { SignedMessage.signing(message, withSession: $0, domain: network.domain) }
      ?? SignedMessage.signing(message, with: key, domain: network.domain)
    return try VerifiedMessage(signed, domain: network.domain)
  }

  @Test func whoHoldsMostGivesWayFirst() throws {
    let test = try TestNode()
    var limits = WaitingLimits()
    limits.all.count = 16
    limits.parts = 4
    var room = WaitingRoom(limits)
    let modest = try message(test, Self.alice, 1)
    try room.admit(modest, toll: .zero, at: .zero)
    for key in Self.crowd.prefix(3) {
      for sequence in 1...4 as ClosedRange<UInt64> {
        let one = try message(test, key, sequence)
        try room.checkShare(of: one)
        try room.admit(one, toll: .zero, at: .zero)
      }
      #expect(throws: Refusal.self) { try room.checkShare(of: try message(test, key, 5)) }
    }
    let turns = try (0...2).map { try message(test, Self.crowd[3], $0) }
    for one in turns { try room.admit(one, toll: .zero, at: .zero) }
    #expect(room.count == 16)
    let newcomer = try message(test, Self.bob, 0)
    #expect(!room.takes(newcomer) && room.isReady(newcomer, next: 0))
    let early = room.early { _ in 0 }
    #expect(early.count == 13 && early.allSatisfy { $0.next == 0 })
    #expect(room.giveWay(early.map(\.id), to: newcomer).count == 5)
    #expect(room.takes(newcomer) && room.guests[modest.signed.id] != nil)
    #expect(turns.allSatisfy { room.guests[$0.signed.id] != nil })
    // With the one that was missing, those behind it are not early any more.
    try room.admit(try message(test, Self.alice, 0), toll: .zero, at: .zero)
    #expect(!room.early { _ in 0 }.contains { $0.id == modest.signed.id })
    for id in room.guests.keys.sorted() { _ = room.remove(id) }
    #expect(room.count == 0 && room.bytes == 0)
    #expect(throws: Never.self) { try room.checkShare(of: modest) }
  }

  /// A stolen session key has half of its owner's share, and the owner always the other.
  @Test func sessionsLeaveRoomForTheirOwner() throws {
    let test = try TestNode()
    var limits = WaitingLimits()
    limits.all.count = 32
    limits.parts = 4
    var room = WaitingRoom(limits)
    for (index, key) in Self.crowd.prefix(2).enumerated() {
      for sequence in 0..<2 as Range<UInt64> {
        let one = try message(test, Self.alice, sequence + UInt64(index), session: key)
        try room.checkShare(of: one)
        try room.admit(one, toll: .zero, at: .zero)
      }
    }
    let more = try message(test, Self.alice, 9, session: Self.crowd[0])
    #expect(throws: Refusal.self) { try room.checkShare(of: more) }
    for sequence in 0..<4 as Range<UInt64> {
      let own = try message(test, Self.alice, sequence)
      try room.checkShare(of: own)
      try room.admit(own, toll: .zero, at: .zero)
    }
    let last = try message(test, Self.alice, 4)
    #expect(throws: Refusal.accountWaits(messages: 8, bytes: room.bytes)) {
      try room.checkShare(of: last)
    }
  }
}
