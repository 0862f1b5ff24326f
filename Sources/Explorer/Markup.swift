// HTML and SVG that are escaped by construction: what is written in the source is markup, what is
// put into it is text.

/// A piece of a page.
///
/// Only string literals of this program become markup. Every value that is interpolated is
/// escaped, in text and in quoted attributes alike, so a hostile name cannot leave its place.
public struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation {
  public private(set) var text: String

  public init(stringLiteral literal: StaticString) { text = literal.description }

  public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Nothing.
  public init() { text = "" }

  public static func + (l: Markup, r: Markup) -> Markup {
    var sum = l
    sum += r
    return sum
  }

  public static func += (l: inout Markup, r: Markup) { l.text += r.text }

  public var isEmpty: Bool { text.isEmpty }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 24)
    }

    public mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

    public mutating func appendInterpolation(_ value: String) { Escape.append(value, to: &text) }

    public mutating func appendInterpolation(_ value: Substring) {
      Escape.append(String(value), to: &text)
    }

    public mutating func appendInterpolation<N: FixedWidthInteger>(_ value: N) {
      text += String(value)
    }

    public mutating func appendInterpolation(_ value: Markup) { text += value.text }

    public mutating func appendInterpolation(_ value: Markup?) { text += value?.text ?? "" }

    public mutating func appendInterpolation(_ values: [Markup]) {
      for value in values { text += value.text }
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

  public static func append(_ value: String, to text: inout String) {
    var value = value
    let isASCII = value.withUTF8 { bytes in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return false }
      appendASCII(bytes, to: &text)
      return true
    }
    if isASCII { return }
    for scalar in value.unicodeScalars {
      if let word = entity(scalar.isASCII ? UInt8(scalar.value) : 0) {
        text += word
      } else if scalar == "\n" || scalar == "\t" || !isUnseen(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += unseen
      }
    }
  }

  /// Run by run: most of what pages show is plain.
  private static func appendASCII(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout String) {
    var start = 0
    for (place, byte) in bytes.enumerated() {
      let isPlain = byte >= 0x20 && byte < 0x7f || byte == 0x0a || byte == 0x09
      let word = isPlain ? entity(byte) : unseen
      guard let word else { continue }
      text += String(decoding: bytes[start..<place], as: UTF8.self)
      text += word
      start = place + 1
    }
    text += String(decoding: bytes[start...], as: UTF8.self)
  }

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
    switch scalar.properties.generalCategory {
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
