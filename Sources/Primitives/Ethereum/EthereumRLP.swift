// Recursive length prefixes, the bytes of Ethereum's transactions: one form for each value.

/// Byte strings and lists of them (Yellow Paper, appendix B).
///
/// Only the shortest form is read: a length in more bytes than it needs, a single byte with a
/// prefix or bytes behind the end are refused, so that what decodes encodes to the same bytes.
public indirect enum RLPItem: Hashable, Sendable {
  case bytes([UInt8])
  case list([RLPItem])

  /// Lists within lists that a reader follows.
  public static let depthLimit = 16
  /// Items that a reader makes of one input: an item of one byte takes a hundred in memory, so
  /// the length of the input alone would not bound what it costs to read.
  public static let itemLimit = 4_096

  /// A number without leading zeros; zero is the empty string.
  public static func number(_ value: UInt64) -> RLPItem { number(UInt256(value)) }

  public static func number(_ value: UInt256) -> RLPItem {
    .bytes(Array(value.bytes32.bytes.drop { $0 == 0 }))
  }
}

// MARK: - Writing

extension RLPItem {
  public var encoded: [UInt8] {
    var out: [UInt8] = []
    write(to: &out)
    return out
  }

  private func write(to out: inout [UInt8]) {
    switch self {
    case .bytes(let bytes):
      if bytes.count == 1, bytes[0] < 0x80 {
        out.append(bytes[0])
      } else {
        RLPItem.write(length: bytes.count, short: 0x80, to: &out)
        out += bytes
      }
    case .list(let items):
      var body: [UInt8] = []
      for item in items { item.write(to: &body) }
      RLPItem.write(length: body.count, short: 0xc0, to: &out)
      out += body
    }
  }

  private static func write(length: Int, short: UInt8, to out: inout [UInt8]) {
    if length < 56 { return out.append(short + UInt8(length)) }
    let digits = Bytes32(words: 0, 0, 0, UInt64(length)).bytes.drop { $0 == 0 }
    out.append(short + 55 + UInt8(digits.count))
    out += digits
  }
}

// MARK: - Reading

extension RLPItem {
  /// Reads one item that takes all of the bytes, and is made of at most `itemLimit`.
  public init(decoding bytes: [UInt8]) throws(Refusal) {
    var reader = RLPReader(bytes: bytes[...], left: RLPItem.itemLimit)
    self = try reader.item(depth: RLPItem.depthLimit)
    guard reader.rest.isEmpty else { throw reader.malformed }
  }

  /// The items of a list, where this is one.
  public var items: [RLPItem]? {
    guard case .list(let items) = self else { return nil }
    return items
  }

  /// The bytes of a string, where this is one.
  public var string: [UInt8]? {
    guard case .bytes(let bytes) = self else { return nil }
    return bytes
  }

  /// The number that a string is: at most 32 bytes and no leading zero.
  public var number: UInt256? {
    guard let bytes = string, bytes.count <= 32, bytes.first != 0 else { return nil }
    return Bytes32([UInt8](repeating: 0, count: 32 - bytes.count) + bytes).map { UInt256($0) }
  }
}

private struct RLPReader {
  var rest: ArraySlice<UInt8>
  /// Items that may still be made.
  var left: Int

  init(bytes: ArraySlice<UInt8>, left: Int) {
    rest = bytes
    self.left = left
  }

  var malformed: Refusal { .malformed(at: rest.startIndex) }

  mutating func item(depth: Int) throws(Refusal) -> RLPItem {
    guard let first = rest.first, left > 0 else { throw malformed }
    left -= 1
    switch first {
    case 0..<0x80: return .bytes(Array(try take(1)))
    case 0x80..<0xc0:
      let body = try take(try length(after: first, short: 0x80))
      if body.count == 1, let only = body.first, only < 0x80 { throw malformed }
      return .bytes(Array(body))
    default:
      guard depth > 0 else { throw malformed }
      let count = try length(after: first, short: 0xc0)
      var inner = RLPReader(bytes: try take(count), left: left)
      var items: [RLPItem] = []
      while !inner.rest.isEmpty { items.append(try inner.item(depth: depth - 1)) }
      left = inner.left
      return .list(items)
    }
  }

  /// How many bytes follow a prefix.
  private mutating func length(after prefix: UInt8, short: UInt8) throws(Refusal) -> Int {
    _ = try take(1)
    let digits = Int(prefix - short) - 55
    if digits <= 0 { return Int(prefix - short) }
    let bytes = try take(digits)
    guard bytes.first != 0 else { throw malformed }
    var count: UInt64 = 0
    for byte in bytes { count = count << 8 | UInt64(byte) }
    guard count >= 56, let length = Int(exactly: count) else { throw malformed }
    return length
  }

  private mutating func take(_ count: Int) throws(Refusal) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw malformed }
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return taken
  }
}
