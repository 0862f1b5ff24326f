// Items and gold out of CSV and JSON Lines that anybody may have written.

import Primitives

/// A file of items, read whole or not at all.
public struct LabelImport: Sendable {
  public enum Form: String, Sendable {
    case csv, jsonl
  }

  public struct Entry: Hashable, Sendable {
    public var item: JobItem
    /// What the file says it is, where it does.
    public var label: String?
    public var line: Int
  }

  public let entries: [Entry]

  /// The form that bytes are in: an object at the beginning is none of a table.
  public static func form(of bytes: [UInt8]) -> Form {
    let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }
    return first == UInt8(ascii: "{") ? .jsonl : .csv
  }

  public init(_ bytes: [UInt8], _ form: Form? = nil) throws(LabelTrouble) {
    let entries =
      switch form ?? Self.form(of: bytes) {
      case .csv: try Self.csv(bytes)
      case .jsonl: try Self.jsonl(bytes)
      }
    try Self.requireDistinct(entries)
    self.entries = entries
  }

  /// Files of a folder, each an item by its name.
  public init(files: [(name: String, content: [UInt8])]) throws(LabelTrouble) {
    var entries: [Entry] = []
    for (place, file) in files.enumerated() {
      entries.append(
        Entry(item: try Self.item(file.name, file.content, line: place + 1), line: place + 1))
    }
    guard !entries.isEmpty else { throw .empty() }
    try Self.requireDistinct(entries)
    self.entries = entries
  }

  public var items: [JobItem] { entries.map(\.item) }

  /// The entries as gold: each has a label that is one of the choices.
  public func gold(_ question: LabelQuestion) throws(LabelTrouble) -> [GoldItem] {
    var gold: [GoldItem] = []
    for entry in entries {
      guard let label = entry.label, !label.isEmpty else { throw .noLabel(line: entry.line) }
      guard let number = question.number(of: label) else {
        try LabelName.check(label, "the label", line: entry.line)
        throw .unknownLabel(label, line: entry.line)
      }
      gold.append(GoldItem(entry.item, label: number))
    }
    return gold
  }

  // MARK: - Forms

  private static func csv(_ bytes: [UInt8]) throws(LabelTrouble) -> [Entry] {
    let table = try LabelTable(csv: bytes)
    let (id, label) = (table.column("id"), table.column("label"))
    let (text, data) = (table.column("text"), table.column("data"))
    guard text != nil || data != nil else { throw .noColumn("text or data") }
    var entries: [Entry] = []
    entries.reserveCapacity(table.rows.count)
    for (place, row) in table.rows.enumerated() {
      func cell(_ column: Int?) -> String? {
        column.flatMap { row.cells[$0].isEmpty ? nil : row.cells[$0] }
      }
      let content = try content(cell(text), cell(data), line: row.line)
      let name = id.map { row.cells[$0] } ?? "\(place + 1)"
      entries.append(
        Entry(item: try item(name, content, line: row.line), label: cell(label), line: row.line))
    }
    return entries
  }

  private static func jsonl(_ bytes: [UInt8]) throws(LabelTrouble) -> [Entry] {
    guard bytes.count <= LabelTable.sizeLimit else {
      throw .tooLarge(bytes.count, limit: LabelTable.sizeLimit)
    }
    try LabelText.check(bytes)
    var entries: [Entry] = []
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let lines = bytes[start...].split(separator: 0x0a, omittingEmptySubsequences: false)
    for (place, bytes) in lines.enumerated() {
      let line = place + 1
      if bytes.allSatisfy({ [0x20, 0x09, 0x0d].contains($0) }) { continue }
      guard let json = try? JSONValue(parsing: Array(bytes)), json.members != nil else {
        throw .notJSON(line: line)
      }
      func text(_ name: String) throws(LabelTrouble) -> String? {
        guard let value = json[name], value != .null else { return nil }
        guard let text = value.string else {
          throw .badMember(name, wants: "a string", line: line)
        }
        return text
      }
      let content = try content(try text("text"), try text("data"), line: line)
      let name = try id(json["id"], otherwise: entries.count + 1, line: line)
      entries.append(
        Entry(item: try item(name, content, line: line), label: try text("label"), line: line))
      if entries.count > LabelTable.rowLimit {
        throw .tooMany("rows", entries.count, limit: LabelTable.rowLimit)
      }
    }
    guard !entries.isEmpty else { throw .empty() }
    return entries
  }

  /// Other programs number their items.
  private static func id(
    _ json: JSONValue?, otherwise place: Int, line: Int
  ) throws(LabelTrouble) -> String {
    switch json {
    case nil, .null?: return "\(place)"
    case .string(let name)?: return name
    case let number?:
      guard let number = number.int64 else {
        throw .badMember("id", wants: "a string or a whole number", line: line)
      }
      return "\(number)"
    }
  }

  // MARK: - Parts

  private static func content(
    _ text: String?, _ data: String?, line: Int
  ) throws(LabelTrouble) -> [UInt8] {
    guard let data else {
      guard let text else { throw .noContent(line: line) }
      return Array(text.utf8)
    }
    guard text == nil else { throw .noContent(line: line) }
    guard let bytes = Base64.decode(data) else { throw .badBase64(line: line) }
    return bytes
  }

  private static func item(
    _ name: String, _ content: [UInt8], line: Int
  ) throws(LabelTrouble) -> JobItem {
    try LabelName.check(name, "the id", line: line)
    guard !content.isEmpty else { throw .noContent(line: line) }
    guard content.count <= JobItem.contentLimit else {
      throw .itemTooLarge(content.count, limit: JobItem.contentLimit, line: line)
    }
    guard LabelMedia(of: content) != nil else { throw .noMedia(line: line) }
    return JobItem(name, content)
  }

  private static func requireDistinct(_ entries: [Entry]) throws(LabelTrouble) {
    var names: [String: Int] = [:]
    var contents: [Bytes32: Int] = [:]
    for (place, entry) in entries.enumerated() {
      if let first = names.updateValue(place, forKey: entry.item.name) {
        throw .duplicateItem(entry.item.name, line: entry.line, first: entries[first].line)
      }
      let hash = SHA256.hash(entry.item.content)
      if let first = contents.updateValue(place, forKey: hash) {
        throw .duplicateContent(
          entry.item.name, of: entries[first].item.name, line: entry.line)
      }
    }
  }
}

/// Base64 (RFC 4648, section 4), read strictly: no blanks, and padded.
enum Base64 {
  static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    let letters = Array(text.utf8)
    guard letters.count % 4 == 0 else { return nil }
    bytes.reserveCapacity(letters.count / 4 * 3)
    let padding = letters.reversed().prefix { $0 == 0x3d }.count
    guard padding <= 2 else { return nil }
    var (word, bits) = (UInt32.zero, 0)
    for letter in letters.dropLast(padding) {
      guard let value = value(of: letter) else { return nil }
      word = word << 6 | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    // Bits that are left over say nothing, so that each text has one meaning.
    return word & (1 << UInt32(bits) - 1) == 0 ? bytes : nil
  }

  static func encode(_ bytes: [UInt8]) -> String {
    var letters: [UInt8] = []
    letters.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let word = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
      for place in 0..<4 {
        letters.append(place > part.count ? 0x3d : alphabet[word >> (18 - 6 * place) & 63])
      }
    }
    return String(decoding: letters, as: UTF8.self)
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func value(of letter: UInt8) -> UInt32? {
    switch letter {
    case 0x41...0x5a: UInt32(letter - 0x41)
    case 0x61...0x7a: UInt32(letter - 0x61 + 26)
    case 0x30...0x39: UInt32(letter - 0x30 + 52)
    case 0x2b: 62
    case 0x2f: 63
    default: nil
    }
  }
}

extension JobItem {
  /// The item with its label as a line of JSON, which reads back as the same bytes.
  public func line(label: String) -> String {
    let text = LabelMedia(of: content) == .text
    let shown: JSONValue.Member =
      text
      ? .init(name: "text", value: .string(String(decoding: content, as: UTF8.self)))
      : .init(name: "data", value: .string(Base64.encode(content)))
    return JSONValue.object([
      .init(name: "id", value: .string(name)), shown, .init(name: "label", value: .string(label)),
    ]).text + "\n"
  }
}
