// What is asked for: the parts of the path and of the query, decoded once and strictly.

import Primitives

/// The target of a request (RFC 9112, 3.2), taken apart.
struct RequestTarget: Sendable {
  /// As it came, without the query: for pages.
  var path: String
  var query: String
  var segments: [String]
  var parameters: [(name: String, value: String)]

  /// Longest target that is read.
  static let limit = 8192
  static let mostParameters = 128

  init(_ text: String) throws(Problem) {
    guard text.utf8.count <= RequestTarget.limit else {
      throw Problem(
        414, "targetTooLong", "path and query are longer than \(RequestTarget.limit) bytes",
        hint: "ask for less at once",
        numbers: [Number("limit", UInt64(RequestTarget.limit))])
    }
    // A fragment never travels, and what is not plain ASCII has to be encoded.
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") }) else {
      throw .malformed("the path", hint: "encode what is not plain ASCII")
    }
    let text = RequestTarget.withoutHost(text)
    let mark = text.firstIndex(of: "?") ?? text.endIndex
    path = String(text[..<mark])
    query = mark == text.endIndex ? "" : String(text[text.index(after: mark)...])
    guard path.hasPrefix("/") else { throw .malformed("the path", hint: "a path begins with /") }
    segments = []
    for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      let segment = try RequestTarget.decode(part, "the path", plusIsSpace: false)
      // No path here is a way through folders, so nothing that looks like one is walked.
      let isWay =
        segment == "." || segment == ".."
        || segment.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
      guard !isWay else {
        throw .malformed("the path", hint: "a part of a path is a name, not a way")
      }
      segments.append(segment)
    }
    if segments == [""] { segments = [] }
    parameters = []
    for part in query.split(separator: "&") {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try RequestTarget.decode(words[0], "the query", plusIsSpace: true)
      // What a value may hold is for its parameter to say: words to look for may be any text.
      let value = words.count > 1 ? try RequestTarget.text(of: words[1], "the query") : ""
      parameters.append((name, value))
    }
    guard parameters.count <= RequestTarget.mostParameters else {
      throw .malformed("the query", hint: "send fewer parameters")
    }
  }

  /// The absolute form names a host first, as proxies send it.
  private static func withoutHost(_ text: String) -> Substring {
    guard text.utf8.first != UInt8(ascii: "/"),
      let scheme = ["http://", "https://"].first(where: text.lowercased().hasPrefix)
    else { return text[...] }
    let rest = text.dropFirst(scheme.count)
    guard let slash = rest.firstIndex(of: "/") else { return "/" }
    return rest[slash...]
  }

  /// A name must be text that shows itself: neither control characters nor those that turn or hide
  /// the letters around them.
  private static func decode(
    _ text: Substring, _ what: String, plusIsSpace: Bool
  ) throws(Problem) -> String {
    let decoded = try RequestTarget.text(of: text, what, plusIsSpace: plusIsSpace)
    guard isVisible(decoded) else {
      throw .malformed(what, hint: "leave out characters that cannot be seen")
    }
    return decoded
  }

  /// Decodes per cent signs once.
  private static func text(
    of text: Substring, _ what: String, plusIsSpace: Bool = true
  ) throws(Problem) -> String {
    // Most is as it stands, and plain ASCII, as the whole target was found to be.
    if !text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) {
      return String(text)
    }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(hexValue),
          let low = rest.popFirst().flatMap(hexValue)
        else { throw .malformed(what, hint: "after % come two hex digits") }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw .malformed(what, hint: "text is UTF-8")
    }
    return decoded
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
  }

  static func isVisible(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return true }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        false
      default: true
      }
    }
  }
}
