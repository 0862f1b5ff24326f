// A seeded simulation of one row: the mean of many attempts and how far chance may have moved it.

import Primitives

/// What many attempts earned. Sums are whole numbers of millionths of a millionth of a dollar, so
/// that a seed gives the same figures on every machine.
public struct Simulation: Sendable {
  public let runs: Int
  /// In millionths of a dollar.
  public let mean: Fraction
  /// Half of the 95 % confidence interval: 1.96 standard errors, by the larger of the variances of
  /// the sample and of the exact outcomes. What is lost rarely is missing from many samples, which
  /// would then look surer than they are.
  public let halfWidth: Fraction

  public var low: Fraction { mean - halfWidth }
  public var high: Fraction { mean + halfWidth }

  private static let scale: Fraction = 1_000_000

  /// Nil where a row leaves nothing to chance.
  public init?(_ cheat: Cheat, in setting: Setting, runs: Int, seed: UInt64) throws {
    guard let play = cheat.play, runs > 1 else { return nil }
    let parts = try cheat.parts(setting)
    let outcomes = try cheat.outcomes(in: setting)
    let profits = outcomes.map { ($0.profit * Simulation.scale).rounded }
    var chance = Chance(seed: Simulation.seed(seed, of: cheat.title))
    var sum: Int128 = 0
    var squares: Int128 = 0
    for _ in 0..<runs {
      let profit: Int128
      switch try play(setting, &chance) {
      case .outcome(let place): profit = profits[place]
      case .profit(let own): profit = (own / parts * Simulation.scale).rounded
      }
      sum += profit
      squares += profit * profit
    }
    let n = Int128(runs)
    self.runs = runs
    mean = Fraction(sum, over: n) / Simulation.scale
    // The unbiased variance, and 1.96 standard errors of the mean.
    let sampled = (squares - sum * sum / n) / (n - 1)
    let variance = max(sampled, Simulation.variance(of: outcomes))
    let error = Simulation.root(UInt128(max(0, variance)) / UInt128(n))
    halfWidth = Fraction(Int128(error) * 196, over: 100) / Simulation.scale
  }

  /// The exact variance, from deviations in thousandths of a millionth of a dollar, whose squares
  /// stay within their type.
  private static func variance(of outcomes: [Outcome]) -> Int128 {
    let mean = outcomes.reduce(0) { $0 + $1.chance * $1.profit }
    let sum: Fraction = outcomes.reduce(0) { sum, one in
      let off = Fraction(((one.profit - mean) * 1_000).rounded, over: 1)
      return sum + one.chance * off * off
    }
    return sum.rounded * 1_000_000
  }

  /// A stream of its own for each row, so that a new row moves no other.
  private static func seed(_ seed: UInt64, of title: String) -> UInt64 {
    SHA256.hash(Array("\(seed)/\(title)".utf8)).leadingWord
  }

  /// The whole square root, by Newton's method.
  static func root(_ value: UInt128) -> UInt128 {
    guard value > 1 else { return value }
    var guess = UInt128(1) << ((128 - UInt128(value.leadingZeroBitCount) + 1) / 2)
    while true {
      let next = (guess + value / guess) / 2
      if next >= guess { return guess }
      guess = next
    }
  }
}
