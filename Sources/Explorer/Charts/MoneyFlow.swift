// Where money came from and where it went: two columns of bars that add up to the same.

import Chain
import Primitives

struct MoneyFlow {
  struct Branch {
    var label: String
    var amount: UInt64
    /// What is lost, or was never paid, is drawn apart.
    var isBad = false
  }

  var title: String
  var sources: [Branch]
  var sinks: [Branch]

  /// More than these on a side become one bar.
  static let most = 8
  private static let pot = 120
  private static let slot = 34

  var words: String {
    "In: " + MoneyFlow.list(sources) + ". Out: " + MoneyFlow.list(sinks) + "."
  }

  var drawing: Drawing? {
    let from = MoneyFlow.gathered(sources)
    let to = MoneyFlow.gathered(sinks)
    guard !from.isEmpty, !to.isEmpty else { return nil }
    let left = Drawing.shares(from.map(\.amount), of: MoneyFlow.pot)
    let right = Drawing.shares(to.map(\.amount), of: MoneyFlow.pot)
    let height =
      max(MoneyFlow.pot, MoneyFlow.height(left), MoneyFlow.height(right)) + 24
    var body = side(from, left, height, isLeft: true)
    body += side(to, right, height, isLeft: false)
    body += Drawing.box(210, (height - MoneyFlow.pot) / 2, 12, MoneyFlow.pot, style: "fill")
    return Drawing(title: title, words: words, width: 432, height: height, body: body)
  }

  var markup: Markup { drawing?.markup ?? "" }

  private static func height(_ bars: [Int]) -> Int {
    bars.reduce(0) { $0 + max(slot, $1 + 6) }
  }

  private func side(_ branches: [Branch], _ bars: [Int], _ height: Int, isLeft: Bool) -> Markup {
    var all = Markup()
    var y = (height - MoneyFlow.height(bars)) / 2
    var mouth = (height - MoneyFlow.pot) / 2
    for (branch, bar) in zip(branches, bars) {
      let slot = max(MoneyFlow.slot, bar + 6)
      let top = y + (slot - bar) / 2
      let (outer, inner) = isLeft ? (134, 210) : (298, 222)
      let middle = (outer + inner) / 2
      let style = branch.isBad ? "flow bad" : "flow"
      all += """
        <path class="\(style)" d="M\(outer) \(top)C\(middle) \(top) \(middle) \(mouth) \(inner) \
        \(mouth)V\(mouth + bar)C\(middle) \(mouth + bar) \(middle) \(top + bar) \(outer) \
        \(top + bar)Z"/>
        """
      all += Drawing.box(isLeft ? 130 : 298, top, 4, bar, style: branch.isBad ? "bad" : "fill")
      let x = isLeft ? 124 : 308
      let anchor: Drawing.Anchor = isLeft ? .end : .start
      let centre = y + slot / 2
      all += Drawing.text(branch.label, x, centre - 2, anchor)
      all += Drawing.text(Formats.dollars(branch.amount), x, centre + 13, anchor, style: "strong")
      y += slot
      mouth += bar
    }
    return all
  }

  /// Without what is nothing, and with the smallest put together where there are too many.
  private static func gathered(_ branches: [Branch]) -> [Branch] {
    let some = branches.filter { $0.amount > 0 }
    guard some.count > most else { return some }
    let kept = some.prefix(most - 1)
    let rest = some.dropFirst(most - 1)
    let sum = rest.reduce(UInt64(0)) { $0.addingReportingOverflow($1.amount).partialValue }
    return kept + [Branch(label: "\(rest.count) others", amount: sum)]
  }

  private static func list(_ branches: [Branch]) -> String {
    let some = gathered(branches)
    if some.isEmpty { return "nothing" }
    return some.map { "\($0.label) \(Formats.dollars($0.amount))" }.joined(separator: ", ")
  }
}
