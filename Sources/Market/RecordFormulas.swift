// What a record means: the rate of rejections that an order sees, and the weight of a bid.

public import Kernel
public import Primitives

/// The two numbers that are computed from records. Neither can overflow.
public enum RecordFormulas {
  /// (X + R) ÷ (A + X + 20R) in parts per million, for an order of price R: a newcomer shows
  /// 5 %, and small sums say little about a large order.
  public static func rejectionRate(
    accepted: Amount, rejected: Amount, price: Amount
  ) -> UInt64 {
    guard price.units > 0 || rejected.units > 0 || accepted.units > 0 else { return million / 20 }
    let (a, x, r) = (UInt128(accepted.units), UInt128(rejected.units), UInt128(price.units))
    return UInt64((x + r) * UInt128(million) / (a + x + 20 * r))
  }

  /// The mean of Beta(prior·w₀ + good, prior·(1 − w₀) + bad), never below w₀, so that a new
  /// identity gains nothing.
  public static func weight(good: Amount, bad: Amount, terms: Terms) -> UInt64 {
    let (g, b) = (UInt128(good.units), UInt128(bad.units))
    let prior = UInt128(terms.weightPrior)
    guard prior + g + b > 0 else { return terms.weightFloor }
    let best = UInt128(max(million, terms.weightFloor))
    let mean = (prior * UInt128(terms.weightFloor) + best * g) / (prior + g + b)
    return max(terms.weightFloor, UInt64(mean))
  }

  /// What counts as bad when a lease of that price ends without evidence.
  public static func fault(price: Amount, terms: Terms) throws(Refusal) -> Amount {
    try price.ppmUp(terms.fault)
  }
}
