// Truth and error matrices at once, from votes alone: the model of Dawid and Skene.

import Arithmetic

/// Each worker has an error matrix, which expectation and maximisation find together with the
/// truth (Dawid, Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
/// Algorithm", Applied Statistics 28, 1979, equations 2.3 to 2.5).
///
/// Start, floor and order of steps are those of crowd-kit 1.4.1: majority shares, then expectation,
/// priors, maximisation. Posteriors of its runs agree to 1e-9, the digits that they have.
public enum DawidSkene {
  /// What a sum of posteriors is at least, so that no answer is impossible.
  static let floor = Fixed64(1, over: 10_000_000_000)

  /// `known` are gold items: their truth is given, and counts in every step.
  public static func estimate(
    _ votes: LabelVotes, rounds: Int = 20, known: [Int?] = []
  ) -> LabelEstimate {
    let known = votes.gold(known)
    var posteriors = votes.start(known)
    var priors = votes.priors(posteriors)
    var errors = matrices(votes, posteriors)
    for _ in 0..<rounds {
      posteriors = votes.posteriors(
        errors.map(LabelVotes.logarithm), priors.map(LabelVotes.logarithm), known: known)
      priors = votes.priors(posteriors)
      errors = matrices(votes, posteriors)
    }
    return LabelEstimate(
      labels: votes.labels, posteriors: posteriors, priors: priors, errors: errors)
  }

  /// The error matrices under given posteriors.
  static func matrices(_ votes: LabelVotes, _ posteriors: [Fixed64]) -> [Fixed64] {
    let labels = votes.labels
    var sums = [Fixed64](repeating: .zero, count: votes.workers * labels * labels)
    var gives = [Bool](repeating: false, count: votes.workers * labels)
    for vote in votes.votes {
      let row = Int(vote.worker) * labels + Int(vote.label)
      gives[row] = true
      let item = Int(vote.item) * labels
      for label in 0..<labels { sums[row * labels + label] += posteriors[item + label] }
    }
    for worker in 0..<votes.workers {
      for truth in 0..<labels {
        var total = Fixed64.zero
        for label in 0..<labels where gives[worker * labels + label] {
          let place = (worker * labels + label) * labels + truth
          sums[place] = max(sums[place], floor)
          total += sums[place]
        }
        for label in 0..<labels where gives[worker * labels + label] {
          let place = (worker * labels + label) * labels + truth
          sums[place] = sums[place] / total
        }
      }
    }
    return sums
  }
}
