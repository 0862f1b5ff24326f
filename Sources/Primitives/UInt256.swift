// Numbers of 256 bits, for the edges where Ethereum's ABI and EIP-712 want them.

/// An unsigned integer of 256 bits that is stored, compared and printed, not calculated with.
@frozen
public struct UInt256: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number as 32 bytes, big-endian.
  public var bytes32: Bytes32

  public static let zero = UInt256()
  public static let max = UInt256(Bytes32(words: .max, .max, .max, .max))

  @inlinable public init() { bytes32 = .zero }
  @inlinable public init(_ bytes32: Bytes32) { self.bytes32 = bytes32 }
  @inlinable public init(_ value: UInt64) { bytes32 = Bytes32(words: 0, 0, 0, value) }

  /// The number, where it fits 64 bits.
  @inlinable public var uint64: UInt64? {
    let (a, b, c, d) = bytes32.words
    return a | b | c == 0 ? d : nil
  }

  /// How many bits the number needs; 0 for zero.
  public var bitWidth: Int {
    let (a, b, c, d) = bytes32.words
    if a != 0 { return 256 - a.leadingZeroBitCount }
    if b != 0 { return 192 - b.leadingZeroBitCount }
    if c != 0 { return 128 - c.leadingZeroBitCount }
    return 64 - d.leadingZeroBitCount
  }

  @inlinable
  public static func < (l: UInt256, r: UInt256) -> Bool { l.bytes32 < r.bytes32 }

  /// Reads decimal digits without sign or leading zeros, up to 2^256 − 1.
  public init?(decimal text: String) {
    let digits = Array(text.utf8)
    guard !digits.isEmpty, digits.count <= 78 else { return nil }
    guard digits.count == 1 || digits[0] != UInt8(ascii: "0") else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for letter in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter) else { return nil }
      var carry = UInt64(letter - UInt8(ascii: "0"))
      words.3 = UInt256.timesTen(words.3, &carry)
      words.2 = UInt256.timesTen(words.2, &carry)
      words.1 = UInt256.timesTen(words.1, &carry)
      words.0 = UInt256.timesTen(words.0, &carry)
      guard carry == 0 else { return nil }
    }
    self.init(Bytes32(words: words.0, words.1, words.2, words.3))
  }

  /// Decimal digits.
  public var description: String {
    if let small = uint64 { return String(small) }
    let words = bytes32.words
    var limbs = [words.0, words.1, words.2, words.3]
    var groups: [UInt64] = []
    let group: UInt64 = 10_000_000_000_000_000_000
    while limbs.contains(where: { $0 != 0 }) {
      var rest: UInt64 = 0
      for index in limbs.indices {
        (limbs[index], rest) = group.dividingFullWidth((rest, limbs[index]))
      }
      groups.append(rest)
    }
    var text = String(groups.removeLast())
    for value in groups.reversed() {
      let digits = String(value)
      text += String(repeating: "0", count: 19 - digits.utf8.count) + digits
    }
    return text
  }

  /// `word × 10 + carry`, the overflow into `carry`.
  private static func timesTen(_ word: UInt64, _ carry: inout UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 10)
    let (low, overflow) = product.low.addingReportingOverflow(carry)
    carry = product.high + (overflow ? 1 : 0)
    return low
  }
}
