// The weight that validators with a majority of stake agree on: a weighted median by column.

/// The weighted median of `weighted_median_col_sparse` (subtensor, epoch/math.rs).
///
/// There it is a quick-select: with `minority = sum − majority`, go to the scores below the pivot
/// while `minority` is less than their stake, to those above while the rest does not exceed it.
/// Sums of stake are exact, so what it finds does not depend on the pivots: it is the score `v`
/// with `below(v) <= minority < below(v) + at(v)`, or the least or greatest where none is. Here
/// it is found by narrowing a range of scores, which is the same work for every lane of a vector.
struct WeightedMedian: Sendable {
  /// Rows of the tile that have stake; the rest do not vote.
  let voters: [Int]
  /// Stake by voter, a share of those who have any.
  let stakes: [UInt32]
  let minority: Int64
  /// Whether anybody with stake has no row at all: such a one gives everybody 0.
  let absentStake: Int64

  init(_ activeStake: [Fixed32], rows: [Int], majority: Fixed32) {
    let holding = activeStake.indices.filter { activeStake[$0] > .zero }
    let shares = holding.map { activeStake[$0] }.normalised
    var voters: [Int] = []
    var stakes: [UInt32] = []
    var present: Int64 = 0
    var place = 0
    for (uid, share) in zip(holding, shares) {
      while place < rows.count, rows[place] < uid { place += 1 }
      guard place < rows.count, rows[place] == uid, share > .zero else { continue }
      voters.append(place)
      // Only who votes alone has all of the stake, and then nothing is weighed.
      stakes.append(UInt32(clamping: share.raw))
      present += share.raw
    }
    self.voters = voters
    self.stakes = stakes
    let sum = shares.sum
    absentStake = sum.raw - present
    minority = (sum - majority).raw
  }

  /// The medians of sixteen columns; `scores` holds a vector a row. The greatest score of a lane
  /// stands for itself or for a whole, as the caller likes: scores are only compared.
  ///
  /// `votes` has room for those of all voters, side by side, where not all rows vote.
  @inline(__always)
  func medians(
    _ scores: UnsafePointer<Lanes>, _ votes: UnsafeMutablePointer<Lanes>
  ) -> Lanes {
    guard !voters.isEmpty else { return .zero }
    return voters.withUnsafeBufferPointer { voters in
      stakes.withUnsafeBufferPointer { stakes in
        let areAll = voters[voters.count &- 1] == voters.count &- 1
        if !areAll { for place in voters.indices { votes[place] = scores[voters[place]] } }
        let scores = areAll ? scores : UnsafePointer(votes)
        var range = Range(scores[0])
        for place in voters.indices { range.extend(to: scores[place]) }
        if absentStake > 0 { range.extend(to: .zero) }
        guard minority >= 0 else { return range.low }
        let panel = Panel(stakes: stakes, scores: scores)
        // `below` never reaches 2^32: it leaves out whoever gave the greatest score.
        let absent = UInt32(clamping: absentStake)
        let bound = Lanes(repeating: UInt32(clamping: minority))
        for _ in 0..<Self.coarseSteps where !range.isPoint {
          panel.halve(&range, absent: absent, bound)
        }
        while !range.isPoint { panel.narrow(&range, absent: absent, bound) }
        return range.low
      }
    }
  }

  /// Steps that only halve the range, before those that also go to the nearest scores: those
  /// end sooner, and cost more than twice as much.
  static let coarseSteps = 7
}

extension WeightedMedian {
  /// The lanes' medians lie between these, both included.
  struct Range {
    var low: Lanes
    var high: Lanes

    @inline(__always)
    init(_ score: Lanes) { (low, high) = (score, score) }

    @inline(__always)
    mutating func extend(to score: Lanes) {
      low = low.least(score)
      high = high.greatest(score)
    }

    @inline(__always)
    var isPoint: Bool { (low ^ high).areZero }

    /// More than `low`, at most `high` where they differ.
    @inline(__always)
    var middle: Lanes {
      let width = high &- low
      return low &+ (width &>> 1) &+ (width & 1)
    }
  }

  /// The votes on sixteen columns.
  struct Panel {
    let stakes: UnsafeBufferPointer<UInt32>
    let scores: UnsafePointer<Lanes>

    /// Stake below the middle of the range decides which half remains. `below` grows with the
    /// score, so the greatest score that has not too much below it stays inside.
    @inline(__always)
    func halve(_ range: inout Range, absent: UInt32, _ bound: Lanes) {
      let middle = range.middle
      var below = Lanes(repeating: absent).replacing(with: Lanes.zero, where: middle .== .zero)
      // Two sums side by side: neither waits for the other's last step.
      var other = Lanes.zero
      var place = 0
      while place &+ 1 < stakes.count {
        below &+= stake(place, below: middle)
        other &+= stake(place &+ 1, below: middle)
        place &+= 2
      }
      if place < stakes.count { below &+= stake(place, below: middle) }
      below &+= other
      let isOpen = range.low .< range.high
      let fits = below .<= bound
      range.low = range.low.replacing(with: middle, where: fits .& isOpen)
      range.high = range.high.replacing(with: middle &- 1, where: .!fits .& isOpen)
    }

    @inline(__always)
    private func stake(_ place: Int, below middle: Lanes) -> Lanes {
      Lanes(repeating: stakes[place]).replacing(
        with: Lanes.zero, where: scores[place] .>= middle)
    }

    /// As `halve`, but to the score next to the middle on the side that remains: `below` is the
    /// same from there to the middle. A range without scores inside ends at once.
    @inline(__always)
    func narrow(_ range: inout Range, absent: UInt32, _ bound: Lanes) {
      let middle = range.middle
      let isAbsentBelow = middle .> Lanes.zero
      var below = Lanes.zero.replacing(
        with: Lanes(repeating: absent), where: isAbsentBelow)
      var before = Lanes.zero
      var after = Lanes(repeating: .max)
      for place in stakes.indices {
        let score = scores[place]
        let isBelow = score .< middle
        let stake = Lanes(repeating: stakes[place])
        below = below.replacing(with: below &+ stake, where: isBelow)
        before = before.replacing(with: before.greatest(score), where: isBelow)
        after = after.least(score.replacing(with: UInt32.max, where: isBelow))
      }
      let isOpen = range.low .< range.high
      let fits = below .<= bound
      range.low = range.low.replacing(with: after, where: fits .& isOpen)
      range.high = range.high.replacing(with: before, where: .!fits .& isOpen)
    }
  }
}
