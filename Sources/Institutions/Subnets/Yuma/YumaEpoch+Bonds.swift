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
    let sums = rowSums.map { Reciprocal($0) }
    let active = members.map { activeStake[$0].raw }
    var weight = YumaTile(rows: members.count)
    var bond = YumaTile(rows: members.count)
    while column < end {
      let stop = min(column + Self.tileWidth, end)
      weight.clear()
      bond.clear()
      readWeights(into: &weight, sums, below: stop)
      readBonds(into: &bond, below: stop) { $0 }
      for half in 0..<YumaTile.halves {
        let first = column + 8 * half
        guard first < stop else { break }
        let count = min(8, stop - first)
        weight.withHalf(half) { weights in
          bond.withHalf(half) { bonds in
            bondWeights(weights, from: first, count)
            for row in active.indices { weights[row] = weights[row].scaled(by: active[row]) }
            Self.normalise(weights)
            Self.normalise(bonds)
            for row in active.indices {
              bonds[row] = weights[row].scaled(by: rate.raw) &+ bonds[row].scaled(by: kept.raw)
            }
            collect(bonds, from: first, count)
          }
        }
      }
      column = stop
    }
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
      let clipped = pointwiseMin(weights[row], agreed)
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
    _ bonds: UnsafeMutableBufferPointer<SIMD8<Int64>>, from first: Int, _ count: Int
  ) {
    var earned = SIMD8<Int64>.zero
    for lane in 0..<count { earned[lane] = incentive[first + lane].raw }
    var sum = SIMD8<Int64>.zero
    for row in bonds.indices { sum &+= bonds[row] }
    let shares = LaneDivisors(sum)
    var greatest = SIMD8<Int64>.zero
    for row in bonds.indices {
      // What is nothing before it is divided is no entry; what rounds to nothing is one.
      let holds = bonds[row] .> 0
      guard any(holds) else {
        bonds[row] = SIMD8(repeating: -1)
        continue
      }
      shares.divide(&bonds[row])
      greatest = pointwiseMax(greatest, bonds[row])
      dividends[row] &+= Self.product(bonds[row], earned).wrappedSum()
      bonds[row] = bonds[row].replacing(with: -1, where: .!holds)
    }
    let scale = LaneDivisors(greatest)
    for row in bonds.indices {
      var part = pointwiseMax(bonds[row], .zero)
      scale.divide(&part)
      part = (part &* 65_535) &>> 32
      for lane in 0..<count where bonds[row][lane] >= 0 && nextPermits[members[row]] {
        newBonds[row].append(YumaEntry(first + lane, UInt16(clamping: part[lane])))
      }
    }
  }

  /// Divides each column by its sum.
  static func normalise(_ vectors: UnsafeMutableBufferPointer<SIMD8<Int64>>) {
    var sum = SIMD8<Int64>.zero
    for vector in vectors { sum &+= vector }
    guard any(sum .> 0) else { return }
    let shares = LaneDivisors(sum)
    for row in vectors.indices { shares.divide(&vectors[row]) }
  }

  /// Products of shares lane by lane, rounded down.
  @inline(__always)
  static func product(_ l: SIMD8<Int64>, _ r: SIMD8<Int64>) -> SIMD8<Int64> {
    let product = SIMD8<UInt64>(truncatingIfNeeded: l) &* SIMD8<UInt64>(truncatingIfNeeded: r)
    let small = SIMD8<Int64>(truncatingIfNeeded: product &>> 32)
    // 1 times 1 is the one product that does not fit 64 bits.
    return small.replacing(with: l, where: r .== 1 << 32)
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
