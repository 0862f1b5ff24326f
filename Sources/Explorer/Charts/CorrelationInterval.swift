// How sure a correlation is: Fisher's 95 % interval (Metron 1, 1921, p. 3), and its picture.

import Glibc

/// A correlation of so many values with its interval, in ten-thousandths. For people: what anybody
/// is paid depends on none of this.
struct CorrelationInterval: Equatable {
  let score: Int
  let low: Int
  let high: Int

  /// `tanh(atanh(r) ± 1.96 / √(n − 3))`; of three values and fewer nothing is known.
  init(billionths: Int, count: Int) {
    let r = max(-1, min(1, Double(billionths) / 1_000_000_000))
    score = Int((r * 10_000).rounded())
    guard count > 3 else {
      (low, high) = (-10_000, 10_000)
      return
    }
    // A correlation of 1 has no end of sureness there; one short of it has.
    let z = atanh(max(-0.999_999, min(0.999_999, r)))
    let reach = 1.96 / Double(count - 3).squareRoot()
    low = Int((tanh(z - reach) * 10_000).rounded(.down))
    high = Int((tanh(z + reach) * 10_000).rounded(.up))
  }

  var scoreText: String { Self.text(score) }
  var lowText: String { Self.text(low) }
  var highText: String { Self.text(high) }

  /// `-0.0312`.
  static func text(_ part: Int) -> String {
    let digits = String(10_000 + part.magnitude % 10_000).dropFirst()
    return "\(part < 0 ? "-" : "")\(part.magnitude / 10_000).\(digits)"
  }

  private static let (width, height, margin) = (168, 20, 8)

  var words: String {
    "\(scoreText), between \(lowText) and \(highText) at 95\u{A0}% confidence"
  }

  /// A dot and its interval on the line from −1 to 1.
  var markup: Markup {
    let y = Self.height / 2
    let rules = [-10_000, -5_000, 0, 5_000, 10_000].markup { part in
      Drawing.line(x(part), 2, x(part), Self.height - 2, style: "rule")
    }
    let mark =
      Drawing.line(x(low), y, x(high), y, style: "ink")
      + Drawing.line(x(low), y - 4, x(low), y + 4, style: "ink")
      + Drawing.line(x(high), y - 4, x(high), y + 4, style: "ink")
      + Drawing.dot(x(score), y, 5, style: "fill")
    return """
      <svg class="whisker" role="img" viewBox="0 0 \(Self.width) \(Self.height)" \
      width="\(Self.width)" height="\(Self.height)"><title>\(words)</title>\(rules)\(mark)</svg>
      """
  }

  private func x(_ part: Int) -> Int {
    Self.margin + (max(-10_000, min(10_000, part)) + 10_000) * (Self.width - 2 * Self.margin)
      / 20_000
  }
}
