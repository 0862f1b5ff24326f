// What a set of votes says about items and workers, and the step that both models share.

public import Arithmetic

/// Posteriors of items, and what is known of workers.
public struct LabelEstimate: Hashable, Sendable {
  public let labels: Int
  /// By item, by label: how likely the label is the true one.
  public var posteriors: [Fixed64]
  /// How common each label is.
  public var priors: [Fixed64]
  /// By worker, by label given, by true label: how likely the worker answers so. A label that the
  /// worker never gave has 0.
  public var errors: [Fixed64]

  public func posterior(_ item: Int) -> ArraySlice<Fixed64> {
    posteriors[item * labels..<(item + 1) * labels]
  }

  /// The likeliest label, the first of equals, and how likely it is.
  public func best(_ item: Int) -> (label: Int, confidence: Fixed64) {
    let range = posterior(item)
    var best = range.startIndex
    for place in range.indices where range[place] > range[best] { best = place }
    return (best - range.startIndex, range[best])
  }

  func error(_ worker: Int, said label: Int, of truth: Int) -> Fixed64 {
    errors[(worker * labels + label) * labels + truth]
  }
}

/// Which model aggregates; with few votes a full error matrix fits noise.
public enum LabelModel: String, Sendable {
  case dawidSkene, oneCoin

  /// Five votes for each number that the full model estimates.
  public static func fitting(_ votes: LabelVotes) -> LabelModel {
    let numbers = votes.workers * votes.labels * max(1, votes.labels - 1)
    return votes.votes.count < 5 * numbers ? .oneCoin : .dawidSkene
  }
}

extension LabelVotes {
  /// Where the numbers of a vote's worker and label begin in a list of error matrices.
  func row(_ place: Int) -> Int {
    (Int(votes[place].worker) * labels + Int(votes[place].label)) * labels
  }

  /// The posteriors of all items from logarithms (base 2) of errors and priors; items whose truth
  /// is known keep it.
  func posteriors(
    _ logErrors: [Fixed64], _ logPriors: [Fixed64], known: [Int?]
  ) -> [Fixed64] {
    var result = [Fixed64](repeating: .zero, count: items * labels)
    var sums = [Fixed64](repeating: .zero, count: labels)
    for item in 0..<items {
      if let truth = known.isEmpty ? nil : known[item] {
        result[item * labels + truth] = .one
        continue
      }
      for label in 0..<labels { sums[label] = logPriors[label] }
      for place in starts[item]..<starts[item + 1] {
        let row = row(place)
        for label in 0..<labels { sums[label] += logErrors[row + label] }
      }
      Self.normalise(sums, into: &result, at: item * labels)
    }
    return result
  }

  /// Powers of 2, measured by the greatest, divided by their sum.
  static func normalise(_ sums: [Fixed64], into result: inout [Fixed64], at first: Int) {
    var greatest = sums[0]
    for sum in sums where sum > greatest { greatest = sum }
    var total = Fixed64.zero
    for label in sums.indices {
      let power = Fixed64.exp2(sums[label] - greatest)
      result[first + label] = power
      total += power
    }
    let scale = Fixed64.one / total
    for label in sums.indices { result[first + label] = result[first + label] * scale }
  }

  /// The mean posterior of each label.
  func priors(_ posteriors: [Fixed64]) -> [Fixed64] {
    var priors = [Fixed64](repeating: .zero, count: labels)
    for item in 0..<items {
      for label in 0..<labels { priors[label] += posteriors[item * labels + label] }
    }
    return priors.map { $0 / Fixed64(max(1, items)) }
  }

  /// The logarithm of a likelihood; of nothing it is so low that no other evidence undoes it.
  static func logarithm(_ likelihood: Fixed64) -> Fixed64 {
    likelihood > .zero ? Fixed64.log2(likelihood) : Fixed64(-1_000_000)
  }
}
