// A node's life: restarts, its folder, its port, its stop.

import Chain
import Foundation
import Kernel
import NetworkRoom
import Primitives
import Testing

@testable import Node

@Suite struct LifeTests {
  let alice = TestNode.alice
  let bob = TestNode.bob

  @Test func aRestartGoesOnWhereItStopped() async throws {
    let test = try TestNode()
    let before = try await test.run { _, client async throws in
      for sequence in 0..<3 as Range<UInt64> {
        _ = try await client.submit(
          test.transfer(10, from: alice, to: bob.address, sequence: sequence))
      }
      return try await client.get("/api/blocks/3")
    }
    try await test.run { node, client async throws in
      #expect(node.height == 3)
      #expect(try await client.get("/api/blocks/3") == before)
      let answer = try await client.submit(
        test.transfer(10, from: alice, to: bob.address, sequence: 3))
      #expect(answer.height == 4 && answer.outcome.isDone)
      #expect(try await client.account(bob.address).balance == Amount(100_000_040))
    }
  }

  @Test func timeSpentDownIsPaused() async throws {
    let test = try TestNode()
    let first = FixedClock(TestNode.start.milliseconds + 1_000)
    let paused = try await test.run(.clock(first)) { _, client async throws in
      _ = try await client.submit(test.transfer(1, from: alice, to: bob.address, sequence: 0))
      return try await client.get("/api/status")["paused"]?.uint64
    }
    // From the genesis to the first start nobody was there.
    #expect(paused == 1_000)
    let second = FixedClock(TestNode.start.milliseconds + 61_000)
    try await test.run(.clock(second)) { _, client async throws in
      _ = try await client.submit(test.transfer(1, from: alice, to: bob.address, sequence: 1))
      let status = try await client.status()
      #expect(status.time == second.now)
      #expect(status.marketTime == TestNode.start.plus(0))
    }
  }

  @Test func aTakenPortIsNamed() async throws {
    let test = try TestNode()
    let other = try TestNode()
    try await test.run { node, _ async throws in
      var configuration = other.configuration()
      configuration.port = node.address.port
      await #expect(throws: NodeError.portTaken(node.address.port)) {
        _ = try await Node.start(configuration)
      }
      // The folder is free again: what failed to start holds nothing.
      try await other.run { node, _ in #expect(node.height == 0) }
    }
  }

  @Test func oneFolderHasOneNode() async throws {
    let test = try TestNode()
    try await test.run { _, _ async throws in
      await #expect {
        _ = try await Node.start(test.configuration())
      } throws: { ($0 as? NodeError)?.code == "storeLocked" }
    }
  }

  @Test func keysAreForTheOwnerAlone() throws {
    let test = try TestNode()
    for file in ["operator.key", "custodian.key", "faucet.key", "operator.links"] {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: test.folder + "/" + file)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
    #expect(throws: NodeError.self) {
      try NodeFolder.found(Founding(time: TestNode.start), at: test.folder)
    }
  }

  @Test func aStoppedNodeIsUnreachable() async throws {
    let test = try TestNode()
    let node = try await Node.start(test.configuration())
    let client = NodeClient(patient: node.address)
    _ = try await client.status()
    await node.stop()
    await #expect {
      try await client.status()
    } throws: { ($0 as? ClientError)?.code == "unreachable" }
  }

  @Test func aStopSendsHomeWhoWaitsForAnother() async throws {
    let test = try TestNode()
    let node = try await Node.start(test.configuration())
    let client = NodeClient(patient: node.address)
    // Its turn never comes: the message before it was not sent.
    let early = test.transfer(1, from: alice, to: bob.address, sequence: 1)
    _ = try await client.post(early)
    let waiting = Task { try await client.submit(early, patience: .zero) }
    _ = try await client.submit(test.transfer(1, from: bob, to: alice.address, sequence: 0))
    await node.stop()
    await #expect {
      _ = try await waiting.value
    } throws: { ["stopping", "unreachable"].contains(($0 as? ClientError)?.code) }
    try await test.run { _, client async throws in
      #expect(try await client.outcome(of: early.id) == nil)
      #expect(try await client.account(bob.address).nextSequence() == 1)
    }
  }

  @Test func linksComeBackFromTheirFile() throws {
    var chain = LinkChain(secret: Bytes32(words: 1, 2, 3, 4), length: 3000)
    var again = try #require(LinkChain(file: chain.file))
    let anchor = chain.anchor()
    var last = try #require(anchor)
    for shown in 0..<3000 as Range<UInt64> {
      let next = again.next(after: shown)
      let link = try #require(next)
      #expect(SHA256.hash(link.bytes) == last)
      last = link
    }
    let beyond = again.next(after: 3000)
    #expect(beyond == nil)
    #expect(last == Bytes32(words: 1, 2, 3, 4))
  }
}

/// A clock that somebody holds.
struct FixedClock: NodeClock {
  var now: Time
  init(_ milliseconds: UInt64) { now = Time(milliseconds) }
}

extension Time {
  func plus(_ span: UInt64) -> Time { Time(milliseconds + span) }
}
