// Tables as CSV: read strictly, and written so that no spreadsheet computes what strangers wrote.

/// The rows of a CSV file (RFC 4180), each with the line that it begins on.
public struct LabelTable: Sendable {
  public struct Row: Hashable, Sendable {
    public var line: Int
    public var cells: [String]
  }

  public let columns: [String]
  public let rows: [Row]

  /// Bytes of a file of items.
  public static let sizeLimit = 64 << 20
  public static let rowLimit = 200_000
  static let columnLimit = 256

  /// The first row names the columns. Rows of another length are refused, blank lines left out.
  public init(csv bytes: [UInt8]) throws(LabelTrouble) {
    var reader = try CSVReader(bytes)
    var columns: [String]?
    var rows: [Row] = []
    while let row = try reader.next() {
      guard let named = columns else {
        columns = row.cells.map { $0.lowercased() }
        continue
      }
      guard row.cells.count == named.count else {
        throw .ragged(row.cells.count, columns: named.count, line: row.line)
      }
      rows.append(row)
      if rows.count > Self.rowLimit {
        throw .tooMany("rows", rows.count, limit: Self.rowLimit)
      }
    }
    guard let columns, !rows.isEmpty else { throw .empty() }
    for (place, name) in columns.enumerated() where columns[..<place].contains(name) {
      if ["id", "text", "data", "label"].contains(name) { throw .twoColumns(name) }
    }
    self.columns = columns
    self.rows = rows
  }

  func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

  // MARK: - Writing

  /// A line of cells.
  public static func line(_ cells: [String]) -> String {
    cells.map(cell).joined(separator: ",") + "\n"
  }

  /// A cell. What a spreadsheet would take for a formula gets a `'` in front (OWASP, "CSV
  /// Injection"); JSON Lines is the form that keeps every byte.
  static func cell(_ text: String) -> String {
    let safe = isFormula(text) ? "'" + text : text
    guard safe.utf8.contains(where: { [0x22, 0x2c, 0x0a, 0x0d].contains($0) }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }

  /// Some programs leave blanks and quotes in front away before they look.
  private static func isFormula(_ text: String) -> Bool {
    let first = text.unicodeScalars.first { !$0.properties.isWhitespace && $0 != "'" }
    if let first, "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first) {
      return true
    }
    return text.utf8.first == 0x09 || text.utf8.first == 0x0d
  }
}

/// Reads cell by cell, as bytes: what separates is ASCII.
private struct CSVReader {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1

  init(_ bytes: [UInt8]) throws(LabelTrouble) {
    guard bytes.count <= LabelTable.sizeLimit else {
      throw .tooLarge(bytes.count, limit: LabelTable.sizeLimit)
    }
    self.bytes = bytes
    try LabelText.check(bytes)
    // A mark of the byte order is what some programs write first.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { place = 3 }
  }

  /// The next row; nil at the end.
  mutating func next() throws(LabelTrouble) -> LabelTable.Row? {
    while place < bytes.count {
      var row = LabelTable.Row(line: line, cells: [])
      repeat { row.cells.append(try cell()) } while try continues(row)
      if row.cells != [""] { return row }
    }
    return nil
  }

  /// Whether another cell of this row follows.
  private mutating func continues(_ row: LabelTable.Row) throws(LabelTrouble) -> Bool {
    guard place < bytes.count else { return false }
    switch bytes[place] {
    case 0x2c:
      guard row.cells.count < LabelTable.columnLimit else {
        throw .tooMany("columns", row.cells.count + 1, limit: LabelTable.columnLimit)
      }
      place += 1
      return true
    case 0x0a: place += 1
    case 0x0d where place + 1 < bytes.count && bytes[place + 1] == 0x0a: place += 2
    case 0x0d: throw .strayReturn(line: line)
    default: throw .strayQuote(line: line)
    }
    line += 1
    return false
  }

  private mutating func cell() throws(LabelTrouble) -> String {
    if place < bytes.count, bytes[place] == 0x22 { return try quoted() }
    let start = place
    while place < bytes.count, ![0x2c, 0x0a, 0x0d].contains(bytes[place]) {
      if bytes[place] == 0x22 { throw .strayQuote(line: line) }
      place += 1
    }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func quoted() throws(LabelTrouble) -> String {
    let first = line
    var text: [UInt8] = []
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == 0x0a { line += 1 }
      guard byte == 0x22 else {
        text.append(byte)
        continue
      }
      guard place < bytes.count, bytes[place] == 0x22 else {
        return String(decoding: text, as: UTF8.self)
      }
      text.append(byte)
      place += 1
    }
    throw .unclosedQuote(line: first)
  }
}

/// Bytes that are to be text.
enum LabelText {
  /// Refuses NUL and what is not UTF-8.
  static func check(_ bytes: [UInt8]) throws(LabelTrouble) {
    if let nul = bytes.firstIndex(of: 0) {
      throw .nul(line: 1 + bytes[..<nul].count { $0 == 0x0a })
    }
    guard String(validating: bytes, as: UTF8.self) == nil else { return }
    var good = 0
    var rest = bytes.makeIterator()
    var decoder = UTF8()
    while case .scalarValue(let scalar) = decoder.decode(&rest) {
      good += UTF8.width(scalar)
    }
    throw .notUTF8(at: good)
  }
}
