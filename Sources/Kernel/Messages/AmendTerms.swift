// Announces new terms, which come into force after a week.

public import Primitives

/// The operator's amendment. A later one takes its place, and waits anew.
public struct AmendTerms: MessageContent {
  public static let typeName = "AmendTerms"
  public static let kind: UInt8 = 4
  public var head = Head()
  public var terms = Terms()

  public init() {}

  public init(_ head: Head, terms: Terms) {
    self.head = head
    self.terms = terms
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("terms", &terms)
  }
}

extension KernelTables {
  /// Whether the terms hold their conditions is checked by who routes the message here.
  public mutating func apply(_ m: AmendTerms, as id: Bytes32) throws(Refusal) {
    try requireOperator(m.head.from)
    let deadline = try now.after(seconds: terms.current.amendDelay)
    terms.announce(m.terms, at: deadline)
    timers.set(KernelTimer.terms, at: deadline)
    emit(
      Event(
        "termsAnnounced", subject: id, parties: [m.head.from],
        numbers: [Number("at", deadline.milliseconds)]))
  }

  func requireOperator(_ sender: Address) throws(Refusal) {
    guard sender == charter.operator else { throw .onlyTheOperator }
  }
}

/// The Kernel's own timers.
public enum KernelTimer {
  /// An amendment comes into force.
  public static let terms = TimerKey(room: 0, kind: 0)
}

extension Refusal {
  /// Only the network's operator sends this.
  public static var onlyTheOperator: Refusal { Refusal("onlyTheOperator") }
}
