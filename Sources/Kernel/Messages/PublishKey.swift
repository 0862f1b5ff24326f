// Publishes the key under which others encrypt to an account.

public import Primitives

/// Sets the sender's X25519 key. Keys of accounts sign and do not encrypt.
public struct PublishKey: MessageContent {
  public static let typeName = "PublishKey"
  public static let kind: UInt8 = 3
  public var head = Head()
  public var sealingKey = Bytes32()

  public init() {}

  public init(_ head: Head, sealingKey: Bytes32) {
    self.head = head
    self.sealingKey = sealingKey
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("sealingKey", &sealingKey)
  }
}

extension KernelTables {
  public mutating func apply(_ m: PublishKey, as id: Bytes32) throws(Refusal) {
    try accounts.publish(sealingKey: m.sealingKey, of: m.head.from)
    emit(Event("keyPublished", subject: m.head.from.padded, parties: [m.head.from]))
  }
}
