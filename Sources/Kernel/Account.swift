// The rows of accounts and of the lanes of those who sign.

public import Primitives

/// An open account.
public struct Account: Fielded, Hashable {
  public static let typeName = "Account"
  /// Whose account it says to be; zero for nobody else's.
  public var `operator` = Address.zero
  /// Whether that operator has said so too.
  public var isConfirmed = false
  /// The X25519 key under which others seal what only the owner may read; zero for none.
  public var sealingKey = Bytes32()
  /// The height at which it was opened.
  public var opened: UInt64 = 0

  public init() {}
  public init(opened: UInt64) { self.opened = opened }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("operator", &`operator`)
    try v("isConfirmed", &isConfirmed)
    try v("sealingKey", &sealingKey)
    try v("opened", &opened)
  }
}

/// A signer and one of its lanes.
public struct LaneKey: Fielded, TableKey {
  public static let typeName = "LaneKey"
  public var signer = Address.zero
  public var lane: UInt8 = 0

  @inlinable public init() {}

  @inlinable
  public init(_ signer: Address, _ lane: UInt8) {
    self.signer = signer
    self.lane = lane
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("signer", &signer)
    try v("lane", &lane)
  }

  @inlinable
  public func mix(into hash: inout KeyHash) {
    hash.combine(signer)
    hash.combine(UInt64(lane))
  }
}

/// Where a lane stands.
public struct Lane: Fielded, Hashable {
  public static let typeName = "Lane"
  public var next: UInt64 = 0

  @inlinable public init() {}
  @inlinable public init(next: UInt64) { self.next = next }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("next", &next)
  }
}
