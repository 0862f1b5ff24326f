// A share and how sure it is: a dot, and the interval around it as a line.

/// One line of a table. The numbers stand beside it in words, so that it needs no axis of its own.
struct DotWhisker {
  var interval: WilsonInterval
  var isPreliminary = false

  private static let (width, height, margin) = (168, 20, 8)

  var words: String {
    interval.count == 0
      ? "Nothing to judge by."
      : "\(Formats.percent(ppm: interval.share)), between "
        + "\(Formats.percent(ppm: interval.low)) and \(Formats.percent(ppm: interval.high)) "
        + "at 95\u{A0}% confidence"
  }

  var markup: Markup {
    """
    <svg class="whisker" role="img" viewBox="0 0 \(DotWhisker.width) \(DotWhisker.height)" \
    width="\(DotWhisker.width)" height="\(DotWhisker.height)"><title>\(words)</title>\
    \(quarters)\(interval.count == 0 ? Markup() : mark)</svg>
    """
  }

  private var quarters: Markup {
    [0, 250_000, 500_000, 750_000, 1_000_000].markup { ppm in
      Drawing.line(x(ppm), 2, x(ppm), DotWhisker.height - 2, style: "rule")
    }
  }

  private var mark: Markup {
    let y = DotWhisker.height / 2
    let style = isPreliminary ? "faint" : "ink"
    return Drawing.line(x(interval.low), y, x(interval.high), y, style: style)
      + Drawing.line(x(interval.low), y - 4, x(interval.low), y + 4, style: style)
      + Drawing.line(x(interval.high), y - 4, x(interval.high), y + 4, style: style)
      + Drawing.dot(x(interval.share), y, 5, style: isPreliminary ? "hollow" : "fill")
  }

  private func x(_ ppm: UInt64) -> Int {
    DotWhisker.margin
      + Drawing.part(ppm, of: 1_000_000, over: DotWhisker.width - 2 * DotWhisker.margin)
  }
}
