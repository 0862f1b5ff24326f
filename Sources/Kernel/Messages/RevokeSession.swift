// Ends a session before its time.

public import Primitives

/// Takes a session back. The key itself may send it too, and so give the session up.
public struct RevokeSession: MessageContent {
  public static let typeName = "RevokeSession"
  public static let kind: UInt8 = 8
  public var head = Head()
  public var key = Address.zero

  public init() {}

  public init(_ head: Head, key: Address) {
    self.head = head
    self.key = key
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("key", &key)
  }
}

extension KernelTables {
  public mutating func apply(_ m: RevokeSession, as id: Bytes32) throws(Refusal) {
    guard sessions.remove(of: m.head.from, key: m.key) else { throw .noSession }
    emit(
      Event(
        "sessionRevoked", subject: Sessions.id(of: m.head.from, m.key),
        parties: [m.head.from, m.key]))
  }

  /// A session whose last moment passed goes off the table.
  mutating func endSession(_ key: TimerKey, at deadline: Time) -> Bool {
    guard deadline <= now, let session = sessions.expire(key.id, dueAt: deadline)
    else { return false }
    emit(Event("sessionEnded", subject: key.id, parties: [session.owner, session.key]))
    return true
  }
}
