// The two passes of a classic epoch without vectors, number by number as subtensor writes them.

import Primitives

/// The reference for `findConsensus` and `mixBonds`, which must give the same bits; and what
/// computes with a moving average that is none, for there numbers leave 0 to 1.
extension YumaEpoch {
  /// Consensus, prerank, rank and trust.
  mutating func plainConsensus(below end: Int) {
    let majority = Fixed32(share: input.kappa)
    while column < end {
      let scores = plainWeights()
      let agreed = PlainMedian.median(
        of: members.indices.map { (activeStake[members[$0]], scores[$0]) },
        absent: absentStakes, majority: majority)
      consensus[column] = agreed.raw
      for row in members.indices {
        let stake = activeStake[members[row]]
        let clipped = min(scores[row], agreed)
        trust[row] += clipped.raw
        preranks[column] += (scores[row] * stake).raw
        ranks[column] += (clipped * stake).raw
      }
      column += 1
    }
  }

  /// Bonds and dividends.
  mutating func plainBonds(below end: Int) {
    let rate = Self.bondRate(input)
    while column < end {
      let seen = plainWeights().map {
        Fixed32(raw: bondWeight($0.raw, consensus[column]))
      }
      let new = members.indices.map { seen[$0] * activeStake[members[$0]] }.normalised
      var shares = [Fixed32](repeating: .zero, count: members.count)
      bonds.read(below: column + 1) { row, _, share in shares[row] = Fixed32(raw: Int64(share)) }
      let old = shares.normalised
      let mixed = members.indices.map { rate * new[$0] + (.one - rate) * old[$0] }
      let owned = mixed.normalised
      let greatest = owned.max() ?? .zero
      for row in members.indices {
        dividends[row] += (owned[row] * incentive[column]).raw
        let uid = members[row]
        guard mixed[row] > .zero, nextPermits[uid] else { continue }
        let entry = YumaEntry(UInt16(column), (owned[row] / greatest).share)
        newBonds.append(entry, to: uid)
      }
      column += 1
    }
  }

  /// A column of weights, each a share of its row.
  private mutating func plainWeights() -> [Fixed32] {
    var column = [Fixed32](repeating: .zero, count: members.count)
    let totals = weights.totals
    weights.read(below: self.column + 1) { row, _, share in
      column[row] = Fixed32(raw: Int64(share)) / Fixed32(raw: totals[row].sum)
    }
    return column
  }

  /// Stakes of those who have no row at all, and so give everybody 0.
  private var absentStakes: [Fixed32] {
    var isMember = [Bool](repeating: false, count: input.count)
    for uid in members { isMember[uid] = true }
    return activeStake.indices.filter { !isMember[$0] }.map { activeStake[$0] }
  }
}

/// The weighted median by its definition, from votes in the order of their scores.
enum PlainMedian {
  static func median(
    of votes: [(stake: Fixed32, score: Fixed32)], absent: [Fixed32], majority: Fixed32
  ) -> Fixed32 {
    let all = (votes + absent.map { (stake: $0, score: Fixed32.zero) }).filter {
      $0.stake > .zero
    }
    let shares = all.map(\.stake).normalised
    guard votes.contains(where: { $0.stake > .zero }) else { return .zero }
    let ranked = zip(all, shares).map { (score: $0.score, share: $1) }
      .sorted { $0.score < $1.score }
    let minority = shares.sum - majority
    var found = ranked[0].score
    var below = Fixed32.zero
    var place = 0
    while place < ranked.count, below <= minority {
      found = ranked[place].score
      while place < ranked.count, ranked[place].score == found {
        below = below + ranked[place].share
        place += 1
      }
    }
    return found
  }
}
