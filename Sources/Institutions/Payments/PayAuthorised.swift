// Carries a payer's authorisation to the ledger: the dollars move, the nonce is used up.

public import Kernel
public import Primitives

/// A transfer that its payer signed and the sender of the message carries and pays the toll of.
public struct PayAuthorised: MessageContent {
  public static let typeName = "PayAuthorised"
  public static let kind: UInt8 = 64
  public var head = Head()
  public var authorisation = TransferAuthorisation()

  public init() {}

  public init(_ head: Head, _ authorisation: TransferAuthorisation) {
    self.head = head
    self.authorisation = authorisation
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("authorisation", &authorisation)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: PayAuthorised, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let a = m.authorisation
    try check(a, carrier: m.head.from, now: k.blockTime)
    guard k.signer(of: a.digest(token: token), a.signature) == a.payer else {
      throw .notAuthorised
    }
    try k.ensureOpen(a.to, paidBy: m.head.from)
    try k.ledger.post(from: .account(a.payer), to: .account(a.to), a.value)
    let row = SpentNonce(
      payer: a.payer, nonce: a.nonce, message: id, isCancelled: false,
      leaves: try SpentNonce.leaves(usedAt: k.now))
    spend(row, &k)
    k.emit(
      Event(
        "paymentCarried", subject: SpentNonce.key(a.payer, a.nonce),
        parties: [a.payer, a.to, m.head.from], numbers: [Number("amount", a.value.units)]))
  }

  /// Everything but the signature and the balance: what a door asks before it carries anything.
  public func check(
    _ a: TransferAuthorisation, carrier: Address, now time: Time
  ) throws(Refusal) {
    guard a.to != .zero else { throw .noReceiver }
    guard a.kind == .transfer || carrier == a.to else { throw .onlyTheReceiver }
    try a.check(at: time)
    guard spent(a.payer, a.nonce) == nil else { throw .authorisationUsed }
  }
}

extension TransferAuthorisation {
  /// Whether it counts at a block time. A block's second is its milliseconds, rounded down.
  public func check(at time: Time) throws(Refusal) {
    let now = time.milliseconds / 1_000
    guard now > validAfter else { throw .authorisationTooEarly(validAfter: validAfter, now: now) }
    guard now < validBefore else { throw .authorisationEnded(validBefore: validBefore, now: now) }
    guard validBefore - now <= SpentNonce.horizon else {
      throw .authorisationTooLong(seconds: validBefore - now, limit: SpentNonce.horizon)
    }
  }
}

extension Refusal {
  /// The signature over the transfer is not the payer's.
  static var notAuthorised: Refusal { Refusal("notAuthorised") }

  /// The nonce has paid, or was cancelled.
  static var authorisationUsed: Refusal { Refusal("authorisationUsed") }

  /// Only the receiver carries a `ReceiveWithAuthorization`.
  static var onlyTheReceiver: Refusal { Refusal("onlyTheReceiver") }

  static func authorisationTooEarly(validAfter: UInt64, now: UInt64) -> Refusal {
    Refusal("authorisationTooEarly", ["validAfter": validAfter, "now": now])
  }

  static func authorisationEnded(validBefore: UInt64, now: UInt64) -> Refusal {
    Refusal("authorisationEnded", ["validBefore": validBefore, "now": now])
  }

  /// It ends further ahead than nonces are remembered.
  static func authorisationTooLong(seconds: UInt64, limit: UInt64) -> Refusal {
    Refusal("authorisationTooLong", ["seconds": seconds, "limit": limit])
  }
}
