// Whether an item has been answered often enough, needs one more, or needs better eyes.

public import Arithmetic

/// What to do with an item after the answers that it has.
public enum LabelDecision: Hashable, Sendable {
  /// The posterior is sure: ask nobody else, and save the buyer's money.
  case accept(label: Int, confidence: Fixed64)
  case ask
  /// As many as may answer have, and it is still open: the next tier decides.
  case escalate
}

/// When to stop asking.
public struct LabelTerms: Hashable, Sendable {
  public var sure = Fixed64(98, over: 100)
  /// Fewer answers than this never decide, however sure they are.
  public var least = 2
  public var most = 5

  public init() {}

  /// The decision on an item with so many answers and this posterior; deterministic, so that
  /// everybody who holds the answers comes to the same.
  public func decide(_ posterior: [Fixed64], answers: Int) -> LabelDecision {
    var best = 0
    for label in posterior.indices where posterior[label] > posterior[best] { best = label }
    if answers >= least, !posterior.isEmpty, posterior[best] >= sure {
      return .accept(label: best, confidence: posterior[best])
    }
    return answers < most ? .ask : .escalate
  }

  /// The posterior of one item from answers of workers of known skill, one after the other as
  /// they come (Wald's sequential test, 1945, with as many sides as labels).
  public static func posterior(
    _ answers: [(label: Int, skill: Fixed64)], labels: Int
  ) -> [Fixed64] {
    guard labels > 0 else { return [] }
    var sums = [Fixed64](repeating: .zero, count: labels)
    for answer in answers {
      let right = LabelVotes.logarithm(answer.skill)
      let wrong = LabelVotes.logarithm((.one - answer.skill) / Fixed64(max(1, labels - 1)))
      for label in 0..<labels { sums[label] += label == answer.label ? right : wrong }
    }
    var result = sums
    LabelVotes.normalise(sums, into: &result, at: 0)
    return result
  }
}
