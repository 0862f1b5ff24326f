// The weight that validators with a majority of stake agree on: a weighted median by column.

/// The weighted median of `weighted_median_col_sparse` (subtensor, epoch/math.rs).
///
/// There it is a quick-select: with `minority = sum − majority`, go to the scores below the pivot
/// while `minority` is less than their stake, to those above while the rest does not exceed it.
/// Sums of stake are exact, so what it finds does not depend on the pivots: it is the score `v`
/// with `below(v) <= minority < below(v) + at(v)`, or the least or greatest where none is. Here
/// it is found by halving the range of scores, which is the same work for every lane of a vector.
struct WeightedMedian: Sendable {
  /// Stake by row, a share of those who have any; 0 where a row has none.
  let stakes: [Int64]
  let minority: Int64
  /// Rows of the tile that have stake; the rest do not vote.
  let voters: [Int]
  /// Whether anybody with stake has no row at all: such a one gives everybody 0.
  let absentStake: Int64

  init(_ activeStake: [Fixed32], rows: [Int], majority: Fixed32) {
    let holding = activeStake.indices.filter { activeStake[$0] > .zero }
    let shares = holding.map { activeStake[$0] }.normalised
    var stakes = [Int64](repeating: 0, count: rows.count)
    var present: Int64 = 0
    var place = 0
    for (uid, share) in zip(holding, shares) {
      while place < rows.count, rows[place] < uid { place += 1 }
      guard place < rows.count, rows[place] == uid else { continue }
      stakes[place] = share.raw
      present += share.raw
    }
    self.stakes = stakes
    voters = stakes.indices.filter { stakes[$0] > 0 }
    let sum = shares.sum
    absentStake = sum.raw - present
    minority = (sum - majority).raw
  }

  /// The medians of eight columns; `scores` holds a vector a row.
  func medians(_ scores: UnsafeBufferPointer<SIMD8<Int64>>) -> SIMD8<Int64> {
    typealias Lanes = SIMD8<Int64>
    guard let first = voters.first else { return .zero }
    var least = scores[first]
    var greatest = least
    for row in voters {
      let score = scores[row]
      least = least.replacing(with: score, where: score .< least)
      greatest = greatest.replacing(with: score, where: score .> greatest)
    }
    if absentStake > 0 {
      least = least.replacing(with: Lanes.zero, where: least .> Lanes.zero)
      greatest = greatest.replacing(with: Lanes.zero, where: greatest .< Lanes.zero)
    }
    let absent = Lanes(repeating: absentStake)
    let bound = Lanes(repeating: minority)
    let none = Lanes.zero
    // The greatest score whose stake below does not exceed the minority. `below` grows with the
    // score and changes only behind a score, so the search ends on one or at an end.
    var low = least
    var high = greatest
    return stakes.withUnsafeBufferPointer { stakes in
      while (high &- low).positiveLanes != 0 {
        let middle = low &+ ((high &- low &+ 1) &>> 1)
        var below = absent.replacing(with: none, where: middle .<= none)
        for row in stakes.indices {
          let stake = Lanes(repeating: stakes[row])
          below &+= stake.replacing(with: none, where: scores[row] .>= middle)
        }
        let fits = below .<= bound
        low = low.replacing(with: middle, where: fits)
        high = (middle &- 1).replacing(with: high, where: fits)
      }
      return low
    }
  }
}
