// Writes JSON: on one line for machines, indented for people.

extension JSONValue {
  /// The compact text, on one line.
  public var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text for people: two spaces a level, without a newline at the end.
  public var prettyText: String {
    var bytes: [UInt8] = []
    write(to: &bytes, indent: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The compact text as UTF-8.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  /// Writes with line breaks where `indent` is given.
  private func write(to out: inout [UInt8], indent: Int? = nil) {
    switch self {
    case .null: out += "null".utf8
    case .bool(let value): out += (value ? "true" : "false").utf8
    case .integer(let value): out += String(value).utf8
    case .unsigned(let value): out += String(value).utf8
    case .decimal(let digits): out += digits.utf8
    case .string(let value): JSONValue.quote(value, into: &out)
    case .array(let values):
      out.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        JSONValue.separate(index, indent, &out)
        value.write(to: &out, indent: indent.map { $0 + 1 })
      }
      if !values.isEmpty { JSONValue.newline(indent, &out) }
      out.append(UInt8(ascii: "]"))
    case .object(let members):
      out.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        JSONValue.separate(index, indent, &out)
        JSONValue.quote(member.name, into: &out)
        out += (indent == nil ? ":" : ": ").utf8
        member.value.write(to: &out, indent: indent.map { $0 + 1 })
      }
      if !members.isEmpty { JSONValue.newline(indent, &out) }
      out.append(UInt8(ascii: "}"))
    }
  }

  private static func separate(_ index: Int, _ indent: Int?, _ out: inout [UInt8]) {
    if index > 0 { out.append(UInt8(ascii: ",")) }
    newline(indent.map { $0 + 1 }, &out)
  }

  private static func newline(_ indent: Int?, _ out: inout [UInt8]) {
    guard let indent else { return }
    out.append(UInt8(ascii: "\n"))
    out += repeatElement(UInt8(ascii: " "), count: 2 * indent)
  }

  /// Escapes what JSON must, and the two line separators that old JavaScript reads as such. Most
  /// text has none of them, and is copied as it is.
  private static func quote(_ value: String, into out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    var value = value
    let isCopied = value.withUTF8 { text -> Bool in
      guard text.allSatisfy(isPlain) else { return false }
      out.append(contentsOf: text)
      return true
    }
    if !isCopied { for scalar in value.unicodeScalars { escape(scalar, into: &out) } }
    out.append(UInt8(ascii: "\""))
  }

  /// Whether a byte of UTF-8 is no part of what has to be escaped. The line separators begin with
  /// E2, as others do.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7f
      && byte != 0xe2
  }

  private static func escape(_ scalar: Unicode.Scalar, into out: inout [UInt8]) {
    switch scalar {
    case "\"": out += "\\\"".utf8
    case "\\": out += "\\\\".utf8
    case "\n": out += "\\n".utf8
    case "\r": out += "\\r".utf8
    case "\t": out += "\\t".utf8
    case "\u{00}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      out += ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8
    default: out += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    }
  }
}
