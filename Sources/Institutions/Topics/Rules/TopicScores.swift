// Scores of an epoch: what inferers and forecasters added, and how near reputers are to each other.

public import Arithmetic
public import Primitives

/// Scores of the members and the reputers of a topic for one epoch.
public struct TopicScores: Hashable, Sendable {
  /// How much greater the network's loss is without the inferer.
  public var inferers: [Fixed64]
  /// The same for forecasters, mixed with how much each takes off the naive network's loss alone.
  public var forecasters: [Fixed64]
  public var reputers: [Fixed64]
  /// What all forecasters together take off the loss.
  public var forecastTask: Fixed64

  /// `heard` are the reputers' stakes as the consensus hears them.
  public init(
    _ losses: TopicLosses, reports: [TopicLosses], heard: [Fixed64]
  ) throws(Refusal) {
    let count = losses.implied.count
    for report in [losses] + reports {
      try report.require(inferers: losses.inference.count, forecasters: count)
    }
    guard heard.count == reports.count else {
      throw .unequalLists(heard.count, members: reports.count)
    }
    inferers = losses.inference.indices.map { losses.oneOut[$0] - losses.network }
    // A forecaster among n is unique to 2^(1 − n): copies share what one of them would earn.
    let unique = Fixed64.exp2(Fixed64(1 - count))
    forecasters = (0..<count).map { index in
      let alone = losses.naive - losses.oneIn[index]
      let among = losses.oneOut[losses.inference.count + index] - losses.network
      return unique * alone + (.one - unique) * among
    }
    reputers = Self.nearness(reports.map(\.list), heard)
    forecastTask = losses.naive - losses.network
  }

  /// `1 / (‖L_m − L‖ / ‖L‖ + 0.01)`, L the mean of all reports by stake.
  static func nearness(_ reports: [[Fixed64]], _ stakes: [Fixed64]) -> [Fixed64] {
    guard !reports.isEmpty else { return [] }
    let consensus = TopicLosses.means(reports, stakes)
    let size = consensus.map { $0 * $0 }.sum.squareRoot
    return reports.map { report in
      let distance = zip(report, consensus).map { ($0 - $1) * ($0 - $1) }.sum.squareRoot
      return .one / (distance / size + Fixed64(1, over: 100))
    }
  }

  /// Stakes as the consensus hears them: nobody counts for more than an equal part of what all
  /// listening coefficients let through, `min(1, n a_m S_m / Σ a S)`.
  public static func heard(_ stakes: [Fixed64], listening: [Fixed64]) -> [Fixed64] {
    let weighted = zip(stakes, listening).map { $0 * $1 }
    let sum = weighted.sum
    return weighted.map { min(.one, Fixed64(stakes.count) * ($0 / sum)) }
  }
}
