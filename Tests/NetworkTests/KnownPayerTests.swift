// A payer whose key a gate keeps ready buys as others do, and whoever forges its vouchers gets what
// a forger gets of a stranger's.

import Chain
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct KnownPayerTests {
  let market = ChannelMarket()

  /// A gate that sold often enough to the payer that its key is kept.
  private func known() async throws -> (ChannelGate, PaymentGate) {
    let channels = market.channels()
    let gate = market.gate(channels)
    try await market.sell(gate, runs: UInt64(VoucherSigners.enough + 2), channels: 1)
    #expect(channels.signers.keeps(market.payer.address))
    return (channels, gate)
  }

  private var sold: UInt64 { UInt64(VoucherSigners.enough + 2) * 1_000 }

  /// The payment for the next run, with another signature.
  private func pay(_ most: UInt64, _ change: (inout [UInt8]) -> Void) throws -> String {
    let config = try market.config(0)
    let voucher = Voucher(config.id(market.escrow), Amount(most))
    var signature = market.payer.sign(digest: voucher.digest(domain: market.escrow)).bytes
    change(&signature)
    return market.header(
      [
        "type": "voucher", "channelConfig": market.json(config),
        "voucher": [
          "channelId": .string("\(voucher.channelId)"),
          "maxClaimableAmount": .string("\(most)"), "signature": .string(Hex.encode(signature)),
        ],
      ], market.offer(1_000))
  }

  private func error(_ answer: GateAnswer) -> String? {
    answer.headers["PAYMENT-REQUIRED"].flatMap { X402.document($0) }?["error"]?.string
  }

  @Test func aWrongLastByteBuysNothing() async throws {
    let (channels, gate) = try await known()
    // The other parity would be refused by the ledger when it is claimed: it buys nothing here.
    let turned = try pay(sold + 1_000) { $0[64] = 55 - $0[64] }
    let answer = await market.ask(gate, turned, request: 99)
    #expect(answer.status == 402 && error(answer) == X402Reason.voucherSignature.rawValue)
    for v in [2, 3, 26, 29, 30, 31, 255] as [UInt8] {
      let answer = await market.ask(gate, try pay(sold + 1_000) { $0[64] = v }, request: 99)
      #expect(error(answer) == X402Reason.voucherSignature.rawValue)
    }
    // The right one, counted from 0 as some wallets do, buys.
    let counted = try pay(sold + 1_000) { $0[64] -= 27 }
    #expect(await market.ask(gate, counted, request: 99).status == 200)
    await channels.claimAll()
    let claims = market.node.inside.withLock { $0.claims }
    // The ledger recovered each voucher's signer.
    #expect(claims.count == 1 && claims[0].claims.map(\.total) == [Amount(sold + 1_000)])
    #expect(claims[0].claims[0].signature[64] >= 27)
  }

  @Test func aForgedVoucherBuysNothing() async throws {
    let (channels, gate) = try await known()
    let thief = PrivateKey(seed: Array("thief".utf8))
    let config = try market.config(0)
    let forged = [
      market.pay(config, sold + 1_000, price: 1_000, by: thief),
      market.pay(config, sold + 1_000, price: 1_000, chain: 8),
      try pay(sold + 1_000) { $0[0] ^= 1 }, try pay(sold + 1_000) { $0[63] ^= 1 },
      try pay(sold + 1_000) { for place in 0..<32 { $0[place] = 0 } },
      try pay(sold + 1_000) { for place in 32..<64 { $0[place] = 0 } },
      try pay(sold + 1_000) { for place in 0..<32 { $0[place] = 255 } },
      try pay(sold + 1_000) { $0.removeLast() },
    ]
    for payment in forged {
      let answer = await market.ask(gate, payment, request: 98)
      #expect(answer.status == 402)
    }
    #expect(channels.book.unclaimed == Amount(sold))
    let honest = try pay(sold + 1_000) { _ in }
    #expect(await market.ask(gate, honest, request: 98).status == 200)
  }

  /// Whoever signs for channels of its own, which hold nothing, fills nobody's place.
  @Test func strangersWithoutMoneyAreNotKept() async throws {
    let channels = market.channels()
    let gate = market.gate(channels)
    let config = try market.config(7)
    for _ in 0..<VoucherSigners.enough * 2 {
      let payment = market.pay(config, 1_000, price: 1_000)
      #expect(await market.ask(gate, payment, request: 1).status == 402)
    }
    #expect(channels.signers.count == 0)
  }
}
