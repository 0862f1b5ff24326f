// Puts a payer's money into a channel: opens it, or tops it up.

public import Kernel
public import Primitives

/// A deposit that the payer signed and the sender of the message carries.
///
/// The signature is an EIP-3009 `ReceiveWithAuthorization` to the escrow's collector, whose nonce
/// is made of the channel's id and a salt: so it can go into this channel and nowhere else.
public struct DepositToChannel: MessageContent {
  public static let typeName = "DepositToChannel"
  public static let kind: UInt8 = 69
  public var head = Head()
  public var channel = ChannelConfig()
  public var amount = Amount()
  /// Seconds since 1970, as Ethereum counts.
  public var validAfter: UInt64 = 0
  public var validBefore: UInt64 = 0
  public var salt = Bytes32.zero
  public var signature: [UInt8] = []

  public init() {}

  public init(
    _ head: Head, _ channel: ChannelConfig, _ amount: Amount, validAfter: UInt64 = 0,
    validBefore: UInt64, salt: Bytes32, signature: [UInt8] = []
  ) {
    self.head = head
    self.channel = channel
    self.amount = amount
    self.validAfter = validAfter
    self.validBefore = validBefore
    self.salt = salt
    self.signature = signature
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("channel", &channel)
    try v("amount", &amount)
    try v("validAfter", &validAfter)
    try v("validBefore", &validBefore)
    try v("salt", &salt)
    try v("signature", &signature)
  }

  /// What the payer signed over the token's domain.
  public func authorisation(_ escrow: EIP712.Domain) -> TransferAuthorisation {
    var a = TransferAuthorisation(
      .receive, payer: channel.payer, to: BatchEscrow.collector, amount, validAfter: validAfter,
      validBefore: validBefore, nonce: Self.nonce(channel.id(escrow), salt))
    a.signature = signature
    return a
  }

  /// `keccak256(abi.encode(channelId, salt))`.
  public static func nonce(_ channel: Bytes32, _ salt: Bytes32) -> Bytes32 {
    Keccak256.hash(channel.bytes + salt.bytes)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: DepositToChannel, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    try m.channel.check()
    guard m.amount > .zero else { throw .nothingDeposited }
    let channel = m.channel.id(escrow)
    let a = m.authorisation(escrow)
    try a.check(at: k.blockTime)
    guard spent(a.payer, a.nonce) == nil else { throw .authorisationUsed }
    guard k.signer(of: a.digest(token: token), a.signature) == a.payer else {
      throw .notAuthorised
    }
    var row = channels[channel] ?? Channel(m.channel)
    if channels[channel] == nil { try k.chargeForRow(m.head.from) }
    row.balance = try row.balance.adding(m.amount)
    try k.ledger.post(from: .account(a.payer), to: .escrow(channel), m.amount)
    channels[channel] = row
    let nonce = SpentNonce(
      payer: a.payer, nonce: a.nonce, message: id, isCancelled: false,
      leaves: try SpentNonce.leaves(usedAt: k.now))
    spend(nonce, &k)
    k.emit(
      Event(
        "channelFunded", subject: channel, parties: [a.payer, m.channel.receiver, m.head.from],
        numbers: [Number("amount", m.amount.units), Number("balance", row.balance.units)]))
  }
}

extension Refusal {
  static var nothingDeposited: Refusal { Refusal("nothingDeposited") }
}
