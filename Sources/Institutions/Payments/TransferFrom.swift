// Moves an owner's dollars within an allowance: `transferFrom` of ERC-20.

public import Kernel
public import Primitives

/// A transfer by somebody whom the owner allowed it.
public struct TransferFrom: MessageContent {
  public static let typeName = "TransferFrom"
  public static let kind: UInt8 = 67
  public var head = Head()
  public var owner = Address.zero
  public var to = Address.zero
  public var amount = Amount()

  public init() {}

  public init(_ head: Head, owner: Address, to: Address, _ amount: Amount) {
    self.head = head
    self.owner = owner
    self.to = to
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("owner", &owner)
    try v("to", &to)
    try v("amount", &amount)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: TransferFrom, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard m.to != .zero else { throw .noReceiver }
    let key = Allowance.key(m.owner, m.head.from)
    let allowed = allowance(m.owner, m.head.from)
    guard m.amount <= allowed else { throw .allowanceTooSmall(has: allowed, needs: m.amount) }
    try k.ensureOpen(m.to, paidBy: m.head.from)
    try k.ledger.post(from: .account(m.owner), to: .account(m.to), m.amount)
    if allowed != Allowance.unlimited, m.amount > .zero {
      let rest = try allowed.subtracting(m.amount)
      allowances[key] =
        rest == .zero ? nil : Allowance(owner: m.owner, spender: m.head.from, rest)
    }
    k.emit(
      Event(
        "allowanceUsed", subject: key, parties: [m.owner, m.to, m.head.from],
        numbers: [Number("amount", m.amount.units)]))
  }
}

extension Refusal {
  /// The owner did not allow the sender so much.
  public static func allowanceTooSmall(has: Amount, needs: Amount) -> Refusal {
    Refusal("allowanceTooSmall", ["has": has.units, "needs": needs.units])
  }
}
