// The sweeps over a tile where the processor has products of 52 bits: the same bits in fewer steps.

import CKernels

/// What the kernels of an epoch read of its rows.
///
/// Each kernel is one sweep over a tile, which the plain lanes make as well; where a column holds
/// what a kernel has no room for, those do it.
struct YumaKernels: Sendable {
  let divisors: [tolsey_yuma_divisor]
  /// Stakes as shares times 2^20.
  let stakes: [UInt64]

  init(_ divisors: [ShareDivisor], _ active: ActiveStakes) {
    self.divisors = divisors.map { tolsey_yuma_divisor($0) }
    stakes = active.shares.map { UInt64($0) &<< 20 }
  }

  /// Whether this machine has them.
  static let areThere = tolsey_cpu_features() & UInt32(TOLSEY_CPU_AVX512_IFMA) != 0

  /// The greatest number that is divided by one product of 52 bits.
  static let mostDivided: UInt32 = 1 << 20

  /// What the columns of a tile are worth by stake, before and after they are cut.
  func ranks(
    _ scores: UnsafePointer<Lanes>, _ agreed: Lanes, _ trusted: inout [LanePairs]
  ) -> (before: Lanes, after: Lanes) {
    var (before, after, agreed) = (Lanes.zero, Lanes.zero, agreed)
    tolsey_yuma_rank(scores, stakes, stakes.count, &agreed, &trusted, &before, &after)
    return (before, after)
  }

  /// Mixes bonds with weights; nil where that takes more than one product a division.
  func mix(
    _ weights: UnsafePointer<Lanes>, _ new: ColumnTotals, _ newDivisor: LaneDivisor,
    with bonds: UnsafeMutablePointer<Lanes>, _ oldDivisor: LaneDivisor, _ rate: BondRate
  ) -> ColumnTotals? {
    let isTooMuch = new.greatest .> Lanes(repeating: Self.mostDivided)
    guard Lanes.zero.replacing(with: new.greatest, where: isTooMuch).areZero,
      !rate.isAllNew, !rate.isAllOld
    else { return nil }
    var totals = ColumnTotals()
    var (newDivisor, oldDivisor) = (newDivisor, oldDivisor)
    tolsey_yuma_mix(
      weights, &newDivisor, bonds, &oldDivisor, UInt64(rate.rate) &<< 20,
      UInt64(rate.kept) &<< 20, stakes.count, &totals)
    return totals
  }
}

extension tolsey_yuma_divisor {
  init(_ divisor: ShareDivisor) {
    let inverse = UInt64(divisor.high) &<< 32 | UInt64(divisor.low)
    // Rounded up once and once more is rounded up at once; it never reaches 2^52.
    self.init(inverse: (inverse &+ 4_095) &>> 12, shift: UInt64(divisor.shift))
  }
}

extension LaneDivisor {
  /// Whether every divisor lies within 2^20 below 2^32, or is none: the quotient then is not much
  /// more than what is divided.
  var areNearWhole: Bool { (shift | (high &>> 20)).areZero }
}

extension YumaRows {
  /// Hands out the rows of a tile: those that are lines, and those that are read entry by entry.
  @inline(__always)
  mutating func sweep(
    _ columns: Range<Int>, of cells: [UInt16], _ body: (tolsey_yuma_rows) -> Void
  ) {
    let inside = UInt16(truncatingIfNeeded: (1 &<< columns.count) &- 1)
    lineUpSparse(columns)
    for isSparse in [false, true] {
      let first = isSparse ? 0 : columns.lowerBound
      (isSparse ? sparse : dense).withUnsafeBufferPointer { lines in
        (isSparse ? window : cells).withUnsafeBufferPointer { cells in
          guard let base = cells.baseAddress, !lines.isEmpty else { return }
          body(
            tolsey_yuma_rows(
              cells: base + first, lines: lines.baseAddress, count: lines.count, inside: inside))
        }
      }
    }
  }
}

extension YumaEpoch {
  /// Scores of a tile, and between what they lie.
  mutating func sweepScores(
    _ columns: Range<Int>, _ tile: UnsafeMutablePointer<Lanes>, _ kernels: YumaKernels
  ) -> WeightedMedian.Range {
    var range = WeightedMedian.Range()
    weights.sweep(columns, of: cells) {
      tolsey_yuma_scores($0, kernels.divisors, tile, &range.low, &range.high)
    }
    return range
  }

  /// Stake times weight as bonds see it, where a weight loses nothing or all above the consensus.
  mutating func sweepSeen(
    _ columns: Range<Int>, _ tile: UnsafeMutablePointer<Lanes>, _ agreed: Lanes,
    _ kernels: YumaKernels
  ) -> ColumnTotals {
    var totals = ColumnTotals()
    var agreed = input.bondsPenalty == 0 ? Lanes(repeating: .max) : agreed
    let sole = active.sole
    weights.sweep(columns, of: cells) {
      tolsey_yuma_seen($0, kernels.divisors, kernels.stakes, sole, &agreed, tile, &totals)
    }
    return totals
  }

  /// Bonds as they are stored.
  mutating func sweepBonds(
    _ columns: Range<Int>, _ tile: UnsafeMutablePointer<Lanes>
  ) -> ColumnTotals {
    var totals = ColumnTotals()
    bonds.sweep(columns, of: cells) { tolsey_yuma_shares($0, tile, &totals) }
    return totals
  }

  /// Dividends and stored bonds of a tile, `earned` by column; false where it takes the long way.
  mutating func sweepCollected(
    _ bonds: UnsafePointer<Lanes>, _ totals: ColumnTotals, _ bySum: LaneDivisor,
    _ earned: Lanes, _ earnings: inout [LanePairs]
  ) -> Bool {
    let owned = bySum.quotients(totals.greatest)
    let isSmall = (owned .<= Lanes(repeating: 1 << 16)) .& (owned .> Lanes.zero)
    guard bySum.areNearWhole, Lanes.zero.replacing(with: owned, where: isSmall).areZero
    else { return false }
    let (first, lines) = (column, storedLines)
    let parts = [totals.greatest, owned, earned]
    var divisor = bySum
    newBonds.withMatrix { cells, held, width in
      lines.withUnsafeBufferPointer { lines in
        parts.withUnsafeBufferPointer { parts in
          withUnsafeBytes(of: &divisor) { divisor in
            guard let parts = parts.baseAddress else { return }
            let of = tolsey_yuma_bonds(
              by_sum: divisor.baseAddress, greatest: parts, greatest_owned: parts + 1,
              earned: parts + 2, lines: lines.baseAddress)
            tolsey_yuma_collect(
              bonds, lines.count, of, &earnings, cells.map { $0 + first },
              held.map { $0 + first }, width)
          }
        }
      }
    }
    return true
  }
}
