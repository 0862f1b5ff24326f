// The dry run before a signature: what it says, that nothing of it happens, and who may ask.

import Chain
import Kernel
import NetworkRoom
import Node
import Primitives
import Testing

@Suite struct RehearsalTests {
  let alice = TestNode.alice
  let bob = TestNode.bob
  let eve = TestNode.eve

  private func head(_ key: PrivateKey, _ sequence: UInt64 = 0) -> Head {
    Head(from: key.address, lane: 0, sequence: sequence, validUntil: .never)
  }

  @Test func itTellsWhatWouldLeaveAndNothingHappens() async throws {
    let test = try TestNode()
    try await test.run { node, client async throws in
      let transfer = Message.transfer(Transfer(head(alice), to: bob.address, Amount(5_000)))
      let seen = try await client.rehearse(transfer, by: alice, at: WallClock().now)
      #expect(seen.isDone && seen.toll > .zero && seen.height == node.height)
      let leaving = seen.leaving(alice.address)
      #expect(leaving.map(\.to) == [.operator, .account(bob.address)])
      #expect(leaving.map(\.amount) == [seen.toll, Amount(5_000)])
      #expect(seen.words(leaving: alice.address).count == 2)
      // What is signed afterwards comes to just that.
      #expect(try await client.account(bob.address).balance == Amount(100_000_000))
      let done = try await client.submit(
        test.transfer(5_000, from: alice, to: bob.address, sequence: 0))
      #expect(done.outcome.isDone && done.outcome.toll == seen.toll)
      #expect(try await client.account(bob.address).balance == Amount(100_005_000))
    }
  }

  /// An account that is not open is opened, at a price that nobody sees in the message.
  @Test func itShowsWhatTheMessageDoesNot() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let transfer = Message.transfer(Transfer(head(alice), to: eve.address, Amount(5_000)))
      let seen = try await client.rehearse(transfer, by: alice, at: WallClock().now)
      let sum = seen.leaving(alice.address).reduce(0) { $0 + $1.amount.units }
      #expect(sum > 15_000)
    }
  }

  @Test func whatWouldBeRefusedSaysWhy() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let dear = Message.transfer(
        Transfer(head(alice), to: bob.address, Amount(1_000_000_000)))
      let seen = try await client.rehearse(dear, by: alice, at: WallClock().now)
      #expect(!seen.isDone && seen.code == "insufficient")
      #expect(seen.words(leaving: alice.address).first?.contains("would refuse") == true)
      // A session that was never granted.
      let other = try await client.rehearse(
        .transfer(Transfer(head(alice), to: bob.address, Amount(5))), by: eve,
        at: WallClock().now)
      #expect(other.code == "noSession")
    }
  }

  /// A rehearsal costs the node work, so only a signer asks, and only what wallets sign.
  @Test func onlyWhoWouldSignMayAsk() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      var limits = SessionLimits()
      limits.total = Amount(5)
      let grant = Message.grantSession(GrantSession(head(alice), key: eve.address, limits))
      await #expect(throws: ClientError.self) {
        try await client.rehearse(grant, by: alice, at: WallClock().now)
      }
      let old = Time(WallClock().now.milliseconds - 3_600_000)
      await #expect(throws: ClientError.self) {
        try await client.rehearse(
          .transfer(Transfer(head(alice), to: bob.address, Amount(5))), by: alice, at: old)
      }
    }
  }
}
