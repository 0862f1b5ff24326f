// How foreign text is made harmless on its way into a page or an address.

/// Escaping: of text in markup, and of parts of addresses.
public enum Escape {
  /// Stands for what would change the direction of a line, or be there and not be seen.
  static let unseen: StaticString = "\u{FFFD}"

  static func append(_ value: String, to piece: inout Markup) {
    var value = value
    value.withUTF8 { append($0, to: &piece) }
  }

  /// Run by run: most of what pages show is plain. The bytes are valid UTF-8, as a string's are.
  private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to piece: inout Markup) {
    guard let base = bytes.baseAddress else { return }
    var place = 0
    while place < bytes.count {
      let run = plain(base + place, bytes.count - place)
      if run > 0 { piece.append(UnsafeBufferPointer(start: base + place, count: run)) }
      place += run
      guard place < bytes.count else { return }
      let byte = bytes[place]
      if byte < 0x80 {
        place += 1
        (entity(byte) ?? unseen).withUTF8Buffer { piece.append($0) }
        continue
      }
      let end = min(place + length(byte), bytes.count)
      let letter = UnsafeBufferPointer(rebasing: bytes[place..<end])
      let scalar = String(decoding: letter, as: UTF8.self).unicodeScalars.first
      if let scalar, !isUnseen(scalar) {
        piece.append(letter)
      } else {
        unseen.withUTF8Buffer { piece.append($0) }
      }
      place = end
    }
  }

  /// How many bytes from here on stand for themselves: eight at once, then one by one.
  private static func plain(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let raw = UnsafeRawPointer(start)
    var place = 0
    while place + 8 <= count,
      arePlain(raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    {
      place += 8
    }
    while place < count, isPlain(start[place]) { place += 1 }
    return place
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// Whether none of eight bytes is a control, a sign of markup, or beyond ASCII (the test for a
  /// byte that is nought: Mycroft, 1987). Says no to line breaks and tabs as well.
  private static func arePlain(_ word: UInt64) -> Bool {
    let tops = ones << 7
    func has(_ letter: UInt64, _ word: UInt64) -> UInt64 {
      let rest = word ^ (ones &* letter)
      return (rest &- ones) & ~rest
    }
    // `&` and `'` differ in one bit, and so do `<` and `>`.
    let odd =
      word | (word &- ones &* 0x20) & ~word | has(0x22, word) | has(0x27, word | ones)
      | has(0x3e, word | ones &* 2) | has(0x7f, word)
    return odd & tops == 0
  }

  /// What stands for itself: ASCII without controls and without what HTML reads, line breaks, tabs.
  private static func isPlain(_ byte: UInt8) -> Bool {
    // A bit for each of the first and of the second 64 letters.
    let low: UInt64 = 0xafff_ff3b_0000_0600
    let high: UInt64 = 0x7fff_ffff_ffff_ffff
    return byte < 0x40
      ? low >> UInt64(byte) & 1 == 1 : byte < 0x80 && high >> UInt64(byte & 0x3f) & 1 == 1
  }

  /// Bytes of a letter that begins so.
  private static func length(_ first: UInt8) -> Int { first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4 }

  private static func entity(_ byte: UInt8) -> StaticString? {
    switch byte {
    case 0x26: "&amp;"
    case 0x3c: "&lt;"
    case 0x3e: "&gt;"
    case 0x22: "&quot;"
    case 0x27: "&#39;"
    default: nil
    }
  }

  /// Controls, marks of direction, and characters without width.
  static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    // The ones that our own words are full of.
    if scalar == "\u{A0}" || scalar == "\u{2026}" || scalar == "\u{2019}" { return false }
    // Letters and marks that are drawn as nothing.
    if scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{2800}" { return true }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      true
    default: false
    }
  }

  /// A part of a path or of a query: everything but letters, digits and `-._~` as `%xx`.
  public static func component(_ value: String) -> String {
    var text = ""
    for byte in value.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return text
  }
}
