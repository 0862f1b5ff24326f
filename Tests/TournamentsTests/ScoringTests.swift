// Tournaments against SciPy's numbers, and against those who bet on both sides.

import Arithmetic
import Primitives
import Testing

@testable import Tournaments

@Suite struct ScoringTests {
  @Test func correlationsAreEqual() throws {
    let cases = try #require(VectorFile.json("markets/numerai.json")["numerai"]?["corr"]?.array)
    for one in cases {
      let prediction = try #require(one["pred"]?.array).compactMap(\.fixed)
      let target = try #require(one["target"]?.array).compactMap(\.fixed)
      let found = Scoring.correlation(prediction, target)
      #expect((found - (try #require(one["corr"]?.fixed))).magnitude.double < 1e-12)
    }
  }

  @Test func payoutsAreEqual() throws {
    let cases = try #require(VectorFile.json("markets/numerai.json")["numerai"]?["payout"]?.array)
    for one in cases {
      func number(_ name: String) throws -> Fixed64 { try #require(one[name]?.fixed) }
      let payout = Scoring.payout(
        stake: try number("stake"), score: try number("score"), atRisk: try number("total_at_risk"),
        threshold: try number("threshold"))
      #expect((payout - (try number("payout"))).magnitude.double < 1e-15)
    }
  }

  @Test func quantilesAreKnown() throws {
    let known = [
      ("0.975", "1.959963984540054235524595"), ("0.001", "-3.090232306167813541540399"),
      ("0.25", "-0.674489750196081743202227"),
    ]
    for (part, quantile) in known {
      let found = Normal.quantile(try #require(Fixed64(decimal: part)))
      #expect((found - (try #require(Fixed64(decimal: quantile)))).magnitude.double < 1e-15)
    }
    #expect(Normal.quantile(.half) == .zero)
    let tail = Normal.quantile(try #require(Fixed64(decimal: "0.000001")))
    #expect(abs(tail.double + 4.753424308822899) < 1e-12)
  }

  /// Two forecasts that mirror each other win and lose the same: hedging with oneself is free of
  /// gain.
  @Test func mirroredForecastsCancel() {
    var random = Seeded(state: 2)
    let target = (0..<50).map { _ in Fixed64(Int(random.below(5)), over: 4) }
    let one = (0..<50).map { _ in Fixed64(Int(random.below(1_000))) }
    let other = one.map { -$0 }
    let sum = Scoring.correlation(one, target) + Scoring.correlation(other, target)
    #expect(sum.magnitude.double < 1e-15)
    #expect(Scoring.correlation(one, one.map { _ in .half }) == .zero)
    #expect(Scoring.correlation([.one], [.one]) == .zero)
    #expect(Scoring.correlation(one, [.one]) == .zero)
  }
}
