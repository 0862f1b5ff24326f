// Lets another key act for the sender's account within limits.

public import Primitives

/// Grants a session. One that the key has already is replaced, and counts from zero. A key that has
/// none yet costs what an account costs: a year's row, and lanes of its own that stay.
public struct GrantSession: MessageContent {
  public static let typeName = "GrantSession"
  public static let kind: UInt8 = 7
  public var head = Head()
  public var key = Address.zero
  public var limits = SessionLimits()

  public init() {}

  public init(_ head: Head, key: Address, _ limits: SessionLimits) {
    self.head = head
    self.key = key
    self.limits = limits
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("key", &key)
    try v("limits", &limits)
  }
}

extension KernelTables {
  /// Which kinds a session may have at all is checked by who routes the message here.
  public mutating func apply(_ m: GrantSession, as id: Bytes32) throws(Refusal) {
    guard m.key != m.head.from, m.key != .zero else { throw .sessionOfItself }
    // It pays no tolls, so nothing would bound what a thief of its key sends.
    guard m.head.from != charter.operator else { throw .sessionOfOperator }
    try m.limits.check(at: blockTime)
    if sessions.session(of: m.head.from, key: m.key) == nil {
      try charge(Amount(terms.current.tollAccount), to: m.head.from)
    }
    var session = Session()
    session.owner = m.head.from
    session.key = m.key
    session.limits = m.limits
    session.periodBegan = blockTime
    let span = Time(m.limits.expires.milliseconds - blockTime.milliseconds)
    // One millisecond later: at its last moment the key may still sign.
    session.removal = try now.adding(span).adding(Time(1))
    sessions.put(session)
    let row = Sessions.id(of: m.head.from, m.key)
    timers.set(KernelTimer.session(row), at: session.removal)
    emit(
      Event(
        "sessionGranted", subject: row, parties: [m.head.from, m.key],
        numbers: [
          Number("total", m.limits.total.units),
          Number("expires", m.limits.expires.milliseconds),
        ]))
  }
}
