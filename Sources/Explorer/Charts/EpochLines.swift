// Numbers that change from epoch to epoch, a line each: an answer beside the truth, or regrets.

import Arithmetic
import Primitives

struct EpochLines {
  struct Line {
    var name: String
    /// Dashes tell lines of another kind apart where colours do not.
    var isDashed = false
    /// Ascending.
    var points: [(epoch: UInt64, value: Fixed64)] = []
  }

  var title: String
  /// What is said where there is nothing to draw.
  var nothing: String
  var lines: [Line]

  private static let (left, right, top, bottom) = (82, 292, 16, 184)
  /// Names beside each other need so much.
  private static let row = 13

  private var drawn: [Line] { lines.filter { !$0.points.isEmpty } }
  private var values: [Fixed64] { lines.flatMap { $0.points.map(\.value) } }
  private var epochs: (first: UInt64, last: UInt64) {
    let all = lines.flatMap { $0.points.map(\.epoch) }
    return (all.min() ?? 0, all.max() ?? 0)
  }

  /// Each line by where it begins and ends, and its extremes: the table beside it has every number.
  var words: String {
    guard !drawn.isEmpty else { return nothing }
    let (first, last) = epochs
    let each = drawn.map { line -> String in
      let values = line.points.map(\.value)
      func text(_ value: Fixed64?) -> String { value.map(EpochLines.text) ?? "" }
      return values.count == 1
        ? "\(line.name) \(text(values.first))"
        : "\(line.name) from \(text(values.first)) to \(text(values.last)), between "
          + "\(text(values.min())) and \(text(values.max()))"
    }
    return "Epochs \(first) to \(last): \(each.joined(separator: "; "))."
  }

  var markup: Markup {
    guard !drawn.isEmpty else { return "<p class=\"empty\">\(nothing)</p>" }
    return Drawing(title: title, words: words, height: 218, body: body).markup
  }

  private var body: Markup {
    let (low, high) = (values.min() ?? .zero, values.max() ?? .zero)
    var body = Markup()
    for value in [high, low] where value != .zero {
      body += rule(at: value, low, high, style: "rule")
    }
    if low <= .zero && high >= .zero { body += rule(at: .zero, low, high, style: "axis") }
    for line in drawn { body += path(line, low, high) }
    for (line, y) in names(low, high) {
      body += Drawing.text(line.name, EpochLines.right + 8, y + 4)
    }
    let (first, last) = epochs
    body += Drawing.text("epoch \(first)", EpochLines.left, EpochLines.bottom + 22)
    if last > first {
      body += Drawing.text("\(last)", EpochLines.right, EpochLines.bottom + 22, .end)
    }
    return body
  }

  private func rule(
    at value: Fixed64, _ low: Fixed64, _ high: Fixed64, style: String
  ) -> Markup {
    let y = EpochLines.y(value, low, high)
    return Drawing.line(EpochLines.left, y, EpochLines.right, y, style: style)
      + Drawing.text(EpochLines.text(value), EpochLines.left - 6, y + 4, .end)
  }

  /// Epochs of which nothing is known are gaps.
  private func path(_ line: Line, _ low: Fixed64, _ high: Fixed64) -> Markup {
    var steps = ""
    var before: UInt64?
    var dots = Markup()
    let style = line.isDashed ? "brass dash" : "ink"
    for (epoch, value) in line.points {
      let (x, y) = (x(epoch), EpochLines.y(value, low, high))
      let isNext = before.map { epoch - min(epoch, $0) == 1 } ?? false
      steps += "\(isNext ? "L" : "M")\(x) \(y)"
      if !isNext { dots += Drawing.dot(x, y, 2, style: line.isDashed ? "dot" : "fill") }
      before = epoch
    }
    return "<path class=\"\(style)\" d=\"\(steps)\"/>" + dots
  }

  /// Where the names of lines stand: at their ends, none on another.
  /// Of more than there is room for, the ends of the list are named and others where they fit.
  private func names(_ low: Fixed64, _ high: Fixed64) -> [(line: Line, y: Int)] {
    let ends = drawn.map { line in
      (line: line, y: EpochLines.y(line.points.last?.value ?? .zero, low, high))
    }.sorted { ($0.y, $0.line.name) < ($1.y, $1.line.name) }
    var placed: [(line: Line, y: Int)] = []
    let isTight = ends.count > (EpochLines.bottom - EpochLines.top) / EpochLines.row
    for (index, end) in ends.enumerated() {
      let free = (placed.last?.y ?? -EpochLines.row) + EpochLines.row
      if end.y >= free {
        placed.append(end)
      } else if !isTight {
        placed.append((end.line, free))
      } else if index == ends.count - 1, placed.count > 1 {
        placed[placed.count - 1] = end
      }
    }
    // What was pushed below the edge moves up, and pushes the others.
    var limit = EpochLines.bottom + 4
    for index in placed.indices.reversed() {
      placed[index].y = min(placed[index].y, limit)
      limit = placed[index].y - EpochLines.row
    }
    return placed
  }

  private func x(_ epoch: UInt64) -> Int {
    let (first, last) = epochs
    guard last > first else { return (EpochLines.left + EpochLines.right) / 2 }
    return EpochLines.left
      + Drawing.part(epoch - first, of: last - first, over: EpochLines.right - EpochLines.left)
  }

  private static func y(_ value: Fixed64, _ low: Fixed64, _ high: Fixed64) -> Int {
    let height = bottom - top
    guard high > low else { return top + height / 2 }
    let part = ((value - low) / (high - low) * Fixed64(height)).raw >> 64
    return bottom - min(max(Int(clamping: part), 0), height)
  }

  /// At most three digits behind the point, none where the number is long without them.
  static func text(_ value: Fixed64) -> String {
    value.decimal(digits: value.magnitude < Fixed64(10_000) ? 3 : 0)
  }
}
