// What a node says that can be held against a signature or a hash: sealing keys, and messages.

import Chain
import Ciphers
import Kernel
import NetworkRoom
import Primitives
import Testing

@testable import Node

@Suite struct NodeMarketTests {
  let alice = TestNode.alice
  let eve = TestNode.eve

  private func notice(
    _ test: TestNode, from account: Address, _ sequence: UInt64, sealing: PrivateKey,
    signed key: PrivateKey
  ) -> SignedMessage {
    let head = Head(from: account, sequence: sequence, validUntil: .never)
    let m = PublishKey(head, sealingKey: SealingKey(of: sealing).published)
    return SignedMessage.signing(.publishKey(m), with: key, domain: test.domain)
  }

  @Test func theKeyInForceIsShownWithItsSignature() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let market = NodeMarket(client)
      #expect(try await market.sealingKey(of: alice.address) == .zero)
      #expect(try await market.sealingKey(of: eve.address) == .zero)
      for (sequence, sealing) in [alice, eve, alice].enumerated() {
        let message = notice(
          test, from: alice.address, UInt64(sequence), sealing: sealing, signed: alice)
        #expect(try await client.submit(message).outcome.code == "")
        let own = SealingKey(of: sealing).published
        guard case .publishKey(let m) = try await client.keyNotice(of: alice.address).message else {
          Issue.record("no key was published")
          continue
        }
        #expect(m.head.from == alice.address && m.sealingKey == own)
        #expect(try await market.sealingKey(of: alice.address) == own)
      }
    }
  }

  @Test func aKeyThatItsOwnerDidNotSignIsNone() throws {
    let test = try TestNode()
    let good = notice(test, from: alice.address, 0, sealing: alice, signed: alice)
    let own = SealingKey(of: alice).published
    #expect(try NodeMarket.sealingKey(in: good, of: alice.address, test.domain) == own)
    let other = EIP712.Domain(
      name: test.domain.name, version: test.domain.version, chainId: 1,
      verifyingContract: test.domain.verifyingContract)
    let forged: [(SignedMessage, EIP712.Domain)] = [
      (notice(test, from: alice.address, 0, sealing: eve, signed: eve), test.domain),
      (notice(test, from: eve.address, 0, sealing: eve, signed: eve), test.domain),
      (
        SignedMessage.signing(good.message, withSession: alice, domain: test.domain), test.domain
      ),
      (
        SignedMessage.signing(
          .transfer(Transfer(good.head, to: eve.address, Amount(1))), with: alice,
          domain: test.domain), test.domain
      ),
      (good, other),
    ]
    for (message, domain) in forged {
      #expect(throws: FalseAnswer.self) {
        try NodeMarket.sealingKey(in: message, of: alice.address, domain)
      }
    }
  }

  @Test func aMessageIsKnownByItsHash() throws {
    let test = try TestNode()
    let good = notice(test, from: alice.address, 0, sealing: alice, signed: alice).message
    #expect(try NodeMarket.message(good.json, of: good.id) == good)
    let other = notice(test, from: alice.address, 1, sealing: alice, signed: alice).message
    #expect(throws: FalseAnswer.self) { try NodeMarket.message(other.json, of: good.id) }
  }
}
