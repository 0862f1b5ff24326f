// One inequality between numbers of the terms, with both sides worked out.

public import Primitives

/// A condition that must hold for the market's promises to be true.
public struct Condition: Hashable, Sendable {
  public enum Relation: String, Hashable, Sendable {
    case atLeast = "≥"
    case atMost = "≤"
  }

  /// Stable, camel-cased: that of the term, or of the rule.
  public let name: String
  /// What stands on the left, in words.
  public let leftText: String
  public let left: UInt64
  public let relation: Relation
  /// What stands on the right, in words.
  public let rightText: String
  public let right: UInt64
  public let unit: String
  /// Why it must hold.
  public let explanation: String
  /// Whether it does. False also where a side is too large for 64 bits, which shows as the
  /// largest number.
  public let holds: Bool

  /// Sides are worked out in full width; one that overflows makes the condition false.
  init(
    _ name: String, unit: String, _ leftText: String,
    _ left: () throws(Refusal) -> UInt64, _ relation: Relation, _ rightText: String,
    _ right: () throws(Refusal) -> UInt64, because explanation: String
  ) {
    self.name = name
    self.unit = unit
    self.leftText = leftText
    self.relation = relation
    self.rightText = rightText
    self.explanation = explanation
    let sides = (try? left(), try? right())
    self.left = sides.0 ?? .max
    self.right = sides.1 ?? .max
    if let l = sides.0, let r = sides.1 {
      holds = relation == .atLeast ? l >= r : l <= r
    } else {
      holds = false
    }
  }

  /// The refusal of a condition that does not hold: its name and both sides as numbers.
  public var refusal: Refusal {
    Refusal(
      "termsCondition",
      [Number(name, left), Number(relation == .atLeast ? "atLeast" : "atMost", right)])
  }
}
