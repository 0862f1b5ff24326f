// The payer takes its money back without the receiver, after the channel's delay.

public import Kernel
public import Primitives

/// A request; the ledger carries it out when the delay is over. Until then the receiver may claim,
/// and what it claims comes first.
public struct WithdrawFromChannel: MessageContent {
  public static let typeName = "WithdrawFromChannel"
  public static let kind: UInt8 = 72
  public var head = Head()
  public var channel = Bytes32.zero
  public var amount = Amount()

  public init() {}

  public init(_ head: Head, _ channel: Bytes32, _ amount: Amount) {
    self.head = head
    self.channel = channel
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("channel", &channel)
    try v("amount", &amount)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: WithdrawFromChannel, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard var row = channels[m.channel] else { throw .unknownChannel }
    guard m.head.from == row.config.payer || m.head.from == row.config.voucherSigner else {
      throw .notThePayer
    }
    guard m.amount > .zero else { throw .nothingToWithdraw }
    guard row.withdrawsAt == .never else { throw .withdrawalPending(until: row.withdrawsAt) }
    guard m.amount <= row.free else { throw .insufficient(has: row.free, needs: m.amount) }
    row.withdrawal = m.amount
    row.requestedAt = k.blockTime.milliseconds / 1_000
    row.withdrawsAt = try k.now.after(seconds: row.config.delay)
    channels[m.channel] = row
    k.timers.set(PaymentTimer.withdrawal(m.channel), at: row.withdrawsAt)
    k.emit(
      Event(
        "withdrawalRequested", subject: m.channel,
        parties: [row.config.payer, row.config.receiver],
        numbers: [
          Number("amount", m.amount.units), Number("until", row.withdrawsAt.milliseconds),
        ]))
  }

  /// The delay is over: the payer gets what it asked, as far as it was not claimed.
  mutating func withdraw(
    _ channel: Bytes32, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    guard var row = channels[channel], row.withdrawsAt == deadline else { return false }
    let amount = min(row.withdrawal, row.free)
    row.balance = try row.balance.subtracting(amount)
    row.endRequest()
    channels[channel] = row
    try giveBack(amount, of: channel, to: row.config.payer, &k)
    k.emit(
      Event(
        "channelWithdrawn", subject: channel, parties: [row.config.payer, row.config.receiver],
        numbers: [Number("amount", amount.units), Number("balance", row.balance.units)]))
    return true
  }
}

extension Refusal {
  static var notThePayer: Refusal { Refusal("notThePayer") }

  static var nothingToWithdraw: Refusal { Refusal("nothingToWithdraw") }

  static func withdrawalPending(until: Time) -> Refusal {
    Refusal("withdrawalPending", ["until": until.milliseconds])
  }
}
