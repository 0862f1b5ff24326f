// Hex as Ethereum writes it: `0x`, then two digits a byte.

/// Strict hex with the `0x` prefix.
public enum Hex {
  /// Lower-case digits after `0x`.
  public static func encode(_ bytes: [UInt8]) -> String { "0x" + digits(bytes) }

  /// Lower-case digits alone.
  public static func digits(_ bytes: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
      write(bytes, to: buffer)
      return bytes.count * 2
    }
  }

  /// `0x` and 64 lower-case digits, behind what is written already.
  public static func append(_ word: Bytes32, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "0"))
    text.append(UInt8(ascii: "x"))
    let words = word.words
    append(words.0, to: &text)
    append(words.1, to: &text)
    append(words.2, to: &text)
    append(words.3, to: &text)
  }

  private static func append(_ word: UInt64, to text: inout [UInt8]) {
    for place in stride(from: 60, through: 0, by: -4) {
      text.append(digit(UInt8(truncatingIfNeeded: word &>> UInt64(place)) & 15))
    }
  }

  /// Two digits a byte, into room for as many.
  static func write(_ bytes: [UInt8], to digits: UnsafeMutableBufferPointer<UInt8>) {
    for (index, byte) in bytes.enumerated() {
      digits[2 * index] = digit(byte >> 4)
      digits[2 * index + 1] = digit(byte & 15)
    }
  }

  /// Reads `0x` and an even number of digits of either case; nothing else.
  public static func decode(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { letters -> [UInt8]? in
      guard letters.count >= 2, letters.count % 2 == 0, letters[0] == UInt8(ascii: "0"),
        letters[1] == UInt8(ascii: "x")
      else { return nil }
      // A letter that is no digit sets bits that no digit has, and is found once at the end.
      var seen: UInt8 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: letters.count / 2 - 1) { bytes, count in
        for index in 0..<(letters.count / 2 - 1) {
          let high = value(letters[2 * index + 2]) ?? noDigit
          let low = value(letters[2 * index + 3]) ?? noDigit
          seen |= high | low
          bytes[index] = high << 4 | low & 15
        }
        count = letters.count / 2 - 1
      }
      return seen < 16 ? bytes : nil
    }
  }

  /// The value of one digit of either case.
  static func value(_ letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): letter - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): letter - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static let noDigit: UInt8 = 0xff

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
  }
}

extension Bytes32 {
  /// Reads `0x` and 64 hex digits.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes)
  }
}
