// How every message begins: who it is from, its place in a lane, and when it expires.

public import Primitives

/// The first four fields of every message. They stand inline, not nested.
public struct Head: Hashable, Sendable {
  public var from = Address.zero
  /// One of 256 independent sequences of the signer.
  public var lane: UInt8 = 0
  /// Exactly the next number of the lane, beginning with 0.
  public var sequence: UInt64 = 0
  /// The last block time at which the message may happen.
  public var validUntil = Time.zero

  @inlinable public init() {}

  @inlinable
  public init(from: Address, lane: UInt8 = 0, sequence: UInt64, validUntil: Time) {
    self.from = from
    self.lane = lane
    self.sequence = sequence
    self.validUntil = validUntil
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("from", &from)
    try v("lane", &lane)
    try v("sequence", &sequence)
    try v("validUntil", &validUntil)
  }
}

/// What a message says. Its id is the hash of its kind and its fields, without a signature.
public protocol MessageContent: Fielded, Equatable {
  /// The number of the kind on the wire.
  static var kind: UInt8 { get }
  var head: Head { get set }
}
