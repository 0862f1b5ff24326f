// Gives a payer back what is left in a channel, after taking what it owes.

import Payments
import Primitives

extension ChannelGate {
  /// A refund is free of charge and costs the seller two tolls, so there are only so many a day.
  func refund(
    _ voucher: ChannelVoucher, _ asked: JSONValue?, _ offer: PaymentRequirements,
    _ resource: PaidResource
  ) async -> GateAnswer {
    func no(_ reason: X402Reason, _ message: String? = nil) -> GateAnswer {
      let told = PaymentOutcome(
        reason, message, payer: voucher.config.payer, network: offer.network)
      return resource.asking(reason.rawValue).with(["PAYMENT-RESPONSE": X402.header(told.json)])
    }
    if let reason = fault(of: voucher, offer) { return resource.asking(reason.rawValue) }
    guard await book.enter(voucher.channel) else {
      return resource.asking(X402Reason.channelBusy.rawValue)
    }
    defer { book.leave(voucher.channel) }
    do {
      try await refresh(voucher)
      guard let channel = book.channel(voucher.channel), let most = voucher.most.uint64 else {
        return no(.channelNotFound)
      }
      guard [channel.told, channel.charged].contains(Amount(most)) else {
        return correction(channel, voucher.channel, resource)
      }
      let left = (try? channel.balance.subtracting(channel.charged)) ?? .zero
      guard left > .zero else { return no(.refundNothing) }
      var amount = left
      if let asked {
        guard let units = X402.integer(asked)?.uint64, units > 0 else { return no(.refundAmount) }
        guard units <= left.units else { return no(.refundNothing) }
        amount = Amount(units)
      }
      guard amount == left || amount >= terms.leastDeposit else { return no(.refundAmount) }
      guard takeRefund(for: voucher.config.payer) else {
        return no(.refundRefused, "no more refunds today")
      }
      // What is owed is taken first, with the root of its runs. A claim by itself would tie a slice
      // of a bond for next to nothing: there it stays in the channel until it goes with others.
      if !isBonded {
        await claim([voucher.channel])
        guard book.channel(voucher.channel)?.unclaimed == .zero else {
          return no(.refundFailed, "what is owed could not be claimed; ask again")
        }
      }
      return try await carry(amount, voucher, channel.refundNonce, offer, no)
    } catch { return .empty(503) }
  }

  private func carry(
    _ amount: Amount, _ voucher: ChannelVoucher, _ nonce: UInt64, _ offer: PaymentRequirements,
    _ no: (X402Reason, String?) -> GateAnswer
  ) async throws -> GateAnswer {
    switch try await node.refund(voucher.channel, amount, nonce: nonce) {
    case .refused(let refusal, _): return no(.refundFailed, refusal.message)
    case .unknown:
      // It may be on its way: nothing more is sold on it.
      book.change(voucher.channel, voucher.config, at: now()) {
        $0.withdrawal = max($0.withdrawal, amount)
      }
      return .unknown
    case .done(let id):
      book.change(voucher.channel, voucher.config, at: now()) {
        $0.balance = (try? $0.balance.subtracting(amount)) ?? .zero
        $0.refundNonce = nonce + 1
        $0.told = $0.charged
      }
      try? await refresh(voucher)
      try await book.sync()
      let channel = book.channel(voucher.channel) ?? SoldChannel(voucher.config)
      let told = X402.object([
        ("success", true), ("payer", .string(voucher.config.payer.checksummed)),
        ("transaction", .string("\(id)")), ("network", .string(offer.network)),
        ("amount", .string("\(amount.units)")),
        ("extra", ["channelState": channel.state(voucher.channel, told: channel.charged)]),
      ])
      return GateAnswer(
        200,
        [
          "PAYMENT-RESPONSE": X402.header(told), "Cache-Control": "private",
          "Content-Type": "application/json",
        ], JSONValue.object([.init(name: "message", value: "refunded")]).bytes)
    }
  }

  private func takeRefund(for payer: Address) -> Bool {
    let day = now() / 86_400
    return refunds.withLock { refunds in
      if refunds.day != day { refunds = RefundCount(day: day) }
      let own = refunds.byPayer[payer, default: 0]
      guard refunds.count < terms.refundsPerDay, own < terms.refundsPerPayer else { return false }
      refunds.count += 1
      refunds.byPayer[payer] = own + 1
      return true
    }
  }
}

/// Refunds of a day: one payer shall not use up those of all.
struct RefundCount {
  var day: UInt64 = 0
  var count = 0
  var byPayer: [Address: Int] = [:]
}
