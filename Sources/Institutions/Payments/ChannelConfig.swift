// What a channel is, fixed for ever: who pays whom, who signs for them, and how it ends.

public import Primitives

/// The identity of a channel. Its id is the EIP-712 digest of this struct, so that all who know
/// the fields find the channel, and nobody can open another in its place.
public struct ChannelConfig: Fielded, Hashable {
  public static let typeName = "ChannelConfig"
  public var payer = Address.zero
  /// Signs vouchers in the payer's place; zero where the payer does.
  public var payerAuthorizer = Address.zero
  public var receiver = Address.zero
  /// Claims and refunds in the receiver's place.
  public var receiverAuthorizer = Address.zero
  public var token = Address.zero
  /// Seconds.
  public var withdrawDelay = UInt40()
  /// Tells channels of the same two apart.
  public var salt = Bytes32.zero

  public init() {}

  public init(
    payer: Address, payerAuthorizer: Address = .zero, receiver: Address,
    receiverAuthorizer: Address, token: Address = DollarToken.address, withdrawDelay: UInt64,
    salt: Bytes32 = .zero
  ) throws(Refusal) {
    self.payer = payer
    self.payerAuthorizer = payerAuthorizer
    self.receiver = receiver
    self.receiverAuthorizer = receiverAuthorizer
    self.token = token
    self.withdrawDelay = try UInt40(withdrawDelay)
    self.salt = salt
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("payer", &payer)
    try v("payerAuthorizer", &payerAuthorizer)
    try v("receiver", &receiver)
    try v("receiverAuthorizer", &receiverAuthorizer)
    try v("token", &token)
    try v("withdrawDelay", &withdrawDelay)
    try v("salt", &salt)
  }

  /// The channel's id on the chain of an escrow's domain.
  public func id(_ escrow: EIP712.Domain) -> Bytes32 { digest(domain: escrow) }

  /// Whose signature a voucher needs.
  public var voucherSigner: Address { payerAuthorizer == .zero ? payer : payerAuthorizer }

  /// Forty bits always fit.
  public var delay: UInt64 { withdrawDelay.value.uint64 ?? .max }

  /// Whether money may go into it.
  public func check() throws(Refusal) {
    guard token == DollarToken.address else { throw .foreignToken }
    guard receiver != .zero, receiverAuthorizer != .zero else { throw .noReceiver }
    guard BatchEscrow.delays.contains(delay) else {
      throw .withdrawDelay(
        delay, from: BatchEscrow.delays.lowerBound, to: BatchEscrow.delays.upperBound)
    }
  }
}

extension Refusal {
  /// A channel holds the ledger's dollar and no other token.
  static var foreignToken: Refusal { Refusal("foreignToken") }

  static func withdrawDelay(_ seconds: UInt64, from least: UInt64, to most: UInt64) -> Refusal {
    Refusal("withdrawDelay", ["seconds": seconds, "least": least, "most": most])
  }
}
