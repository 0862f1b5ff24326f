// Lets somebody else move dollars of one's own, up to an amount: `approve` of ERC-20.

public import Kernel
public import Primitives

/// Sets how much `spender` may move of the sender's dollars. It replaces what was set before, so
/// whoever lowers an allowance that may be in use sets it to nothing first and looks.
public struct Approve: MessageContent {
  public static let typeName = "Approve"
  public static let kind: UInt8 = 66
  public var head = Head()
  public var spender = Address.zero
  /// All bits set is an allowance that is not used up.
  public var amount = Amount()

  public init() {}

  public init(_ head: Head, spender: Address, _ amount: Amount) {
    self.head = head
    self.spender = spender
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("spender", &spender)
    try v("amount", &amount)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: Approve, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    try allow(m.head.from, m.spender, m.amount, paidBy: m.head.from, &k)
  }
}
