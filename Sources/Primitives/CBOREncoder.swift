// Writes a field list as canonical bytes, into memory that it grows itself.

/// The visitor that writes. It lives only inside `write`, which frees its memory.
@frozen
public struct CBOREncoder: FieldVisitor {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var count = 0
  @usableFromInline var capacity: Int
  /// Whether the memory is the heap's and not the caller's.
  @usableFromInline var isOwned = false
  /// Fields that the struct being written has shown so far.
  @usableFromInline var members = 0

  /// Bytes that are written without asking the heap: nearly every row and message fits.
  @usableFromInline static let stackBytes = 1024

  @inlinable
  init(in scratch: UnsafeMutableBufferPointer<UInt8>) {
    // A buffer of the stack has an address; only an empty one has none.
    base = scratch.baseAddress.unsafelyUnwrapped
    capacity = scratch.count
  }

  /// Runs the writer on the stack, as far as that reaches, and hands over what it wrote: bytes
  /// that are hashed never see the heap, and others are copied once.
  @inlinable
  static func write<R>(
    _ write: (inout CBOREncoder) throws(Refusal) -> Void,
    then use: (UnsafeRawBufferPointer) -> R
  ) -> R {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: stackBytes) { scratch in
      var encoder = CBOREncoder(in: scratch)
      defer { if encoder.isOwned { encoder.base.deallocate() } }
      do throws(Refusal) {
        try write(&encoder)
      } catch {
        // Decoding and JSON apply the same checks, so only a value made in code can get here.
        preconditionFailure("a field list refused its own value: \(error.code)")
      }
      return use(UnsafeRawBufferPointer(start: encoder.base, count: encoder.count))
    }
  }

  /// Runs the writer and gives what it wrote.
  @inlinable
  static func collect(_ write: (inout CBOREncoder) throws(Refusal) -> Void) -> [UInt8] {
    self.write(write) { Array($0) }
  }

  @inlinable @inline(__always)
  mutating func reserve(_ extra: Int) {
    if capacity &- count < extra { grow(extra) }
  }

  @inlinable @inline(never)
  mutating func grow(_ extra: Int) {
    let larger = max(capacity * 2, count + extra)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.moveInitialize(from: base, count: count)
    if isOwned { base.deallocate() }
    base = moved
    capacity = larger
    isOwned = true
  }

  /// The first byte of an item and its argument, in the shortest form.
  @inlinable
  mutating func head(_ major: UInt8, _ value: UInt64) {
    reserve(9)
    count &+= CBOREncoder.writeHead(base + count, major, value)
  }

  @inlinable @inline(__always)
  static func writeHead(_ to: UnsafeMutablePointer<UInt8>, _ major: UInt8, _ value: UInt64)
    -> Int
  {
    let raw = UnsafeMutableRawPointer(to)
    if value < 24 {
      to[0] = major | UInt8(truncatingIfNeeded: value)
      return 1
    }
    if value <= 0xff {
      to[0] = major | 24
      to[1] = UInt8(truncatingIfNeeded: value)
      return 2
    }
    if value <= 0xffff {
      to[0] = major | 25
      raw.storeBytes(
        of: UInt16(truncatingIfNeeded: value).bigEndian, toByteOffset: 1, as: UInt16.self)
      return 3
    }
    if value <= 0xffff_ffff {
      to[0] = major | 26
      raw.storeBytes(
        of: UInt32(truncatingIfNeeded: value).bigEndian, toByteOffset: 1, as: UInt32.self)
      return 5
    }
    to[0] = major | 27
    raw.storeBytes(of: value.bigEndian, toByteOffset: 1, as: UInt64.self)
    return 9
  }

  @inlinable
  mutating func byte(_ x: UInt8) {
    reserve(1)
    base[count] = x
    count &+= 1
  }

  @inlinable
  mutating func word(_ x: Bytes32) {
    reserve(34)
    base[count] = CBORMajor.bytes | 24
    base[count &+ 1] = 32
    x.store(to: UnsafeMutableRawPointer(base + (count &+ 2)))
    count &+= 34
  }

  @inlinable
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    reserve(bytes.count)
    if let from = bytes.baseAddress {
      (base + count).initialize(from: from, count: bytes.count)
    }
    count &+= bytes.count
  }

  @inlinable
  mutating func string(_ x: [UInt8]) {
    head(CBORMajor.bytes, UInt64(x.count))
    x.withUnsafeBufferPointer { append($0) }
  }

  @inlinable
  mutating func text(_ x: inout String) {
    x.withUTF8 {
      head(CBORMajor.text, UInt64($0.count))
      append($0)
    }
  }

  /// A struct: its fields, and before them their number, which is known only afterwards.
  @inlinable
  mutating func structure<T: Fielded>(_ x: inout T) throws(Refusal) {
    let outer = members
    members = 0
    reserve(1)
    let start = count
    count &+= 1
    try x.fields(&self)
    if members < 24 {
      base[start] = CBORMajor.array | UInt8(truncatingIfNeeded: members)
    } else {
      widen(start)
    }
    members = outer
  }

  /// Makes room for a longer head before a struct of 24 fields or more.
  @inlinable @inline(never)
  mutating func widen(_ start: Int) {
    let room = members <= 0xff ? 1 : 2
    reserve(room)
    let body = count - start - 1
    (base + start + 1 + room).update(from: base + start + 1, count: body)
    _ = CBOREncoder.writeHead(base + start, CBORMajor.array, UInt64(members))
    count += room
  }
}
