// Canonical bytes of every signed type and row: deterministic CBOR (RFC 8949, 4.2).

/// Deterministic CBOR, in the part of it that the ledger uses.
///
/// A struct is an array of its fields in order, a list is an array. Integers take their shortest
/// form. `Bytes32`, `Address` and `[UInt8]` are byte strings, `UInt256` the byte string of its 32
/// big-endian bytes, `String` is text in UTF-8. There are no maps, floats, tags or indefinite
/// lengths. What decodes encodes to the same bytes again; everything else is refused.
public enum CBOR {
  /// Arrays within arrays, at most.
  public static let depthLimit = 16

  /// The canonical bytes of a value.
  @inlinable
  public static func encode<T: Fielded>(_ value: T) -> [UInt8] {
    var value = value
    return CBOREncoder.collect { encoder throws(Refusal) in try encoder.structure(&value) }
  }

  /// A value with a number before it, as an array of the two: the kind of a message, then its
  /// content.
  @inlinable
  public static func encode<T: Fielded>(kind: UInt8, _ value: T) -> [UInt8] {
    var value = value
    return CBOREncoder.collect { encoder throws(Refusal) in
      encoder.head(CBORMajor.array, 2)
      encoder.head(CBORMajor.unsigned, UInt64(kind))
      try encoder.structure(&value)
    }
  }

  /// SHA-256 of the canonical bytes, which are kept nowhere.
  @inlinable
  public static func hash<T: Fielded>(_ value: T) -> Bytes32 {
    var value = value
    return CBOREncoder.write { encoder throws(Refusal) in
      try encoder.structure(&value)
    } then: {
      SHA256.hash($0)
    }
  }

  @inlinable
  public static func encode(_ number: UInt64) -> [UInt8] {
    CBOREncoder.collect { encoder throws(Refusal) in encoder.head(CBORMajor.unsigned, number) }
  }

  @inlinable
  public static func encode(_ bytes: Bytes32) -> [UInt8] {
    CBOREncoder.collect { encoder throws(Refusal) in encoder.word(bytes) }
  }

  @inlinable
  public static func encode(_ address: Address) -> [UInt8] {
    CBOREncoder.collect { encoder throws(Refusal) in encoder.address(address) }
  }
}

extension CBOR {
  /// The value of exactly these bytes, at most `limit` of them.
  @inlinable
  public static func decode<T: Fielded>(
    _ type: T.Type, from bytes: [UInt8], limit: Int = .max
  ) throws(Refusal) -> T {
    try CBORDecoder.read(bytes, limit: limit) { decoder throws(Refusal) in
      try decoder.structure(type)
    }
  }

  /// The value behind its kind, as `encode(kind:_:)` wrote it; another kind is refused.
  @inlinable
  public static func decode<T: Fielded>(
    _ type: T.Type, kind: UInt8, from bytes: [UInt8], limit: Int = .max
  ) throws(Refusal) -> T {
    try CBORDecoder.read(bytes, limit: limit) { decoder throws(Refusal) in
      guard try decoder.head(CBORMajor.array) == 2 else { throw decoder.malformed }
      guard try decoder.head(CBORMajor.unsigned) == UInt64(kind) else { throw decoder.malformed }
      return try decoder.structure(type)
    }
  }

  /// The kind that `encode(kind:_:)` wrote, so that a reader knows which type to decode.
  public static func kind(of bytes: [UInt8]) throws(Refusal) -> UInt8 {
    guard bytes.count >= 2, bytes[0] == 0x82 else { throw .malformed(at: 0) }
    if bytes[1] < 24 { return bytes[1] }
    guard bytes.count >= 3, bytes[1] == 24, bytes[2] >= 24 else { throw .malformed(at: 1) }
    return bytes[2]
  }

  @inlinable
  public static func decodeUInt64(_ bytes: [UInt8]) throws(Refusal) -> UInt64 {
    try CBORDecoder.read(bytes, limit: .max) { decoder throws(Refusal) in
      try decoder.head(CBORMajor.unsigned)
    }
  }

  @inlinable
  public static func decodeBytes32(_ bytes: [UInt8]) throws(Refusal) -> Bytes32 {
    try CBORDecoder.read(bytes, limit: .max) { decoder throws(Refusal) in try decoder.word() }
  }

  @inlinable
  public static func decodeAddress(_ bytes: [UInt8]) throws(Refusal) -> Address {
    try CBORDecoder.read(bytes, limit: .max) { decoder throws(Refusal) in try decoder.address() }
  }
}

extension Fielded {
  /// The canonical bytes.
  @inlinable public var encoded: [UInt8] { CBOR.encode(self) }

  /// SHA-256 of the canonical bytes.
  public var contentHash: Bytes32 { CBOR.hash(self) }
}

/// The major types in use, where they stand in an item's first byte.
@usableFromInline
enum CBORMajor {
  @usableFromInline static let unsigned: UInt8 = 0 << 5
  @usableFromInline static let bytes: UInt8 = 2 << 5
  @usableFromInline static let text: UInt8 = 3 << 5
  @usableFromInline static let array: UInt8 = 4 << 5
}
