// A row of the catalogue: an actor with a strategy, what can come of it, and what it earns.

import Primitives

/// One thing that can come of an attempt: how likely it is and what the cheat then has.
public struct Outcome: Sendable {
  public let what: String
  public let chance: Fraction
  /// In millionths of a dollar, before the division by `Cheat.parts`.
  public let profit: Fraction

  init(_ what: String, _ chance: Fraction, _ profit: Fraction) {
    self.what = what
    self.chance = chance
    self.profit = profit
  }
}

extension [Outcome] {
  /// The only thing that can come of it.
  static func certain(_ profit: Fraction) -> [Outcome] { [Outcome("always", 1, profit)] }
}

/// A strategy that breaks the rules, and what the rules make of it.
public struct Cheat: Sendable {
  public enum Family: String, CaseIterable, Sendable {
    case provider, buyer, checker, challenger, `operator`, coalition, reviewer
  }

  /// What a profit is counted by.
  public enum Measure: String, Sendable {
    case job, call, audit, once

    /// How many millionths of a dollar make the unit in which people read it.
    public var scale: Fraction { self == .call ? 1 : 1_000_000 }
    public var unit: String { self == .call ? "µ$" : "$" }
  }

  /// Why a row may earn something, and how much at most.
  public struct Bound: Sendable {
    public let words: String
    let amount: @Sendable (Setting) throws -> Fraction

    init(_ words: String, _ amount: @escaping @Sendable (Setting) throws -> Fraction) {
      self.words = words
      self.amount = amount
    }
  }

  /// What a simulated attempt came to: one of the outcomes, or a profit of its own.
  enum Played {
    case outcome(Int)
    case profit(Fraction)
  }

  /// Stable, lower case: that of the facts.
  public let name: String
  /// Which of several attempts of that name this is; empty where there is one.
  public var variant = ""
  public let family: Family
  /// What the actor does, in words.
  public let does: String
  public var measure = Measure.job
  /// Whether the profit is that above an honest one's.
  public var isAgainstHonest = false
  /// The rule that it runs into.
  public var defence = ""
  /// What the facts print for it; nil of a row that they lack.
  public let figure: Figure?
  /// Why ours is another, where it is.
  public var note: String?
  /// Only of a row that cannot be made negative.
  public var bound: Bound?
  /// What the profit is divided by: calls of a claim.
  var parts: @Sendable (Setting) throws -> Fraction = { _ in 1 }
  let outcomes: @Sendable (Setting) throws -> [Outcome]
  /// Nil where nothing is left to chance.
  var play: (@Sendable (Setting, inout Chance) throws -> Played)?

  init(
    _ name: String, _ variant: String = "", by family: Family, _ does: String,
    figure: Figure?, outcomes: @escaping @Sendable (Setting) throws -> [Outcome]
  ) {
    self.name = name
    self.variant = variant
    self.family = family
    self.does = does
    self.figure = figure
    self.outcomes = outcomes
  }

  /// A copy with other particulars.
  func with(_ change: (inout Cheat) -> Void) -> Cheat {
    var copy = self
    change(&copy)
    return copy
  }

  /// The name with its variant.
  public var title: String { variant.isEmpty ? name : "\(name) (\(variant))" }

  /// Everything that can come of it.
  public func outcomes(in setting: Setting) throws -> [Outcome] {
    let parts = try parts(setting)
    return try outcomes(setting).map { Outcome($0.what, $0.chance, $0.profit / parts) }
  }

  /// The expected profit in millionths of a dollar, to the last digit.
  public func expectation(in setting: Setting) throws -> Fraction {
    try outcomes(in: setting).reduce(0) { $0 + $1.chance * $1.profit }
  }

  /// The most that a row with a bound may earn.
  public func limit(in setting: Setting) throws -> Fraction? { try bound?.amount(setting) }

  public var isDrawn: Bool { play != nil }
}

/// A number as the facts print it, and what rounds to it.
public struct Figure: Hashable, Sendable {
  public let text: String
  /// Nil where the facts only say that it is below zero.
  let value: Fraction?
  private let half: Fraction

  /// Dollars, or millionths where the measure is a call.
  init(_ text: String, scale: Fraction = 1_000_000) {
    self.text = text
    let isNegative = text.hasPrefix("−")
    let body = text.filter { $0.isNumber || $0 == "." }
    let pieces = body.split(separator: ".", omittingEmptySubsequences: false)
    let places = pieces.count > 1 ? pieces[1].count : 0
    guard text != "< 0", let digits = Int(pieces.joined()) else {
      (value, half) = (nil, 0)
      return
    }
    let ulp = 1 / Fraction(10).power(places)
    value = (isNegative ? -1 : 1) * Fraction(digits) * ulp * scale
    // A printed zero is not a rounded one.
    half = digits == 0 ? 0 : ulp * scale / 2
  }

  /// Of a small call, in millionths of a dollar.
  static func micro(_ text: String) -> Figure { Figure(text, scale: 1) }

  /// Whether a number rounds to this one.
  public func isMet(by exact: Fraction) -> Bool {
    guard let value else { return exact < 0 }
    return (exact - value).magnitude <= half
  }
}
