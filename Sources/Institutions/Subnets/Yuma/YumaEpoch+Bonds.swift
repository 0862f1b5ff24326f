// The second pass of a classic epoch: bonds move toward weights, and dividends follow bonds.

import Primitives

extension YumaEpoch {
  /// Bonds and dividends of the columns up to `end`, by the classic rule: bonds are shares of a
  /// column, and a moving average of stake times weight.
  ///
  /// Who bought into a member before others did owns more of it when they follow: a copier of
  /// weights is always late.
  mutating func mixBonds(below end: Int) {
    let rate = Self.bondRate(input)
    let kept = Fixed32.one - rate
    let sums = rowSums.map { LaneDivisor(repeating: $0) }
    let active = members.map { activeStake[$0].raw }
    var earnings = [SIMD8<Int64>](repeating: .zero, count: members.count)
    var weight = YumaTile(rows: members.count)
    var bond = YumaTile(rows: members.count)
    while column < end {
      let stop = min(column + Self.tileWidth, end)
      weight.clear()
      bond.clear()
      readShares(into: &weight, below: stop)
      readBonds(into: &bond, below: stop) { $0 }
      for half in 0..<YumaTile.halves {
        let first = column + 8 * half
        guard first < stop else { break }
        let count = min(8, stop - first)
        weight.withHalf(half) { weights in
          bond.withHalf(half) { bonds in
            weights.divideRows(by: sums)
            bondWeights(weights, from: first, count)
            for row in active.indices { weights[row] = weights[row].scaled(by: active[row]) }
            weights.divideColumns(by: weights.columnSums)
            bonds.divideColumns(by: bonds.columnSums)
            for row in active.indices {
              bonds[row] = weights[row].scaled(by: rate.raw) &+ bonds[row].scaled(by: kept.raw)
            }
            collect(bonds, from: first, count, &earnings)
          }
        }
      }
      column = stop
    }
    for row in earnings.indices { dividends[row] &+= earnings[row].lanesSum }
  }

  /// Weights as bonds see them: cut to the consensus by as much as the penalty says.
  private func bondWeights(
    _ weights: UnsafeMutableBufferPointer<SIMD8<Int64>>, from first: Int, _ count: Int
  ) {
    guard input.bondsPenalty > 0 else { return }
    var agreed = SIMD8<Int64>.zero
    for lane in 0..<count { agreed[lane] = consensus[first + lane] }
    let penalty = Fixed32(share: input.bondsPenalty)
    for row in weights.indices {
      let clipped = weights[row].least(agreed)
      if input.bondsPenalty == .max {
        weights[row] = clipped
      } else {
        for lane in 0..<8 {
          weights[row][lane] = Self.penalised(weights[row][lane], clipped[lane], penalty)
        }
      }
    }
  }

  /// Takes the bonds of eight columns: dividends by the share of each column, and rows to store
  /// by the share of its greatest bond.
  private mutating func collect(
    _ bonds: UnsafeMutableBufferPointer<SIMD8<Int64>>, from first: Int, _ count: Int,
    _ earnings: inout [SIMD8<Int64>]
  ) {
    var earned = SIMD8<Int64>.zero
    for lane in 0..<count { earned[lane] = incentive[first + lane].raw }
    // What is nothing before it is divided is no entry; what rounds to nothing is one.
    let held = bonds.map { $0.positiveLanes }
    bonds.divideColumns(by: bonds.columnSums)
    var greatest = SIMD8<Int64>.zero
    for row in bonds.indices {
      let bond = bonds[row]
      greatest = greatest.replacing(with: bond, where: bond .> greatest)
      earnings[row] &+= bond.scaled(by: earned)
    }
    bonds.divideColumns(by: greatest)
    for row in storedRows where held[row] != 0 {
      let shares = (bonds[row] &* 65_535) &>> 32
      if held[row] == 255 {
        newBonds[row].append(eight: shares, from: first)
      } else {
        for lane in 0..<count where held[row] >> lane & 1 == 1 {
          newBonds[row].append(
            YumaEntry(
              UInt16(truncatingIfNeeded: first + lane), UInt16(truncatingIfNeeded: shares[lane])))
        }
      }
    }
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

extension [YumaEntry] {
  /// Appends eight entries side by side in one piece: uid below, share above, in 32 bits each.
  @inline(__always)
  mutating func append(eight shares: SIMD8<Int64>, from first: Int) {
    let places = SIMD8<Int64>(0, 1, 2, 3, 4, 5, 6, 7) &+ Int64(first)
    let packed = SIMD8<UInt32>(truncatingIfNeeded: (shares &<< 16) | places)
    Swift.withUnsafeBytes(of: packed) { append(contentsOf: $0.bindMemory(to: YumaEntry.self)) }
  }
}
