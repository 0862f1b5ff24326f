// An account's name: twenty bytes, derived from its key as Ethereum does.

/// An Ethereum address.
@frozen
public struct Address: Hashable, Comparable, Sendable, CustomStringConvertible {
  @usableFromInline var a: UInt64
  @usableFromInline var b: UInt64
  @usableFromInline var c: UInt32

  public static let zero = Address()
  public static let byteCount = 20

  @inlinable
  public init() {
    a = 0
    b = 0
    c = 0
  }

  /// Reads exactly 20 bytes.
  @inlinable
  public init?<C: Collection>(_ bytes: C) where C.Element == UInt8 {
    guard bytes.count == 20 else { return nil }
    self.init()
    var index = 0
    for byte in bytes {
      switch index {
      case 0..<8: a = a << 8 | UInt64(byte)
      case 8..<16: b = b << 8 | UInt64(byte)
      default: c = c << 8 | UInt32(byte)
      }
      index += 1
    }
  }

  /// The last twenty bytes of a digest, which is how keys and networks get their address.
  public init(lastBytesOf digest: Bytes32) {
    let (_, second, third, fourth) = digest.words
    let low = UInt32(truncatingIfNeeded: second)
    a = UInt64(low) << 32 | third >> 32
    b = third << 32 | fourth >> 32
    c = UInt32(truncatingIfNeeded: fourth)
  }

  @inlinable
  public var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
      let raw = UnsafeMutableRawPointer(buffer.baseAddress!)
      raw.storeBytes(of: a.bigEndian, as: UInt64.self)
      raw.storeBytes(of: b.bigEndian, toByteOffset: 8, as: UInt64.self)
      raw.storeBytes(of: c.bigEndian, toByteOffset: 16, as: UInt32.self)
      count = 20
    }
  }

  /// The address in the low bytes of a word of 32, as the ABI and the ledger's keys have it.
  @inlinable
  public var padded: Bytes32 {
    Bytes32(
      words: 0, a >> 32, a << 32 | b >> 32, b << 32 | UInt64(c))
  }

  /// The twenty bytes as words, the most significant first.
  @inlinable public var words: (UInt64, UInt64, UInt32) { (a, b, c) }

  @inlinable
  public static func < (l: Address, r: Address) -> Bool {
    if l.a != r.a { return l.a < r.a }
    if l.b != r.b { return l.b < r.b }
    return l.c < r.c
  }

  /// Lower-case hex with the `0x` prefix; `checksummed` is the mixed-case form.
  public var description: String { Hex.encode(bytes) }
}
