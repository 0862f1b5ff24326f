// The weight that validators with a majority of stake agree on: a weighted median by column.

/// The weighted median of `weighted_median_col_sparse` (subtensor, epoch/math.rs).
///
/// There it is a quick-select: with `minority = sum − majority`, go to the scores below the pivot
/// while `minority` is less than their stake, to those above while the rest does not exceed it.
/// Sums of stake are exact, so what it finds does not depend on the pivots: it is the score `v`
/// with `below(v) <= minority < below(v) + at(v)`, or the least or greatest where none is. Here
/// it is found by halving a range of scores until few are in it, and by going through those from
/// below, which is the same work for every lane of a vector.
struct WeightedMedian: Sendable {
  /// Rows of the tile that have stake; the rest do not vote.
  let voters: [Int]
  /// Whether all rows vote.
  let areAll: Bool
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
    areAll = voters.count == rows.count
    self.stakes = stakes
    let sum = shares.sum
    absentStake = sum.raw - present
    minority = (sum - majority).raw
  }

  /// The medians of sixteen columns; `scores` holds a vector a row. The greatest score of a lane
  /// stands for itself or for a whole, as the caller likes: scores are only compared.
  ///
  /// All scores lie in the `range`. `votes` has room for those of all voters, side by side, where
  /// not all rows vote.
  @inline(__always)
  func medians(
    _ scores: UnsafePointer<Lanes>, in range: Range, _ votes: UnsafeMutablePointer<Lanes>
  ) -> Lanes {
    guard !voters.isEmpty else { return .zero }
    var range = range
    if !areAll {
      // Beyond the greatest vote the stake below could be all there is, which fits no lane.
      range = Range()
      for place in voters.indices {
        votes[place] = scores[voters[place]]
        range.extend(to: votes[place])
      }
    }
    if absentStake > 0 { range.extend(to: .zero) }
    return stakes.withUnsafeBufferPointer { stakes in
      // The stake below a score never reaches 2^32: it leaves out who gave the greatest.
      let panel = Panel(
        stakes: stakes, scores: areAll ? scores : UnsafePointer(votes),
        absent: UInt32(clamping: absentStake),
        bound: Lanes(repeating: UInt32(clamping: minority)))
      // Of random scores so many halvings leave one or two.
      var steps = stakes.count.bitWidth &- stakes.count.leadingZeroBitCount
      // Scores that lie close together beside others far away are halved again, and no more of
      // them are gone through than two at a time.
      while !range.isPoint {
        for _ in 0..<steps { panel.halve(&range) }
        panel.shrink(&range)
        for _ in 0..<2 where !range.isPoint { panel.step(&range) }
        steps = 4
      }
      return range.low
    }
  }
}

extension WeightedMedian {
  /// The lanes' medians lie between these, both included.
  struct Range {
    var low = Lanes(repeating: .max)
    var high = Lanes.zero
    /// Stake below `low`.
    var below = Lanes.zero

    @inline(__always)
    mutating func extend(to score: Lanes) {
      low = low.least(score)
      high = high.greatest(score)
    }

    @inline(__always)
    var isPoint: Bool { (low ^ high).areZero }
  }

  /// The votes on sixteen columns.
  struct Panel {
    let stakes: UnsafeBufferPointer<UInt32>
    let scores: UnsafePointer<Lanes>
    /// The stake of those who give everybody 0, and the stake below which a median lies.
    let absent: UInt32
    let bound: Lanes

    /// Goes to the half of the range in which the median lies: the stake below a score grows with
    /// it, so the greatest score that has not too much below it stays inside.
    @inline(__always)
    func halve(_ range: inout Range) {
      let middle = Self.middle(range.low, range.high)
      var below = Lanes(repeating: absent).replacing(
        with: Lanes.zero, where: middle .== Lanes.zero)
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
      let fits = below .<= bound
      range.high = range.high.replacing(with: middle &- 1, where: .!fits)
      range.low = range.low.replacing(with: middle, where: fits)
      range.below = range.below.replacing(with: below, where: fits)
    }

    @inline(__always)
    private func stake(_ place: Int, below middle: Lanes) -> Lanes {
      Lanes(repeating: stakes[place]).replacing(
        with: Lanes.zero, where: scores[place] .>= middle)
    }

    /// More than `low`, at most `high` where they differ.
    @inline(__always)
    private static func middle(_ low: Lanes, _ high: Lanes) -> Lanes {
      let width = high &- low
      return low &+ (width &>> 1) &+ (width & 1)
    }

    /// Draws the ends of the range to the outermost votes in it; one is the median.
    @inline(__always)
    func shrink(_ range: inout Range) {
      let isAbsent = absent > 0 ? range.low .== Lanes.zero : Lanes.zero .> Lanes.zero
      var low = Lanes(repeating: .max).replacing(with: Lanes.zero, where: isAbsent)
      var high = Lanes.zero
      for place in stakes.indices {
        let score = scores[place]
        low = low.replacing(with: low.least(score), where: score .>= range.low)
        high = high.replacing(with: high.greatest(score), where: score .<= range.high)
      }
      (range.low, range.high) = (low, high)
    }

    /// Goes from the lowest vote of the range to the next where the stake up to it is too little.
    @inline(__always)
    func step(_ range: inout Range) {
      var upTo =
        range.below
        &+ Lanes(repeating: absent).replacing(with: Lanes.zero, where: range.low .!= Lanes.zero)
      var next = Lanes(repeating: .max)
      for place in stakes.indices {
        let (score, stake) = (scores[place], Lanes(repeating: stakes[place]))
        upTo &+= stake.replacing(with: Lanes.zero, where: score .!= range.low)
        next = next.replacing(with: next.least(score), where: score .> range.low)
      }
      // In a range that is no point there is a next one.
      let goesOn = (upTo .<= bound) .& (range.low .< range.high)
      range.below = range.below.replacing(with: upTo, where: goesOn)
      range.low = range.low.replacing(with: next, where: goesOn)
      range.high = range.high.replacing(with: range.low, where: .!goesOn)
    }
  }
}
