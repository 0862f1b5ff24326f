// How many runs may be had at which price: offers stacked from the cheapest up.

import Chain
import Primitives

struct DepthSteps {
  struct Level {
    var price: UInt64
    var runs: UInt64
  }

  /// What is sold, for the title.
  var name: String
  /// How many units the prices are for.
  var per: UInt64
  /// Cheapest first.
  var levels: [Level]

  private static let (left, right, top, bottom) = (58, 388, 16, 152)

  init(name: String, per: UInt64, levels: [Level]) {
    self.name = name
    self.per = per
    self.levels = []
    for level in levels.filter({ $0.runs > 0 }).sorted(by: { $0.price < $1.price }) {
      if let last = self.levels.last, last.price == level.price {
        let (sum, overflow) = last.runs.addingReportingOverflow(level.runs)
        self.levels[self.levels.count - 1].runs = overflow ? .max : sum
      } else {
        self.levels.append(level)
      }
    }
  }

  private var total: UInt64 {
    levels.reduce(0) { $0.addingReportingOverflow($1.runs).overflow ? .max : $0 + $1.runs }
  }

  var words: String {
    guard !levels.isEmpty else { return "Nothing is on offer." }
    var sum: UInt64 = 0
    let steps = levels.map { level in
      sum = sum.addingReportingOverflow(level.runs).overflow ? .max : sum + level.runs
      return "\(Formats.grouped(sum)) at \(Formats.dollars(level.price)) or less"
    }
    return "Runs that may be open at once: \(steps.joined(separator: ", "))."
  }

  var markup: Markup {
    Drawing(title: "What is on offer: \(name)", words: words, height: 188, body: body).markup
  }

  private var body: Markup {
    let ticks = Ticks(upTo: levels.last?.price ?? 1)
    let whole = total
    var body = Markup()
    for value in ticks.values {
      let y = y(value, ticks)
      body += Drawing.line(
        DepthSteps.left, y, DepthSteps.right, y, style: value == 0 ? "axis" : "rule")
      body += Drawing.text(ticks.money(value), DepthSteps.left - 6, y + 4, .end)
    }
    guard !levels.isEmpty else { return body }
    var path = "M\(DepthSteps.left) \(DepthSteps.bottom)"
    var sum: UInt64 = 0
    for level in levels {
      sum = sum.addingReportingOverflow(level.runs).overflow ? .max : sum + level.runs
      path += "V\(y(level.price, ticks))H\(x(sum, whole))"
    }
    body += "<path class=\"area\" d=\"\(path)V\(DepthSteps.bottom)Z\"/>"
    body += "<path class=\"ink\" d=\"\(path)\"/>"
    body += Drawing.text("runs at once", DepthSteps.left, DepthSteps.bottom + 20)
    body += Drawing.text(Formats.grouped(whole), DepthSteps.right, DepthSteps.bottom + 20, .end)
    return body
  }

  private func x(_ runs: UInt64, _ whole: UInt64) -> Int {
    DepthSteps.left + Drawing.part(runs, of: whole, over: DepthSteps.right - DepthSteps.left)
  }

  private func y(_ price: UInt64, _ ticks: Ticks) -> Int {
    DepthSteps.bottom - Drawing.part(price, of: ticks.top, over: DepthSteps.bottom - DepthSteps.top)
  }
}
