// Reads a form with one file (RFC 7578), strictly: what is not exactly such a form is refused.

import Primitives

/// A reader that looks at each byte once. It knows parts, not parts within parts.
struct Multipart {
  static let mostParts = 4
  static let mostHeaders = 8
  static let longestHeader = 1_024

  private let bytes: [UInt8]
  private let delimiter: [UInt8]
  private var at = 0

  /// The bytes of the file of that name in a posted form.
  static func file(named name: String, in visit: Visit) throws(Missing) -> [UInt8] {
    let boundary = try boundary(of: visit.contentType)
    var reader = Multipart(visit.body, boundary)
    return try reader.file(named: name)
  }

  private init(_ bytes: [UInt8], _ boundary: [UInt8]) {
    self.bytes = bytes
    delimiter = Array("\r\n--".utf8) + boundary
  }

  // MARK: - The boundary

  private static func boundary(of contentType: String) throws(Missing) -> [UInt8] {
    let parts = contentType.split(separator: ";", omittingEmptySubsequences: false)
    guard let type = parts.first, trimmed(type).lowercased() == "multipart/form-data" else {
      throw Missing(
        415, "wrongType", "a file is sent as multipart/form-data",
        hint: "curl does so with -F receipt=@FILE")
    }
    var found: [UInt8]?
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, trimmed(sides[0]).lowercased() == "boundary" else { continue }
      guard found == nil else { throw malformed("it names two boundaries") }
      var text = trimmed(sides[1])
      if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") {
        text = String(text.dropFirst().dropLast())
      }
      found = Array(text.utf8)
    }
    guard let found, (1...70).contains(found.count), found.allSatisfy(isBoundary) else {
      throw malformed("it has no boundary that could be one")
    }
    return found
  }

  /// The characters of RFC 2046, 5.1.1, without the space.
  private static func isBoundary(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "'()+_,-./:=?".utf8.contains(byte)
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }

  private static func malformed(_ what: String) -> Missing {
    Missing(
      400, "malformed", "the form cannot be read: \(what)",
      hint: "send one file, as a browser or curl does")
  }

  // MARK: - The parts

  private mutating func file(named name: String) throws(Missing) -> [UInt8] {
    // The first delimiter has no line before it.
    guard matches(delimiter.dropFirst(2), at: 0) else {
      throw Multipart.malformed("it does not begin with its boundary")
    }
    at = delimiter.count - 2
    var found: Range<Int>?
    for _ in 0..<Multipart.mostParts {
      if matches("--".utf8, at: at) {
        try end()
        guard let found else {
          throw Missing(
            400, "noFile", "no file named \(name) came", hint: "curl: -F \(name)=@FILE")
        }
        guard !found.isEmpty else { throw Missing(400, "noFile", "the file is empty") }
        return Array(bytes[found])
      }
      guard matches("\r\n".utf8, at: at) else { throw Multipart.malformed("a line is missing") }
      at += 2
      let isWanted = try headers(name)
      let content = try content()
      if isWanted {
        guard found == nil else { throw Multipart.malformed("the file came twice") }
        found = content
      }
    }
    throw Multipart.malformed("it has too many parts")
  }

  /// Nothing but a line's end may follow the last delimiter.
  private func end() throws(Missing) {
    let rest = bytes.count - at - 2
    guard rest == 0 || rest == 2 && matches("\r\n".utf8, at: at + 2) else {
      throw Multipart.malformed("something follows its end")
    }
  }

  /// Whether the part is the wanted one.
  private mutating func headers(_ name: String) throws(Missing) -> Bool {
    var disposition: String?
    for _ in 0...Multipart.mostHeaders {
      let line = try line()
      guard !line.isEmpty else {
        guard let disposition else { throw Multipart.malformed("a part without a name") }
        return disposition.contains("; name=\"\(name)\"")
          || disposition.hasSuffix("; name=\(name)")
      }
      let lower = line.lowercased()
      if lower.hasPrefix("content-disposition:") {
        guard disposition == nil, lower.contains("form-data") else {
          throw Multipart.malformed("a part that is none of a form")
        }
        disposition = line
      } else if lower.hasPrefix("content-type:"), lower.contains("multipart/") {
        throw Multipart.malformed("parts within parts")
      } else if lower.hasPrefix("content-transfer-encoding:"), !lower.hasSuffix("binary") {
        throw Multipart.malformed("a part in another encoding")
      }
    }
    throw Multipart.malformed("too many headers")
  }

  private mutating func line() throws(Missing) -> String {
    let end = min(bytes.count, at + Multipart.longestHeader)
    for index in at..<max(at, end) where matches("\r\n".utf8, at: index) {
      defer { at = index + 2 }
      return String(decoding: bytes[at..<index], as: UTF8.self)
    }
    throw Multipart.malformed("a header that does not end")
  }

  /// Up to the next delimiter. Its only carriage return is its first byte, so that comparisons
  /// never look at a byte twice.
  private mutating func content() throws(Missing) -> Range<Int> {
    let start = at
    var index = start
    while let next = bytes[index...].firstIndex(of: 0x0d) {
      if matches(delimiter, at: next) {
        at = next + delimiter.count
        return start..<next
      }
      index = next + 1
    }
    throw Multipart.malformed("it ends in the middle")
  }

  private func matches(_ pattern: some Collection<UInt8>, at index: Int) -> Bool {
    guard index + pattern.count <= bytes.count else { return false }
    return bytes[index...].starts(with: pattern)
  }
}
