// The end of a tile of bonds: dividends by the share of each column, and the rows to store.

import CKernels
import Primitives

/// What shares of bonds are made from, for one tile.
private struct BondShares {
  let bonds: UnsafePointer<Lanes>
  let totals: ColumnTotals
  let bySum: LaneDivisor
  /// By the share of the greatest bond.
  let byGreatest: LaneDivisor

  init(_ bonds: UnsafePointer<Lanes>, _ totals: ColumnTotals) {
    self.bonds = bonds
    self.totals = totals
    bySum = totals.divisor
    byGreatest = LaneDivisor(bySum.quotients(totals.greatest), greatest: .zero)
  }

  /// The part of its column that a row owns; wholes are 0.
  @inline(__always)
  func owned(_ row: Int) -> Lanes { bySum.quotients(bonds[row]) }

  /// What is stored: 65535ths of the greatest of the column.
  @inline(__always)
  func stored(_ owned: Lanes, _ row: Int) -> Lanes {
    let part = byGreatest.quotients(owned)
    // floor(65535 part / 2^32), where 65535 part = 65536 part − part.
    let isBorrowing = (part &<< 16) .< part
    let share = (part &>> 16) &- Lanes.zero.replacing(with: 1, where: isBorrowing)
    return share.replacing(with: 65_535, where: bonds[row] .== totals.greatest)
  }

  /// The same as a number; a whole is 2^32.
  func owned(_ row: Int, _ lane: Int) -> Fixed32 {
    let sum = totals.sums[lane] == 0 ? 1 << 32 : Int64(totals.sums[lane])
    return Fixed32(raw: Int64(bonds[row][lane])) / Fixed32(raw: sum)
  }
}

/// Bits of bonds that are held: what is nothing before it is divided is none, what rounds to
/// nothing is one. Lines come in their order, so thirty-two go out at once.
private struct HeldBits {
  /// −1 until a line came: where there is none, there is no place for bits either.
  private var word = -1
  private var bits = Lanes.zero

  @inline(__always)
  mutating func note(
    _ isHeld: SIMDMask<SIMD16<Int32>>, _ line: Int, _ held: UnsafeMutablePointer<UInt32>,
    _ width: Int
  ) {
    if line >> 5 != word {
      flush(held, width)
      (word, bits) = (line >> 5, .zero)
    }
    let bit = Lanes(repeating: 1 &<< UInt32(truncatingIfNeeded: line & 31))
    bits |= Lanes.zero.replacing(with: bit, where: isHeld)
  }

  @inline(__always)
  func flush(_ held: UnsafeMutablePointer<UInt32>, _ width: Int) {
    guard word >= 0 else { return }
    UnsafeMutableRawPointer(held + word &* width).storeBytes(of: bits, as: Lanes.self)
  }
}

extension YumaEpoch {
  /// Takes the bonds of a tile: dividends by the share of each column, and rows to store by the
  /// share of its greatest bond.
  mutating func collect(
    _ bonds: UnsafePointer<Lanes>, _ totals: ColumnTotals, below stop: Int,
    _ earnings: inout [LanePairs]
  ) {
    let shares = BondShares(bonds, totals)
    var earned = Lanes.zero
    for lane in 0..<stop - column {
      let incentive = incentive[column + lane]
      let isWhole = totals.sums[lane] == totals.greatest[lane] && totals.greatest[lane] > 0
      if incentive == .one || isWhole {
        earnWhole(shares, lane, incentive)
      } else {
        earned[lane] = UInt32(truncatingIfNeeded: incentive.raw)
      }
    }
    let isSwept = kernels != nil && sweepCollected(bonds, totals, shares.bySum, earned, &earnings)
    if !isSwept { collectPlainly(shares, earned, &earnings) }
    for row in storedLists { list(shares, row, below: stop) }
  }

  /// Dividends by the shares of columns, and rows of the matrix.
  private mutating func collectPlainly(
    _ shares: BondShares, _ earned: Lanes, _ earnings: inout [LanePairs]
  ) {
    let first = column
    let lines = storedLines
    newBonds.withMatrix { cells, held, width in
      earnings.withUnsafeMutableBufferPointer { earnings in
        lines.withUnsafeBufferPointer { lines in
          var bits = HeldBits()
          for row in lines.indices {
            let owned = shares.owned(row)
            let part = owned.scaled(by: earned)
            earnings[row] &+= part.evenLanes &+ part.oddLanes
            let line = lines[row]
            guard line >= 0, let cells, let held else { continue }
            let isHeld = shares.bonds[row] .> Lanes.zero
            let stored = Lanes.zero.replacing(with: shares.stored(owned, row), where: isHeld)
            let place = cells + (line &* width &+ first)
            UnsafeMutableRawPointer(place).storeBytes(
              of: stored.narrowed, as: SIMD16<UInt16>.self)
            tolsey_prefetch(place + 32)
            bits.note(isHeld, line, held + first, width)
          }
          if let held { bits.flush(held + first, width) }
        }
      }
    }
  }

  /// Dividends of a column whose bonds one row owns alone, or which alone has an incentive.
  private mutating func earnWhole(_ shares: BondShares, _ lane: Int, _ incentive: Fixed32) {
    guard incentive > .zero else { return }
    for row in members.indices where shares.bonds[row][lane] > 0 {
      dividends[row] &+= (shares.owned(row, lane) * incentive).raw
    }
  }

  /// The bonds of a row that has few, as a list.
  private mutating func list(_ shares: BondShares, _ row: Int, below stop: Int) {
    guard !shares.bonds[row].areZero else { return }
    let stored = shares.stored(shares.owned(row), row)
    for lane in 0..<stop - column where shares.bonds[row][lane] > 0 {
      newBonds.append(
        YumaEntry(
          UInt16(truncatingIfNeeded: column + lane), UInt16(truncatingIfNeeded: stored[lane])),
        to: members[row])
    }
  }
}
