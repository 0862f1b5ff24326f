// The kernels of an epoch against plain arithmetic, number by number, at the edges and between.

import CKernels
import Primitives
import Testing

@testable import Subnets

@Suite(.enabled(if: YumaKernels.areThere)) struct YumaKernelTests {
  /// Sixteen numbers.
  static func lanes(_ number: (Int) -> UInt32) -> Lanes {
    var lanes = Lanes.zero
    for lane in 0..<16 { lanes[lane] = number(lane) }
    return lanes
  }

  static func quotient(_ x: UInt32, _ divisor: UInt64) -> UInt32 {
    divisor == 0 ? 0 : LaneTests.quotient(x, divisor)
  }

  /// What a column of such numbers comes to.
  static func totals(_ rows: [Lanes]) -> ColumnTotals {
    var totals = ColumnTotals()
    for row in rows { totals.add(row) }
    return totals
  }

  /// A share of some kind: at an end, or anywhere.
  static func share(_ random: inout Seeded) -> UInt16 {
    let ends: [UInt16] = [0, 1, 2, 32_767, 32_768, 65_534, 65_535]
    let isEnd = random.below(3) == 0
    return isEnd ? ends[Int(random.below(7))] : UInt16(random.below(65_536))
  }

  @Test func rowsAreCopiedAndAddedUp() {
    var random = Seeded(state: 3)
    for count in [32, 64, 96, 4_096] {
      var row = (0..<count).map { YumaEntry(UInt16($0), Self.share(&random)) }
      var line = [UInt16](repeating: 7, count: count + 1)
      var sum: UInt32 = 0
      #expect(tolsey_yuma_copy(row, row, count, &line, &sum) == 1)
      #expect(Array(line[..<count]) == row.map(\.share))
      #expect(line[count] == 7)
      #expect(sum == row.reduce(0) { $0 + UInt32($1.share) })
      // Any place that names another is found.
      for place in [0, 15, 16, 31, count - 1, Int(random.below(UInt64(count)))] {
        for bit in [0, 7, 15] {
          row[place].uid ^= 1 << UInt16(bit)
          #expect(tolsey_yuma_copy(row, row, count, &line, &sum) == 0)
          row[place].uid ^= 1 << UInt16(bit)
        }
      }
      row = row.map { YumaEntry($0.uid, 65_535) }
      #expect(tolsey_yuma_copy(row, row, count, &line, &sum) == 1)
      #expect(sum == 65_535 * UInt32(count))
    }
  }

  /// Rows of a matrix, their sums at the edges of what sums can be.
  private struct Matrix {
    var cells: [UInt16] = []
    var sums: [UInt64] = []
    var lines: [tolsey_yuma_line] = []

    init(_ count: Int, _ random: inout Seeded) {
      let edges = LaneTests.edges.filter { $0 < 1 << 31 }
      for row in 0..<count {
        let sum =
          random.below(2) == 0
          ? edges[Int(random.below(UInt64(edges.count)))] : random.below(1 << 31) + 1
        let most = min(sum, 65_536)
        lines.append(tolsey_yuma_line(row: count - 1 - row, start: cells.count))
        for _ in 0..<16 {
          // Not all of the row: that fits no lane.
          let share = random.below(3) == 0 ? most - 1 : random.below(most)
          cells.append(UInt16(share))
        }
        sums.append(sum)
      }
      // By row, where lines came from the last row on.
      sums.reverse()
    }

    var divisors: [tolsey_yuma_divisor] { sums.map { tolsey_yuma_divisor(ShareDivisor($0)) } }

    /// The share of row `row` in column `lane`.
    func share(_ row: Int, _ lane: Int) -> UInt32 {
      UInt32(cells[16 * (sums.count - 1 - row) + lane])
    }

    func score(_ row: Int, _ lane: Int) -> UInt32 { quotient(share(row, lane), sums[row]) }

    func sweep(_ inside: UInt16, _ body: (tolsey_yuma_rows) -> Void) {
      cells.withUnsafeBufferPointer { cells in
        lines.withUnsafeBufferPointer { lines in
          body(
            tolsey_yuma_rows(
              cells: cells.baseAddress, lines: lines.baseAddress, count: lines.count,
              inside: inside))
        }
      }
    }
  }

  @Test func scoresAreExact() {
    var random = Seeded(state: 4)
    for _ in 0..<200 {
      let matrix = Matrix(33, &random)
      let inside: UInt16 = random.below(2) == 0 ? .max : 0x01FF
      var tile = [Lanes](repeating: .zero, count: 33)
      var range = WeightedMedian.Range()
      matrix.sweep(inside) {
        tolsey_yuma_scores($0, matrix.divisors, &tile, &range.low, &range.high)
      }
      let wanted = (0..<33).map { row in
        Self.lanes { inside >> UInt16($0) & 1 == 1 ? matrix.score(row, $0) : 0 }
      }
      #expect(tile == wanted)
      #expect(range.low == wanted.reduce(Lanes(repeating: .max)) { $0.least($1) })
      #expect(range.high == Self.totals(wanted).greatest)
    }
  }

  /// Stakes that add up to no more than a whole, as all do.
  static func stakes(_ count: Int, _ random: inout Seeded) -> [UInt32] {
    let most = UInt64(UInt32.max) / UInt64(count)
    return (0..<count).map { _ in
      [0, 1, UInt32(most), UInt32(random.below(most + 1))][Int(random.below(4))]
    }
  }

  @Test func ranksAndTrustAreExact() {
    var random = Seeded(state: 5)
    for count in [1, 2, 31, 70] {
      let stakes = Self.stakes(count, &random)
      let tile = (0..<count).map { _ in
        Self.lanes { _ in random.below(4) == 0 ? .max - 1 : UInt32(random.below(1 << 32)) }
      }
      let agreed = Self.lanes { [0, 1, .max][min($0, 2)] >> UInt32($0) }
      let kernels = YumaKernels(
        stakes.map { _ in ShareDivisor(2) }, ActiveStakes(stakes.map { Fixed32(raw: Int64($0)) }))
      var trust = [LanePairs](repeating: LanePairs(repeating: 5), count: count)
      let found = kernels.ranks(tile, agreed, &trust)
      func sum(_ lane: Int, _ cut: Bool) -> UInt64 {
        (0..<count).reduce(0) {
          let score = cut ? min(tile[$1][lane], agreed[lane]) : tile[$1][lane]
          return $0 + (UInt64(score) * UInt64(stakes[$1])) >> 32
        }
      }
      #expect(found.before == Self.lanes { UInt32(sum($0, false)) })
      #expect(found.after == Self.lanes { UInt32(sum($0, true)) })
      for row in 0..<count {
        let wanted = (0..<16).reduce(UInt64(40)) { $0 + UInt64(min(tile[row][$1], agreed[$1])) }
        #expect(trust[row].wrappedSum() == wanted)
      }
    }
  }

  @Test func weightsAsBondsSeeThemAreExact() {
    var random = Seeded(state: 6)
    for round in 0..<200 {
      let matrix = Matrix(20, &random)
      let stakes = Self.stakes(20, &random)
      let sole = round % 3 == 0 ? Int(random.below(20)) : -1
      var agreed = Self.lanes { _ in
        random.below(3) == 0 ? .max : UInt32(random.next() >> (32 + random.below(32)))
      }
      var tile = [Lanes](repeating: .zero, count: 20)
      var totals = ColumnTotals()
      matrix.sweep(.max) {
        tolsey_yuma_seen(
          $0, matrix.divisors, stakes.map { UInt64($0) << 20 }, sole, &agreed, &tile, &totals)
      }
      let wanted = (0..<20).map { row in
        Self.lanes {
          let weight = min(matrix.score(row, $0), agreed[$0])
          return row == sole ? weight : UInt32((UInt64(weight) * UInt64(stakes[row])) >> 32)
        }
      }
      #expect(tile == wanted)
      let all = Self.totals(wanted)
      #expect(totals.sums == all.sums && totals.greatest == all.greatest)
    }
  }

  @Test func bondsAreReadAsTheyAre() {
    var random = Seeded(state: 7)
    let matrix = Matrix(300, &random)
    var tile = [Lanes](repeating: .zero, count: 300)
    var totals = ColumnTotals()
    matrix.sweep(0x7FFF) { tolsey_yuma_shares($0, &tile, &totals) }
    let wanted = (0..<300).map { row in Self.lanes { $0 < 15 ? matrix.share(row, $0) : 0 } }
    #expect(tile == wanted)
    #expect(totals.sums == Self.totals(wanted).sums)
    #expect(totals.greatest == Self.totals(wanted).greatest)
  }

  @Test func mixturesAreExact() throws {
    var random = Seeded(state: 8)
    for round in 0..<400 {
      let count = 2 + Int(random.below(40))
      let bits = random.below(21)
      let weights = (0..<count).map { _ in
        Self.lanes { $0 == 3 ? 0 : $0 == 5 ? 1 : UInt32(random.below(1 << bits + 1)) }
      }
      let old = (0..<count).map { _ in
        Self.lanes { $0 == 4 ? 0 : $0 == 5 ? 65_535 : UInt32(Self.share(&random)) }
      }
      let (new, before) = (Self.totals(weights), Self.totals(old))
      if new.hasWholes || before.hasWholes { continue }
      let part = [1, 100_000, 900_000, 999_999][round % 4] as Int64
      let rate = BondRate(Fixed32(raw: (part << 32) / 1_000_000))
      let stakes = [Fixed32](repeating: .zero, count: count)
      let kernels = YumaKernels(
        stakes.map { _ in ShareDivisor(2) }, ActiveStakes(stakes))
      var bonds = old
      let found = kernels.mix(weights, new, new.divisor, with: &bonds, before.divisor, rate)
      let totals = try #require(found)
      let wanted = (0..<count).map { row in
        Self.lanes {
          let gained = Self.quotient(weights[row][$0], UInt64(new.sums[$0]))
          let kept = Self.quotient(old[row][$0], UInt64(before.sums[$0]))
          let product = (UInt64(gained) * UInt64(rate.rate)) >> 32
          return UInt32(product + (UInt64(kept) * UInt64(rate.kept)) >> 32)
        }
      }
      #expect(bonds == wanted)
      #expect(totals.sums == Self.totals(wanted).sums)
      #expect(totals.greatest == Self.totals(wanted).greatest)
    }
  }

  /// Numbers of more than 20 bits, and rates that are all or nothing, are left to the lanes.
  @Test func whatDoesNotFitIsNotMixed() {
    let stakes = [Fixed32](repeating: .zero, count: 2)
    let kernels = YumaKernels(stakes.map { _ in ShareDivisor(2) }, ActiveStakes(stakes))
    func isMixed(_ most: UInt32, _ rate: Fixed32) -> Bool {
      let tile = [Lanes(repeating: 1), Self.lanes { $0 == 15 ? most : 1 }]
      var bonds = tile
      let totals = Self.totals(tile)
      return kernels.mix(
        tile, totals, totals.divisor, with: &bonds, totals.divisor, BondRate(rate)) != nil
    }
    #expect(isMixed(1 << 20, Fixed32(raw: 5)))
    #expect(!isMixed(1 << 20 + 1, Fixed32(raw: 5)))
    #expect(!isMixed(1, .one))
    #expect(!isMixed(1, .zero))
  }
}
