// The blocks of a page of the documentation: the part of CommonMark that docs/STYLE.md allows.

/// A paragraph, a heading, a list and so on, with the text of its lines unread.
enum MarkdownBlock: Equatable {
  case heading(Int, String)
  case paragraph(String)
  case code(String)
  case quote(String)
  case rule
  /// Each item's first text and what stands indented below it.
  case list(isOrdered: Bool, items: [[MarkdownBlock]])
  case table(heads: [String], isNumber: [Bool], rows: [[String]])
}

/// Splits a text into blocks. Anything that it does not know is a paragraph.
struct MarkdownReader {
  private let lines: [Substring]
  private var at = 0

  init(_ text: String) { lines = text.split(separator: "\n", omittingEmptySubsequences: false) }

  private init(lines: [Substring]) { self.lines = lines }

  static func blocks(of text: String) -> [MarkdownBlock] {
    var reader = MarkdownReader(text)
    return reader.read(depth: 0)
  }

  /// - Parameter depth: how many lists stand around; a page of ours has two, a hostile one stops.
  private mutating func read(depth: Int) -> [MarkdownBlock] {
    var blocks: [MarkdownBlock] = []
    while at < lines.count {
      let line = lines[at]
      if line.allSatisfy({ $0 == " " }) {
        at += 1
      } else if line.hasPrefix("```") {
        blocks.append(fence())
      } else if line.hasPrefix("    ") {
        blocks.append(indented())
      } else if let heading = MarkdownReader.heading(line) {
        at += 1
        blocks.append(heading)
      } else if line.hasPrefix("|"), at + 1 < lines.count, isDivider(lines[at + 1]) {
        blocks.append(table())
      } else if line == "---" || line == "***" {
        at += 1
        blocks.append(.rule)
      } else if line.hasPrefix(">") {
        blocks.append(.quote(joined { $0.hasPrefix(">") }.map(MarkdownReader.unquoted).text))
      } else if depth < 4, let marker = MarkdownReader.marker(line) {
        blocks.append(list(marker.isOrdered, depth: depth))
      } else {
        blocks.append(.paragraph(paragraph()))
      }
    }
    return blocks
  }

  private static func heading(_ line: Substring) -> MarkdownBlock? {
    let level = line.prefix { $0 == "#" }.count
    guard (1...4).contains(level), line.dropFirst(level).first == " " else { return nil }
    return .heading(level, String(line.dropFirst(level + 1)))
  }

  private static func unquoted(_ line: Substring) -> Substring {
    let rest = line.dropFirst()
    return rest.first == " " ? rest.dropFirst() : rest
  }

  private mutating func joined(_ belongs: (Substring) -> Bool) -> [Substring] {
    let start = at
    while at < lines.count, belongs(lines[at]) { at += 1 }
    return Array(lines[start..<at])
  }

  private mutating func fence() -> MarkdownBlock {
    at += 1
    let body = joined { !$0.hasPrefix("```") }
    at += 1
    return .code(body.text)
  }

  private mutating func indented() -> MarkdownBlock {
    var body = joined { $0.hasPrefix("    ") || $0.isEmpty }
    while body.last?.isEmpty == true { body.removeLast() }
    return .code(body.map { $0.dropFirst(4) }.text)
  }

  private mutating func paragraph() -> String {
    let start = at
    at += 1
    while at < lines.count {
      let line = lines[at]
      let begins =
        line.hasPrefix("```") || line.hasPrefix("|") || line.hasPrefix(">")
        || MarkdownReader.heading(line) != nil || MarkdownReader.marker(line) != nil
      if line.isEmpty || begins { break }
      at += 1
    }
    return lines[start..<at].map { String($0) }.joined(separator: "\n")
  }
}

// MARK: - Lists and tables

extension MarkdownReader {
  /// The mark that begins an item, and how far its text stands in.
  private static func marker(_ line: Substring) -> (isOrdered: Bool, width: Int)? {
    if line.hasPrefix("- ") || line.hasPrefix("* ") { return (false, 2) }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    guard (1...3).contains(digits.count), line.dropFirst(digits.count).hasPrefix(". ") else {
      return nil
    }
    return (true, digits.count + 2)
  }

  private mutating func list(_ isOrdered: Bool, depth: Int) -> MarkdownBlock {
    var items: [[MarkdownBlock]] = []
    while at < lines.count, let mark = MarkdownReader.marker(lines[at]),
      mark.isOrdered == isOrdered
    {
      var inner: [Substring] = [lines[at].dropFirst(mark.width)]
      at += 1
      while at < lines.count {
        let line = lines[at]
        let isIn = line.prefix { $0 == " " }.count >= 2
        let goesOn = line.isEmpty && at + 1 < lines.count && lines[at + 1].hasPrefix("  ")
        guard isIn || goesOn else { break }
        let indent = min(mark.width, line.prefix { $0 == " " }.count)
        inner.append(line.dropFirst(indent))
        at += 1
      }
      var reader = MarkdownReader(lines: inner)
      items.append(reader.read(depth: depth + 1))
      if at + 1 < lines.count, lines[at].isEmpty, MarkdownReader.marker(lines[at + 1]) != nil {
        at += 1
      }
    }
    return .list(isOrdered: isOrdered, items: items)
  }

  private func isDivider(_ line: Substring) -> Bool {
    line.hasPrefix("|") && line.contains("-")
      && line.allSatisfy { $0 == "|" || $0 == "-" || $0 == ":" || $0 == " " }
  }

  private mutating func table() -> MarkdownBlock {
    let heads = MarkdownReader.cells(lines[at])
    let isNumber = MarkdownReader.cells(lines[at + 1]).map { $0.hasSuffix(":") }
    at += 2
    let rows = joined { $0.hasPrefix("|") }.map(MarkdownReader.cells)
    return .table(heads: heads, isNumber: isNumber, rows: rows)
  }

  /// Cells end at a bar; one after a backslash belongs to the text.
  private static func cells(_ line: Substring) -> [String] {
    var cells: [String] = []
    var cell = ""
    var isEscaped = false
    for letter in line.dropFirst() {
      if isEscaped {
        if letter != "|" { cell.append("\\") }
        cell.append(letter)
        isEscaped = false
      } else if letter == "\\" {
        isEscaped = true
      } else if letter == "|" {
        cells.append(trimmed(cell))
        cell = ""
      } else {
        cell.append(letter)
      }
    }
    if !cell.allSatisfy({ $0 == " " }) { cells.append(trimmed(cell)) }
    return cells
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}

extension [Substring] {
  fileprivate var text: String { map { String($0) }.joined(separator: "\n") }
}
