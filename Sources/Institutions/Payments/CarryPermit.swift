// An allowance that its owner signed and somebody else carries: EIP-2612.

public import Kernel
public import Primitives

/// `Permit` as wallets sign it, over the domain of the token.
struct SignedPermit: Fielded {
  static let typeName = "Permit"
  var owner = Address.zero
  var spender = Address.zero
  var value = UInt256()
  var nonce = UInt256()
  var deadline = UInt256()

  init() {}

  init(_ m: CarryPermit, nonce: UInt64) {
    owner = m.owner
    spender = m.spender
    value = m.value
    self.nonce = UInt256(nonce)
    deadline = m.deadline
  }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("owner", &owner)
    try v("spender", &spender)
    try v("value", &value)
    try v("nonce", &nonce)
    try v("deadline", &deadline)
  }
}

/// The owner's word, signed off the ledger, that `spender` may move so much. The number that it
/// was signed over is not sent: it is the count of the owner's permits, so each is carried once
/// and in turn.
public struct CarryPermit: MessageContent {
  public static let typeName = "CarryPermit"
  public static let kind: UInt8 = 68
  public var head = Head()
  public var owner = Address.zero
  public var spender = Address.zero
  public var value = UInt256()
  /// Seconds since 1970: the last in which it counts.
  public var deadline = UInt256()
  public var signature: [UInt8] = []

  public init() {}

  public init(
    _ head: Head, owner: Address, spender: Address, _ value: UInt256, deadline: UInt256,
    signature: [UInt8] = []
  ) {
    self.head = head
    self.owner = owner
    self.spender = spender
    self.value = value
    self.deadline = deadline
    self.signature = signature
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("owner", &owner)
    try v("spender", &spender)
    try v("value", &value)
    try v("deadline", &deadline)
    try v("signature", &signature)
  }

  /// What the owner signs when so many of its permits were carried before.
  public func digest(after count: UInt64, token: EIP712.Domain) -> Bytes32 {
    SignedPermit(self, nonce: count).digest(domain: token)
  }

  /// Whether it counts at a block time. A block's second is its milliseconds, rounded down.
  public func check(at time: Time) throws(Refusal) {
    let now = time.milliseconds / 1_000
    guard UInt256(now) <= deadline else {
      throw .permitEnded(deadline: deadline.uint64 ?? .max, now: now)
    }
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: CarryPermit, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    try m.check(at: k.blockTime)
    let count = permitCount(m.owner)
    guard k.signer(of: m.digest(after: count, token: token), m.signature) == m.owner else {
      throw .notPermitted(next: count)
    }
    if permits[m.owner] == nil { try k.chargeForRow(m.head.from) }
    let (next, overflow) = count.addingReportingOverflow(1)
    guard !overflow else { throw .overflow }
    permits[m.owner] = PermitCount(next)
    try allow(m.owner, m.spender, Allowance.amount(of: m.value), paidBy: m.head.from, &k)
  }
}

extension Refusal {
  /// The signature over the permit is not the owner's, or not for the number that is next.
  public static func notPermitted(next: UInt64) -> Refusal {
    Refusal("notPermitted", ["next": next])
  }

  static func permitEnded(deadline: UInt64, now: UInt64) -> Refusal {
    Refusal("permitEnded", ["deadline": deadline, "now": now])
  }
}
