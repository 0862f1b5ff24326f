// The receiver takes what vouchers allow, of many channels in one message.

public import Kernel
public import Primitives

/// Pays the difference between each voucher and what was claimed of its channel before. Where a
/// standing bond is behind the channels the money waits until one of the runs was audited.
///
/// Receiver or authorizer send it themselves, or the authorizer signs a `ClaimBatch` that anybody
/// carries.
public struct ClaimVouchers: MessageContent {
  public static let typeName = "ClaimVouchers"
  public static let kind: UInt8 = 70
  /// More than this in one message would hold up a block.
  public static let most = 512

  public var head = Head()
  public var claims: [VoucherClaim] = []
  /// The root of the runs that are paid for. A carrier's word for it would be worth nothing, so
  /// it is zero where the claims are carried.
  public var root = Bytes32.zero
  /// The authorizer's over the batch; empty where the sender speaks for itself.
  public var signature: [UInt8] = []

  public init() {}

  public init(
    _ head: Head, _ claims: [VoucherClaim], root: Bytes32 = .zero, signature: [UInt8] = []
  ) {
    self.head = head
    self.claims = claims
    self.root = root
    self.signature = signature
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("claims", &claims)
    try v("root", &root)
    try v("signature", &signature)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: ClaimVouchers, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard !m.claims.isEmpty else { throw .noVouchers }
    guard m.claims.count <= ClaimVouchers.most else {
      throw .tooManyVouchers(UInt64(m.claims.count), limit: UInt64(ClaimVouchers.most))
    }
    guard m.signature.isEmpty || m.root == .zero else { throw .rootNotSigned }
    let bond = try bond(behind: m.claims)
    if let bond { try requireRoot(m.root, of: bond) }
    let escrow = escrow
    let voice = try voice(of: m.claims, m.signature, from: m.head.from, escrow, k)
    var parts: [HeldPart] = []
    for claim in m.claims {
      let holder = bond.map { _ in Holder.escrow(id) }
      let part = try take(claim, for: voice, at: m.head.from, to: holder, escrow, &k)
      guard part.amount > .zero else { throw .voucherClaimed }
      parts.append(part)
    }
    if let bond { try hold(id, root: m.root, parts, under: bond, &k) }
  }

  /// Who has a bond says which runs it is paid for, and who was convicted is paid no more.
  private func requireRoot(_ root: Bytes32, of key: Bytes32) throws(Refusal) {
    guard bonds[key]?.isConvicted == false else { throw .sellerConvicted }
    guard root != .zero else { throw .rootNeeded }
  }

  /// Who speaks for the receivers: the sender, or who signed the batch.
  func voice(
    of claims: [VoucherClaim], _ signature: [UInt8], from sender: Address,
    _ escrow: EIP712.Domain, _ k: borrowing KernelTables
  ) throws(Refusal) -> ChannelVoice {
    if signature.isEmpty { return .sender(sender) }
    let digest = ClaimBatch(claims).digest(domain: escrow)
    guard let signer = k.signer(of: digest, signature) else { throw .notTheReceivers }
    return .authorizer(signer)
  }

  /// Pays one claim to its receiver, or to an escrow, and says what it took. The receiver's account
  /// is opened at the cost of the sender.
  mutating func take(
    _ claim: VoucherClaim, for voice: ChannelVoice, at sender: Address, to holder: Holder? = nil,
    _ escrow: EIP712.Domain, _ k: inout KernelTables
  ) throws(Refusal) -> HeldPart {
    guard var row = channels[claim.channel] else { throw .unknownChannel }
    guard voice.speaks(for: row) else { throw .notTheReceivers }
    guard claim.total <= claim.most else {
      throw .claimAboveVoucher(asked: claim.total, most: claim.most)
    }
    guard claim.total >= row.claimed else {
      throw .claimBelowClaimed(asked: claim.total, claimed: row.claimed)
    }
    guard claim.total <= row.balance else {
      throw .claimAboveBalance(asked: claim.total, balance: row.balance)
    }
    guard k.signer(of: claim.digest(escrow), claim.signature) == row.config.voucherSigner else {
      throw .notAVoucher
    }
    let part = HeldPart(claim.channel, from: row.claimed, to: claim.total)
    let paid = part.amount
    if paid == .zero { return part }
    row.claimed = claim.total
    channels[claim.channel] = row
    try k.ensureOpen(row.config.receiver, paidBy: sender)
    try k.ledger.post(
      from: .escrow(claim.channel), to: holder ?? .account(row.config.receiver), paid)
    k.emit(
      Event(
        "vouchersClaimed", subject: claim.channel,
        parties: [row.config.payer, row.config.receiver],
        numbers: [Number("amount", paid.units), Number("claimed", row.claimed.units)]))
    return part
  }
}

/// Whose word counts for the receiving side of a channel.
enum ChannelVoice {
  case sender(Address)
  case authorizer(Address)

  func speaks(for channel: Channel) -> Bool {
    switch self {
    case .sender(let account): channel.speaks(account)
    case .authorizer(let signer): signer == channel.config.receiverAuthorizer
    }
  }
}

extension Refusal {
  static var noVouchers: Refusal { Refusal("noVouchers") }

  static func tooManyVouchers(_ count: UInt64, limit: UInt64) -> Refusal {
    Refusal("tooManyVouchers", ["count": count, "limit": limit])
  }

  /// Whoever carries signed claims cannot say which runs they are for.
  static var rootNotSigned: Refusal { Refusal("rootNotSigned") }

  static var unknownChannel: Refusal { Refusal("unknownChannel") }

  /// Neither receiver nor authorizer of the channel said so.
  static var notTheReceivers: Refusal { Refusal("notTheReceivers") }

  /// The signature over the voucher is not the payer's.
  static var notAVoucher: Refusal { Refusal("notAVoucher") }

  /// The voucher was claimed before.
  static var voucherClaimed: Refusal { Refusal("voucherClaimed") }

  static func claimAboveVoucher(asked: Amount, most: Amount) -> Refusal {
    Refusal("claimAboveVoucher", ["asked": asked.units, "most": most.units])
  }

  static func claimBelowClaimed(asked: Amount, claimed: Amount) -> Refusal {
    Refusal("claimBelowClaimed", ["asked": asked.units, "claimed": claimed.units])
  }

  static func claimAboveBalance(asked: Amount, balance: Amount) -> Refusal {
    Refusal("claimAboveBalance", ["asked": asked.units, "balance": balance.units])
  }
}
