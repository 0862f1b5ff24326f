// What an agent signs, for whom, and how often: never twice for one request, whatever happens.

import Agents
import Foundation
import Kernel
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct TellerTests {
  let one = SHA256.hash([1])
  let two = SHA256.hash([2])

  private func unpaid(_ body: () async throws -> OpenPayment) async -> Unpaid? {
    do {
      _ = try await body()
      return nil
    } catch { return error as? Unpaid }
  }

  @Test func whatItSignsIsWhatWasAskedFor() async throws {
    let agent = try FakeAgent()
    let demand = try Demand.of(10_000)
    let payment = try await agent.teller().pay(demand, for: one, at: FakeAgent.shop)
    let json = try #require(X402.document(payment.header))
    let exact = try #require(ExactPayment(json))
    #expect(demand.entry.matches(exact.accepted))
    #expect(exact.payer == agent.pocket.address && exact.to == FakeAgent.payee)
    #expect(exact.value == UInt256(10_000))
    let signed = try #require(exact.authorisation)
    let again = agent.pocket.sign(signed)
    #expect(again.signature == signed.signature)
    #expect(signed.validBefore == 1_800_000_000 + 60)
  }

  @Test func aRequestWhoseOutcomeIsNotKnownShowsItsPaymentAgain() async throws {
    let agent = try FakeAgent()
    let teller = agent.teller()
    let first = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    await teller.leave(first)
    // Another price and another payee change nothing of what was signed.
    let other = try Demand.of(20_000, to: agent.pocket.address)
    let second = try await teller.pay(other, for: one, at: FakeAgent.shop)
    #expect(second == first)
    await teller.leave(second)
    // Nor does another process.
    let third = try await agent.teller().pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    #expect(third == first)
    #expect(agent.pocket.inside.withLock { $0.signed } == 1)
    #expect(try agent.allowed == 1)
  }

  @Test func anotherRequestIsAnotherPayment() async throws {
    let agent = try FakeAgent()
    let teller = agent.teller()
    let first = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    // The same words at the same time are two requests: each is answered.
    let same = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    let other = try await teller.pay(try Demand.of(10_000), for: two, at: FakeAgent.shop)
    #expect(Set([first.nonce, same.nonce, other.nonce]).count == 3)
    // What is signed and may still be carried stays covered.
    #expect(
      agent.pocket.inside.withLock { $0.filled } == [10_000, 20_000, 30_000].map { Amount($0) })
    await teller.close(first, SHA256.hash([9]))
    _ = try await teller.pay(try Demand.of(10_000), for: two, at: FakeAgent.shop)
    #expect(agent.pocket.inside.withLock { $0.filled.last } == Amount(30_000))
    let sent = try #require(try agent.wallet.log().first { $0.kind == .sent })
    #expect(sent.about == first.line && sent.object == SHA256.hash([9]))
  }

  @Test func whoGivesNothingGetsNoMore() async throws {
    let agent = try FakeAgent()
    let teller = agent.teller()
    var payments: [OpenPayment] = []
    for number in 0..<3 as Range<UInt8> {
      let payment = try await teller.pay(
        try Demand.of(10_000), for: SHA256.hash([number, 7]), at: FakeAgent.shop)
      await teller.leave(payment)
      payments.append(payment)
    }
    let fourth = await unpaid {
      try await teller.pay(try Demand.of(10_000), for: two, at: FakeAgent.shop)
    }
    #expect(fourth == .owed(3))
    // When they have ended, the ledger says which of them were carried.
    agent.pocket.inside.withLock {
      $0.spent = [payments[0].nonce: true, payments[1].nonce: false]
    }
    agent.later(120)
    await teller.tidy()
    #expect(Set(await teller.owed.map(\.nonce)) == [payments[0].nonce, payments[2].nonce])
    #expect(await teller.letGo(payments[0].nonce))
    #expect(await !teller.letGo(payments[0].nonce))
    _ = try await teller.pay(try Demand.of(10_000), for: two, at: FakeAgent.shop)
  }

  @Test func anEndedPaymentIsShownNoMore() async throws {
    let agent = try FakeAgent()
    let teller = agent.teller()
    let first = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    await teller.leave(first)
    agent.later(58)
    let second = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    #expect(second.nonce != first.nonce)
  }

  @Test func whatIsDeniedMovesNothing() async throws {
    let agent = try FakeAgent()
    let teller = agent.teller()
    let stranger = try Demand.of(10_000, to: agent.pocket.address)
    for (demand, reason) in [
      (stranger, Reason.otherPayee), (try Demand.of(2_000_000), .perPayment),
      (try Demand.of(600_000), .largePayment),
    ] {
      let refused = await unpaid { try await teller.pay(demand, for: one, at: FakeAgent.shop) }
      guard case .decided(let decision, _)? = refused else {
        Issue.record("\(String(describing: refused))")
        continue
      }
      #expect(decision.reason == reason)
    }
    agent.pocket.inside.withLock { $0.most = Amount(5) }
    let poor = await unpaid {
      try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    }
    #expect(poor == .pocket(PocketProblem("noMoney", "there is not so much")))
    // What could not be paid does not count as spent.
    #expect(try agent.allowed == 0)
    #expect(agent.pocket.inside.withLock { $0.signed == 0 && $0.filled.isEmpty })
  }

  @Test func manySmallPaymentsEndAtTheCap() async throws {
    let agent = try FakeAgent {
      $0.perDay = Amount(10_000)
      $0.perMinute = 1_000
    }
    let teller = agent.teller()
    var paid = 0
    for number in 0..<30 as Range<UInt8> {
      guard
        let payment = try? await teller.pay(
          try Demand.of(1_000), for: SHA256.hash([number]), at: FakeAgent.shop)
      else { continue }
      await teller.close(payment, nil)
      paid += 1
    }
    #expect(paid == 10)
  }

  @Test func aLogThatWasTouchedPaysNothing() async throws {
    let agent = try FakeAgent()
    try WalletShelf(agent.wallet, "x").put([], as: "y")
    #expect(WalletShelf(agent.wallet, "x").names == ["y"])
    #expect(WalletShelf(agent.wallet, "x").document("../policy") == nil)
    let teller = agent.teller()
    let file = try #require(fopen(agent.wallet.logFile, "a"))
    fputs("0x00 {}\n", file)
    fclose(file)
    let refused = await unpaid {
      try await teller.pay(try Demand.of(1_000), for: one, at: FakeAgent.shop)
    }
    guard case .folder? = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
    #expect(agent.pocket.inside.withLock { $0.signed } == 0)
  }

  /// A client that gave up and asks again waits for the answer under way, and is shown its payment:
  /// two would be signed where nobody looked.
  @Test func whoAsksAgainWaitsAndShowsTheSamePayment() async throws {
    let agent = try FakeAgent()
    let teller = agent.teller()
    let first = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    let retry = Task {
      await teller.wait(for: one)
      return await teller.again(one)
    }
    // Another request waits for nobody.
    await teller.wait(for: two)
    await teller.leave(first)
    #expect(await retry.value == first)
    // Once it is answered nothing is left to wait for.
    await teller.close(first, nil)
    await teller.wait(for: one)
    #expect(await teller.again(one) == nil)
    #expect(try agent.allowed == 1)
  }

  /// The ledger forgets after a day that it carried a payment; what it answers then is no reason to
  /// forget what a seller owes.
  @Test func whatWasPaidIsOwedAfterTheLedgerForgot() async throws {
    let agent = try FakeAgent()
    let teller = agent.teller()
    let payment = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    await teller.leave(payment)
    agent.later(90_000)
    agent.pocket.inside.withLock { $0.spent[payment.nonce] = false }
    await teller.tidy()
    #expect(await teller.owed == [payment])
  }
}
