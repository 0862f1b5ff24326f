// The first pass of an epoch: what each member is worth by the stake that judges it.

import Primitives

extension YumaEpoch {
  /// Consensus, prerank and rank of the columns up to `end`, and their part of validators' trust.
  ///
  /// A weight above the consensus is cut to it (`col_clip_sparse`), so that stake without a
  /// majority behind it can lift nobody.
  mutating func findConsensus(below end: Int) {
    let active = members.map { activeStake[$0].raw }
    let sums = rowSums.map { LaneDivisor(repeating: $0) }
    var trusted = [SIMD8<Int64>](repeating: .zero, count: members.count)
    var tile = YumaTile(rows: members.count)
    while column < end {
      let stop = min(column + Self.tileWidth, end)
      tile.clear()
      readShares(into: &tile, below: stop)
      for half in 0..<YumaTile.halves {
        let first = column + 8 * half
        guard first < stop else { break }
        tile.withHalf(half) { scores in
          scores.divideRows(by: sums)
          let agreed = median.medians(UnsafeBufferPointer(scores))
          var before = SIMD8<Int64>.zero
          var after = SIMD8<Int64>.zero
          for row in active.indices {
            let clipped = scores[row].least(agreed)
            trusted[row] &+= clipped
            guard active[row] > 0 else { continue }
            before &+= scores[row].scaled(by: active[row])
            after &+= clipped.scaled(by: active[row])
          }
          for lane in 0..<min(8, stop - first) {
            consensus[first + lane] = agreed[lane]
            preranks[first + lane] = before[lane]
            ranks[first + lane] = after[lane]
          }
        }
      }
      column = stop
    }
    for row in trusted.indices { trust[row] &+= trusted[row].lanesSum }
  }

  /// Puts weights, each a share of its row, into their places.
  @inline(__always)
  mutating func readWeights(
    into tile: inout YumaTile, _ sums: [Reciprocal], below stop: Int
  ) {
    let rows = members.count
    let first = column
    tile.withCells { cells in
      sums.withUnsafeBufferPointer { sums in
        weights.read(below: stop) { row, uid, share in
          let place = YumaTile.place(row: row, column: uid &- first, rows: rows)
          cells[place] = sums[row].quotient(share)
        }
      }
    }
  }

  /// Puts weights into their places as they are stored.
  @inline(__always)
  mutating func readShares(into tile: inout YumaTile, below stop: Int) {
    let rows = members.count
    let first = column
    tile.withCells { cells in
      weights.read(below: stop) { row, uid, share in
        cells[YumaTile.place(row: row, column: uid &- first, rows: rows)] = share
      }
    }
  }

  /// Puts stored bonds into their places, each made by `form` from its share.
  @inline(__always)
  mutating func readBonds(
    into tile: inout YumaTile, below stop: Int, _ form: (Int64) -> Int64
  ) {
    let rows = members.count
    let first = column
    tile.withCells { cells in
      bonds.read(below: stop) { row, uid, share in
        cells[YumaTile.place(row: row, column: uid &- first, rows: rows)] = form(share)
      }
    }
  }
}
