// Sends money to an account, and opens it where it is not open yet.

public import Primitives

/// Moves an amount from the sender to an account. Who opens an account pays its toll.
public struct Transfer: MessageContent {
  public static let typeName = "Transfer"
  public static let kind: UInt8 = 1
  public var head = Head()
  public var to = Address.zero
  public var asset = Asset.dollar
  public var amount = Amount()

  @inlinable public init() {}

  public init(_ head: Head, to: Address, _ amount: Amount, _ asset: Asset = .dollar) {
    self.head = head
    self.to = to
    self.asset = asset
    self.amount = amount
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("to", &to)
    try v("asset", &asset)
    try v("amount", &amount)
  }
}

extension KernelTables {
  public mutating func apply(_ m: Transfer, as id: Bytes32) throws(Refusal) {
    guard m.to != .zero else { throw .noReceiver }
    try ensureOpen(m.to, paidBy: m.head.from)
    try ledger.post(from: .account(m.head.from), to: .account(m.to), m.amount, m.asset)
  }

  /// Opens an account that is not open, at the payer's cost.
  public mutating func ensureOpen(
    _ address: Address, paidBy payer: Address
  ) throws(Refusal) {
    if accounts.isOpen(address) { return }
    try chargeForRow(payer)
    accounts.open(address, at: height)
    emit(Event("accountOpened", subject: address.padded, parties: [address, payer]))
  }
}

extension KernelTables {
  /// Takes the price of a row that stays for ever: that of an account. The operator's are free.
  public mutating func chargeForRow(_ payer: Address) throws(Refusal) {
    if payer != charter.operator { try charge(Amount(terms.current.tollAccount), to: payer) }
  }
}

extension Refusal {
  /// The zero address is nobody's.
  public static var noReceiver: Refusal { Refusal("noReceiver") }
}
