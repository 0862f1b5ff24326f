// How much of an owner's dollars somebody else may move: the allowances of ERC-20.

public import Kernel
public import Primitives

/// What is left of an allowance. One of nothing has no row.
public struct Allowance: Fielded, Hashable {
  public static let typeName = "Allowance"
  public var owner = Address.zero
  public var spender = Address.zero
  public var amount = Amount()

  public init() {}

  public init(owner: Address, spender: Address, _ amount: Amount) {
    self.owner = owner
    self.spender = spender
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("owner", &owner)
    try v("spender", &spender)
    try v("amount", &amount)
  }

  /// The row's key, which is also the subject of its events.
  public static func key(_ owner: Address, _ spender: Address) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/allowance/1")
    hasher.update(owner.bytes)
    hasher.update(spender.bytes)
    return hasher.finalize()
  }

  /// More than all dollars of any ledger: such an allowance is not used up, as wallets expect of
  /// one with all bits set.
  public static let unlimited = Amount(.max)

  /// An allowance as wallets write it, in 256 bits.
  public static func amount(of value: UInt256) -> Amount {
    value.uint64.map { Amount($0) } ?? unlimited
  }

  /// The same in 256 bits: what knows no limit has all of them set.
  public static func value(of amount: Amount) -> UInt256 {
    amount == unlimited ? .max : UInt256(amount.units)
  }
}

/// How many permits of an owner were carried: the number that its next one is signed over.
public struct PermitCount: Fielded, Hashable {
  public static let typeName = "PermitCount"
  public var count: UInt64 = 0

  public init() {}
  public init(_ count: UInt64) { self.count = count }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("count", &count)
  }
}

extension PaymentTables {
  public func allowance(_ owner: Address, _ spender: Address) -> Amount {
    allowances[Allowance.key(owner, spender)]?.amount ?? .zero
  }

  /// The number that the owner's next permit is signed over.
  public func permitCount(_ owner: Address) -> UInt64 { permits[owner]?.count ?? 0 }

  /// Every allowance, in the order of its key's bytes.
  public func forEachAllowance(_ body: (Bytes32, Allowance) -> Void) { allowances.forEach(body) }

  /// Sets an allowance. A row that was not there stays for ever, unless it is set to nothing, and
  /// costs who sends the message what an account costs.
  mutating func allow(
    _ owner: Address, _ spender: Address, _ amount: Amount, paidBy payer: Address,
    _ k: inout KernelTables
  ) throws(Refusal) {
    guard spender != .zero else { throw .noReceiver }
    let key = Allowance.key(owner, spender)
    if amount == .zero {
      allowances[key] = nil
    } else {
      if allowances[key] == nil { try k.chargeForRow(payer) }
      allowances[key] = Allowance(owner: owner, spender: spender, amount)
    }
    k.emit(
      Event(
        "allowanceSet", subject: key, parties: [owner, spender],
        numbers: [Number("amount", amount.units)]))
  }
}
