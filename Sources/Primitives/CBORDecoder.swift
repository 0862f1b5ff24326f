// Reads canonical bytes into a field list, and refuses whatever it would not have written.

/// The visitor that reads. It lives only inside `read`, which keeps the bytes in place.
@frozen
public struct CBORDecoder: FieldVisitor {
  @usableFromInline let base: UnsafeRawPointer
  @usableFromInline let end: Int
  @usableFromInline var at = 0
  /// Fields that the struct being read still holds.
  @usableFromInline var left = 0
  @usableFromInline var depth = 0

  @inlinable
  init(base: UnsafeRawPointer, count: Int) {
    self.base = base
    end = count
  }

  /// Runs the reader over all of the bytes; one left over is refused.
  @inlinable
  static func read<T>(
    _ bytes: [UInt8], limit: Int, _ body: (inout CBORDecoder) throws(Refusal) -> T
  ) throws(Refusal) -> T {
    guard bytes.count <= limit else { throw .tooLong(bytes.count, limit: limit) }
    return try bytes.withUnsafeBufferPointer { buffer throws(Refusal) -> T in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { throw .malformed(at: 0) }
      var decoder = CBORDecoder(base: UnsafeRawPointer(base), count: buffer.count)
      let value = try body(&decoder)
      guard decoder.at == decoder.end else { throw decoder.malformed }
      return value
    }
  }

  @inlinable
  var malformed: Refusal { .malformed(at: at) }

  /// Counts one field of the struct being read; a struct with fewer is refused.
  @inlinable @inline(__always)
  mutating func take() throws(Refusal) {
    guard left > 0 else { throw malformed }
    left &-= 1
  }

  /// The argument of an item of this major type, in its shortest form only.
  @inlinable
  mutating func head(_ major: UInt8) throws(Refusal) -> UInt64 {
    guard at < end else { throw malformed }
    let first = base.load(fromByteOffset: at, as: UInt8.self)
    guard first & 0xe0 == major else { throw malformed }
    let short = first & 0x1f
    if short < 24 {
      at &+= 1
      return UInt64(short)
    }
    return try longHead(short)
  }

  @inlinable
  mutating func longHead(_ form: UInt8) throws(Refusal) -> UInt64 {
    let next = base + (at &+ 1)
    let room = end &- at &- 1
    switch form {
    case 24:
      guard room >= 1 else { throw malformed }
      let value = UInt64(next.load(as: UInt8.self))
      guard value >= 24 else { throw malformed }
      at &+= 2
      return value
    case 25:
      guard room >= 2 else { throw malformed }
      let value = UInt64(UInt16(bigEndian: next.loadUnaligned(as: UInt16.self)))
      guard value > 0xff else { throw malformed }
      at &+= 3
      return value
    case 26:
      guard room >= 4 else { throw malformed }
      let value = UInt64(UInt32(bigEndian: next.loadUnaligned(as: UInt32.self)))
      guard value > 0xffff else { throw malformed }
      at &+= 5
      return value
    case 27:
      guard room >= 8 else { throw malformed }
      let value = UInt64(bigEndian: next.loadUnaligned(as: UInt64.self))
      guard value > 0xffff_ffff else { throw malformed }
      at &+= 9
      return value
    default:
      throw malformed
    }
  }

  @inlinable
  mutating func word() throws(Refusal) -> Bytes32 {
    guard end &- at >= 34, base.load(fromByteOffset: at, as: UInt8.self) == CBORMajor.bytes | 24,
      base.load(fromByteOffset: at &+ 1, as: UInt8.self) == 32
    else { throw malformed }
    let value = Bytes32(loading: base + (at &+ 2))
    at &+= 34
    return value
  }

  @inlinable
  mutating func address() throws(Refusal) -> Address {
    guard end &- at >= 21, base.load(fromByteOffset: at, as: UInt8.self) == CBORMajor.bytes | 20
    else { throw malformed }
    let value = Address(loading: base + (at &+ 1))
    at &+= 21
    return value
  }

  /// The bytes of a byte string or a text.
  @inlinable
  mutating func string(_ major: UInt8) throws(Refusal) -> UnsafeBufferPointer<UInt8> {
    let start = at
    let length = try head(major)
    guard length <= UInt64(end &- at) else { throw .malformed(at: start) }
    let count = Int(length)
    let bytes = UnsafeBufferPointer(
      start: (base + at).assumingMemoryBound(to: UInt8.self), count: count)
    at &+= count
    return bytes
  }

  @inlinable
  mutating func text() throws(Refusal) -> String {
    let start = at
    let bytes = try string(CBORMajor.text)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformed(at: start)
    }
    return text
  }

  /// The number of elements of a list or fields of a struct. Each takes a byte at least, so a
  /// longer one is refused before any memory is asked for.
  @inlinable
  mutating func list(elementBytes: Int) throws(Refusal) -> Int {
    let start = at
    guard depth < CBOR.depthLimit else { throw malformed }
    let count = try head(CBORMajor.array)
    guard count <= UInt64((end &- at) / elementBytes) else { throw .malformed(at: start) }
    return Int(count)
  }

  @inlinable
  mutating func structure<T: Fielded>(_ type: T.Type) throws(Refusal) -> T {
    let outer = left
    left = try list(elementBytes: 1)
    depth &+= 1
    var value = T()
    try value.fields(&self)
    guard left == 0 else { throw malformed }
    depth &-= 1
    left = outer
    return value
  }
}

extension Refusal {
  /// More bytes than this reader takes.
  public static func tooLong(_ got: Int, limit: Int) -> Refusal {
    Refusal("tooLong", ["got": UInt64(clamping: got), "limit": UInt64(clamping: limit)])
  }
}
