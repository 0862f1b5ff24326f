// Tables that a reader sorts by their heads: links, so that no script is needed.

import Primitives

/// A column by which lines can be put in order.
struct SortedColumn<Line: Sendable>: Sendable {
  /// What stands in the address: `?sort=stake`.
  var key: String
  var title: String
  var isNumber = true
  /// By what the lines are ordered; nil for a column that has no order.
  var rank: (@Sendable (Line) -> UInt64)?
  var cell: @Sendable (Line) -> Markup
}

/// Lines in the order that the address asks for.
struct SortedTable<Line: Sendable>: Sendable {
  let caption: String
  let path: String
  let columns: [SortedColumn<Line>]
  let lines: [Line]
  private let key: String
  private let isAscending: Bool

  /// - Parameter usual: the column by which lines are ordered when nobody asks, the greatest first.
  init(
    _ caption: String, _ path: String, _ lines: [Line], _ columns: [SortedColumn<Line>],
    usual: String, _ visit: Visit
  ) throws(Missing) {
    self.caption = caption
    self.path = path
    self.columns = columns
    let sortable = columns.filter { $0.rank != nil }
    let asked = try visit.choice("sort", of: sortable.map(\.key))
    let order = try visit.choice("order", of: ["up", "down"])
    key = asked ?? usual
    // Numbers of seats and subnets are read from the lowest.
    isAscending = order.map { $0 == "up" } ?? SortedTable.isCounted(key)
    let rank = columns.first { [key] in $0.key == key }?.rank ?? { _ in 0 }
    // Equal lines keep the order in which they came.
    let ranked = lines.enumerated().map { (place: $0.offset, rank: rank($0.element)) }
    let sorted = ranked.sorted { [isAscending] one, other in
      if one.rank == other.rank { return one.place < other.place }
      return (one.rank < other.rank) == isAscending
    }
    self.lines = sorted.map { lines[$0.place] }
  }

  private static func isCounted(_ key: String) -> Bool { key == "uid" || key == "number" }

  func markup(empty: String) -> Markup {
    guard !lines.isEmpty else { return "<p class=\"empty\">\(empty)</p>" }
    let body = lines.markup { line in "<tr>\(columns.markup { cell($0, line) })</tr>" }
    return """
      <div class="scroll listed sorted" tabindex="0" role="region" aria-label="\(caption)"><table>
      <caption class="unseen">\(caption)</caption>
      <thead><tr>\(columns.markup(head))</tr></thead>
      <tbody>\(body)</tbody></table></div>
      """
  }

  private func cell(_ column: SortedColumn<Line>, _ line: Line) -> Markup {
    let style: Markup = column.isNumber ? " class=\"n\"" : ""
    return "<td\(style) data-label=\"\(column.title)\">\(column.cell(line))</td>"
  }

  private func head(_ column: SortedColumn<Line>) -> Markup {
    guard column.rank != nil else {
      let style: Markup = column.isNumber ? " class=\"n\"" : ""
      return "<th scope=\"col\"\(style)>\(column.title)</th>"
    }
    let style: Markup = column.isNumber ? " class=\"n by\"" : " class=\"by\""
    let isChosen = column.key == key
    // Who asks for the same column again turns it round.
    let isUp = isChosen ? !isAscending : SortedTable.isCounted(column.key)
    let mark: Markup =
      !isChosen
      ? "" : isAscending ? " aria-sort=\"ascending\"" : " aria-sort=\"descending\""
    let sign = !isChosen ? "" : isAscending ? " ↑" : " ↓"
    let address = "\(path)?sort=\(column.key)&order=\(isUp ? "up" : "down")"
    return """
      <th scope="col"\(style)\(mark)><a href="\(address)">\(column.title)</a>\(sign)</th>
      """
  }
}
