// What something cost over time: a dot each time, and the line of medians or of an average.

import Chain
import Primitives

struct PriceLine {
  struct Point {
    var time: UInt64
    var price: UInt64
    var isGood: Bool
  }

  /// What the dots are, in words.
  struct Subject {
    var title = "Prices of settled runs over time"
    var nothing = "No run is settled yet."
    var noun = "run"
    var done = " settled"
    var measure = "price"
  }

  /// Oldest first.
  var points: [Point]
  var subject = Subject()
  /// What is drawn as the line, oldest first; nil for medians of the dots.
  var average: [(time: UInt64, price: UInt64)]?

  private static let (left, right, top, bottom) = (58, 388, 16, 172)
  /// The line has no more corners than this.
  private static let most = 16

  private var sorted: [UInt64] { points.map(\.price).sorted() }

  private static func median(_ sorted: [UInt64]) -> UInt64 {
    sorted.isEmpty ? 0 : sorted[(sorted.count - 1) / 2]
  }

  /// A few absurd prices must not flatten the others: what costs more than four medians stands at
  /// the edge.
  private var edge: UInt64 { max(edgeOfDots, average?.map(\.price).max() ?? 0) }

  private var edgeOfDots: UInt64 {
    let (edge, overflow) = PriceLine.median(sorted).multipliedReportingOverflow(by: 4)
    return min(sorted.last ?? 0, overflow ? .max : max(edge, 1))
  }

  var words: String {
    guard let last = points.last, let first = points.first else { return subject.nothing }
    let list = sorted
    let beyond = list.count { $0 > edge }
    let above = Formats.plural(UInt64(beyond), subject.measure)
    let far = beyond > 0 ? " \(above) above the edge." : ""
    let count = Formats.plural(UInt64(points.count), subject.noun) + subject.done
    let line = average?.last.map { " The average is \(Formats.dollars($0.price)) now." } ?? ""
    return "\(count) from "
      + "\(Formats.utc(Time(first.time))) to \(Formats.utc(Time(last.time))): lowest "
      + "\(subject.measure) "
      + "\(Formats.dollars(list[0])), median \(Formats.dollars(PriceLine.median(list))), highest "
      + "\(Formats.dollars(list[list.count - 1])), last \(Formats.dollars(last.price))."
      + far + line
  }

  var markup: Markup {
    Drawing(title: subject.title, words: words, height: 206, body: body).markup
  }

  private var body: Markup {
    let ticks = Ticks(upTo: edge)
    var body = Markup()
    for value in ticks.values {
      let y = y(value, ticks)
      body += Drawing.line(
        PriceLine.left, y, PriceLine.right, y, style: value == 0 ? "axis" : "rule")
      body += Drawing.text(ticks.money(value), PriceLine.left - 6, y + 4, .end)
    }
    for point in points {
      body += Drawing.dot(
        x(point.time), y(point.price, ticks), 3, style: point.isGood ? "seen" : "bad")
    }
    let corners = (average ?? medians).map { "\(x($0.time)) \(y($0.price, ticks))" }
    if corners.count > 1 {
      body += "<path class=\"ink\" d=\"M\(corners.joined(separator: "L"))\"/>"
    }
    if let first = points.first, let last = points.last {
      body += Drawing.text(Formats.day(Time(first.time)), PriceLine.left, PriceLine.bottom + 20)
      body += Drawing.text(
        Formats.day(Time(last.time)), PriceLine.right, PriceLine.bottom + 20, .end)
    }
    return body
  }

  /// Of groups of equally many runs.
  private var medians: [(time: UInt64, price: UInt64)] {
    let groups = min(PriceLine.most, max(1, points.count / 3))
    guard points.count > 1 else { return [] }
    return (0..<groups).map { group in
      let part = points[(points.count * group / groups)..<(points.count * (group + 1) / groups)]
      let middle = part[part.startIndex + part.count / 2]
      return (middle.time, PriceLine.median(part.map(\.price).sorted()))
    }
  }

  private func x(_ time: UInt64) -> Int {
    guard let first = points.first?.time, let last = points.last?.time, last > first else {
      return (PriceLine.left + PriceLine.right) / 2
    }
    return PriceLine.left + 5
      + Drawing.part(time - first, of: last - first, over: PriceLine.right - PriceLine.left - 10)
  }

  private func y(_ price: UInt64, _ ticks: Ticks) -> Int {
    PriceLine.bottom - Drawing.part(price, of: ticks.top, over: PriceLine.bottom - PriceLine.top)
  }
}
