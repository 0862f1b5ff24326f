// The end of an epoch: what reputers report becomes losses, regrets, scores and rewards.

public import Arithmetic
public import Primitives

/// What the reputers of an epoch say of it, each with its stake.
public struct TopicReports: Hashable, Sendable {
  public var losses: [TopicLosses]
  public var stakes: [Fixed64]
  /// Stakes as the consensus hears them.
  public var heard: [Fixed64]

  public init(losses: [TopicLosses], stakes: [Fixed64], heard: [Fixed64]) {
    self.losses = losses
    self.stakes = stakes
    self.heard = heard
  }

  /// Reports of whom nothing is known but their stake: all are listened to alike.
  public init(losses: [TopicLosses], stakes: [Fixed64]) {
    self.init(
      losses: losses, stakes: stakes,
      heard: TopicScores.heard(stakes, listening: stakes.map { _ in .one }))
  }
}

/// Everything that an epoch's reports decide; the same for files and for the ledger.
public struct TopicEpoch: Hashable, Sendable {
  public let losses: TopicLosses
  public let scores: TopicScores
  public let rewards: TopicRewards

  public init(
    _ reports: TopicReports, reward: Fixed64, after state: TopicState,
    _ terms: TopicTerms = TopicTerms()
  ) throws(Refusal) {
    guard let losses = TopicLosses(reports.losses, stakes: reports.stakes) else {
      throw .unequalLists(reports.stakes.count, members: reports.losses.count)
    }
    self.losses = losses
    scores = try TopicScores(losses, reports: reports.losses, heard: reports.heard)
    rewards = TopicRewards(
      scores, stakes: reports.stakes, reward: reward,
      state: try state.learning(losses, terms), terms)
  }
}
