// A small square picture, and how sure the model is of each answer, drawn.

import Primitives

/// A drawing as the model sees it.
struct DigitPicture {
  /// Numbers from 0 to 16, row by row, as many rows as columns.
  let pixels: [UInt8]
  var words = "The drawing, as the model sees it"

  private var side: Int { pixels.count == 784 ? 28 : 8 }

  var markup: Markup {
    let side = side
    let squares = pixels.prefix(side * side).enumerated().markup { place, value in
      value == 0
        ? ""
        : """
        <rect x="\(place % side)" y="\(place / side)" width="1.02" height="1.02" \
        fill-opacity="\(Self.opacity(value))"/>
        """
    }
    return """
      <svg class="digit" viewBox="0 0 \(side) \(side)" role="img" \
      aria-label="\(words)">\(squares)</svg>
      """
  }

  /// Sixteenths as decimals.
  private static func opacity(_ value: UInt8) -> String {
    let thousandths = Int(min(value, 16)) * 1000 / 16
    return thousandths == 1000 ? "1" : "." + String(1000 + thousandths).dropFirst()
  }
}

/// Ten bars.
struct WeightBars {
  let answer: CounterAnswer

  var markup: Markup {
    let rows = answer.shares.prefix(10).enumerated().markup { digit, share in
      let isBest = digit == answer.digit
      let y = digit * 18
      let mark: String = isBest ? "strong" : ""
      let fill: String = isBest ? "best" : "rest"
      return """
        <text x="12" y="\(y + 13)" class="\(mark)">\(digit)</text>\
        <rect x="24" y="\(y + 3)" width="\(max(1, share * 200 / 1_000_000))" height="12" rx="2" \
        class="\(fill)"/>\
        <text x="232" y="\(y + 13)" class="\(mark)">\(Formats.percent(ppm: share))</text>
        """
    }
    return """
      <svg class="weights" viewBox="0 0 290 182" role="img" aria-label="\(words)">\(rows)</svg>
      """
  }

  private var words: String {
    let best = answer.shares.enumerated().sorted {
      ($1.element, $0.offset) < ($0.element, $1.offset)
    }
    let list = best.prefix(3).map { "\($0.offset) with \(Formats.percent(ppm: $0.element))" }
    return "What the model believes: " + list.joined(separator: ", ")
  }
}
