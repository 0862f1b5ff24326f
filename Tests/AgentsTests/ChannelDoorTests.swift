// The door of an agent before sellers that take vouchers: honest ones, and those that are not.

import Agents
import Foundation
import Kernel
import Logging
import Payments
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite struct ChannelDoorTests {
  // MARK: - Buying

  @Test func manyAnswersAreBoughtByOneDeposit() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller { shop.answer($0, price: 1_000) }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      for word in 0..<10 { #expect(try await client.chat("\(word)").status == 200) }
      let shown = shop.shown.withLock { $0 }
      #expect(shown.map(\.most) == (1...10).map { $0 * 1_000 })
      #expect(shown.map(\.deposit) == [10_000] + [UInt64](repeating: 0, count: 9))
      #expect(Set(shown.map(\.channel)).count == 1)
      // The eleventh tops up.
      #expect(try await client.chat("more").status == 200)
      #expect(shop.shown.withLock { $0.last?.deposit } == 10_000)
      #expect(try agent.spent == Amount(11_000))
      #expect(try await ChannelDoor.row(teller).counted == Amount(11_000))
    }
  }

  /// Less than the voucher allows is charged: the next sum grows by less, and so does what counts
  /// against the caps.
  @Test func aPartIsChargedAndTheRestBuysTheNext() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller { shop.answer($0, price: 1_000, costs: 200) }
    try await ChannelDoor.open(agent, seller) { client, _ async throws in
      for word in 0..<5 { #expect(try await client.chat("\(word)").status == 200) }
    }
    #expect(shop.shown.withLock { $0.map(\.most) } == [1_000, 1_200, 1_400, 1_600, 1_800])
    #expect(try agent.spent == Amount(1_800))
  }

  @Test func manySmallPaymentsEndAtTheDaysCap() async throws {
    let agent = try ChannelDoor.agent {
      $0.perDay = Amount(10_000)
      $0.perHour = Amount(10_000)
    }
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller { shop.answer($0, price: 1_000) }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      var codes: [String?] = []
      for word in 0..<14 { codes.append(try await client.code("\(word)")) }
      #expect(
        codes == [String?](repeating: nil, count: 10)
          + [String?](
            repeating: "perHour", count: 4))
      #expect(try await ChannelDoor.row(teller).signed == Amount(10_000))
    }
    #expect(try agent.spent == Amount(10_000))
  }

  @Test func aPriceThatClimbsIsAskedAboutAndThenDenied() async throws {
    let agent = try ChannelDoor.agent { $0.askAbove = Amount(5_000) }
    let shop = ChannelShop(agent.pocket)
    let price = Mutex<UInt64>(1_000)
    let seller = try ChannelDoor.seller({ price.withLock { $0 } }) {
      shop.answer($0, price: price.withLock { $0 }, costs: 0)
    }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      var codes: [String?] = []
      for word in 0..<5 {
        codes.append(try await client.code("\(word)"))
        price.withLock { $0 *= 2 }
      }
      // Though nothing was charged and little more could be lost: the price is the owner's bound.
      #expect(codes == [nil, nil, nil, "largePayment", "largePayment"])
      price.withLock { $0 = 2_000_000 }
      #expect(try await client.code("huge") == "perPayment")
      #expect(try await ChannelDoor.row(teller).signed == Amount(4_000))
    }
  }

  /// The channel's deposit is bounded by the policy as if it were paid, and is not charged.
  @Test func aDepositStaysWithinWhatThePayeeMayHave() async throws {
    let agent = try ChannelDoor.agent { $0.perPayee = Amount(3_500) }
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller { shop.answer($0, price: 1_000) }
    try await ChannelDoor.open(agent, seller) { client, _ async throws in
      #expect(try await client.chat().status == 200)
      #expect(shop.shown.withLock { $0.map(\.deposit) } == [3_500])
      #expect(try agent.spent == Amount(1_000))
    }
  }

  @Test func whileTheChannelIsServedAnotherRequestPaysByItself() async throws {
    let agent = try ChannelDoor.agent()
    let teller = try agent.teller()
    let seller = try #require(Seller(FakeAgent.shop.text + "/v1", isNamed: true))
    let demand = try ChannelDemand.of(1_000)
    let first = try #require(
      try await teller.pay(demand, for: SHA256.hash([1]), at: seller, "/x", hasOther: true))
    let second = try await teller.pay(
      demand, for: SHA256.hash([2]), at: seller, "/x", hasOther: true)
    #expect(second == nil)
    // Where there is no other way it waits, and counts on from what was charged.
    let waiting = Task {
      try await teller.pay(demand, for: SHA256.hash([3]), at: seller, "/x", hasOther: false)
    }
    let voucher = try #require(ShownVoucher(first.payment.header))
    agent.pocket.spend(X402.document(first.payment.header))
    agent.pocket.inside.withLock {
      $0.channels[voucher.channel] = ChannelStanding(balance: Amount(10_000), claimed: .zero)
    }
    await teller.begin(first, ChannelShop.told(voucher.channel, charged: 1_000, total: 1_000))
    await teller.close(first, nil)
    let third = try #require(try await waiting.value)
    #expect(ShownVoucher(third.payment.header)?.most == 2_000)
    #expect(ShownVoucher(third.payment.header)?.deposit == 0)
  }

  @Test func theSameRequestShowsTheSameVoucher() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let isDown = Mutex(true)
    let seller = try ChannelDoor.seller {
      isDown.withLock { $0 } ? nil : shop.answer($0, price: 1_000)
    }
    try await ChannelDoor.open(agent, seller) { client, _ async throws in
      #expect(try await client.code() == "paymentUnknown")
      isDown.withLock { $0 = false }
      #expect(try await client.chat().status == 200)
      // One that was answered is shown again to who says that it asks again.
      #expect(try await client.chat("x", retry: 1).status == 200)
    }
    let headers = seller.seen.withLock { $0.compactMap { $0["PAYMENT-SIGNATURE"] } }
    #expect(headers.count == 5 && Set(headers).count == 1)
    #expect(try agent.spent == Amount(1_000))
  }

  // MARK: - Sellers that lie

  @Test func aSellerThatChargesMoreThanTheVoucherIsSignedNothingMore() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller { payment in
      guard let voucher = ShownVoucher(payment) else { return nil }
      if voucher.isRefund { return FakeSeller.reply(500) }
      shop.deposit(voucher)
      let told = ChannelShop.told(voucher.channel, charged: 1_000, total: 9_000)
      return FakeSeller.reply(200, #"{"said":1}"#, ["PAYMENT-RESPONSE: \(told)"])
    }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      #expect(try await client.chat("a").status == 200)
      #expect(try await ChannelDoor.row(teller).stage == .broken)
      #expect(try await client.code("b") == "channelBroken")
      // Its money goes home without its seller.
      await teller.keepChannels(SellerCall.patient)
      #expect(agent.pocket.inside.withLock { $0.withdrawn.count } == 1)
      await teller.keepChannels(SellerCall.patient)
      #expect(agent.pocket.inside.withLock { $0.withdrawn.count } == 1)
    }
    #expect(try agent.spent == Amount(1_000))
  }

  @Test func aCountThatIsSetBackBreaksTheChannel() async throws {
    let agent = try ChannelDoor.agent()
    let teller = try agent.teller()
    let shop = try #require(Seller(FakeAgent.shop.text + "/v1", isNamed: true))
    let steps: [(UInt8, UInt64, Bool)] = [(1, 1_000, true), (2, 2_000, true), (3, 500, false)]
    for (number, total, isOpen) in steps {
      let tender = try #require(
        try await teller.pay(
          try ChannelDemand.of(1_000), for: SHA256.hash([number]), at: shop, "/x", hasOther: false))
      let voucher = try #require(ShownVoucher(tender.payment.header))
      agent.pocket.spend(X402.document(tender.payment.header))
      agent.pocket.inside.withLock {
        $0.channels[voucher.channel] = ChannelStanding(balance: Amount(10_000), claimed: .zero)
      }
      await teller.begin(tender, ChannelShop.told(voucher.channel, charged: 0, total: total))
      await teller.close(tender, nil)
      #expect(try await ChannelDoor.row(teller).isOpen == isOpen)
    }
  }

  @Test func aCorrectionThatLiesIsNotFollowed() async throws {
    for lie in [9_000, 5_000] as [UInt64] {
      let agent = try ChannelDoor.agent()
      let shop = ChannelShop(agent.pocket)
      let seller = try ChannelDoor.seller { payment in
        guard let voucher = ShownVoucher(payment) else { return nil }
        // It says that it charged what nobody signed, with a signature of its own.
        let other = PrivateKey(seed: Array("thief".utf8))
        let escrow = BatchEscrow.domain(chainId: UInt256(FakePocket.chainID))
        let signature = other.sign(
          digest: Voucher(voucher.channel, Amount(lie)).digest(domain: escrow))
        var count = ChannelShop.Count(charged: lie, most: lie)
        count.signature = Hex.encode(signature.bytes)
        return shop.correct(voucher.channel, count, 1_000)
      }
      try await ChannelDoor.open(agent, seller) { client, teller async throws in
        #expect(try await client.code("a") == "noWayToPay")
        let row = try await ChannelDoor.row(teller)
        #expect(row.stage == .broken && row.signed == Amount(1_000))
        #expect(try await client.code("b") == "channelBroken")
      }
      #expect(try agent.spent == Amount(1_000))
    }
  }

  /// It may charge what was signed and give nothing, three times and no more.
  @Test func aSellerThatChargesAndGivesNothingGetsNoMore() async throws {
    let agent = try ChannelDoor.agent()
    let shop = ChannelShop(agent.pocket)
    let seller = try ChannelDoor.seller { payment in
      guard let voucher = ShownVoucher(payment) else { return nil }
      shop.deposit(voucher)
      agent.pocket.spend(X402.document(payment))
      let count = shop.counts.withLock { $0[voucher.channel]?.charged ?? 0 }
      if voucher.most == count + 1_000 {
        shop.counts.withLock {
          $0[voucher.channel] = ChannelShop.Count(charged: voucher.most, most: voucher.most)
        }
        return nil
      }
      return shop.correct(
        voucher.channel, ChannelShop.Count(charged: count, most: count), 1_000)
    }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      var codes: [String?] = []
      for word in 0..<6 {
        codes.append(try await client.code("\(word)"))
        agent.later(61)
      }
      #expect(codes.last == "answersOwed")
      let row = try await ChannelDoor.row(teller)
      #expect(row.owed == 3 && row.signed <= Amount(4_000))
      #expect(await teller.forgive(row.id))
      #expect(await !teller.forgive(row.id))
    }
    #expect(try agent.spent <= Amount(4_000))
  }

  @Test func anotherPayeesChannelIsDenied() async throws {
    let agent = try ChannelDoor.agent()
    let thief = PrivateKey(seed: Array("thief".utf8)).address
    let teller = try agent.teller()
    let seller = try #require(Seller(FakeAgent.shop.text + "/v1", isNamed: true))
    let demand = try ChannelDemand.of(1_000) { $0.payTo = thief }
    do {
      _ = try await teller.pay(demand, for: SHA256.hash([1]), at: seller, "/x", hasOther: false)
      Issue.record("a stranger was paid")
    } catch let unpaid as Unpaid {
      guard case .decided(let decision, _) = unpaid else {
        Issue.record("\(unpaid)")
        return
      }
      #expect(decision.reason == .otherPayee)
    }
    #expect(agent.pocket.inside.withLock { $0.signed } == 0)
  }

  @Test func moneyIsNotLockedUpForLongNorInOtherCoins() throws {
    let changes: [(inout PaymentRequirements) -> Void] = [
      { $0.withdrawDelay = 30 * 86_400 }, { $0.withdrawDelay = 60 }, { $0.withdrawDelay = nil },
      { $0.receiverAuthorizer = nil }, { $0.payTo = .zero }, { $0.asset = FakeAgent.payee },
      { $0.network = "eip155:1" }, { $0.name = "Other Dollar" }, { $0.amount = .zero },
    ]
    for change in changes {
      let header = ChannelDemand.header(1_000, change)
      #expect(ChannelDemand(header: header, chainID: FakePocket.chainID) == nil)
    }
    #expect(try ChannelDemand.of(1_000).deposit == Amount(10_000))
  }

  /// A seller that carries no deposit is sent no second one while the first may be carried.
  @Test func aSellerThatNeverSettlesHoldsOneDepositAtMost() async throws {
    let agent = try ChannelDoor.agent()
    let seller = try ChannelDoor.seller { payment in
      guard let voucher = ShownVoucher(payment) else { return nil }
      let told = ChannelShop.told(voucher.channel, charged: 1_000, total: voucher.most)
      return FakeSeller.reply(200, #"{"said":1}"#, ["PAYMENT-RESPONSE: \(told)"])
    }
    try await ChannelDoor.open(agent, seller) { client, teller async throws in
      #expect(try await client.chat("a").status == 200)
      let first = try await ChannelDoor.row(teller)
      #expect(first.deposit == Amount(10_000))
      agent.pocket.inside.withLock { $0.spent[first.depositNonce] = false }
      #expect(try await client.code("b") == "depositUnderWay")
      agent.later(120)
      #expect(try await client.chat("c").status == 200)
      let second = try await ChannelDoor.row(teller)
      #expect(second.depositNonce != first.depositNonce && second.signed == Amount(2_000))
    }
  }

  /// A seller that takes no vouchers after all is paid by itself.
  @Test func whoRefusesTheVoucherIsPaidOnceByItself() async throws {
    let agent = try ChannelDoor.agent()
    let seller = try ChannelDoor.seller(hasExact: true) { payment in
      if ShownVoucher(payment) != nil {
        let header = ChannelDemand.header(1_000, error: "no channels today", hasExact: true)
        return FakeSeller.reply(402, "{}", ["PAYMENT-REQUIRED: \(header)"])
      }
      return FakeSeller.reply(200, #"{"said":1}"#)
    }
    try await ChannelDoor.open(agent, seller) { client, _ async throws in
      #expect(try await client.chat("a").status == 200)
      #expect(try await client.chat("b").status == 200)
    }
    let shown = seller.seen.withLock { $0.compactMap { $0["PAYMENT-SIGNATURE"] } }
    #expect(shown.count == 3 && shown.count { ShownVoucher($0) != nil } == 1)
    // The voucher may still be claimed, so it counts.
    #expect(try agent.spent == Amount(3_000))
  }
}
