// Plain tables: a header, a row a thing, numbers to the right so that they can be compared.

/// A table for people. Cells keep their text and their colour apart, so that colour has no width.
struct TextTable {
  enum Side: Sendable { case left, right }

  struct Column: Sendable {
    var title: String
    var side: Side

    static func left(_ title: String) -> Column { Column(title: title, side: .left) }
    static func right(_ title: String) -> Column { Column(title: title, side: .right) }
  }

  struct Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, Sendable {
    var text: String
    var tint: Tint?

    init(_ text: String, _ tint: Tint? = nil) {
      self.text = text
      self.tint = tint
    }
    init(stringLiteral value: String) { self.init(value) }
  }

  var columns: [Column]
  var rows: [[Cell]] = []

  init(_ columns: Column...) {
    self.columns = columns
  }

  /// Adds a row; cells that are missing stay empty.
  mutating func add(_ cells: Cell...) {
    rows.append(cells)
  }

  mutating func add(row cells: [Cell]) {
    rows.append(cells)
  }

  /// The table, or `empty` in its place when it has no rows.
  func text(_ paint: Paint, empty: String) -> String {
    if rows.isEmpty { return empty }
    let widths = columns.indices.map { index in
      rows.reduce(columns[index].title.count) { widest, row in
        max(widest, index < row.count ? row[index].text.harmless.count : 0)
      }
    }
    let head = columns.map { Cell($0.title.uppercased(), .faint) }
    return ([head] + rows)
      .map { line($0, widths, paint) }
      .joined(separator: "\n")
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ paint: Paint) -> String {
    var text = ""
    var pending = 0
    for (index, column) in columns.enumerated() {
      let cell = index < cells.count ? cells[index] : Cell("")
      let plain = cell.text.harmless
      let gap = widths[index] - plain.count
      if index > 0 { pending += 2 }
      if column.side == .right { pending += gap }
      if !plain.isEmpty {
        // Spaces are written only before something, so that no line ends in them.
        text += String(repeating: " ", count: pending) + paint(cell.tint, plain)
        pending = 0
      }
      if column.side == .left { pending += gap }
    }
    return text
  }
}

/// Names and values below each other, for one thing.
struct TextFields {
  private var fields: [(name: String, value: TextTable.Cell)] = []

  mutating func add(_ name: String, _ value: TextTable.Cell) {
    fields.append((name, value))
  }

  func text(_ paint: Paint) -> String {
    let width = fields.map(\.name.count).max() ?? 0
    return
      fields
      .map { field in
        let gap = String(repeating: " ", count: width - field.name.count + 2)
        let value = paint(field.value.tint, field.value.text.harmless)
        return paint(.faint, field.name) + gap + value
      }
      .joined(separator: "\n")
  }
}
