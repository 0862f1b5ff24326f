// A seeded simulation of one row: the mean of many attempts and how far chance may have moved it.

import Primitives

/// What many attempts earned. Sums are whole numbers of millionths of a millionth of a dollar, so
/// that a seed gives the same figures on every machine.
public struct Simulation: Sendable {
  public let runs: Int
  /// In millionths of a dollar.
  public let mean: Fraction
  /// Half of the 95 % confidence interval: 1.96 standard errors.
  public let halfWidth: Fraction

  public var low: Fraction { mean - halfWidth }
  public var high: Fraction { mean + halfWidth }

  private static let scale: Fraction = 1_000_000

  /// Nil where a row leaves nothing to chance.
  public init?(_ cheat: Cheat, in setting: Setting, runs: Int, seed: UInt64) throws {
    guard let play = cheat.play, runs > 1 else { return nil }
    let parts = try cheat.parts(setting)
    let profits = try cheat.outcomes(in: setting).map { ($0.profit * Simulation.scale).rounded }
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
    let variance = (squares - sum * sum / n) / (n - 1)
    let error = Simulation.root(UInt128(max(0, variance)) / UInt128(n))
    halfWidth = Fraction(Int128(error) * 196, over: 100) / Simulation.scale
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
