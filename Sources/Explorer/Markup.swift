// HTML and SVG that are escaped by construction: what is written in the source is markup, what is
// put into it is text.

extension Markup {
  /// The style sheet for a page that brings it along: a file of ours, in which no sign of markup
  /// is. The policy of that page names its hash, and lets no other in.
  static let style: Markup = {
    var all: Markup = "<style>"
    all.utf8 += Asset.style.bytes
    return all + "</style>"
  }()
}

/// A piece of a page.
///
/// Only string literals of this program become markup. Every value that is interpolated is
/// escaped, in text and in quoted attributes alike, so a hostile name cannot leave its place.
///
/// It is kept as UTF-8: a page is put together from thousands of pieces, and joining bytes costs a
/// copy, where joining strings costs a look at each of them as well.
public struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation {
  public private(set) var utf8: [UInt8]

  public init(stringLiteral literal: StaticString) {
    utf8 = literal.withUTF8Buffer { Array($0) }
  }

  public init(stringInterpolation: StringInterpolation) { utf8 = stringInterpolation.utf8 }

  /// Nothing.
  public init() { utf8 = [] }

  public static func + (l: Markup, r: Markup) -> Markup {
    var sum = l
    sum += r
    return sum
  }

  public static func += (l: inout Markup, r: Markup) { l.utf8 += r.utf8 }

  public var text: String { String(decoding: utf8, as: UTF8.self) }

  public var isEmpty: Bool { utf8.isEmpty }

  /// Makes room for so many bytes in all.
  mutating func reserve(_ count: Int) { utf8.reserveCapacity(count) }

  /// Text, escaped as every interpolated value is.
  mutating func append(text value: String) { Escape.append(value, to: &utf8) }

  func begins(with letters: StaticString) -> Bool {
    letters.withUTF8Buffer { utf8.starts(with: $0) }
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var utf8: [UInt8] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      utf8.reserveCapacity(literalCapacity + interpolationCount * 32)
    }

    public mutating func appendLiteral(_ literal: StaticString) {
      literal.withUTF8Buffer { utf8.append(contentsOf: $0) }
    }

    public mutating func appendInterpolation(_ value: String) { Escape.append(value, to: &utf8) }

    public mutating func appendInterpolation(_ value: Substring) {
      Escape.append(String(value), to: &utf8)
    }

    public mutating func appendInterpolation<N: FixedWidthInteger>(_ value: N) {
      utf8.append(contentsOf: String(value).utf8)
    }

    public mutating func appendInterpolation(_ value: Markup) {
      // What comes after a large piece is mostly large as well; a small one stays so small that
      // its memory is at hand.
      let needed = utf8.count + value.utf8.count
      if needed > utf8.capacity {
        utf8.reserveCapacity(needed < 512 ? needed + 128 : 2 * needed)
      }
      utf8 += value.utf8
    }

    public mutating func appendInterpolation(_ value: Markup?) {
      if let value { utf8 += value.utf8 }
    }

    public mutating func appendInterpolation(_ values: [Markup]) {
      for value in values { utf8 += value.utf8 }
    }
  }
}

extension Sequence {
  /// A piece for each element, one after the other.
  public func markup(_ piece: (Element) throws -> Markup) rethrows -> Markup {
    var all = Markup()
    for element in self { all += try piece(element) }
    return all
  }
}

/// How foreign text is made harmless.
public enum Escape {
  /// Stands for what would change the direction of a line, or be there and not be seen.
  static let unseen = "\u{FFFD}"

  public static func append(_ value: String, to utf8: inout [UInt8]) {
    var value = value
    value.withUTF8 { append($0, to: &utf8) }
  }

  /// Run by run: most of what pages show is plain. The bytes are valid UTF-8, as a string's are.
  private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to utf8: inout [UInt8]) {
    var start = 0
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      if isPlain(byte) {
        place += 1
        continue
      }
      utf8.append(contentsOf: bytes[start..<place])
      if byte < 0x80 {
        place += 1
        utf8.append(contentsOf: (entity(byte) ?? unseen).utf8)
      } else {
        let end = place + length(byte)
        let letter = bytes[place..<min(end, bytes.count)]
        let scalar = String(decoding: letter, as: UTF8.self).unicodeScalars.first
        if let scalar, !isUnseen(scalar) {
          utf8.append(contentsOf: letter)
        } else {
          utf8.append(contentsOf: unseen.utf8)
        }
        place = end
      }
      start = place
    }
    if start < bytes.count { utf8.append(contentsOf: bytes[start...]) }
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

  private static func entity(_ byte: UInt8) -> String? {
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
