// Reads the strings of JSON: escapes, surrogate pairs, and only valid UTF-8.

extension JSONParser {
  mutating func string() throws(Refusal) -> String {
    let start = at
    at += 1
    if let plain = plainString() { return plain }
    var text: [UInt8] = []
    while true {
      guard at < bytes.count else { throw malformed }
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          throw .malformed(at: start)
        }
        return valid
      case UInt8(ascii: "\\"):
        at += 1
        try escape(into: &text)
      case 0..<0x20:
        throw malformed
      default:
        text.append(byte)
        at += 1
      }
    }
  }

  /// A string without escapes, as most are: read where it stands. Nil leaves it to the slower way,
  /// which also says what is wrong.
  private mutating func plainString() -> String? {
    let start = at
    let found = bytes.withUnsafeBufferPointer { bytes -> (text: String, end: Int)? in
      var end = start
      while end < bytes.count, bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\\"),
        bytes[end] != UInt8(ascii: "\"")
      { end += 1 }
      guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
      let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
      return String(validating: text, as: UTF8.self).map { ($0, end) }
    }
    guard let found else { return nil }
    at = found.end + 1
    return found.text
  }

  private mutating func escape(into text: inout [UInt8]) throws(Refusal) {
    let letter = next
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      at += 1
      text += UTF8.encode(try scalar()) ?? UTF8.encodedReplacementCharacter
      return
    default: throw malformed
    }
    at += 1
  }

  /// Four digits, or a pair of surrogates; half a pair is refused.
  private mutating func scalar() throws(Refusal) -> Unicode.Scalar {
    let start = at
    let first = try unit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, next == UInt8(ascii: "\\") else { throw .malformed(at: start) }
    at += 1
    guard next == UInt8(ascii: "u") else { throw malformed }
    at += 1
    let second = try unit()
    guard (0xdc00...0xdfff).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    else { throw .malformed(at: start) }
    return scalar
  }

  private mutating func unit() throws(Refusal) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Hex.value(next) else { throw malformed }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }
}

extension Refusal {
  /// A name that an object has twice.
  public static func duplicateField(at offset: Int) -> Refusal {
    Refusal("duplicateField", ["offset": UInt64(clamping: offset)])
  }
}
