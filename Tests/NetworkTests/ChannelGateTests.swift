// Vouchers at a seller's gate: what is charged, to whom it is told, and what thieves get.

import Chain
import Foundation
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct ChannelGateTests {
  let market = ChannelMarket()
  let made = PaymentGateTests.Made()

  private func ask(
    _ gate: PaymentGate, _ payment: String?, request: UInt8 = 1, price: UInt64 = 1_000,
    costs: UInt64? = nil, fails: Bool = false
  ) async -> GateAnswer {
    await gate.serve(
      market.resource(price, gate), request: SHA256.hash([request]), payment: payment
    ) {
      if fails { throw CancellationError() }
      made.count.withLock { $0 += 1 }
      let facts = RunFacts(
        work: "text", spec: [9], units: 1, input: [request], output: [request, 1])
      return Product(price: Amount(costs ?? price), facts: facts) { signed in
        signed?.encoded ?? []
      }
    }
  }

  private func told(_ answer: GateAnswer, _ name: String) -> JSONValue? {
    answer.headers[name].flatMap { X402.document($0) }
  }

  private func error(_ answer: GateAnswer) -> String? {
    told(answer, "PAYMENT-REQUIRED")?["error"]?.string
  }

  private func charged(_ answer: GateAnswer) -> String? {
    told(answer, "PAYMENT-RESPONSE")?["extra"]?["chargedAmount"]?.string
  }

  // MARK: - Honest clients

  @Test func bothSchemesAreOfferedAtOnce() async throws {
    let answer = await ask(market.gate(market.channels()), nil)
    let accepts = try #require(told(answer, "PAYMENT-REQUIRED")?["accepts"]?.array)
    #expect(accepts.map { $0["scheme"]?.string } == ["exact", "batch-settlement"])
    #expect(accepts[1]["extra"]?["minDeposit"]?.string == "10000")
    #expect(accepts[1]["extra"]?["withdrawDelay"]?.uint64 == 86_400)
    #expect(
      accepts[1]["extra"]?["receiverAuthorizer"]?.string == market.seller.address.checksummed)
  }

  @Test func aDepositAndThenVouchers() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    let first = await ask(gate, market.deposit(config, 5_000, most: 1_000, price: 1_000))
    #expect(first.status == 200)
    let response = told(first, "PAYMENT-RESPONSE")
    #expect(response?["amount"]?.string == "5000" && response?["transaction"]?.string != "")
    for index in 1..<5 as Range<UInt64> {
      let answer = await ask(
        gate, market.pay(config, 1_000 * (index + 1), price: 1_000), request: UInt8(index) + 1)
      #expect(answer.status == 200 && charged(answer) == "1000")
      let run = try SignedRun.verify(answer.body)
      #expect(run.run.index == index && run.run.before == Amount(1_000 * index))
      #expect(run.run.payment == config.id(market.escrow) && run.run.price == Amount(1_000))
      #expect(run.run.buyer == market.payer.address)
    }
    #expect(market.node.inside.withLock { $0.deposits } == 1)
    // The channel is empty: a voucher for more is worth nothing, a deposit goes on.
    let poor = await ask(gate, market.pay(config, 6_000, price: 1_000))
    #expect(error(poor) == X402Reason.voucherAboveBalance.rawValue)
    let more = await ask(gate, market.deposit(config, 1_000, most: 6_000, price: 1_000, salt: 2))
    #expect(more.status == 200 && market.node.inside.withLock { $0.deposits } == 2)
  }

  @Test func lessIsChargedThanWasAsked() async throws {
    let channels = market.channels()
    let gate = market.gate(channels)
    let config = try market.config()
    market.fund(config, 10_000)
    let first = await ask(gate, market.pay(config, 1_000, price: 1_000), costs: 300)
    #expect(charged(first) == "300")
    #expect(try SignedRun.verify(first.body).run.price == Amount(300))
    // The client counts on from what it was told.
    let second = await ask(gate, market.pay(config, 1_300, price: 1_000), request: 2)
    #expect(second.status == 200)
    // Nobody is charged more than he allowed.
    let third = await ask(gate, market.pay(config, 2_300, price: 1_000), request: 3, costs: 5_000)
    #expect(charged(third) == "1000")
    #expect(channels.book.channel(config.id(market.escrow))?.charged == Amount(2_300))
  }

  @Test func aClientThatLostCountIsTold() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 10_000)
    for sum in [1_000, 2_000] as [UInt64] {
      _ = await ask(gate, market.pay(config, sum, price: 1_000), request: UInt8(sum / 1_000))
    }
    let lost = await ask(gate, market.pay(config, 1_000, price: 1_000), request: 9)
    #expect(lost.status == 402 && error(lost) == X402Reason.voucherMismatch.rawValue)
    let extra = try #require(told(lost, "PAYMENT-REQUIRED")?["accepts"]?[1]?["extra"])
    #expect(extra["channelState"]?["chargedCumulativeAmount"]?.string == "2000")
    #expect(extra["voucherState"]?["signedMaxClaimable"]?.string == "2000")
    let signature = try #require(
      (extra["voucherState"]?["signature"]?.string).flatMap { Hex.decode($0) })
    let digest = Voucher(config.id(market.escrow), Amount(2_000)).digest(domain: market.escrow)
    #expect(try Signature(signature).recover(digest: digest) == market.payer.address)
    #expect(await ask(gate, market.pay(config, 3_000, price: 1_000), request: 9).status == 200)
  }

  /// A seller that lost its book counts from what the ledger says was claimed.
  @Test func aSellerThatLostItsBook() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 10_000, claimed: 4_000)
    let high = await ask(gate, market.pay(config, 6_000, price: 1_000))
    #expect(error(high) == X402Reason.voucherMismatch.rawValue)
    let state = told(high, "PAYMENT-REQUIRED")?["accepts"]?[1]?["extra"]
    #expect(state?["channelState"]?["chargedCumulativeAmount"]?.string == "4000")
    #expect(state?["voucherState"] == nil)
    #expect(await ask(gate, market.pay(config, 5_000, price: 1_000)).status == 200)
  }

  @Test func theSameVoucherAndRequestGetTheSameAnswer() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 10_000)
    let payment = market.pay(config, 1_000, price: 1_000)
    let first = await ask(gate, payment)
    #expect(await ask(gate, payment) == first)
    #expect(made.count.withLock { $0 } == 1)
    // Another URL, method or body is another request.
    #expect(error(await ask(gate, payment, request: 2)) == X402Reason.voucherMismatch.rawValue)
    #expect(made.count.withLock { $0 } == 1)
  }

  @Test func whatFailsCostsNothing() async throws {
    let channels = market.channels()
    let gate = market.gate(channels)
    let config = try market.config()
    let failed = await ask(
      gate, market.deposit(config, 5_000, most: 1_000, price: 1_000), fails: true)
    #expect(failed.status == 500 && charged(failed) == "0")
    #expect(told(failed, "PAYMENT-RESPONSE")?["amount"]?.string == "5000")
    let next = await ask(gate, market.pay(config, 1_000, price: 1_000), request: 2)
    #expect(next.status == 200)
    #expect(try SignedRun.verify(next.body).run.index == 0)
    #expect(channels.book.unclaimed == Amount(1_000))
  }

  @Test func aRefundTakesWhatIsOwedFirst() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 10_000)
    _ = await ask(gate, market.pay(config, 1_000, price: 1_000))
    let wrong = await ask(gate, market.refund(config, 900))
    #expect(error(wrong) == X402Reason.voucherMismatch.rawValue)
    for amount in ["0", "-1", "x", "5"] {
      let answer = await ask(gate, market.refund(config, 1_000, amount: amount))
      #expect(error(answer) == X402Reason.refundAmount.rawValue, "\(amount)")
    }
    let greedy = await ask(gate, market.refund(config, 1_000, amount: "9001"))
    #expect(error(greedy) == X402Reason.refundNothing.rawValue)
    let part = await ask(gate, market.refund(config, 1_000, amount: "2000"))
    #expect(part.status == 200 && told(part, "PAYMENT-RESPONSE")?["amount"]?.string == "2000")
    let rest = await ask(gate, market.refund(config, 1_000))
    #expect(told(rest, "PAYMENT-RESPONSE")?["amount"]?.string == "7000")
    let empty = await ask(gate, market.refund(config, 1_000))
    #expect(error(empty) == X402Reason.refundNothing.rawValue)
    let rows = market.node.inside.withLock { ($0.claims.count, $0.refunds.map(\.amount.units)) }
    #expect(rows.0 == 1 && rows.1 == [2_000, 7_000])
    // The channel goes on after it.
    let again = await ask(gate, market.deposit(config, 3_000, most: 2_000, price: 1_000))
    #expect(again.status == 200)
  }

  // MARK: - Thieves

  @Test func whatIsNotThisSellersIsNotTaken() async throws {
    let gate = market.gate(market.channels())
    let thief = PrivateKey(seed: Array("thief".utf8))
    let cases: [(X402Reason, ChannelConfig)] = [
      (.channelReceiver, try market.config { $0.receiver = thief.address }),
      (.channelAuthorizer, try market.config { $0.receiverAuthorizer = thief.address }),
      (.channelToken, try market.config { $0.token = thief.address }),
      (.channelDelay, try market.config { $0.withdrawDelay = (try? UInt40(900)) ?? .init() }),
    ]
    for (reason, config) in cases {
      market.fund(config, 10_000)
      let answer = await ask(gate, market.pay(config, 1_000, price: 1_000))
      #expect(error(answer) == reason.rawValue)
    }
    let config = try market.config()
    market.fund(config, 10_000)
    let forged = await ask(gate, market.pay(config, 1_000, price: 1_000, by: thief))
    #expect(error(forged) == X402Reason.voucherSignature.rawValue)
    let elsewhere = await ask(gate, market.pay(config, 1_000, price: 1_000, chain: 8))
    #expect(error(elsewhere) == X402Reason.voucherSignature.rawValue)
    #expect(made.count.withLock { $0 } == 0)
  }

  @Test func whatIsOfferedIsNotTheClientsToChange() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 10_000)
    let payload: JSONValue = [
      "type": "voucher", "channelConfig": market.json(config),
      "voucher": market.voucher(config, 1),
    ]
    for change: @Sendable (inout PaymentRequirements) -> Void in [
      { $0.amount = UInt256(1) }, { $0.network = "eip155:8" }, { $0.payTo = .zero },
      { $0.asset = .zero }, { $0.scheme = "upto" },
    ] {
      var offer = market.offer(1_000)
      change(&offer)
      let answer = await ask(gate, market.header(payload, offer))
      #expect(answer.status == 402 || answer.status == 400)
    }
    for payload: JSONValue in [
      [:], ["type": "claim", "claims": []], ["type": "settle"], ["type": "voucher"],
    ] {
      #expect(await ask(gate, market.header(payload, market.offer(1_000))).status == 402)
    }
    #expect(made.count.withLock { $0 } == 0)
  }

  /// The higher s is a second signature of the same voucher, and none here.
  @Test func theHigherSIsNobodys() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 10_000)
    let digest = Voucher(config.id(market.escrow), Amount(1_000)).digest(domain: market.escrow)
    var bytes = market.payer.sign(digest: digest).bytes
    let order = try #require(
      Hex.decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"))
    var borrow = 0
    for place in (0..<32).reversed() {
      let rest = Int(order[place]) - Int(bytes[32 + place]) - borrow
      borrow = rest < 0 ? 1 : 0
      bytes[32 + place] = UInt8((rest + 256) & 0xff)
    }
    bytes[64] = 55 - bytes[64]
    let payload: JSONValue = [
      "type": "voucher", "channelConfig": market.json(config),
      "voucher": [
        "channelId": .string("\(config.id(market.escrow))"), "maxClaimableAmount": "1000",
        "signature": .string(Hex.encode(bytes)),
      ],
    ]
    let answer = await ask(gate, market.header(payload, market.offer(1_000)))
    #expect(error(answer) == X402Reason.voucherSignature.rawValue)
  }

  @Test func aVoucherBelowOrAboveTheCountBuysNothing() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 10_000)
    _ = await ask(gate, market.pay(config, 1_000, price: 1_000))
    for most in [0, 1, 999, 1_000, 1_999, 2_001, 9_000] as [UInt64] {
      let answer = await ask(gate, market.pay(config, most, price: 1_000), request: 7)
      #expect(error(answer) == X402Reason.voucherMismatch.rawValue, "\(most)")
    }
    #expect(made.count.withLock { $0 } == 1)
  }

  @Test func channelsThatAreNotThereAreNotRemembered() async throws {
    let channels = market.channels()
    let gate = market.gate(channels)
    for salt in 0..<20 as Range<UInt8> {
      let answer = await ask(gate, market.pay(try market.config(salt), 1_000, price: 1_000))
      #expect(error(answer) == X402Reason.channelNotFound.rawValue)
    }
    #expect(channels.book.debts(least: .zero).isEmpty)
    market.node.inside.withLock { $0.refuses = .depositSignature }
    let bad = await ask(gate, market.deposit(try market.config(), 5_000, most: 1_000, price: 1_000))
    #expect(error(bad) == X402Reason.depositSignature.rawValue)
    market.node.inside.withLock { $0.isDown = true }
    #expect(await ask(gate, market.pay(try market.config(), 1_000, price: 1_000)).status == 503)
  }

  @Test func onOneChannelOneIsServedAfterTheOther() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 100_000)
    let payment = market.pay(config, 1_000, price: 1_000)
    let market = market
    let answers = await withTaskGroup(of: GateAnswer.self) { group in
      for request in 0..<6 as Range<UInt8> {
        group.addTask {
          await gate.serve(
            market.resource(1_000, gate), request: SHA256.hash([request]), payment: payment
          ) {
            try await Task.sleep(for: .milliseconds(5))
            let facts = RunFacts(work: "", spec: [], units: 1, input: [], output: [])
            return Product(price: Amount(1_000), facts: facts) { _ in [] }
          }
        }
      }
      return await group.reduce(into: [GateAnswer]()) { $0.append($1) }
    }
    #expect(answers.count { $0.status == 200 } == 1)
    #expect(answers.count { error($0) == X402Reason.voucherMismatch.rawValue } == 5)
  }

  @Test func aRetryStormIsOneSale() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 100_000)
    let payment = market.pay(config, 1_000, price: 1_000)
    let first = await ask(gate, payment)
    for _ in 0..<200 { #expect(await ask(gate, payment) == first) }
    #expect(made.count.withLock { $0 } == 1)
  }
}
