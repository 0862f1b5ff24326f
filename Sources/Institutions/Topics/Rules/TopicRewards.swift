// Rewards of an epoch: what the tasks earn by how spread out they are, and each member's part.

public import Arithmetic

/// One of the three tasks of a topic.
public struct TopicTask: Hashable, Sendable {
  /// Each member's part of the task's reward.
  public var fractions: [Fixed64]
  public var smoothed: [Fixed64]
  public var entropy: Fixed64
  /// The task's part of the topic's reward.
  public var share = Fixed64.zero
  public var rewards: [Fixed64] = []

  init(_ fractions: [Fixed64], before: [Fixed64], _ terms: TopicTerms) {
    self.fractions = fractions
    smoothed =
      before.count == fractions.count
      ? zip(fractions, before).map { TopicTerms.blend($0, $1, terms.smoothing) } : fractions
    entropy = Self.entropy(smoothed.shares, terms.entropyExponent)
  }

  /// `−Σ f ln f · (N_eff / N)^β`, `N_eff = 1 / Σ f²`: a task of many equal members earns more than
  /// one that a single member dominates, and splitting oneself up brings less than it seems.
  static func entropy(_ fractions: [Fixed64], _ exponent: Fixed64) -> Fixed64 {
    guard !fractions.isEmpty else { return .zero }
    let spread = fractions.map { $0 > .zero ? $0 * Fixed64.ln($0) : .zero }.sum
    let effective = Fixed64.one / fractions.map { $0 * $0 }.sum
    return -spread * Fixed64.pow(effective / Fixed64(fractions.count), exponent)
  }
}

/// The end of a topic's epoch.
public struct TopicRewards: Hashable, Sendable {
  public var inferers: TopicTask
  public var forecasters: TopicTask
  public var reputers: TopicTask
  public var forecastRatio: Fixed64
  /// How much of the workers' reward may go to forecasters, 0.1 to 0.5.
  public var forecastUtility: Fixed64
  /// What the next epoch reads.
  public var state: TopicState

  /// Shares `reward` out for the scores; `state` has learned the epoch's losses already.
  public init(
    _ scores: TopicScores, stakes: [Fixed64], reward: Fixed64, state: TopicState,
    _ terms: TopicTerms = TopicTerms()
  ) {
    var state = state
    // As many epochs are kept as fill the window twice, whoever comes and goes.
    let kept = 2 * terms.window
    state.infererScores = Array((scores.inferers + state.infererScores).prefix(kept))
    state.forecasterScores = Array((scores.forecasters + state.forecasterScores).prefix(kept))
    let weighed = zip(stakes, scores.reputers).map { $0 * $1 }
    var tasks = [
      TopicTask(
        terms.fractions(scores.inferers, latest: state.infererScores),
        before: state.infererShares, terms),
      TopicTask(
        terms.fractions(scores.forecasters, latest: state.forecasterScores),
        before: state.forecasterShares, terms),
      TopicTask(weighed.shares, before: state.reputerShares, terms),
    ]
    let best = scores.inferers.max() ?? .zero
    forecastRatio = Self.ratio(scores, best, after: state, terms)
    let utility = (Fixed64(2, over: 5) * forecastRatio + Fixed64(1, over: 10))
      .clamped(Fixed64(1, over: 10), .half)
    forecastUtility = utility
    let (f, g, h) = (tasks[0].entropy, tasks[1].entropy, tasks[2].entropy)
    // What workers earn together does not depend on how they divide it.
    let scale = (f + g) / ((.one - utility) * f + utility * g)
    let sum = f + g + h
    let parts = [(.one - utility) * scale * f, utility * scale * g, h]
    for index in tasks.indices {
      tasks[index].share = parts[index] / sum
      let whole = reward * tasks[index].share
      tasks[index].rewards = tasks[index].fractions.map { whole * $0 }
    }
    (inferers, forecasters, reputers) = (tasks[0], tasks[1], tasks[2])
    state.infererShares = inferers.smoothed
    state.forecasterShares = forecasters.smoothed
    state.reputerShares = reputers.smoothed
    state.forecastRatio = forecastRatio
    self.state = state
  }

  /// What forecasting adds against what the best inferer adds, averaged from nothing on. Where no
  /// inferer adds anything, an epoch counts as 0; and no epoch for more than the terms allow, so
  /// that one in which inferers add next to nothing does not decide over many.
  private static func ratio(
    _ scores: TopicScores, _ best: Fixed64, after state: TopicState, _ terms: TopicTerms
  ) -> Fixed64 {
    if scores.forecasters.isEmpty { return state.forecastRatio }
    let ratio =
      best > .zero
      ? (scores.forecastTask / best).clamped(terms.leastRatio, terms.mostRatio) : .zero
    return TopicTerms.blend(ratio, state.forecastRatio, terms.smoothing)
  }
}
