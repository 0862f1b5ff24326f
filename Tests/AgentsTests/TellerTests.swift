// What an agent signs, for whom, and how often: never twice for one request, whatever happens.

import Agents
import Foundation
import Kernel
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite struct TellerTests {
  let one = SHA256.hash([1])
  let two = SHA256.hash([2])

  private func unpaid(_ body: () async throws -> AgentPayment) async -> Unpaid? {
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
    func first() async throws -> AgentPayment {
      let teller = try agent.teller()
      let first = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
      await teller.leave(first)
      // Another price and another payee change nothing of what was signed.
      let other = try Demand.of(20_000, to: agent.pocket.address)
      let second = try await teller.pay(other, for: one, at: FakeAgent.shop)
      #expect(second.header == first.header)
      return first
    }
    // Nor does another process, to which nobody said what became of it.
    let before = try await first()
    let third = try await agent.teller().pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    #expect(third.header == before.header && third.state == .unknown)
    #expect(agent.pocket.inside.withLock { $0.signed } == 1)
    #expect(try agent.allowed == 1)
  }

  @Test func oneProcessAtATimePays() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
    #expect(throws: WalletFault.inUse) { try agent.teller() }
    _ = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
  }

  @Test func anotherRequestIsAnotherPayment() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
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
    let teller = try agent.teller()
    var payments: [AgentPayment] = []
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

  /// There is no second payment for a request while the first may be carried, nor before somebody
  /// knows that it was not.
  @Test func anEndedPaymentIsShownNoMoreAndReplacedWhenItIsKnownToBeNone() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
    let demand = try Demand.of(10_000)
    let first = try await teller.pay(demand, for: one, at: FakeAgent.shop)
    await teller.leave(first)
    for seconds in [58, 60] as [UInt64] {
      agent.later(seconds)
      let refused = await unpaid { try await teller.pay(demand, for: one, at: FakeAgent.shop) }
      #expect(refused == .unsettled)
    }
    agent.pocket.inside.withLock { $0.spent[first.nonce] = false }
    let second = try await teller.pay(demand, for: one, at: FakeAgent.shop)
    #expect(second.nonce != first.nonce)
  }

  @Test func whatWasCarriedIsShownThoughItHasEnded() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
    let first = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    await teller.leave(first)
    agent.later(120)
    agent.pocket.inside.withLock { $0.spent[first.nonce] = true }
    let second = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    #expect(second.header == first.header && second.state == .carried)
    #expect(try agent.allowed == 1)
  }

  /// What was never shown to anybody costs nothing.
  @Test func whatCouldNotBePaidIsTakenBack() async throws {
    let agent = try FakeAgent { $0.perDay = Amount(15_000) }
    let teller = try agent.teller()
    let demand = try Demand.of(10_000)
    let problem = PocketProblem("noNode", "nobody answers", isTemporary: true)
    agent.pocket.inside.withLock { $0.fails = problem }
    for _ in 0..<3 {
      let refused = await unpaid { try await teller.pay(demand, for: one, at: FakeAgent.shop) }
      #expect(refused == .pocket(problem))
    }
    #expect(try agent.spent == .zero)
    agent.pocket.inside.withLock { $0.fails = nil }
    agent.pocket.filling.withLock { filling in
      filling = { [wallet = agent.wallet, clock = agent.clock] in
        _ = try? wallet.note(.stopped, "owner", now: clock())
      }
    }
    let stopped = await unpaid { try await teller.pay(demand, for: one, at: FakeAgent.shop) }
    guard case .decided(let decision, _)? = stopped else {
      Issue.record("\(String(describing: stopped))")
      return
    }
    #expect(decision.reason == .stopped)
    #expect(try agent.spent == .zero && agent.pocket.inside.withLock { $0.signed } == 0)
  }

  @Test func whatIsDeniedMovesNothing() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
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
    let teller = try agent.teller()
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
    let teller = try agent.teller()
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

  /// A client that gave up and asks again waits for the answer under way, also where nothing is
  /// signed yet, and is shown its payment: two would be signed where nobody looked.
  @Test func whoAsksAgainWaitsAndShowsTheSamePayment() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
    let (one, shown) = (one, Shown())
    var ticket: RequestTicket? = await teller.arrive(one, isRetry: false)
    let retries = (0..<3).map { _ in Task { try await Self.retry(one, teller, shown) } }
    // Another request waits for nobody.
    _ = await teller.arrive(two, isRetry: true)
    #expect(shown.headers.isEmpty)
    let first = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    ticket?.shows(first)
    // The answer goes away without a word.
    ticket = nil
    for retry in retries { try await retry.value }
    #expect(shown.headers == [first.header])
    #expect(try agent.allowed == 1)
  }

  /// What a seller was shown.
  private final class Shown: Sendable {
    private let inside = Mutex<Set<String>>([])
    var headers: Set<String> { inside.withLock { $0 } }
    func take(_ payment: AgentPayment) { inside.withLock { _ = $0.insert(payment.header) } }
  }

  private static func retry(_ request: Bytes32, _ teller: Teller, _ shown: Shown) async throws {
    let ticket = await teller.arrive(request, isRetry: true)
    var payment = await teller.again(request, isRetry: true)
    if payment == nil {
      payment = try await teller.pay(try Demand.of(10_000), for: request, at: FakeAgent.shop)
    }
    let found = try #require(payment)
    ticket.shows(found)
    shown.take(found)
    await teller.leave(found)
  }

  /// The answer may have been written to a connection that its client had left.
  @Test func whoAsksAgainAfterTheAnswerIsShownThePaymentThatBoughtIt() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
    let first = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    await teller.close(first, SHA256.hash([9]))
    #expect(await teller.again(one) == nil)
    #expect(await teller.again(one, isRetry: true)?.header == first.header)
    agent.later(601)
    #expect(await teller.again(one, isRetry: true) == nil)
  }

  /// The ledger forgets after a day that it carried a payment; what it answers then is no reason to
  /// forget what a seller owes.
  @Test func whatWasPaidIsOwedAfterTheLedgerForgot() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
    let payment = try await teller.pay(try Demand.of(10_000), for: one, at: FakeAgent.shop)
    await teller.leave(payment)
    agent.later(90_000)
    agent.pocket.inside.withLock { $0.spent[payment.nonce] = false }
    await teller.tidy()
    #expect(await teller.owed.map(\.nonce) == [payment.nonce])
  }
}
