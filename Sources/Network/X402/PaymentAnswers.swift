// What a facilitator answers: is a payment good, and what became of it.

public import Primitives

/// The answer of `/verify`.
public struct PaymentVerdict: Hashable, Sendable {
  /// Nil for a payment that would settle now.
  public var reason: X402Reason?
  public var message: String?
  public var payer: Address?
  /// The channel that pays, where one does.
  public var channel: ChannelState?
  /// A reason that only its own rail has, told in the place of the other.
  public var ownReason: String?

  public init(
    _ reason: X402Reason? = nil, _ message: String? = nil, payer: Address?,
    channel: ChannelState? = nil
  ) {
    self.reason = reason
    self.message = message
    self.payer = payer
    self.channel = channel
  }

  public var isValid: Bool { reason == nil }

  public var json: JSONValue {
    X402.object([
      ("isValid", .bool(isValid)),
      ("invalidReason", (ownReason ?? reason?.rawValue).map { .string($0) }),
      ("invalidMessage", message.map { .string($0) }),
      ("payer", (payer?.checksummed).map { .string($0) }), ("extra", channel?.json),
    ])
  }
}

/// The answer of `/settle`, which also goes to the payer.
public struct PaymentOutcome: Hashable, Sendable {
  public var reason: X402Reason?
  public var message: String?
  public var payer: Address?
  /// The message of the ledger that moved the money, or that a pending payment hangs on.
  public var transaction: Bytes32?
  public var network: String
  public var amount: UInt256?
  /// The channel that pays, where one does.
  public var channel: ChannelState?
  /// A reason that only its own rail has, told in the place of the other.
  public var ownReason: String?
  /// Whether this very call moved the money.
  public var isFresh = false

  public init(
    _ reason: X402Reason? = nil, _ message: String? = nil, payer: Address?, network: String,
    transaction: Bytes32? = nil, amount: UInt256? = nil, channel: ChannelState? = nil
  ) {
    self.reason = reason
    self.message = message
    self.payer = payer
    self.network = network
    self.transaction = transaction
    self.amount = amount
    self.channel = channel
  }

  public var isDone: Bool { reason == nil }

  public var json: JSONValue {
    X402.object([
      ("success", .bool(isDone)),
      ("errorReason", (ownReason ?? reason?.rawValue).map { .string($0) }),
      ("errorMessage", message.map { .string($0) }),
      ("payer", (payer?.checksummed).map { .string($0) }),
      ("transaction", .string(transaction.map { "\($0)" } ?? "")), ("network", .string(network)),
      ("amount", amount.map { .string("\($0)") }),
      ("extra", channel.map { ["channelState": $0.json] }),
    ])
  }
}
