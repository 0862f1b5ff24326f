// What a topic remembers from epoch to epoch: who was how much better than the network.

public import Arithmetic
import Primitives

/// Regrets and averages of a topic after an epoch. Members are the inferers, then the forecasters.
public struct TopicState: Hashable, Sendable {
  public var networkLoss = Fixed64.zero
  /// By member: the network's loss minus the member's, averaged.
  public var regrets: [Fixed64]
  /// By inferer: the same against the network without forecasters.
  public var naiveRegrets: [Fixed64]
  /// By member left out, by member: the same in the network without the first.
  public var oneOutRegrets: [[Fixed64]]
  /// By forecaster: the regrets of all inferers and of that forecaster alone with them.
  public var oneInRegrets: [[Fixed64]]
  /// The latest scores of a task, the newest epoch first.
  public var infererScores: [Fixed64] = []
  public var forecasterScores: [Fixed64] = []
  /// Averages of reward fractions.
  public var infererShares: [Fixed64] = []
  public var forecasterShares: [Fixed64] = []
  public var reputerShares: [Fixed64] = []
  /// The average of what forecasting adds, against what the best inferer adds.
  public var forecastRatio = Fixed64.zero

  /// A topic at its beginning: nobody is ahead of anybody.
  public init(inferers: Int, forecasters: Int) {
    let members = inferers + forecasters
    regrets = Array(repeating: .zero, count: members)
    naiveRegrets = Array(repeating: .zero, count: inferers)
    oneOutRegrets = Array(repeating: regrets, count: members)
    oneInRegrets = Array(
      repeating: Array(repeating: .zero, count: inferers + 1), count: forecasters)
  }

  public var inferers: Int { naiveRegrets.count }
  public var forecasters: Int { oneInRegrets.count }

  /// Refuses a list that does not have an entry for each member.
  func require(_ entries: Int, of members: Int) throws(Refusal) {
    guard entries == members else { throw .unequalLists(entries, members: members) }
  }

  /// The state after an epoch with these losses: `R ← α (L_network − L_member) + (1 − α) R`.
  func learning(_ losses: TopicLosses, _ terms: TopicTerms) throws(Refusal) -> TopicState {
    try losses.require(inferers: inferers, forecasters: forecasters)
    var next = self
    next.networkLoss = losses.network
    let own = losses.inference + losses.implied
    func learn(_ regret: Fixed64, _ network: Fixed64, _ member: Fixed64) -> Fixed64 {
      TopicTerms.blend(network - member, regret, terms.regretRate)
    }
    next.regrets = zip(regrets, own).map { learn($0, losses.network, $1) }
    next.naiveRegrets = zip(naiveRegrets, losses.inference).map { learn($0, losses.naive, $1) }
    for out in oneOutRegrets.indices {
      for member in own.indices {
        // Without an inferer, what forecasters imply is another number with another loss.
        let isImplied = out < inferers && member >= inferers
        let loss = isImplied ? losses.impliedOneOut[member - inferers][out] : own[member]
        next.oneOutRegrets[out][member] = learn(
          oneOutRegrets[out][member], losses.oneOut[out], loss)
      }
    }
    for forecaster in oneInRegrets.indices {
      let members = losses.inference + [losses.implied[forecaster]]
      next.oneInRegrets[forecaster] = zip(oneInRegrets[forecaster], members).map {
        learn($0, losses.oneIn[forecaster], $1)
      }
    }
    return next
  }
}
