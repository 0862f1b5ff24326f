// How long each stretch of a road took, one bar a stretch under each other.

import Primitives

struct Timeline {
  struct Stretch {
    var label: String
    /// Milliseconds since 1970.
    var start: UInt64
    /// Nil while it lasts.
    var end: UInt64?
    var isBad = false
  }

  var title: String
  var stretches: [Stretch]
  /// Until when what lasts is drawn.
  var now: UInt64

  private static let left = 124
  private static let right = 336
  private static let row = 26

  private func end(_ stretch: Stretch) -> UInt64 {
    max(stretch.start, stretch.end ?? max(now, stretch.start))
  }

  var words: String {
    stretches.map { stretch in
      let span = Formats.span(end(stretch) - stretch.start)
      return "\(stretch.label): \(span)\(stretch.end == nil ? " so far" : "")"
    }.joined(separator: "; ") + "."
  }

  var drawing: Drawing? {
    guard let first = stretches.map(\.start).min(), let last = stretches.map(end).max() else {
      return nil
    }
    let whole = max(1, last - first)
    let wide = Timeline.right - Timeline.left
    var body = Markup()
    for (index, stretch) in stretches.enumerated() {
      let y = 10 + index * Timeline.row
      let x = Timeline.left + Drawing.part(stretch.start - first, of: whole, over: wide)
      let length = max(3, Drawing.part(end(stretch) - stretch.start, of: whole, over: wide))
      let begin = min(x, Timeline.right - 3)
      let style = stretch.isBad ? "bad" : stretch.end == nil ? "dot" : "fill"
      body += Drawing.text(stretch.label, Timeline.left - 10, y + 13, .end)
      body += Drawing.line(Timeline.left, y + 9, Timeline.right, y + 9, style: "rule")
      body += Drawing.box(begin, y + 3, min(length, Timeline.right - begin), 12, style: style)
      let span = Timeline.short(end(stretch) - stretch.start)
      body += Drawing.text(span, Timeline.right + 8, y + 13, style: "strong")
    }
    return Drawing(
      title: title, words: words, height: 16 + stretches.count * Timeline.row, body: body)
  }

  var markup: Markup { drawing?.markup ?? "" }

  /// `45 s`, `12 min`, `3 h`, `2 d`.
  static func short(_ milliseconds: UInt64) -> String {
    let seconds = milliseconds / 1000
    switch seconds {
    case 0: return "< 1 s"
    case 1..<120: return "\(seconds) s"
    case 120..<7_200: return "\(seconds / 60) min"
    case 7_200..<172_800: return "\(seconds / 3600) h"
    default: return "\(seconds / 86_400) d"
    }
  }
}
