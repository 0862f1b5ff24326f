// What happened, for those who watch: one record an exit, in the block's events tree.

public import Primitives

/// Something that happened to an object. It names the road it belongs to and everyone concerned.
public struct Event: Fielded, Hashable {
  public static let typeName = "Event"
  /// What happened, camel-cased: `orderPlaced`, `settled`, `stuck`.
  public var name: String
  /// The object that it happened to.
  public var subject: Bytes32
  public var order: Bytes32
  public var lease: Bytes32
  public var parties: [Address]
  /// Other objects concerned, bids among them.
  public var objects: [Bytes32]
  public var numbers: [Number]

  @inlinable public init() { self.init("") }

  /// Made where it is emitted, and so moved to where it stays. No property has a value before:
  /// the compiler would then make the event aside, copy it, and let go of the first.
  @inlinable @inline(__always)
  public init(
    _ name: String, subject: Bytes32 = .zero, order: Bytes32 = .zero, lease: Bytes32 = .zero,
    parties: [Address] = [], objects: [Bytes32] = [], numbers: [Number] = []
  ) {
    self.name = name
    self.subject = subject
    self.order = order
    self.lease = lease
    self.parties = parties
    self.objects = objects
    self.numbers = numbers
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("name", &name)
    try v("subject", &subject)
    try v("order", &order)
    try v("lease", &lease)
    try v("parties", &parties)
    try v("objects", &objects)
    try v("numbers", &numbers)
  }
}
