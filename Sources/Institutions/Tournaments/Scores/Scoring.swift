// A tournament of forecasts: how well one predicted, and what its stake earns or loses by that.

public import Arithmetic

/// Scores and payouts of a tournament of staked forecasts (numerai/docs, correlation-corr.md and
/// staking.md).
///
/// Predictions are committed before the truth is known, so that a score cannot be bought late.
public enum Scoring {
  /// The correlation of a prediction with a target, −1 to 1; 0 where one of them is constant.
  ///
  /// Predictions become normal quantiles of their ranks, equal ones at the mean of their ranks,
  /// and the target is centred; both are raised to `sign(x)·|x|^1.5`, which counts the tails, and
  /// correlated (Pearson). Its vectors agree to 1e-12, the digits that they have.
  public static func correlation(_ prediction: [Fixed64], _ target: [Fixed64]) -> Fixed64 {
    guard prediction.count == target.count, prediction.count > 1 else { return .zero }
    let centre = target.mean
    return pearson(
      ranks(prediction).map { stretched(Normal.quantile($0)) },
      target.map { stretched($0 - centre) })
  }

  /// The place of each among all, 0 to 1: `(rank − ½) / n`, ranks from 1, ties at their mean.
  static func ranks(_ values: [Fixed64]) -> [Fixed64] {
    let order = values.indices.sorted {
      values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1]
    }
    var ranks = values
    var first = 0
    while first < order.count {
      var end = first
      while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
      // Ranks first + 1 … end have the mean (first + 1 + end) / 2.
      let place = Fixed64(first + end, over: 2 * values.count)
      for index in order[first..<end] { ranks[index] = place }
      first = end
    }
    return ranks
  }

  static func stretched(_ x: Fixed64) -> Fixed64 {
    let size = x.magnitude
    let power = size * size.squareRoot
    return x < .zero ? -power : power
  }

  static func pearson(_ x: [Fixed64], _ y: [Fixed64]) -> Fixed64 {
    let (a, b) = (x.mean, y.mean)
    let product = zip(x, y).map { ($0 - a) * ($1 - b) }.sum
    let sizes = x.map { ($0 - a) * ($0 - a) }.sum * y.map { ($0 - b) * ($0 - b) }.sum
    return product / sizes.squareRoot
  }

  /// What a stake earns, or loses where it is negative: `stake · clip(f · score, ±5 %)`, with
  /// `f = min(1, threshold / at risk)`; rounded toward zero.
  ///
  /// What is lost is burned: paid to nobody, so that nobody gains by another's failure.
  public static func payout(
    stake: Fixed64, score: Fixed64, atRisk: Fixed64, threshold: Fixed64,
    limit: Fixed64 = Fixed64(1, over: 20)
  ) -> Fixed64 {
    let factor = atRisk > threshold ? threshold / atRisk : .one
    return stake * (factor * score).clamped(-limit, limit)
  }
}
