// What a form sends: its fields by name, within limits that no honest form meets.

import Primitives

/// The fields of a form, as a browser sends them with or without a file (RFC 7578).
struct FormReader {
  private(set) var fields: [(name: String, bytes: [UInt8])] = []

  static let mostFields = 24
  private static let mostHead = 1_024

  init(_ visit: Visit) throws(Missing) {
    let parts = visit.contentType.split(separator: ";").map { $0.trimmed }
    switch parts.first?.lowercased() {
    case "multipart/form-data":
      let mark = parts.dropFirst().first { $0.lowercased().hasPrefix("boundary=") }
      guard let text = mark?.dropFirst("boundary=".count) else { throw .badForm }
      let boundary = text.filter { $0 != "\"" }
      guard (1...70).contains(boundary.utf8.count) else { throw .badForm }
      try read(visit.body, Array("--\(boundary)".utf8))
    case "application/x-www-form-urlencoded":
      try read(String(decoding: visit.body, as: UTF8.self))
    default:
      throw Missing(
        415, "unsupportedMediaType", "the form came in a format that is not read here",
        hint: "send it as multipart/form-data")
    }
  }

  func text(_ name: String) -> String? {
    guard let bytes = bytes(name), bytes.count <= 4_096 else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  func bytes(_ name: String) -> [UInt8]? { fields.first { $0.name == name }?.bytes }

  private mutating func keep(_ name: String, _ bytes: [UInt8]) throws(Missing) {
    guard fields.count < FormReader.mostFields else { throw .badForm }
    fields.append((name, bytes))
  }

  // MARK: - Multipart

  private mutating func read(_ body: [UInt8], _ delimiter: [UInt8]) throws(Missing) {
    guard body.starts(with: delimiter) else { throw .badForm }
    var at = delimiter.count
    while true {
      // After a delimiter the last part is marked by two dashes, any other by a new line.
      if body[at...].starts(with: [0x2d, 0x2d]) { return }
      guard body[at...].starts(with: FormReader.line) else { throw .badForm }
      at += 2
      guard let blank = FormReader.find(FormReader.line + FormReader.line, in: body, from: at),
        blank - at <= FormReader.mostHead
      else { throw .badForm }
      guard let end = FormReader.find(FormReader.line + delimiter, in: body, from: blank + 4) else {
        throw .badForm
      }
      if let name = FormReader.name(in: String(decoding: body[at..<blank], as: UTF8.self)) {
        try keep(name, Array(body[(blank + 4)..<end]))
      }
      at = end + 2 + delimiter.count
    }
  }

  private static let line: [UInt8] = [0x0d, 0x0a]

  /// `Content-Disposition: form-data; name="file"; filename="3.json"`; the file's own name is
  /// never read.
  private static func name(in head: String) -> String? {
    for line in head.split(separator: "\r\n") {
      guard line.lowercased().hasPrefix("content-disposition:"),
        let start = line.firstRange(of: "; name=\"")?.upperBound,
        let end = line[start...].firstIndex(of: "\"")
      else { continue }
      return String(line[start..<end])
    }
    return nil
  }

  private static func find(_ wanted: [UInt8], in body: [UInt8], from start: Int) -> Int? {
    guard start <= body.count, body.count - start >= wanted.count else { return nil }
    var at = start
    while at <= body.count - wanted.count {
      if body[at] == wanted[0], body[at..<(at + wanted.count)].elementsEqual(wanted) { return at }
      at += 1
    }
    return nil
  }

  // MARK: - Encoded as in a query

  private mutating func read(_ text: String) throws(Missing) {
    for part in text.split(separator: "&") {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = words.count > 1 ? words[1] : ""
      guard let name = FormReader.decode(words[0]), let bytes = FormReader.decode(value) else {
        throw .badForm
      }
      try keep(String(decoding: name, as: UTF8.self), bytes)
    }
  }

  private static func decode(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
  }
}

extension Missing {
  static var badForm: Missing {
    Missing(
      400, "badForm", "the form cannot be read", hint: "go back to the page and send it again")
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
