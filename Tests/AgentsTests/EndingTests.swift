// An agent that is stopped: by its page, by another process, on the ledger; and every crash of it.

import Agents
import Dispatch
import Foundation
import Kernel
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite(.timeLimit(.minutes(60))) struct EndingTests {
  private static let request = SHA256.hash([1])

  private func stop(_ client: ChannelDoor.Client) async throws -> Int {
    try await client.send(
      OwnerDoor.path(AgentDoorTests.secret) + "stop", "sure=yes",
      [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", client.origin)]
    ).status
  }

  /// The switch is thrown while an answer streams: the session ends first, the channel is left all
  /// the same, and then the pocket is emptied.
  @Test func anAnswerThatStreamsKeepsNoChannelFromBeingLeft() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let (begun, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let seller = try FakeSeller { request, send in
      if request.line.hasPrefix("GET"), request["PAYMENT-SIGNATURE"] == nil,
        request.line.contains("/models")
      {
        return FakeSeller.models
      }
      guard let payment = request["PAYMENT-SIGNATURE"] else {
        let header = ChannelDemand.header(1_000)
        return FakeSeller.reply(402, "{}", ["PAYMENT-REQUIRED: \(header)"])
      }
      guard let voucher = ShownVoucher(payment), !voucher.isRefund else {
        return FakeSeller.reply(409)
      }
      let whole = shop.answer(payment, price: 1_000)
      _ = send(String(whole.dropLast(3)))
      begun.signal()
      release.wait()
      return String(whole.suffix(3))
    }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      let answer = Task { try await client.chat("long") }
      while begun.wait(timeout: .now()) == .timedOut { await Task.yield() }
      #expect(try await stop(client) == 303)
      let acts = agent.pocket.inside.withLock { $0.acts }
      let last = acts.filter { ["revoke", "withdraw", "empty"].contains($0) }
      #expect(last == ["revoke", "withdraw", "empty"])
      #expect(acts.firstIndex(of: "revoke") ?? .max < acts.lastIndex(of: "look") ?? .max)
      let row = try await ChannelDoor.row(teller)
      #expect(row.isLeaving && row.payment.state == .carried)
      release.signal()
      #expect(try await answer.value.status == 200)
      // What the stream's end wrote down has taken nothing of that back.
      try await until { try await ChannelDoor.row(teller).payment.state != .carried }
      let after = try await ChannelDoor.row(teller)
      #expect(after.isLeaving && after.payment.state == .answered)
      #expect(try await client.code("more") == "stopped")
    }
    #expect(try agent.wallet.tally().ending == .revoked)
  }

  /// Sellers are asked side by side: each answers when all of them were asked.
  @Test func sellersAreLeftSideBySide() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let asked = Mutex(0)
    let all = DispatchSemaphore(value: 0)
    func seller(_ model: String) throws -> FakeSeller {
      try FakeSeller { request, _ in
        guard let payment = request["PAYMENT-SIGNATURE"] else {
          if request.line.contains("/models") {
            return FakeSeller.reply(200, #"{"data":[{"id":"\#(model)"}]}"#)
          }
          let header = ChannelDemand.header(1_000)
          return FakeSeller.reply(402, "{}", ["PAYMENT-REQUIRED: \(header)"])
        }
        if ShownVoucher(payment)?.isRefund == true {
          let count = asked.withLock { asked in
            asked += 1
            return asked
          }
          if count == 3 { for _ in 0..<3 { all.signal() } }
          _ = all.wait(timeout: .now() + 600)
        }
        return shop.answer(payment, price: 1_000)
      }
    }
    let sellers = try ["a", "b", "c"].map(seller)
    try await ChannelDoor.open(agent, sellers[0], sellers[1], sellers[2]) {
      client, teller async throws in
      for model in ["a", "b", "c"] {
        let body = #"{"model":"\#(model)","messages":[]}"#
        let answer = try await client.send(
          "/v1/chat/completions", body, [("Content-Type", "application/json")])
        #expect(answer.status == 200)
      }
      #expect(try await stop(client) == 303)
      #expect(await teller.channelRows.count == 3)
    }
    #expect(asked.withLock { $0 } == 3)
    #expect(agent.pocket.inside.withLock { $0.withdrawn.isEmpty && $0.isClosed })
    #expect(try agent.wallet.tally().ending == .closed)
  }

  /// Another process throws the switch: whoever was about to sign does not.
  @Test func aStopByAnotherProcessIsSeenBeforeAnythingIsSigned() async throws {
    for byVoucher in [false, true] {
      let agent = try ChannelDoor.agent()
      let teller = try agent.teller()
      let seller = try #require(Seller(FakeAgent.shop.text + "/v1", isNamed: true))
      agent.pocket.filling.withLock { filling in
        let (folder, clock) = (agent.wallet.folder, agent.clock)
        filling = { _ = try? AgentWallet(folder: folder).end(.stopped, "owner", now: clock()) }
      }
      do {
        if byVoucher {
          _ = try await teller.pay(
            try ChannelDemand.of(1_000), for: Self.request, at: seller, "/x", hasOther: false)
        } else {
          _ = try await teller.pay(try Demand.of(1_000), for: Self.request, at: seller.origin)
        }
        Issue.record("it was signed")
      } catch let unpaid as Unpaid {
        guard case .decided(let decision, _) = unpaid else {
          Issue.record("\(unpaid)")
          return
        }
        #expect(decision.reason == .stopped)
      }
      #expect(agent.pocket.inside.withLock { $0.signed } == 0)
      #expect(try agent.spent == .zero)
      // The door finishes what the other began.
      await teller.keep(SellerCall.patient)
      #expect(agent.pocket.inside.withLock { $0.isClosed })
      #expect(try agent.wallet.tally().ending == .closed)
    }
  }

  /// An owner elsewhere ends the session by a message. That stops nothing for good, since it is a
  /// node's word: nothing is signed as long as it says so, and the money comes home.
  @Test func aSessionThatIsGoneOnTheLedgerPaysNothing() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller(hasExact: true) { shop.answer($0, price: 1_000) }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      #expect(try await client.chat("a").status == 200)
      agent.pocket.inside.withLock { $0.hasSession = false }
      await teller.keep(SellerCall.patient)
      #expect(try await client.code("b") == "noSession")
      #expect(try await ChannelDoor.row(teller).isEmpty)
      #expect(agent.pocket.inside.withLock { $0.isEmptied })
      // A node that does not answer says neither.
      agent.pocket.inside.withLock { $0.fails = PocketProblem("noNode", "nobody answers") }
      await teller.keep(SellerCall.patient)
      #expect(try await client.code("b") == "noSession")
      agent.pocket.inside.withLock {
        $0.fails = nil
        $0.hasSession = true
      }
      await teller.keep(SellerCall.patient)
      #expect(try await client.chat("b").status == 200)
    }
    #expect(try agent.wallet.tally().ending == .none)
  }

  @Test func manyWhoEndItAtOnceEndItOnce() async throws {
    let agent = try FakeAgent()
    let teller = try agent.teller()
    try agent.wallet.end(.stopped, "owner", now: agent.clock())
    let ends = (0..<5).map { _ in Task { try await teller.end(SellerCall.patient) } }
    var messages = 0
    for end in ends where try await end.value.message != nil { messages += 1 }
    #expect(messages >= 1)
    let log = try agent.wallet.log()
    #expect(log.map(\.kind).suffix(3) == [.stopped, .revoked, .closed])
    let isAgain = try agent.wallet.end(.stopped, "owner", now: agent.clock())
    #expect(!isAgain)
  }

  @Test func nothingIsSignedForAnAgentThatWasStopped() throws {
    let agent = try FakeAgent()
    #expect(try agent.wallet.signing { 7 } == 7)
    // A step of an end that nobody began is none.
    let isEnded = try agent.wallet.end(.revoked, "session", now: agent.clock())
    #expect(!isEnded)
    try AgentWallet(folder: agent.wallet.folder).end(.stopped, "owner", now: agent.clock())
    #expect(try agent.wallet.signing { 7 } == nil)
  }

  // MARK: - Every crash

  /// A machine that does so many acts, of its disk and of others for it, and goes down.
  private final class Doom: Sendable {
    private let left: Mutex<Int>

    init(after acts: Int) { left = Mutex(acts) }

    func meets() -> Bool {
      left.withLock { left in
        left -= 1
        return left < 0
      }
    }

    var isDead: Bool { left.withLock { $0 < 0 } }
    var disk: WalletDisk { WalletDisk { [self] _, _ in meets() ? EIO : nil } }
  }

  /// An agent that bought one answer by a channel, of a seller that may give back what is left.
  private func agent(_ shop: borrowing Mutex<ChannelShop?>, at seller: Seller) async throws
    -> FakeAgent
  {
    let agent = try ChannelDoor.agent {
      $0.payees = [PolicyPayee(FakeAgent.payee, origins: [seller.origin.text])]
    }
    let own = ChannelShop(agent.pocket)
    shop.withLock { $0 = own }
    let teller = try agent.teller()
    let tender = try #require(
      try await teller.pay(
        try ChannelDemand.of(1_000), for: Self.request, at: seller, "/x", hasOther: false))
    _ = own.answer(tender.payment.header, price: 1_000)
    let voucher = try #require(tender.voucher)
    await teller.begin(tender, ChannelShop.told(voucher.channel, charged: 1_000, total: 1_000))
    await teller.close(tender, nil)
    return agent
  }

  private func end(_ agent: FakeAgent, _ wallet: AgentWallet) async {
    guard (try? wallet.end(.stopped, "owner", now: agent.clock())) != nil,
      let teller = try? Teller(wallet, agent.pocket, clock: agent.clock)
    else { return }
    _ = try? await teller.end(SellerCall.patient)
  }

  /// Whatever the act died in, the next who opens the folder finishes it: the session is gone, the
  /// money is home or asked of the ledger, and nothing was signed after the line.
  @Test(arguments: [true, false]) func whoeverOpensItNextFinishesIt(givesBack: Bool) async throws {
    let shop = Mutex<ChannelShop?>(nil)
    let server = try ChannelDoor.seller { payment in
      guard givesBack, let own = shop.withLock({ $0 }) else { return FakeSeller.reply(409) }
      return own.answer(payment, price: 1_000)
    }
    let seller = try #require(Seller("http://127.0.0.1:\(server.port)/v1", isNamed: true))
    var (acts, reached) = (0, Set<Ending>())
    while true {
      let agent = try await agent(shop, at: seller)
      let (doom, pocket) = (Doom(after: acts), agent.pocket)
      let began = pocket.inside.withLock { $0.acts.count }
      pocket.doom.withLock { $0 = { doom.meets() } }
      await end(agent, AgentWallet(folder: agent.wallet.folder, disk: doom.disk))
      pocket.doom.withLock { $0 = nil }

      let after = AgentWallet(folder: agent.wallet.folder)
      let found = try after.tally().ending
      reached.insert(found)
      if found == .none {
        // Nothing was done that the log does not begin with.
        #expect(pocket.inside.withLock { $0.acts.count } == began, "\(acts)")
        try after.end(.stopped, "owner", now: agent.clock())
      }
      let next = try Teller(after, pocket, clock: agent.clock)
      let signed = pocket.inside.withLock { $0.signed }
      await #expect(throws: Unpaid.self) {
        _ = try await next.pay(
          try ChannelDemand.of(1_000), for: SHA256.hash([2]), at: seller, "/x", hasOther: true)
      }
      #expect(pocket.inside.withLock { $0.signed } == signed, "\(acts)")
      await next.keep(SellerCall.patient)
      let row = try await ChannelDoor.row(next)
      #expect(pocket.inside.withLock { $0.isClosed }, "\(acts)")
      #expect(givesBack ? row.isEmpty : row.isLeaving, "\(acts)")
      #expect(try after.tally().ending == (givesBack ? .closed : .revoked), "\(acts)")
      if !givesBack {
        // The delay is over, and who looks next closes it.
        pocket.inside.withLock { inside in
          inside.isEmptied = false
          inside.channels[row.id] = ChannelStanding(balance: Amount(1_000), claimed: Amount(1_000))
        }
        await next.keep(SellerCall.patient)
        #expect(pocket.inside.withLock { $0.isEmptied && $0.withdrawn.count == 1 }, "\(acts)")
      }
      let log = try after.log()
      for kind in [EntryKind.stopped, .revoked, .closed] {
        #expect(log.count { $0.kind == kind } == 1, "\(acts): \(kind)")
      }
      #expect(try agent.spent == Amount(1_000), "\(acts)")
      if !doom.isDead { break }
      acts += 1
    }
    #expect(acts > 20)
    #expect(reached.isSuperset(of: [.none, .stopped, .revoked]), "\(reached)")
  }
}
