// What an answer is worth: the information that it gave about the truth, not the time it took.

public import Arithmetic

/// Pay of workers by information.
public enum LabelPay {
  /// The bits that one answer of each worker tells about the truth: the mutual information of the
  /// worker's answers with what everybody else's say (Shannon, 1948).
  ///
  /// Who clicks at random, or always the same, tells nothing and earns nothing; and since a
  /// worker's own votes are left out of the truth that they are measured by, nobody earns by
  /// agreeing with oneself. Gold items, where there are any, are truth whatever the crowd says.
  public static func information(
    _ votes: LabelVotes, _ estimate: LabelEstimate, known: [Int?] = []
  ) -> [Fixed64] {
    let labels = votes.labels
    var joint = [Fixed64](repeating: .zero, count: votes.workers * labels * labels)
    var counts = [Int](repeating: 0, count: votes.workers)
    let logErrors = estimate.errors.map(LabelVotes.logarithm)
    let logPriors = estimate.priors.map(LabelVotes.logarithm)
    let known = votes.gold(known)
    var all = [Fixed64](repeating: .zero, count: labels)
    var others = all
    for item in 0..<votes.items {
      let range = votes.starts[item]..<votes.starts[item + 1]
      let truth = known.isEmpty ? nil : known[item]
      all = logPriors
      for place in range {
        let row = votes.row(place)
        for label in 0..<labels { all[label] += logErrors[row + label] }
      }
      for place in range {
        let row = votes.row(place)
        if let truth {
          joint[row + truth] += .one
        } else {
          // All evidence without this vote: sums are exact, so that it comes out again whole.
          for label in 0..<labels { others[label] = all[label] - logErrors[row + label] }
          LabelVotes.normalise(others, into: &others, at: 0)
          for label in 0..<labels { joint[row + label] += others[label] }
        }
        counts[Int(votes.votes[place].worker)] += 1
      }
    }
    let block = labels * labels
    return (0..<votes.workers).map { worker in
      let table = joint[worker * block..<(worker + 1) * block]
      return mutual(table.map { $0 / Fixed64(max(1, counts[worker])) }, labels)
    }
  }

  /// `Σ p(o, t) log2(p(o, t) / (p(o) p(t)))` of a joint distribution, answers by rows; bits.
  static func mutual(_ joint: [Fixed64], _ labels: Int) -> Fixed64 {
    var answers = [Fixed64](repeating: .zero, count: labels)
    var truths = answers
    for answer in 0..<labels {
      for truth in 0..<labels {
        answers[answer] += joint[answer * labels + truth]
        truths[truth] += joint[answer * labels + truth]
      }
    }
    func entropy(_ parts: [Fixed64]) -> Fixed64 {
      -parts.map { $0 > .zero ? $0 * Fixed64.log2($0) : .zero }.sum
    }
    return max(.zero, entropy(answers) + entropy(truths) - entropy(joint))
  }

  /// Divides a budget by information times answers; what rounding leaves stays with the payer.
  public static func shares(
    of budget: UInt64, information: [Fixed64], answers: [Int]
  ) -> [UInt64] {
    let worth = zip(information, answers).map { $0 * Fixed64($1) }
    let sum = worth.sum
    guard sum > .zero else { return worth.map { _ in 0 } }
    return worth.map { part in
      // Rounded down twice, so that the parts never exceed the whole.
      UInt64(clamping: ((part / sum) * Fixed64(clamping: budget)).raw >> 64)
    }
  }
}
