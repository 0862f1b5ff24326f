// What was measured: printed as lines for people, and written as JSON for whoever asks.

import Foundation
import Primitives

/// One number with its unit, and what it is held against.
struct Measurement {
  var name: String
  var value: Double
  var unit: String
  /// Against a measurement of the same run; nil where there is none.
  var ratio: Double?
  var ratioOf = ""
  /// The least or most that the project aims at; nil where it names none.
  var goal: Goal?
}

enum Goal {
  case atLeast(Double)
  case below(Double)

  func isMet(by value: Double) -> Bool {
    switch self {
    case .atLeast(let least): value >= least
    case .below(let most): value < most
    }
  }

  var text: String {
    switch self {
    case .atLeast(let least): "≥ \(Report.number(least))"
    case .below(let most): "< \(Report.number(most))"
    }
  }
}

/// Collects measurements in the order in which they are made, and shows each at once.
final class Report {
  private(set) var measurements: [Measurement] = []
  let isQuiet: Bool

  init(isQuiet: Bool = false) { self.isQuiet = isQuiet }

  func section(_ title: String) { show("\n\(title)") }

  func note(_ text: String) { show("  \(text)") }

  func add(
    _ name: String, _ value: Double, _ unit: String, ratio: Double? = nil, of base: String = "",
    goal: Goal? = nil
  ) {
    let made = Measurement(
      name: name, value: value, unit: unit, ratio: ratio, ratioOf: base, goal: goal)
    measurements.append(made)
    show(Report.line(made))
  }

  private func show(_ text: String) {
    if !isQuiet { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
  }

  static func line(_ made: Measurement) -> String {
    let pad = String(repeating: " ", count: max(1, 52 - made.name.count))
    var text = "  \(made.name)\(pad)\(number(made.value)) \(made.unit)"
    if let ratio = made.ratio { text += "   \(number(ratio)) of \(made.ratioOf)" }
    if let goal = made.goal {
      text += "   goal \(goal.text): \(goal.isMet(by: made.value) ? "met" : "MISSED")"
    }
    return text
  }

  /// Three significant digits, and no more than a reader can use.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    if abs(value) >= 1_000 {
      var digits = "\(Int(value.rounded()))"
      var at = digits.index(digits.endIndex, offsetBy: -3, limitedBy: digits.startIndex)
      while let place = at, place > digits.startIndex, digits[digits.index(before: place)] != "-" {
        digits.insert(",", at: place)
        at = digits.index(place, offsetBy: -3, limitedBy: digits.startIndex)
      }
      return digits
    }
    let places = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 0.1 ? 2 : 4
    return String(format: "%.\(places)f", value)
  }

  var json: Data {
    get throws {
      let entries = measurements.map { made -> [String: Any] in
        var entry: [String: Any] = ["name": made.name, "value": made.value, "unit": made.unit]
        if let ratio = made.ratio {
          entry["ratio"] = ratio
          entry["ratioOf"] = made.ratioOf
        }
        if let goal = made.goal {
          entry["goal"] = goal.text
          entry["met"] = goal.isMet(by: made.value)
        }
        return entry
      }
      let document: [String: Any] = ["machine": Machine.facts, "measurements": entries]
      return try JSONSerialization.data(
        withJSONObject: document, options: [.prettyPrinted, .sortedKeys])
    }
  }
}
