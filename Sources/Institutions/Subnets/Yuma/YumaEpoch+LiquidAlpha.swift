// The second pass of Yuma 3: bonds that stand for themselves and move at each pair's own speed.

import Primitives

/// How fast bonds move: faster the further a weight is ahead of the consensus (liquid alpha).
struct LiquidAlpha {
  let low: Fixed32
  let high: Fixed32
  let slope: Fixed32

  init(_ input: YumaInput) {
    low = Fixed32(share: input.alphaLow)
    high = Fixed32(share: input.alphaHigh)
    slope = Fixed32(Int64(input.alphaSteepness)) / Fixed32(-100)
  }

  /// The rate of one pair (`alpha_sigmoid`, subtensor epoch/run_epoch.rs). Buying: by how much
  /// the weight exceeds the consensus. Selling: by how much the bond exceeds the weight.
  func rate(consensus: Fixed32, weight: Fixed32, bond: Fixed32) -> Fixed32 {
    let ahead = weight >= bond ? weight - consensus : bond - weight
    let distance = min(max(ahead, .zero), .one)
    let half = Fixed32(raw: 1 << 31)
    let steep = Fixed32.one / (.one + Fixed32.exp(slope * (distance - half)))
    return min(max(low + steep * (high - low), low), high)
  }
}

extension YumaEpoch {
  /// Bonds and dividends of the columns up to `end`, by Yuma 3.
  mutating func moveBonds(below end: Int) {
    let rate = Self.bondRate(input)
    let isLiquid = input.hasLiquidAlpha && consensus.contains { $0 != 0 }
    let liquid = LiquidAlpha(input)
    let sums = weights.totals.map { Reciprocal($0.sum) }
    var weight = YumaTile(rows: members.count)
    var bond = YumaTile(rows: members.count)
    while column < end {
      let stop = min(column + Self.tileWidth, end)
      weight.clear(to: -1)
      bond.clear()
      readWeights(into: &weight, sums, below: stop)
      readBonds(into: &bond, below: stop)
      for uid in column..<stop {
        let agreed = Fixed32(raw: consensus[uid])
        weight.withCells { weights in
          bond.withCells { bonds in
            let rows = members.count
            for row in 0..<rows {
              let place = YumaTile.place(row: row, column: uid - column, rows: rows)
              let old = Fixed32(raw: bonds[place])
              let seen = bondWeight(weights[place], agreed)
              bonds[place] =
                if isLiquid {
                  Self.moved(old, toward: seen, agreed, liquid)
                } else {
                  (rate * (seen ?? .zero) + (Fixed32.one - rate) * old).raw
                }
            }
            collect(bonds, uid)
          }
        }
      }
      column = stop
    }
  }

  /// A weight as bonds see it; nil where the row has no entry, or loses it.
  private func bondWeight(_ weight: Int64, _ agreed: Fixed32) -> Fixed32? {
    guard weight >= 0 else { return nil }
    if input.bondsPenalty == 0 { return Fixed32(raw: weight) }
    let clipped = min(weight, agreed.raw)
    if input.bondsPenalty == .max {
      return clipped == 0 && weight > 0 ? nil : Fixed32(raw: clipped)
    }
    let penalty = Fixed32(share: input.bondsPenalty)
    let result = Self.penalised(weight, clipped, penalty)
    return result > 0 ? Fixed32(raw: result) : nil
  }

  /// A column that is absent from the row loses its bond at once; a zero lets it decay.
  private static func moved(
    _ bond: Fixed32, toward weight: Fixed32?, _ agreed: Fixed32, _ liquid: LiquidAlpha
  ) -> Int64 {
    guard let weight else { return 0 }
    let rate = liquid.rate(consensus: agreed, weight: weight, bond: bond)
    return min(Fixed32.one, (Fixed32.one - rate) * bond + rate * weight).raw
  }

  /// Takes the bonds of one column: dividends by its shares, and the bonds themselves to store.
  private mutating func collect(_ bonds: UnsafeMutablePointer<Int64>, _ uid: Int) {
    let rows = members.count
    var sum: Int64 = 0
    for row in 0..<rows {
      sum &+= bonds[YumaTile.place(row: row, column: uid - column, rows: rows)]
    }
    let shares = Reciprocal(sum)
    let earned = incentive[uid]
    for row in 0..<rows {
      let bond = bonds[YumaTile.place(row: row, column: uid - column, rows: rows)]
      guard bond > 0 else { continue }
      dividends[row] &+= (Fixed32(raw: shares.quotient(bond)) * earned).raw
    }
    let (lines, first) = (storedLines, column)
    newBonds.withMatrix { cells, held, width in
      guard let cells, let held else { return }
      for row in lines.indices where lines[row] >= 0 {
        let bond = bonds[YumaTile.place(row: row, column: uid - first, rows: rows)]
        guard bond > 0 else { continue }
        cells[lines[row] &* width &+ uid] = Fixed32(raw: bond).share
        held[(lines[row] >> 5) &* width &+ uid] |= 1 &<< UInt32(lines[row] & 31)
      }
    }
    for row in storedLists {
      let bond = bonds[YumaTile.place(row: row, column: uid - column, rows: rows)]
      guard bond > 0 else { continue }
      newBonds.append(
        YumaEntry(UInt16(truncatingIfNeeded: uid), Fixed32(raw: bond).share), to: members[row])
    }
  }

  /// Puts weights, each a share of its row, into their places.
  private mutating func readWeights(
    into tile: inout YumaTile, _ sums: [Reciprocal], below stop: Int
  ) {
    let (first, rows) = (column, members.count)
    tile.withCells { cells in
      sums.withUnsafeBufferPointer { sums in
        weights.read(below: stop) { row, uid, share in
          let place = YumaTile.place(row: row, column: uid &- first, rows: rows)
          cells[place] = sums[row].quotient(Int64(share))
        }
      }
    }
  }

  /// Puts stored bonds into their places.
  private mutating func readBonds(into tile: inout YumaTile, below stop: Int) {
    let (first, rows) = (column, members.count)
    tile.withCells { cells in
      bonds.read(below: stop) { row, uid, share in
        cells[YumaTile.place(row: row, column: uid &- first, rows: rows)] =
          Fixed32(share: share).raw
      }
    }
  }
}
