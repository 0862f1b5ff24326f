// What the two sides of a channel sign: vouchers of the payer, claims and refunds of the receiver.

public import Primitives

/// "Of this channel you may have so much in all": the sum only grows, so the last voucher counts.
public struct Voucher: Fielded, Hashable {
  public static let typeName = "Voucher"
  public var channelId = Bytes32.zero
  public var maxClaimableAmount = EVMUInt128()

  public init() {}

  public init(_ channel: Bytes32, _ most: Amount) {
    channelId = channel
    maxClaimableAmount = EVMUInt128(of: most)
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("channelId", &channelId)
    try v("maxClaimableAmount", &maxClaimableAmount)
  }
}

/// A voucher and how much of it the receiver wants: it may be less than the payer allowed.
public struct VoucherClaim: Fielded, Hashable {
  public static let typeName = "VoucherClaim"
  public var channel = Bytes32.zero
  /// The most in all, as the payer signed it.
  public var most = Amount()
  /// What the receiver has taken in all once this is done.
  public var total = Amount()
  /// The payer's, or its authorizer's, over the voucher.
  public var signature: [UInt8] = []

  public init() {}

  public init(_ channel: Bytes32, most: Amount, total: Amount, signature: [UInt8]) {
    self.channel = channel
    self.most = most
    self.total = total
    self.signature = signature
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("channel", &channel)
    try v("most", &most)
    try v("total", &total)
    try v("signature", &signature)
  }

  public func digest(_ escrow: EIP712.Domain) -> Bytes32 {
    Voucher(channel, most).digest(domain: escrow)
  }
}

/// What a receiver's authorizer signs so that anybody may carry its claims.
public struct ClaimBatch: Fielded, Hashable {
  public static let typeName = "ClaimBatch"
  public var claims: [ClaimEntry] = []

  public init() {}
  public init(_ claims: [VoucherClaim]) { self.claims = claims.map { ClaimEntry($0) } }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("claims", &claims)
  }
}

public struct ClaimEntry: Fielded, Hashable {
  public static let typeName = "ClaimEntry"
  public var channelId = Bytes32.zero
  public var maxClaimableAmount = EVMUInt128()
  public var totalClaimed = EVMUInt128()

  public init() {}

  public init(_ claim: VoucherClaim) {
    channelId = claim.channel
    maxClaimableAmount = EVMUInt128(of: claim.most)
    totalClaimed = EVMUInt128(of: claim.total)
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("channelId", &channelId)
    try v("maxClaimableAmount", &maxClaimableAmount)
    try v("totalClaimed", &totalClaimed)
  }
}

/// What a receiver's authorizer signs so that anybody may carry a refund; each number once.
public struct ChannelRefund: Fielded, Hashable {
  public static let typeName = "Refund"
  public var channelId = Bytes32.zero
  public var nonce = UInt256.zero
  public var amount = EVMUInt128()

  public init() {}

  public init(_ channel: Bytes32, nonce: UInt64, _ amount: Amount) {
    channelId = channel
    self.nonce = UInt256(nonce)
    self.amount = EVMUInt128(of: amount)
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("channelId", &channelId)
    try v("nonce", &nonce)
    try v("amount", &amount)
  }
}

extension EVMUInt128 {
  /// An amount has half the bits.
  init(of amount: Amount) { self = (try? EVMUInt128(amount.units)) ?? EVMUInt128() }
}
