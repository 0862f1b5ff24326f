// An agent that buys by vouchers goes down after each act of its disk, or loses what it wrote.

import Agents
import Foundation
import Kernel
import Payments
import Primitives
import Synchronization
import Testing

@testable import Agents
@testable import NetworkRoom

@Suite struct ChannelCrashTests {
  private static let price: UInt64 = 1_000
  private static let requests = [SHA256.hash([1]), SHA256.hash([2])]

  /// A disk that does so many acts and no more.
  private final class DyingDisk: Sendable {
    private let left: Mutex<Int>

    init(after acts: Int) { left = Mutex(acts) }

    var isDead: Bool { left.withLock { $0 < 0 } }

    var disk: WalletDisk {
      WalletDisk { [self] _, _ in
        left.withLock { left in
          left -= 1
          return left < 0 ? EIO : nil
        }
      }
    }
  }

  private static func field(_ name: String, _ reply: String) -> String? {
    reply.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }
      .map { String($0.dropFirst(name.count + 2)) }
  }

  /// Buys an answer, as the door does for a client that asks again; true when it is there.
  private func buy(_ teller: Teller, _ request: Bytes32, _ shop: ChannelShop) async -> Bool {
    guard let seller = Seller(FakeAgent.shop.text + "/v1", isNamed: true),
      let demand = try? ChannelDemand.of(Self.price)
    else { return false }
    var next = await teller.tender(again: request, isRetry: true)
    if next == nil {
      next = try? await teller.pay(demand, for: request, at: seller, "/x", hasOther: false)
    }
    for _ in 0..<3 {
      guard let tender = next else { return false }
      let reply = shop.answer(tender.payment.header, price: Self.price)
      if reply.hasPrefix("HTTP/1.1 200") {
        await teller.begin(tender, Self.field("PAYMENT-RESPONSE", reply))
        await teller.close(tender, nil)
        return true
      }
      next = try? await teller.correct(
        tender, Self.field("PAYMENT-REQUIRED", reply), for: request)
    }
    return false
  }

  /// Whenever it dies: what may be taken by vouchers is charged, all of it and no more, and both
  /// answers come in the end by one deposit.
  @Test func killedAfterEachActOfTheDisk() async throws {
    var (acts, reached) = (0, Set<PaymentState>())
    while true {
      let dying = DyingDisk(after: acts)
      let agent = try FakeAgent(disk: dying.disk) { $0.perMinute = 1_000 }
      let shop = ChannelShop(agent.pocket)
      var answered: Set<Bytes32> = []
      if let teller = try? agent.teller() {
        for request in Self.requests {
          if await buy(teller, request, shop) { answered.insert(request) }
        }
      }
      let after = AgentWallet(folder: agent.wallet.folder)
      let found = try ChannelsJournal.look(after).first
      reached.insert(found?.payment.state ?? .asked)
      let teller = try Teller(after, agent.pocket, clock: agent.clock)
      let row = await teller.channelRows.first
      #expect(try agent.spent == row?.signed ?? .zero, "\(acts)")
      let most = shop.shown.withLock { $0.map(\.most).max() ?? 0 }
      #expect((row?.signed.units ?? 0) >= most, "\(acts)")
      // Who has its answer asks no more.
      for request in Self.requests where !answered.contains(request) {
        let isBought = await buy(teller, request, shop)
        #expect(isBought, "\(acts)")
      }
      let last = try #require(await teller.channelRows.first)
      #expect(try agent.spent == last.signed, "\(acts)")
      #expect(last.signed <= Amount(3 * Self.price), "\(acts)")
      #expect(last.owed <= 1, "\(acts)")
      let shown = shop.shown.withLock { $0 }
      #expect(Set(shown.map(\.channel)).count == 1, "\(acts)")
      #expect(agent.pocket.inside.withLock { $0.channels.first?.value.balance } == Amount(10_000))
      if !dying.isDead { break }
      acts += 1
    }
    #expect(acts > 20)
    #expect(reached.isSuperset(of: [.asked, .decided, .shown, .carried, .answered]), "\(reached)")
  }

  /// Nothing is known here any more: the ledger has the channel, the seller the count, and its
  /// proof is the voucher that was signed.
  @Test func aLostJournalIsReadAgainFromLedgerAndSeller() async throws {
    let agent = try FakeAgent { $0.perMinute = 1_000 }
    let shop = ChannelShop(agent.pocket)
    do {
      let teller = try agent.teller()
      for request in Self.requests {
        let isBought = await buy(teller, request, shop)
        #expect(isBought)
      }
    }
    try FileManager.default.removeItem(atPath: agent.wallet.folder + "/channels.journal")
    let teller = try agent.teller()
    let isBought = await buy(teller, SHA256.hash([3]), shop)
    #expect(isBought)
    let row = try #require(await teller.channelRows.first)
    #expect(row.signed == Amount(3_000) && row.counted == Amount(3_000) && row.owed == 0)
    let shown = shop.shown.withLock { $0 }
    #expect(shown.map(\.deposit).filter { $0 > 0 } == [10_000])
    #expect(shown.map(\.most) == [1_000, 2_000, 1_000, 3_000])
    // What the seller could take before is charged already; what was shown again is, too.
    #expect(try agent.spent == Amount(4_000))
  }

  /// A journal whose end was cut off is corrected by the seller, with proof; one that was changed
  /// is not read at all.
  @Test func aChangedJournalPaysNothing() async throws {
    let agent = try FakeAgent()
    let shop = ChannelShop(agent.pocket)
    do {
      let teller = try agent.teller()
      let isBought = await buy(teller, Self.requests[0], shop)
      #expect(isBought)
    }
    let path = agent.wallet.folder + "/channels.journal"
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let lines = before.split(separator: "\n").map(String.init)
    for after in [
      before.replacing("\"signed\":1000", with: "\"signed\":9000"),
      lines[1...].joined(separator: "\n") + "\n", before + before,
    ] {
      try after.write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: WalletFault.self) { try agent.teller() }
    }
    try before.write(toFile: path, atomically: true, encoding: .utf8)
    _ = try agent.teller()
  }

  @Test func whatDoesNotFollowIsNotTaken() throws {
    var book = AgentChannels()
    var row = AgentChannel()
    row.payment.state = .decided
    func takes(_ row: AgentChannel) -> Bool {
      var copy = book
      return copy.take(book.lines([row])[0])
    }
    var later = row
    later.number = 1
    #expect(!takes(later) && !takes(row.become(.shown, .zero)))
    let isTaken = book.take(book.lines([row])[0])
    #expect(isTaken)
    let changes: [(inout AgentChannel) -> Void] = [
      { $0.id = SHA256.hash([1]) }, { $0.counted = Amount(1) }, { $0.most = Amount(1) },
      { $0.payment.amount = Amount(1) }, { $0.payment.number = 1 },
      { $0.config.receiver = FakeAgent.payee },
    ]
    for (number, change) in changes.enumerated() {
      var changed = row.become(.signed, .zero)
      change(&changed)
      #expect(!takes(changed), "\(number)")
    }
    #expect(takes(row.become(.signed, .zero)) && takes(row.become(.givenUp, .zero)))
    // What was signed stays signed, and what broke stays broken.
    var broken = row
    broken.signed = Amount(5)
    broken.stage = .broken
    let isBroken = book.take(book.lines([broken])[0])
    #expect(isBroken)
    var mended = broken
    mended.stage = .open
    var less = broken
    less.signed = Amount(4)
    #expect(!takes(mended) && !takes(less))
  }
}
