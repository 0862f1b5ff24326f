// Test money: once a day for an address, so many times a day in all, restarts included.

import Chain
import Kernel
import NetworkRoom
import Node
import Primitives
import Testing

@Suite struct FaucetTests {
  private func expectRefused(
    _ client: NodeClient, _ address: Address, _ code: String, _ status: Int
  ) async {
    await #expect {
      try await client.pour(to: address)
    } throws: {
      let problem = ($0 as? ClientError)?.problem
      return problem?.code == code && problem?.status == status
    }
  }

  @Test func nobodysAddressAndItsOwnAreBadOnes() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      await expectRefused(client, Address(), "malformed", 400)
      let own = try #require(test.network.genesis.funds.last?.account)
      await expectRefused(client, own, "badAddress", 400)
      // Neither counts against anybody's day.
      #expect(try await client.pour(to: TestNode.eve.address).outcome.isDone)
    }
  }

  @Test func anAddressIsGivenMoneyOnceADay() async throws {
    let test = try TestNode()
    let address = TestNode.eve.address
    try await test.run { _, client async throws in
      #expect(try await client.pour(to: address).outcome.isDone)
      #expect(try await client.account(address).balance == FaucetLimits().amount)
      await expectRefused(client, address, "faucetAddressLimit", 429)
    }
    try await test.run { _, client async throws in
      await expectRefused(client, address, "faucetAddressLimit", 429)
      #expect(try await client.account(address).balance == FaucetLimits().amount)
    }
  }

  @Test func freshAddressesDoNotDrainIt() async throws {
    let test = try TestNode()
    var limits = FaucetLimits()
    limits.perDay = 3
    try await test.run(faucet: limits) { _, client async throws in
      for index in 0..<3 as Range<UInt8> {
        _ = try await client.pour(to: PrivateKey(seed: [index]).address)
      }
      await expectRefused(client, PrivateKey(seed: [3]).address, "faucetDayLimit", 429)
    }
  }

  @Test func aPoorFaucetSaysSoAndForgetsTheTry() async throws {
    let test = try TestNode(faucet: Amount(1_000))
    try await test.run { _, client async throws in
      await expectRefused(client, TestNode.eve.address, "insufficient", 503)
      await expectRefused(client, TestNode.eve.address, "insufficient", 503)
    }
  }

  @Test func aFaucetThatCannotPayTheTollComesBack() async throws {
    // Not even a toll: the door refuses, and no sequence is used.
    let test = try TestNode(faucet: Amount(10))
    try await test.run { _, client async throws in
      await expectRefused(client, TestNode.eve.address, "insufficient", 503)
      let faucet = try #require(test.network.genesis.funds.last?.account)
      _ = try await client.submit(
        test.transfer(
          50_000_000, from: TestNode.alice, to: faucet, sequence: 0))
      await expectRefused(client, TestNode.eve.address, "insufficient", 503)
      #expect(try await client.account(faucet).nextSequence() == 1)
    }
  }

  @Test func aNetworkWithoutOneSaysSo() async throws {
    let test = try TestNode(faucet: .zero)
    try await test.run { _, client async throws in
      await expectRefused(client, TestNode.eve.address, "noFaucet", 404)
    }
  }
}
