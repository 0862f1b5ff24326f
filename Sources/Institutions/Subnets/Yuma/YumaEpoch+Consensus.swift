// The first pass of an epoch: what each member is worth by the stake that judges it.

import Primitives

/// Stakes as the passes multiply with them: whoever has all of it is named, for it fits no lane.
struct ActiveStakes: Sendable {
  let shares: [UInt32]
  let sole: Int

  init(_ stakes: [Fixed32]) {
    shares = stakes.map { UInt32(truncatingIfNeeded: $0.raw) }
    sole = stakes.firstIndex(of: .one) ?? -1
  }
}

/// A weight of all that a row has to give: 2^32, which fits no lane.
struct WholeWeight: Sendable {
  let row: Int
  let member: Int

  /// The same in the order of scores: no other score is greater than 2^32 − 2.
  static let score = UInt32.max
}

/// Weights as shares of what their row gives, and between what they lie.
private struct Scores: RowForm {
  let divisors: UnsafeBufferPointer<ShareDivisor>

  var nothing: WeightedMedian.Range { WeightedMedian.Range() }

  @inline(__always)
  func lanes(_ row: Int, _ shares: Lanes, _ total: inout WeightedMedian.Range) -> Lanes {
    let score = divisors[row].quotients(shares)
    total.extend(to: score)
    return score
  }
}

extension YumaEpoch {
  /// Consensus, prerank and rank of the columns up to `end`, and their part of validators' trust.
  ///
  /// A weight above the consensus is cut to it (`col_clip_sparse`), so that stake without a
  /// majority behind it can lift nobody.
  mutating func findConsensus(below end: Int) {
    let divisors = rowDivisors
    var tile = [Lanes](repeating: .zero, count: members.count)
    var votes = tile
    var trusted = [LanePairs](repeating: .zero, count: members.count)
    while column < end {
      let stop = min(column + Self.tileWidth, end)
      tile.withUnsafeMutableBufferPointer { scores in
        guard let scores = scores.baseAddress else { return }
        var range =
          if let kernels {
            sweepScores(column..<stop, scores, kernels)
          } else {
            divisors.withUnsafeBufferPointer {
              weights.load(column..<stop, of: cells, to: scores, as: Scores(divisors: $0))
            }
          }
        for whole in wholeWeights(below: stop) {
          scores[whole.row][whole.member - column] = WholeWeight.score
          range.extend(to: scores[whole.row])
        }
        let agreed = votes.withUnsafeMutableBufferPointer { votes in
          votes.baseAddress.map { median.medians(scores, in: range, $0) } ?? .zero
        }
        for lane in 0..<stop - column {
          let score = agreed[lane]
          consensus[column + lane] = score == WholeWeight.score ? 1 << 32 : Int64(score)
        }
        for whole in wholeWeights(below: stop) {
          rankWhole(whole)
          scores[whole.row][whole.member - column] = 0
        }
        rank(scores, agreed, below: stop, &trusted)
      }
      column = stop
    }
    for row in trusted.indices { trust[row] &+= Int64(trusted[row].wrappedSum()) }
  }

  /// Prerank and rank of one tile, and trust by row.
  private mutating func rank(
    _ scores: UnsafePointer<Lanes>, _ agreed: Lanes, below stop: Int, _ trusted: inout [LanePairs]
  ) {
    let ranked =
      if let kernels {
        kernels.ranks(scores, agreed, &trusted)
      } else {
        plainRanks(scores, agreed, &trusted)
      }
    var (before, after) = ranked
    if active.sole >= 0 {
      // Its stake counted as 0, as everybody else's is.
      before = scores[active.sole]
      after = before.least(agreed)
    }
    for lane in 0..<stop - column {
      preranks[column + lane] &+= Int64(before[lane])
      ranks[column + lane] &+= Int64(after[lane])
    }
  }

  /// What the columns of a tile are worth by stake, before and after they are cut.
  private func plainRanks(
    _ scores: UnsafePointer<Lanes>, _ agreed: Lanes, _ trusted: inout [LanePairs]
  ) -> (before: Lanes, after: Lanes) {
    active.shares.withUnsafeBufferPointer { shares in
      trusted.withUnsafeMutableBufferPointer { trusted in
        // In variables of the loop: through memory each row would wait for the one before.
        var (before, after) = (Lanes.zero, Lanes.zero)
        for row in shares.indices {
          let score = scores[row]
          let clipped = score.least(agreed)
          trusted[row] &+= clipped.evenLanes &+ clipped.oddLanes
          // Sums stay below that of stakes: no score here is a whole.
          before &+= score.scaled(by: shares[row])
          after &+= clipped.scaled(by: shares[row])
        }
        return (before: before, after: after)
      }
    }
  }

  /// The part of a whole weight in prerank, rank and trust.
  private mutating func rankWhole(_ whole: WholeWeight) {
    let stake = activeStake[members[whole.row]]
    let clipped = Fixed32(raw: consensus[whole.member])
    preranks[whole.member] &+= stake.raw
    ranks[whole.member] &+= (clipped * stake).raw
    trust[whole.row] &+= clipped.raw
  }

  /// The whole weights on the members of the tile that begins at `column`.
  func wholeWeights(below stop: Int) -> ArraySlice<WholeWeight> {
    guard !wholes.isEmpty else { return [] }
    let first = wholes.firstIndex { $0.member >= column } ?? wholes.endIndex
    let last = wholes[first...].firstIndex { $0.member >= stop } ?? wholes.endIndex
    return wholes[first..<last]
  }
}
