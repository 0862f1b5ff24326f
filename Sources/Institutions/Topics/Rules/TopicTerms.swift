// The constants of a topic, and the curve that turns regret into weight.

public import Arithmetic

/// What a topic is run with; the values are those of the published simulation
/// (allora-network/allora-chain, test/testutil/testdata.go, params of x/emissions).
public struct TopicTerms: Hashable, Sendable {
  /// How much of a new regret counts.
  public var regretRate = Fixed64(1, over: 10)
  /// Added to deviations, so that equal members are not told apart by noise.
  public var tolerance = Fixed64(1, over: 100)
  /// Slope and middle of the curve.
  public var slope = Fixed64(3)
  public var middle = Fixed64(3, over: 4)
  /// How many of a task's latest scores give the deviation that a score is measured by.
  public var window = 10
  /// How much of a new reward fraction, or score ratio, counts.
  public var smoothing = Fixed64(1, over: 10)
  /// What one epoch's score ratio counts for at least and at most. Published epochs, whose ratios
  /// are averages of about 4, keep within these.
  public var leastRatio = Fixed64(-10)
  public var mostRatio = Fixed64(10)
  /// The exponent of the effective number of members in the entropy.
  public var entropyExponent = Fixed64(1, over: 4)

  public init() {}

  /// Those of the ledger. Beyond 1 a ratio moves no share of the pay, but it would stay in the
  /// average; below 0 likewise.
  public static let ledger: TopicTerms = {
    var terms = TopicTerms()
    (terms.leastRatio, terms.mostRatio) = (.zero, .one)
    return terms
  }()

  /// Weights of members by their regrets: `φ′(R / (σ + ε))`, `φ′(x) = p / (1 + e^(p (c − x)))`
  /// (Kruijssen et al., "Allora: a Self-Improving, Decentralized Machine Intelligence Network",
  /// 2024, section 3.2; x/emissions of allora-chain at c8a40c3).
  ///
  /// Where the best lies beyond `c + 6.75/p` or below `c − 8.25/p`, all are moved so that it lies
  /// there: only distances count then. Who is below `c − 17.25/p` afterwards has no weight.
  func weights(_ regrets: [Fixed64]) -> [Fixed64] {
    let scale = regrets.deviation + tolerance
    let scaled = regrets.map { $0 / scale }
    guard let best = scaled.max() else { return [] }
    let lowest = middle - Fixed64(33, over: 4) / slope
    let highest = middle + Fixed64(27, over: 4) / slope
    let move = best.clamped(lowest, highest) - best
    let bottom = middle - Fixed64(69, over: 4) / slope
    return scaled.map { regret in
      let x = regret + move
      if x < bottom { return .zero }
      return slope / (.one + Fixed64.exp(slope * (middle - x)))
    }
  }

  /// Each member's part in an answer of these regrets.
  public func parts(_ regrets: [Fixed64]) -> [Fixed64] {
    let weights = weights(regrets)
    return weights.sum > .zero
      ? weights.shares : regrets.map { _ in .one / Fixed64(regrets.count) }
  }

  /// The mean of values by the weights of regrets; the plain mean where no weight is left.
  func synthesis(_ values: [Fixed64], _ regrets: [Fixed64]) -> Fixed64 {
    let weights = weights(regrets)
    let sum = weights.sum
    guard sum > .zero else { return values.mean }
    return zip(values, weights).map { $0 * $1 }.sum / sum
  }

  /// Scores as fractions of the reward: `ln(1 + e^(p (T/(σ + ε) − c)))` of each, normalised, with
  /// the deviation of the latest scores, the newest epoch first.
  func fractions(_ scores: [Fixed64], latest: [Fixed64]) -> [Fixed64] {
    let scale = Array(latest.prefix(window)).deviation + tolerance
    return scores.map { score in
      let x = slope * (score / scale - middle)
      // Beyond 40 the logarithm is x itself to the last bit, and the power would not fit.
      return x > Fixed64(40) ? x : Fixed64.ln(.one + Fixed64.exp(x))
    }.shares
  }

  /// `rate · new + (1 − rate) · old`.
  static func blend(_ new: Fixed64, _ old: Fixed64, _ rate: Fixed64) -> Fixed64 {
    rate * new + (.one - rate) * old
  }
}
