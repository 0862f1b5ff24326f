// The receiving side gives a payer its money back at once, after taking what it is owed.

public import Kernel
public import Primitives

/// A cooperative refund: no delay, since the one whom the delay protects agrees.
///
/// Claims that come with it are paid first, in the same message, so that the receiver need not
/// choose between giving back and being paid.
public struct RefundChannel: MessageContent {
  public static let typeName = "RefundChannel"
  public static let kind: UInt8 = 71
  public var head = Head()
  public var channel = Bytes32.zero
  /// What goes back; what is left is the most.
  public var amount = Amount()
  /// The number of this refund, so that the authorizer's signature counts once.
  public var nonce: UInt64 = 0
  /// The authorizer's over the refund; empty where the sender speaks for itself.
  public var signature: [UInt8] = []
  public var claims: [VoucherClaim] = []
  /// The authorizer's over the claims; empty where the sender speaks for itself.
  public var claimsSignature: [UInt8] = []

  public init() {}

  public init(
    _ head: Head, _ channel: Bytes32, _ amount: Amount, nonce: UInt64, signature: [UInt8] = [],
    claims: [VoucherClaim] = [], claimsSignature: [UInt8] = []
  ) {
    self.head = head
    self.channel = channel
    self.amount = amount
    self.nonce = nonce
    self.signature = signature
    self.claims = claims
    self.claimsSignature = claimsSignature
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("channel", &channel)
    try v("amount", &amount)
    try v("nonce", &nonce)
    try v("signature", &signature)
    try v("claims", &claims)
    try v("claimsSignature", &claimsSignature)
  }

  public func digest(_ escrow: EIP712.Domain) -> Bytes32 {
    ChannelRefund(channel, nonce: nonce, amount).digest(domain: escrow)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: RefundChannel, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard m.claims.count <= ClaimVouchers.most else {
      throw .tooManyVouchers(UInt64(m.claims.count), limit: UInt64(ClaimVouchers.most))
    }
    guard m.amount > .zero else { throw .nothingToRefund }
    let escrow = escrow
    if !m.claims.isEmpty {
      // A refund names no runs: what a bond stands behind is claimed by itself, before it.
      guard try bond(behind: m.claims) == nil else { throw .rootNeeded }
      let voice = try voice(of: m.claims, m.claimsSignature, from: m.head.from, escrow, k)
      // A voucher that was claimed before changes nothing here: there is the refund to carry.
      for claim in m.claims { _ = try take(claim, for: voice, at: m.head.from, escrow, &k) }
    }
    guard var row = channels[m.channel] else { throw .unknownChannel }
    let voice = try refundVoice(m, escrow, k)
    guard voice.speaks(for: row) else { throw .notTheReceivers }
    guard m.nonce == row.refundNonce else {
      throw .refundOutOfTurn(nonce: m.nonce, next: row.refundNonce)
    }
    let amount = min(m.amount, row.free)
    guard amount > .zero else { throw .nothingToRefund }
    row.balance = try row.balance.subtracting(amount)
    row.refundNonce += 1
    // What came back already need not be withdrawn.
    row.withdrawal = row.withdrawal > amount ? try row.withdrawal.subtracting(amount) : .zero
    if row.withdrawal == .zero { row.endRequest() }
    channels[m.channel] = row
    try giveBack(amount, of: m.channel, to: row.config.payer, &k)
    k.emit(
      Event(
        "channelRefunded", subject: m.channel, parties: [row.config.payer, row.config.receiver],
        numbers: [Number("amount", amount.units), Number("balance", row.balance.units)]))
  }

  private func refundVoice(
    _ m: RefundChannel, _ escrow: EIP712.Domain, _ k: borrowing KernelTables
  ) throws(Refusal) -> ChannelVoice {
    if m.signature.isEmpty { return .sender(m.head.from) }
    guard let signer = k.signer(of: m.digest(escrow), m.signature) else { throw .notTheReceivers }
    return .authorizer(signer)
  }

  /// The payer had the money, so its account is open.
  mutating func giveBack(
    _ amount: Amount, of channel: Bytes32, to payer: Address, _ k: inout KernelTables
  ) throws(Refusal) {
    try k.ledger.post(from: .escrow(channel), to: .account(payer), amount)
  }
}

extension Refusal {
  static var nothingToRefund: Refusal { Refusal("nothingToRefund") }

  static func refundOutOfTurn(nonce: UInt64, next: UInt64) -> Refusal {
    Refusal("refundOutOfTurn", ["nonce": nonce, "next": next])
  }
}
