// The row of a channel: what went in, what was taken out, and what the payer wants back.

public import Primitives

/// A channel that was opened. It stays when it is empty: its payer's old vouchers still bear a
/// signature, and only the sum that was claimed says that they were paid.
public struct Channel: Fielded, Hashable {
  public static let typeName = "Channel"
  public var config = ChannelConfig()
  /// All deposits, less what went back to the payer. Claims do not lower it: vouchers are sums.
  public var balance = Amount()
  /// All that the receiver took. The escrow holds the balance less this.
  public var claimed = Amount()
  /// The number of the next refund.
  public var refundNonce: UInt64 = 0
  /// What the payer asked back; zero where it asked nothing.
  public var withdrawal = Amount()
  /// The second of block time in which it asked; zero where it did not.
  public var requestedAt: UInt64 = 0
  /// When it gets it, in market time; `never` where it did not ask.
  public var withdrawsAt = Time.never

  public init() {}

  public init(_ config: ChannelConfig) { self.config = config }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("config", &config)
    try v("balance", &balance)
    try v("claimed", &claimed)
    try v("refundNonce", &refundNonce)
    try v("withdrawal", &withdrawal)
    try v("requestedAt", &requestedAt)
    try v("withdrawsAt", &withdrawsAt)
  }

  /// What the escrow holds: neither claimed nor given back. No claim exceeds the balance.
  public var free: Amount { (try? balance.subtracting(claimed)) ?? .zero }

  /// Whether an account may claim and refund.
  func speaks(_ account: Address) -> Bool {
    account == config.receiver || account == config.receiverAuthorizer
  }

  /// The payer asks for no more.
  mutating func endRequest() {
    withdrawal = .zero
    requestedAt = 0
    withdrawsAt = .never
  }
}
