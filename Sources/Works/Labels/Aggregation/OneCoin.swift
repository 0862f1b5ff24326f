// One number a worker, with a belief about it beforehand: what little data can bear.

public import Arithmetic

/// Each worker is right with one probability whatever the label, and wrong evenly otherwise
/// (Raykar et al., "Learning From Crowds", JMLR 11, 2010, with a beta prior as in section 2.4;
/// Zhang et al., "Spectral Methods Meet EM", NIPS 2014, call it the one-coin model).
public struct OneCoin: Hashable, Sendable {
  /// Right and wrong answers that every worker starts with.
  public var right = Fixed64(4)
  public var wrong = Fixed64(1)

  public init() {}

  public func estimate(
    _ votes: LabelVotes, rounds: Int = 20, known: [Int?] = []
  ) -> LabelEstimate {
    let labels = votes.labels
    let known = votes.gold(known)
    var posteriors = votes.start(known)
    // With little data the labels are taken as equally common.
    let priors = Array(repeating: Fixed64(1, over: max(1, labels)), count: labels)
    var skills = self.skills(votes, posteriors)
    for _ in 0..<rounds {
      posteriors = votes.posteriors(
        errors(skills, labels).map(LabelVotes.logarithm), priors.map(LabelVotes.logarithm),
        known: known)
      skills = self.skills(votes, posteriors)
    }
    return LabelEstimate(
      labels: labels, posteriors: posteriors, priors: priors, errors: errors(skills, labels))
  }

  /// How likely each worker is right, under given posteriors.
  public func skills(_ votes: LabelVotes, _ posteriors: [Fixed64]) -> [Fixed64] {
    var hits = [Fixed64](repeating: right, count: votes.workers)
    var all = [Fixed64](repeating: right + wrong, count: votes.workers)
    for vote in votes.votes {
      hits[Int(vote.worker)] += posteriors[Int(vote.item) * votes.labels + Int(vote.label)]
      all[Int(vote.worker)] += .one
    }
    return zip(hits, all).map { $0 / $1 }
  }

  private func errors(_ skills: [Fixed64], _ labels: Int) -> [Fixed64] {
    var errors: [Fixed64] = []
    errors.reserveCapacity(skills.count * labels * labels)
    for skill in skills {
      let other = (.one - skill) / Fixed64(max(1, labels - 1))
      for label in 0..<labels {
        for truth in 0..<labels { errors.append(label == truth ? skill : other) }
      }
    }
    return errors
  }
}
