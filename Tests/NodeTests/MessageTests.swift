// Messages through the door of a running node: answers, refusals, order, repetition.

import Chain
import Kernel
import NetworkRoom
import Node
import Primitives
import Testing

@Suite struct MessageTests {
  let alice = TestNode.alice
  let bob = TestNode.bob

  @Test func answersAfterTheCommitWithHeightAndOutcome() async throws {
    let test = try TestNode()
    try await test.run { node, client async throws in
      let signed = test.transfer(1_000_000, from: alice, to: bob.address, sequence: 0)
      let answer = try await client.submit(signed)
      #expect(answer.id == signed.id)
      #expect(answer.height == 1)
      #expect(answer.outcome.isDone)
      #expect(answer.outcome.toll > .zero)
      let account = try await client.account(bob.address, atLeast: 1)
      #expect(account.balance == Amount(101_000_000))
      #expect(try await client.account(alice.address).nextSequence() == 1)
      #expect(node.height == 1)
    }
  }

  @Test func theSameMessageGetsTheSameAnswerForEver() async throws {
    let test = try TestNode()
    let signed = test.transfer(5, from: alice, to: bob.address, sequence: 0)
    let first = try await test.run { _, client async throws in
      let first = try await client.submit(signed)
      #expect(try await client.submit(signed) == first)
      _ = try await client.submit(test.transfer(6, from: alice, to: bob.address, sequence: 1))
      #expect(try await client.submit(signed) == first)
      return first
    }
    try await test.run { _, client async throws in
      #expect(try await client.submit(signed) == first)
      #expect(try await client.outcome(of: signed.id) == first)
      #expect(try await client.account(bob.address).balance == Amount(100_000_011))
    }
  }

  @Test func oneMessageSentManyTimesAtOnceHappensOnce() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let signed = test.transfer(7, from: alice, to: bob.address, sequence: 0)
      let answers = try await withThrowingTaskGroup(of: Settlement.self) { group in
        for _ in 0..<20 { group.addTask { try await client.submit(signed) } }
        return try await group.reduce(into: Set<Settlement>()) { $0.insert($1) }
      }
      #expect(answers.count == 1)
      #expect(try await client.account(bob.address).balance == Amount(100_000_007))
    }
  }

  @Test func aRefusedBodyIsAnOutcomeAndCostsItsToll() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let answer = try await client.submit(
        test.transfer(1_000_000_000, from: alice, to: bob.address, sequence: 0))
      #expect(answer.outcome.code == "insufficient")
      #expect(answer.outcome.toll > .zero)
      let account = try await client.account(alice.address)
      #expect(account.balance.units == 100_000_000 - answer.outcome.toll.units)
      #expect(account.nextSequence() == 1)
    }
  }

  @Test func whatTheDoorRefusesEntersNoBlock() async throws {
    let test = try TestNode()
    try await test.run { node, client async throws in
      func expectRefused(_ signed: SignedMessage, _ code: String, _ status: Int) async {
        await #expect {
          try await client.submit(signed, patience: .zero)
        } throws: { error in
          let problem = (error as? ClientError)?.problem
          return problem?.code == code && problem?.status == status
        }
      }
      var forged = test.transfer(1, from: alice, to: bob.address, sequence: 0)
      forged.authorisation =
        test.transfer(1, from: bob, to: bob.address, sequence: 0)
        .authorisation
      await expectRefused(forged, "notTheSigner", 401)
      await expectRefused(
        test.transfer(1, from: alice, to: bob.address, sequence: 0, validUntil: Time(1)),
        "expired", 422)
      await expectRefused(
        test.transfer(1, from: alice, to: bob.address, sequence: 16), "futureSequence", 409)
      await expectRefused(
        test.transfer(1, from: TestNode.eve, to: bob.address, sequence: 0), "unknownAccount",
        422)
      #expect(node.height == 0)
      let unknown = test.transfer(1, from: alice, to: bob.address, sequence: 0)
      #expect(try await client.outcome(of: unknown.id) == nil)
    }
  }

  @Test func messagesThatOvertookEachOtherHappenInOrder() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      for sequence in [3, 2, 1] as [UInt64] {
        _ = try await client.post(
          test.transfer(sequence, from: alice, to: bob.address, sequence: sequence))
      }
      let last = test.transfer(10, from: alice, to: bob.address, sequence: 0)
      let answer = try await client.submit(last)
      let third = test.transfer(3, from: alice, to: bob.address, sequence: 3)
      let held = try await client.submit(third)
      #expect(held.outcome.isDone && held.height >= answer.height)
      #expect(try await client.account(bob.address).balance == Amount(100_000_016))
    }
  }

  @Test func twoMessagesOfOneSequenceAreNotBothTaken() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      _ = try await client.submit(test.transfer(1, from: alice, to: bob.address, sequence: 0))
      await #expect {
        try await client.submit(
          test.transfer(2, from: alice, to: bob.address, sequence: 0), patience: .zero)
      } throws: { ($0 as? ClientError)?.code == "staleSequence" }
    }
  }

  @Test func aBatchAnswersEachMessageByItself() async throws {
    let test = try TestNode()
    try await test.run { _, client async throws in
      let batch = (0..<50).map {
        test.transfer(1, from: alice, to: bob.address, sequence: $0 % 10, lane: UInt8($0 / 10))
      }
      let strange = test.transfer(1, from: TestNode.eve, to: bob.address, sequence: 0)
      let answers = try await client.submit(batch: batch + [strange])
      #expect(answers.count == 51)
      for answer in answers.prefix(50) { #expect(try answer.get().outcome.isDone) }
      #expect(throws: Problem.self) { try answers[50].get() }
      #expect(try await client.account(bob.address).balance == Amount(100_000_050))
    }
  }

  @Test func anIdleNodeMakesNoBlocks() async throws {
    let test = try TestNode()
    try await test.run { node, client async throws in
      for _ in 0..<5 { _ = try await client.status() }
      #expect(node.height == 0)
    }
  }
}
