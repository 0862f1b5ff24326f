// Announces the operator's next hash chain before this one is used up.

public import Primitives

/// The anchor of the chain that follows the one in use.
public struct RenewLinks: MessageContent {
  public static let typeName = "RenewLinks"
  public static let kind: UInt8 = 5
  public var head = Head()
  public var anchor = Bytes32()

  public init() {}

  public init(_ head: Head, anchor: Bytes32) {
    self.head = head
    self.anchor = anchor
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("anchor", &anchor)
  }
}

extension KernelTables {
  public mutating func apply(_ m: RenewLinks, as id: Bytes32) throws(Refusal) {
    try requireOperator(m.head.from)
    beacon.state = try beacon.state.renewed(anchor: m.anchor)
    emit(
      Event(
        "linksRenewed", subject: m.anchor, parties: [m.head.from],
        numbers: [Number("remaining", beacon.state.remaining)]))
  }
}
