// Keys of tables: hashable values with one canonical form in bytes.

public import Primitives

/// What a row is found by. The bytes are the canonical CBOR of the key.
public protocol TableKey: Hashable, Sendable {
  init(keyBytes: [UInt8]) throws(Refusal)
  var keyBytes: [UInt8] { get }
  /// Shows the words that tell the key from others.
  func mix(into hash: inout KeyHash)
}

/// A key that consists of fields declares them once, and its bytes are the array of them.
extension TableKey where Self: Fielded {
  @inlinable
  public init(keyBytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(Self.self, from: keyBytes)
  }

  @inlinable public var keyBytes: [UInt8] { CBOR.encode(self) }
}

extension Bytes32: TableKey {
  @inlinable
  public init(keyBytes: [UInt8]) throws(Refusal) { self = try CBOR.decodeBytes32(keyBytes) }

  @inlinable public var keyBytes: [UInt8] { CBOR.encode(self) }
  @inlinable public func mix(into hash: inout KeyHash) { hash.combine(self) }
}

extension ID: TableKey {
  @inlinable
  public init(keyBytes: [UInt8]) throws(Refusal) {
    self.init(try Bytes32(keyBytes: keyBytes))
  }

  @inlinable public var keyBytes: [UInt8] { digest.keyBytes }

  /// A digest's first word parts ids as well as all four do: to make many that begin alike costs
  /// more than what they would slow down.
  @inlinable public func mix(into hash: inout KeyHash) { hash.combine(digest.leadingWord) }
}

extension Address: TableKey {
  @inlinable
  public init(keyBytes: [UInt8]) throws(Refusal) { self = try CBOR.decodeAddress(keyBytes) }

  @inlinable public var keyBytes: [UInt8] { CBOR.encode(self) }
  @inlinable public func mix(into hash: inout KeyHash) { hash.combine(self) }
}

extension UInt64: TableKey {
  @inlinable
  public init(keyBytes: [UInt8]) throws(Refusal) { self = try CBOR.decodeUInt64(keyBytes) }

  @inlinable public var keyBytes: [UInt8] { CBOR.encode(self) }
  @inlinable public func mix(into hash: inout KeyHash) { hash.combine(self) }
}
