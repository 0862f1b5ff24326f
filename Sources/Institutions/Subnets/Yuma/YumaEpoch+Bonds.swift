// The second pass of a classic epoch: bonds move toward weights, and dividends follow bonds.

import Primitives

/// How far bonds move toward weights in an epoch.
struct BondRate {
  /// Shares of the new and the old; the whole is 0 here and said beside it.
  let rate: UInt32
  let kept: UInt32
  let isAllNew: Bool
  let isAllOld: Bool

  init(_ rate: Fixed32) {
    self.rate = UInt32(truncatingIfNeeded: rate.raw)
    kept = UInt32(truncatingIfNeeded: (Fixed32.one - rate).raw)
    isAllNew = rate == .one
    isAllOld = rate == .zero
  }

  /// `rate · new + (1 − rate) · old`.
  @inline(__always)
  func mixed(_ new: Lanes, _ old: Lanes) -> Lanes {
    if isAllNew { return new }
    return isAllOld ? old : new.scaled(by: rate) &+ old.scaled(by: kept)
  }
}

/// A tile of numbers with what each column comes to.
struct ColumnTotals {
  /// Sums that are 2^32 are 0 here, but then the greatest is not.
  var sums = Lanes.zero
  var greatest = Lanes.zero

  @inline(__always)
  mutating func add(_ lanes: Lanes) {
    sums &+= lanes
    greatest = greatest.greatest(lanes)
  }

  /// Columns in which one row has everything: its share is a whole, which fits no lane.
  var wholes: SIMDMask<SIMD16<Int32>> {
    (sums .== greatest) .& (greatest .> Lanes.zero)
  }

  var hasWholes: Bool {
    !Lanes.zero.replacing(with: Lanes(repeating: 1), where: wholes).areZero
  }

  var divisor: LaneDivisor { LaneDivisor(sums, greatest: greatest) }
}

/// Bonds as they are stored, and what each column of them comes to.
private struct OldBonds: RowForm {
  var nothing: ColumnTotals { ColumnTotals() }

  @inline(__always)
  func lanes(_ row: Int, _ shares: Lanes, _ total: inout ColumnTotals) -> Lanes {
    total.add(shares)
    return shares
  }
}

/// Stake times weight as bonds see it, and what each column of it comes to.
private struct SeenWeights: RowForm {
  let divisors: UnsafeBufferPointer<ShareDivisor>
  let stakes: UnsafeBufferPointer<UInt32>
  let sole: Int
  let agreed: Lanes
  let isClipped: Bool
  /// What a weight above the consensus loses of the difference.
  let part: UInt32

  init(
    divisors: UnsafeBufferPointer<ShareDivisor>, stakes: UnsafeBufferPointer<UInt32>, sole: Int,
    agreed: Lanes, penalty: UInt16
  ) {
    (self.divisors, self.stakes, self.sole, self.agreed) = (divisors, stakes, sole, agreed)
    isClipped = penalty == .max
    part = UInt32(clamping: Fixed32(share: penalty).raw)
  }

  var nothing: ColumnTotals { ColumnTotals() }

  @inline(__always)
  func lanes(_ row: Int, _ shares: Lanes, _ total: inout ColumnTotals) -> Lanes {
    var weight = divisors[row].quotients(shares)
    let clipped = weight.least(agreed)
    weight = isClipped ? clipped : weight &- (weight &- clipped).scaledUp(by: part)
    let weighed = row == sole ? weight : weight.scaled(by: stakes[row])
    total.add(weighed)
    return weighed
  }
}

extension YumaEpoch {
  /// Bonds and dividends of the columns up to `end`, by the classic rule: bonds are shares of a
  /// column, and a moving average of stake times weight.
  ///
  /// Who bought into a member before others did owns more of it when they follow: a copier of
  /// weights is always late.
  mutating func mixBonds(below end: Int) {
    var weights = [Lanes](repeating: .zero, count: members.count)
    var bonds = weights
    var earnings = [LanePairs](repeating: .zero, count: members.count)
    while column < end {
      let stop = min(column + Self.tileWidth, end)
      weights.withUnsafeMutableBufferPointer { weights in
        bonds.withUnsafeMutableBufferPointer { bonds in
          guard let weights = weights.baseAddress, let bonds = bonds.baseAddress else { return }
          let new = weighWeights(weights, below: stop)
          let old =
            kernels != nil
            ? sweepBonds(column..<stop, bonds)
            : self.bonds.load(column..<stop, of: cells, to: bonds, as: OldBonds())
          let mixed = mix(weights, new, with: bonds, old)
          collect(bonds, mixed, below: stop, &earnings)
        }
      }
      column = stop
    }
    for row in earnings.indices { dividends[row] &+= Int64(earnings[row].wrappedSum()) }
  }

  /// Fills a tile with stake times weight as bonds see it.
  private mutating func weighWeights(
    _ tile: UnsafeMutablePointer<Lanes>, below stop: Int
  ) -> ColumnTotals {
    var agreed = Lanes.zero
    for lane in 0..<stop - column {
      agreed[lane] = UInt32(clamping: consensus[column + lane])
    }
    var totals =
      if let kernels, input.bondsPenalty == 0 || input.bondsPenalty == .max {
        sweepSeen(column..<stop, tile, agreed, kernels)
      } else {
        plainSeen(column..<stop, tile, agreed)
      }
    for whole in wholeWeights(below: stop) {
      let weight = Fixed32(raw: bondWeight(1 << 32, consensus[whole.member]))
      let weighed = UInt32(clamping: (weight * activeStake[members[whole.row]]).raw)
      let lane = whole.member - column
      // Where the whole row is one share of one, a lane has made 1 of it; else nothing.
      totals.sums[lane] = totals.sums[lane] &- tile[whole.row][lane] &+ weighed
      tile[whole.row][lane] = weighed
      totals.greatest[lane] = max(totals.greatest[lane], weighed)
    }
    return totals
  }

  /// Stake times weight as bonds see it, whatever the penalty.
  private mutating func plainSeen(
    _ columns: Range<Int>, _ tile: UnsafeMutablePointer<Lanes>, _ agreed: Lanes
  ) -> ColumnTotals {
    let divisors = rowDivisors
    return divisors.withUnsafeBufferPointer { divisors in
      active.shares.withUnsafeBufferPointer { stakes in
        weights.load(
          columns, of: cells, to: tile,
          as: SeenWeights(
            divisors: divisors, stakes: stakes, sole: active.sole, agreed: agreed,
            penalty: input.bondsPenalty))
      }
    }
  }

  /// A weight as bonds see it: cut to the consensus by as much as the penalty says.
  func bondWeight(_ weight: Int64, _ agreed: Int64) -> Int64 {
    let clipped = min(weight, agreed)
    switch input.bondsPenalty {
    case 0: return weight
    case .max: return clipped
    default: return Self.penalised(weight, clipped, Fixed32(share: input.bondsPenalty))
    }
  }

  /// Makes shares of both tiles and mixes them into the second. It changes nothing else; were it
  /// not `mutating`, the compiler would copy the epoch for each tile.
  private mutating func mix(
    _ weights: UnsafePointer<Lanes>, _ new: ColumnTotals,
    with bonds: UnsafeMutablePointer<Lanes>, _ old: ColumnTotals
  ) -> ColumnTotals {
    var totals = ColumnTotals()
    let rate = BondRate(Self.bondRate(input))
    let (newDivisor, oldDivisor) = (new.divisor, old.divisor)
    if new.hasWholes || old.hasWholes {
      let wholes = WholeShares(new, old, rate)
      for row in members.indices {
        let mixed = wholes.mixed(
          newDivisor.quotients(weights[row]), of: weights[row],
          oldDivisor.quotients(bonds[row]), of: bonds[row], rate)
        bonds[row] = mixed
        totals.add(mixed)
      }
    } else if let mixed = kernels?.mix(weights, new, newDivisor, with: bonds, oldDivisor, rate) {
      return mixed
    } else {
      for row in members.indices {
        let mixed = rate.mixed(
          newDivisor.quotients(weights[row]), oldDivisor.quotients(bonds[row]))
        bonds[row] = mixed
        totals.add(mixed)
      }
    }
    return totals
  }

  /// How far bonds move in an epoch.
  static func bondRate(_ input: YumaInput) -> Fixed32 {
    let average = (Int128(input.bondsMovingAverage) << 32) / 1_000_000
    return .one - Fixed32(raw: Int64(clamping: average))
  }

  /// `weight + penalty · (clipped − weight)`, nothing where that is negative.
  @inline(__always)
  static func penalised(_ weight: Int64, _ clipped: Int64, _ penalty: Fixed32) -> Int64 {
    let change = penalty * Fixed32(raw: clipped &- weight)
    return max(0, weight &+ change.raw)
  }
}

/// What shares that are wholes give a mixture: the rate itself.
struct WholeShares {
  private let newWholes: SIMDMask<SIMD16<Int32>>
  private let oldWholes: SIMDMask<SIMD16<Int32>>
  private let newPart: UInt32
  private let oldPart: UInt32

  init(_ new: ColumnTotals, _ old: ColumnTotals, _ rate: BondRate) {
    newWholes = new.wholes
    oldWholes = old.wholes
    // A mixture that is a whole stands alone in its column: every number says the same.
    newPart = rate.isAllNew ? .max : rate.rate
    oldPart = rate.isAllOld ? .max : rate.kept
  }

  @inline(__always)
  func mixed(
    _ new: Lanes, of weight: Lanes, _ old: Lanes, of bond: Lanes, _ rate: BondRate
  ) -> Lanes {
    let gains = newWholes .& (weight .> Lanes.zero)
    let keeps = oldWholes .& (bond .> Lanes.zero)
    var mixed = rate.mixed(
      new.replacing(with: Lanes.zero, where: newWholes),
      old.replacing(with: Lanes.zero, where: oldWholes))
    mixed &+= Lanes.zero.replacing(with: newPart, where: gains)
    mixed &+= Lanes.zero.replacing(with: oldPart, where: keeps)
    return mixed.replacing(with: UInt32.max, where: gains .& keeps)
  }
}
