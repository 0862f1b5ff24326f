// How an agent's money comes out of channels: from sellers at once, else from the ledger.

import Agents
import Foundation
import Kernel
import Logging
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite struct ChannelLeavingTests {
  @Test func idleMoneyComesBackFromItsSellerAtOnce() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller { shop.answer($0, price: 1_000) }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      #expect(try await client.chat("a").status == 200)
      await teller.keepChannels(SellerCall.patient)
      #expect(try await ChannelDoor.row(teller).free == Amount(10_000))
      agent.later(1_801)
      await teller.keepChannels(SellerCall.patient)
      #expect(try await ChannelDoor.row(teller).free == .zero)
      #expect(agent.pocket.inside.withLock { $0.withdrawn.isEmpty })
      // What it asked back with was no more than was charged.
      #expect(shop.shown.withLock { $0.last?.isRefund == true && $0.last?.most == 1_000 })
      // The same channel is filled again.
      #expect(try await client.chat("b").status == 200)
      #expect(shop.shown.withLock { Set($0.map(\.channel)).count } == 1)
      #expect(try agent.spent == Amount(2_000))
    }
  }

  /// The race: the seller claims within the delay, and nothing is signed meanwhile.
  @Test func aSellerThatGivesNothingBackIsLeftByTheLedger() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller { payment in
      ShownVoucher(payment)?.isRefund == true ? nil : shop.answer(payment, price: 1_000)
    }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      #expect(try await client.chat("a").status == 200)
      let first = try await ChannelDoor.row(teller)
      let left = await teller.leaveChannels(SellerCall.patient)
      #expect(left == Amount(10_000))
      #expect(agent.pocket.inside.withLock { $0.withdrawn } == [first.id])
      // The next answer is bought on another channel.
      #expect(try await client.chat("b").status == 200)
      #expect(shop.shown.withLock { Set($0.map(\.channel)).count } == 2)
      // The seller claims, and the rest comes: the channel can be used again.
      agent.pocket.inside.withLock {
        $0.channels[first.id] = ChannelStanding(balance: Amount(1_000), claimed: Amount(1_000))
      }
      await teller.keepChannels(SellerCall.patient)
      let rows = await teller.channelRows
      #expect(rows[0].isOpen && rows[0].free == .zero && rows[0].signed == Amount(1_000))
    }
    #expect(try agent.spent == Amount(2_000))
  }
}
