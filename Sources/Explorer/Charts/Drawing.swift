// The frame of every drawing: its size, its name, and what it says to those who cannot see it.

/// A picture in whole numbers, the same bytes for the same data.
struct Drawing {
  var title: String
  /// The picture in words: every number that it shows.
  var words: String
  var width = 400
  var height: Int
  var body: Markup

  var markup: Markup {
    """
    <svg class="chart" role="img" viewBox="0 0 \(width) \(height)" width="\(width)" \
    height="\(height)"><title>\(title)</title><desc>\(words)</desc>\(body)</svg>
    """
  }

  enum Anchor: String { case start, middle, end }

  /// - Parameter style: a class of the style sheet, `strong` for what matters.
  static func text(
    _ text: String, _ x: Int, _ y: Int, _ anchor: Anchor = .start, style: String = ""
  ) -> Markup {
    let name: Markup = style.isEmpty ? "" : " class=\"\(style)\""
    return "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor.rawValue)\"\(name)>\(text)</text>"
  }

  static func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, style: String) -> Markup {
    "<line class=\"\(style)\" x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\"/>"
  }

  static func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int, style: String) -> Markup {
    """
    <rect class="\(style)" x="\(x)" y="\(y)" width="\(width)" height="\(height)"/>
    """
  }

  static func dot(_ x: Int, _ y: Int, _ radius: Int, style: String) -> Markup {
    "<circle class=\"\(style)\" cx=\"\(x)\" cy=\"\(y)\" r=\"\(radius)\"/>"
  }

  /// `value` of `whole` as a part of `length`, rounded down; nothing of nothing is nothing.
  static func part(_ value: UInt64, of whole: UInt64, over length: Int) -> Int {
    guard whole > 0, length > 0 else { return 0 }
    let value = min(value, whole)
    let (high, low) = UInt64(length).multipliedFullWidth(by: value)
    return Int(whole.dividingFullWidth((high, low)).quotient)
  }

  /// Lengths that add up to `length`, as near to the values as whole numbers are; whoever has a
  /// value has at least `least`.
  static func shares(_ values: [UInt64], of length: Int, least: Int = 2) -> [Int] {
    var values = values
    var (whole, isOver) = sum(values)
    if isOver {
      // Nobody has so much; still it makes a picture.
      values = values.map { $0 / UInt64(values.count) }
      (whole, isOver) = sum(values)
    }
    guard whole > 0, !isOver else { return values.map { _ in 0 } }
    var parts = values.map { $0 == 0 ? 0 : max(least, part($0, of: whole, over: length)) }
    let rest = length - parts.reduce(0, +)
    if let largest = parts.indices.max(by: { parts[$0] < parts[$1] }) {
      parts[largest] = max(least, parts[largest] + rest)
    }
    return parts
  }

  private static func sum(_ values: [UInt64]) -> (whole: UInt64, isOver: Bool) {
    var whole: UInt64 = 0
    for value in values {
      let (sum, overflow) = whole.addingReportingOverflow(value)
      if overflow { return (.max, true) }
      whole = sum
    }
    return (whole, false)
  }
}
