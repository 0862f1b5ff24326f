// Thirty-two bytes: a digest, a salt, a key, the body of an id.

/// Thirty-two bytes without an allocation, ordered as big-endian numbers are.
@frozen
public struct Bytes32: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Big-endian words, the most significant first.
  @usableFromInline var a: UInt64
  @usableFromInline var b: UInt64
  @usableFromInline var c: UInt64
  @usableFromInline var d: UInt64

  public static let zero = Bytes32()
  public static let byteCount = 32

  @inlinable
  public init() {
    a = 0
    b = 0
    c = 0
    d = 0
  }

  /// Four words, the most significant first.
  @inlinable
  public init(words a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
  }

  /// Reads exactly 32 bytes.
  @inlinable
  public init?<C: Collection>(_ bytes: C) where C.Element == UInt8 {
    guard bytes.count == 32 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var index = 0
    for byte in bytes {
      switch index >> 3 {
      case 0: words.0 = words.0 << 8 | UInt64(byte)
      case 1: words.1 = words.1 << 8 | UInt64(byte)
      case 2: words.2 = words.2 << 8 | UInt64(byte)
      default: words.3 = words.3 << 8 | UInt64(byte)
      }
      index += 1
    }
    self.init(words: words.0, words.1, words.2, words.3)
  }

  /// Reads 32 bytes at `pointer`.
  @inlinable
  public init(loading pointer: UnsafeRawPointer) {
    a = UInt64(bigEndian: pointer.loadUnaligned(as: UInt64.self))
    b = UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    c = UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    d = UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
  }

  /// Writes the 32 bytes at `pointer`.
  @inlinable
  public func store(to pointer: UnsafeMutableRawPointer) {
    pointer.storeBytes(of: a.bigEndian, as: UInt64.self)
    pointer.storeBytes(of: b.bigEndian, toByteOffset: 8, as: UInt64.self)
    pointer.storeBytes(of: c.bigEndian, toByteOffset: 16, as: UInt64.self)
    pointer.storeBytes(of: d.bigEndian, toByteOffset: 24, as: UInt64.self)
  }

  /// The first eight bytes as a big-endian number, which draws multiply.
  @inlinable public var leadingWord: UInt64 { a }

  /// The four words, the most significant first.
  @inlinable public var words: (UInt64, UInt64, UInt64, UInt64) { (a, b, c, d) }

  @inlinable
  public var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      store(to: UnsafeMutableRawPointer(buffer.baseAddress!))
      count = 32
    }
  }

  /// Bit `index` counted from the most significant one.
  @inlinable
  public func bit(_ index: Int) -> Bool {
    let word =
      switch index >> 6 {
      case 0: a
      case 1: b
      case 2: c
      default: d
      }
    return word >> UInt64(63 - (index & 63)) & 1 == 1
  }

  @inlinable
  public static func < (l: Bytes32, r: Bytes32) -> Bool {
    if l.a != r.a { return l.a < r.a }
    if l.b != r.b { return l.b < r.b }
    if l.c != r.c { return l.c < r.c }
    return l.d < r.d
  }

  /// Lower-case hex with the `0x` prefix.
  public var description: String { Hex.encode(bytes) }
}
