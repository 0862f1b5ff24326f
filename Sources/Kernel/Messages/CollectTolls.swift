// Takes tolls out of the network's till.

public import Primitives

/// The operator's tolls, or some of them, go to an account of its choice. The treasury has no such
/// message: nothing that hangs on a verdict reaches the operator.
public struct CollectTolls: MessageContent {
  public static let typeName = "CollectTolls"
  public static let kind: UInt8 = 6
  public var head = Head()
  public var to = Address.zero
  public var amount = Amount()

  public init() {}

  public init(_ head: Head, to: Address, _ amount: Amount) {
    self.head = head
    self.to = to
    self.amount = amount
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("to", &to)
    try v("amount", &amount)
  }
}

extension KernelTables {
  public mutating func apply(_ m: CollectTolls, as id: Bytes32) throws(Refusal) {
    try requireOperator(m.head.from)
    guard m.to != .zero else { throw .noReceiver }
    try ensureOpen(m.to, paidBy: m.head.from)
    try ledger.post(from: .operator, to: .account(m.to), m.amount)
    emit(
      Event(
        "tollsCollected", subject: m.to.padded, parties: [m.head.from, m.to],
        numbers: [Number("amount", m.amount.units)]))
  }
}
