// What bounds an agent's channels beside its caps: deposits together, vouchers of nothing, races.

import Agents
import Foundation
import Kernel
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite struct ChannelBoundTests {
  private let shop = FakeAgent.shop

  private func seller(_ origin: String) throws -> Seller {
    try #require(Seller(origin + "/v1", isNamed: true))
  }

  private func request(_ number: Int) -> Bytes32 { SHA256.hash([UInt8(number)]) }

  /// Pays by voucher, has the deposit carried and the answer given.
  private func buy(
    _ teller: Teller, _ agent: FakeAgent, _ demand: ChannelDemand, _ number: Int, at seller: Seller,
    costs: UInt64? = nil
  ) async throws -> ShownVoucher {
    let tender = try #require(
      try await teller.pay(demand, for: request(number), at: seller, "/x", hasOther: false))
    let voucher = try #require(ShownVoucher(tender.payment.header))
    agent.pocket.spend(X402.document(tender.payment.header))
    ChannelShop(agent.pocket).deposit(voucher)
    let base = await teller.channelRows[Int(tender.voucher?.number ?? 0)].base.units
    let charged = costs ?? demand.price.units
    let told = ChannelShop.told(voucher.channel, charged: charged, total: base + charged)
    await teller.begin(tender, told)
    await teller.close(tender, nil)
    return voucher
  }

  private func reason(_ body: () async throws -> Void) async -> Reason? {
    do {
      try await body()
      return nil
    } catch {
      guard case Unpaid.decided(let decision, _) = error else { return nil }
      return decision.reason
    }
  }

  // MARK: - Deposits

  /// A seller that claims under another name each time has another channel each time, and all of
  /// them together no more than the one could have.
  @Test func manyChannelsOfOneSellerHoldNoMoreThanOne() async throws {
    let agent = try ChannelDoor.agent { $0.perPayee = Amount(25_000) }
    let teller = try agent.teller()
    let shop = try seller(shop.text)
    var deposits: [UInt64] = []
    for number in 0..<6 {
      let name = PrivateKey(seed: Array("claims \(number)".utf8)).address
      let demand = try ChannelDemand.of(1_000) { $0.receiverAuthorizer = name }
      deposits.append(try await buy(teller, agent, demand, number, at: shop).deposit)
    }
    // Each voucher is charged; beyond them no more lies there than the payee could still get.
    #expect(deposits == [10_000, 10_000, 5_000, 1_000, 1_000, 1_000])
    let rows = await teller.channelRows
    #expect(rows.count == 6)
    #expect(rows.map(\.uncharged.units).reduce(0, +) <= 25_000 - 3_000)
  }

  /// Nor do many sellers have more together than the day leaves.
  @Test func manySellersHoldNoMoreThanTheDayLeaves() async throws {
    let origins = (1...5).map { "http://127.0.0.1:407\($0)" }
    let payees = (1...5).map { PrivateKey(seed: Array("payee \($0)".utf8)).address }
    let agent = try ChannelDoor.agent { policy in
      policy.perDay = Amount(30_000)
      policy.perHour = Amount(30_000)
      policy.payees = zip(payees, origins).map { PolicyPayee($0, origins: [$1]) }
    }
    let teller = try agent.teller()
    var deposits: [UInt64] = []
    for number in 0..<5 {
      let demand = try ChannelDemand.of(1_000) { $0.payTo = payees[number] }
      let seller = try seller(origins[number])
      deposits.append(try await buy(teller, agent, demand, number, at: seller).deposit)
    }
    #expect(deposits == [10_000, 10_000, 10_000, 1_000, 1_000])
    let locked = await teller.channelRows.map(\.uncharged.units).reduce(0, +)
    #expect(try locked + agent.spent.units <= 32_000)
  }

  // MARK: - Vouchers of nothing

  /// Where the last answer cost less than its voucher allowed, the next lets nothing more be taken.
  /// Whom it pays is judged all the same.
  @Test func aVoucherThatAddsNothingIsJudgedLikeAnyOther() async throws {
    let agent = try ChannelDoor.agent()
    let teller = try agent.teller()
    let shop = try seller(shop.text)
    let demand = try ChannelDemand.of(1_000)
    _ = try await buy(teller, agent, demand, 0, at: shop, costs: 0)
    let free = try await buy(teller, agent, demand, 1, at: shop, costs: 0)
    #expect(free.most == 1_000)
    #expect(try agent.spent == Amount(1_000) && agent.allowed == 2)
    // The owner takes the payee off the list: it is a stranger now, and asked about at its price.
    var policy = try agent.wallet.policy()
    policy.payees = []
    try agent.wallet.set(policy, now: agent.clock())
    let asked = await reason { _ = try await buy(teller, agent, demand, 2, at: shop, costs: 0) }
    #expect(asked == .firstPayment)
    let question = try #require(try agent.wallet.log().pending.first)
    #expect(question.intent.amount == Amount(1_000))
    _ = try agent.wallet.answer(question.number, isYes: true, now: agent.clock())
    _ = try await buy(teller, agent, demand, 3, at: shop, costs: 0)
    #expect(try agent.spent == Amount(2_000))
    policy.asksFirst = false
    try agent.wallet.set(policy, now: agent.clock())
    let denied = await reason { _ = try await buy(teller, agent, demand, 4, at: shop, costs: 0) }
    #expect(denied == .unknownPayee)
  }

  @Test func aStormOfVouchersThatAddNothingIsAStorm() async throws {
    let agent = try FakeAgent { $0.perMinute = 5 }
    let teller = try agent.teller()
    let shop = try seller(shop.text)
    let demand = try ChannelDemand.of(1_000)
    for number in 0..<5 { _ = try await buy(teller, agent, demand, number, at: shop, costs: 0) }
    let storm = await reason { _ = try await buy(teller, agent, demand, 9, at: shop, costs: 0) }
    #expect(storm == .perMinute)
  }

  @Test func anIntentOfNothingIsNoneUnlessItIsCovered() throws {
    let agent = try FakeAgent()
    let intent = Intent.pay(FakeAgent.payee, .zero, origin: FakeAgent.shop)
    #expect(try agent.wallet.rehearse(intent, now: agent.clock()).reason == .nothing)
    let covered = try agent.wallet.rehearse(intent, isCovered: true, now: agent.clock())
    #expect(covered.kind == .allowed)
    let other = Intent.pay(FakeAgent.payee, .zero, origin: Origin("http://evil.example")!)
    let denied = try agent.wallet.rehearse(other, isCovered: true, now: agent.clock())
    #expect(denied.reason == .otherOrigin)
  }

  // MARK: - Races

  /// While one request is about to be sold an answer, the seller contradicts itself about an older
  /// one, which its client sends again just then. The row was claimed before anybody waited, so
  /// nobody shows the older voucher meanwhile, and nothing is written over.
  @Test func aRowIsClaimedBeforeTheFirstWait() async throws {
    let agent = try ChannelDoor.agent()
    let teller = try agent.teller()
    let shop = try seller(shop.text)
    let demand = try ChannelDemand.of(1_000)
    _ = try await buy(teller, agent, demand, 0, at: shop)
    let older = try #require(
      try await teller.pay(demand, for: request(1), at: shop, "/x", hasOther: false))
    await teller.leave(older)
    let again = Mutex<ShownPayment?>(nil)
    let number = request(1)
    agent.pocket.requiring.withLock { requiring in
      requiring = {
        guard let shown = await teller.tender(again: number, isRetry: true) else { return }
        again.withLock { $0 = shown }
        let channel = shown.voucher?.channel ?? .zero
        await teller.begin(shown, ChannelShop.told(channel, charged: 9_000, total: 90_000))
        await teller.close(shown, nil)
      }
    }
    let next = try #require(
      try await teller.pay(demand, for: request(2), at: shop, "/x", hasOther: false))
    #expect(again.withLock { $0 } == nil)
    #expect(ShownVoucher(next.payment.header)?.most == 2_000)
    let row = try await ChannelDoor.row(teller)
    #expect(row.stage == .open && row.payment.request == request(2))
  }

  /// What was made from an older row is refused and ends nobody's program.
  @Test func aStaleStepIsRefused() throws {
    let agent = try FakeAgent()
    let journal = try ChannelsJournal(agent.wallet)
    var row = AgentChannel()
    row.payment.state = .decided
    try journal.put(row)
    var broken = row
    broken.stage = .broken
    try journal.put(broken)
    let before = journal.book.count
    #expect(throws: WalletFault.stale) { try journal.put(row.become(.signed, .zero)) }
    #expect(journal.book.count == before && journal.book.channels[0].stage == .broken)
    try journal.put(broken.become(.givenUp, .zero))
  }

  /// What the owner lets go while a request waits stays let go.
  @Test func whatIsForgivenMeanwhileStaysForgiven() async throws {
    let agent = try ChannelDoor.agent()
    let teller = try agent.teller()
    let shop = try seller(shop.text)
    let demand = try ChannelDemand.of(1_000)
    let voucher = try await buy(teller, agent, demand, 0, at: shop)
    let lost = try #require(
      try await teller.pay(demand, for: request(1), at: shop, "/x", hasOther: false))
    // It charged for an answer that it never gave.
    let header = ChannelDemand.header(
      1_000, error: X402Reason.voucherMismatch.rawValue,
      said: [.init(name: "channelState", value: ChannelShop.state(voucher.channel, 2_000))])
    let next = try #require(try await teller.correct(lost, header, for: request(1)))
    #expect(try await ChannelDoor.row(teller).owed == 1)
    await teller.close(next, nil)
    agent.pocket.filling.withLock { $0 = { _ = await teller.forgive(voucher.channel) } }
    _ = try await teller.pay(demand, for: request(2), at: shop, "/x", hasOther: false)
    #expect(try await ChannelDoor.row(teller).owed == 0)
  }

  /// A seller that gives no answer under any of its names gets three vouchers, as three payments.
  @Test func whoAnswersUnderNoNameGetsThreeVouchers() async throws {
    let agent = try ChannelDoor.agent()
    let teller = try agent.teller()
    let shop = try seller(shop.text)
    var signed = 0
    var refused: Unpaid?
    for number in 0..<6 {
      let name = PrivateKey(seed: Array("claims \(number)".utf8)).address
      let demand = try ChannelDemand.of(1_000) { $0.receiverAuthorizer = name }
      do {
        let tender = try await teller.pay(
          demand, for: request(number), at: shop, "/x", hasOther: false)
        await teller.leave(try #require(tender))
        signed += 1
      } catch { refused = error as? Unpaid }
    }
    #expect(signed == 3 && refused == .owed(3))
    let first = try await ChannelDoor.row(teller)
    #expect(await teller.forgive(first.id))
    #expect(await !teller.forgive(first.id))
  }
}
