// A measure over the last hour, as a line over its own scale.

import Primitives

struct HourLine {
  /// A point: when, and how much.
  struct Sample {
    var at: Time
    var value: UInt64
  }

  var title: String
  var samples: [Sample]
  var now: Time
  /// How a value is written: `12/s`, `3.2 ms`.
  var write: (UInt64) -> String

  private static let hour: UInt64 = 3_600_000
  private static let (left, right, top, bottom) = (8, 392, 26, 104)

  var markup: Markup {
    let shown = samples.filter {
      $0.at.milliseconds + HourLine.hour > now.milliseconds && $0.at <= now
    }
    let most = shown.map(\.value).max() ?? 0
    let last = shown.last.map { write($0.value) } ?? "nothing yet"
    return Drawing(
      title: title, words: "Now \(last); at most \(write(most)) in the last hour.", height: 124,
      body: """
        \(Drawing.text(title, HourLine.left, 17))\
        \(Drawing.text(last, HourLine.right, 17, .end, style: "strong"))\
        \(Drawing.line(HourLine.left, HourLine.top, HourLine.right, HourLine.top, style: "rule"))\
        \(axis)\
        \(line(shown, max(1, most)))\
        \(Drawing.text("an hour ago", HourLine.left, 119))\
        \(Drawing.text("most: \(write(most))", 200, 119, .middle))\
        \(Drawing.text("now", HourLine.right, 119, .end))
        """
    ).markup
  }

  private var axis: Markup {
    Drawing.line(
      HourLine.left, HourLine.bottom, HourLine.right, HourLine.bottom, style: "axis")
  }

  /// One step for each sample: a value holds for the span that it was counted in.
  private func line(_ shown: [Sample], _ most: UInt64) -> Markup {
    guard let first = shown.first else { return "" }
    let width = HourLine.right - HourLine.left
    let height = HourLine.bottom - HourLine.top
    var path = ""
    let start = now.milliseconds > HourLine.hour ? now.milliseconds - HourLine.hour : 0
    for sample in shown {
      let since = sample.at.milliseconds - start
      let x = HourLine.left + Drawing.part(since, of: HourLine.hour, over: width)
      let y = HourLine.bottom - Drawing.part(sample.value, of: most, over: height)
      path += "\(sample.at == first.at ? "M" : "L")\(x) \(y)"
    }
    return "<path class=\"ink\" d=\"\(path)\"/>"
  }
}
