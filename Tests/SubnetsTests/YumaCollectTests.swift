// The kernel at the end of a tile against plain arithmetic: dividends, stored shares, held bits.

import CKernels
import Primitives
import Testing

@testable import Subnets

@Suite(.enabled(if: YumaKernels.areThere)) struct YumaCollectTests {
  /// A column of bonds that leaves `missing` of a whole: many of them just where a stored share
  /// goes over to the next.
  private static func column(
    _ count: Int, missing: UInt64, _ random: inout Seeded
  ) -> [UInt32] {
    let greatest = (1 << 32 - missing) / UInt64(count - 40) + 1
    var column = [UInt32(greatest)]
    for _ in 0..<40 {
      let next = 65_537 * random.below(65_535) + 1
      let edge = (next * greatest) >> 32
      column.append(UInt32(min(edge + random.below(4), greatest + 1)) - (edge > 0 ? 1 : 0))
    }
    var left = 1 << 32 - missing - column.reduce(0) { $0 + UInt64($1) }
    while column.count < count {
      let part = min(left, random.below(8) == 0 ? random.below(greatest) : greatest)
      column.append(UInt32(part))
      left -= part
    }
    // The first has what is left over.
    column[0] += UInt32(left)
    return column
  }

  /// Sixteen columns: fourteen as above, one that a row has alone, and one of nothing.
  private static func tile(_ count: Int, _ random: inout Seeded) -> [Lanes] {
    var tile = [Lanes](repeating: .zero, count: count)
    for lane in 0..<14 {
      let missing = ([0, 1, 2, 255, 1 << 16, 1 << 20 - 300] as [UInt64])[min(lane, 5)]
      let column = column(count, missing: missing, &random)
      for (row, bond) in column.enumerated() { tile[row][lane] = bond }
    }
    tile[count / 2][14] = .max - 7
    return tile
  }

  private struct Result: Equatable {
    var earnings: [UInt64]
    var cells: [UInt16]
    var held: [UInt32]
  }

  private static let width = 48

  /// By the rules in words: bonds are shares of their column, what is stored is that in 65535ths
  /// of the greatest, each quotient and product rounded down.
  private static func wanted(_ tile: [Lanes], _ earned: Lanes, _ lines: [Int]) -> Result {
    let totals = YumaKernelTests.totals(tile)
    var result = blank(lines)
    for lane in 0..<16 {
      let sum = totals.sums[lane] == 0 ? 1 << 32 : UInt64(totals.sums[lane])
      let most = UInt64(LaneTests.quotient(totals.greatest[lane], sum))
      for (row, line) in lines.enumerated() {
        let bond = tile[row][lane]
        let owned = UInt64(LaneTests.quotient(bond, sum))
        result.earnings[row] += (owned * UInt64(earned[lane])) >> 32
        guard line >= 0, bond > 0 else { continue }
        let part = bond == totals.greatest[lane] ? 1 << 32 : (owned << 32) / most
        result.cells[line * width + lane] = UInt16((65_535 * part) >> 32)
        result.held[(line >> 5) * width + lane] |= 1 << UInt32(line & 31)
      }
    }
    return result
  }

  private static func blank(_ lines: [Int]) -> Result {
    let count = lines.filter { $0 >= 0 }.count
    return Result(
      earnings: lines.map { _ in 0 }, cells: Array(repeating: 0, count: count * width),
      held: Array(repeating: 0, count: (count + 31) / 32 * width))
  }

  private static func found(_ tile: [Lanes], _ earned: Lanes, _ lines: [Int]) -> Result {
    let totals = YumaKernelTests.totals(tile)
    let divisor = totals.divisor
    #expect(divisor.areNearWhole)
    let parts = [totals.greatest, divisor.quotients(totals.greatest), earned]
    var earnings = [LanePairs](repeating: .zero, count: tile.count)
    var result = blank(lines)
    withUnsafeBytes(of: divisor) { divisor in
      parts.withUnsafeBufferPointer { parts in
        lines.withUnsafeBufferPointer { lines in
          let of = tolsey_yuma_bonds(
            by_sum: divisor.baseAddress, greatest: parts.baseAddress,
            greatest_owned: parts.baseAddress! + 1, earned: parts.baseAddress! + 2,
            lines: lines.baseAddress)
          tolsey_yuma_collect(
            tile, tile.count, of, &earnings, &result.cells, &result.held, width)
        }
      }
    }
    result.earnings = earnings.map { $0.wrappedSum() }
    return result
  }

  @Test func sharesOfBondsAreExact() {
    var random = Seeded(state: 17)
    for round in 0..<150 {
      let count = 84 + Int(random.below(60))
      let tile = Self.tile(count, &random)
      // Some rows are stored elsewhere.
      var next = -1
      let lines = (0..<count).map { _ in
        if round % 2 == 1, random.below(5) == 0 { return -1 }
        next += 1
        return next
      }
      // The column of one row is counted elsewhere, so here it earns nothing.
      let earned = YumaKernelTests.lanes {
        $0 == 14 ? 0 : $0 == 0 ? .max : UInt32(random.next() >> (32 + random.below(32)))
      }
      let (wanted, found) = (
        Self.wanted(tile, earned, lines), Self.found(tile, earned, lines)
      )
      #expect(found.earnings == wanted.earnings)
      #expect(found.cells == wanted.cells)
      #expect(found.held == wanted.held)
    }
  }

  /// Where there is no matrix to store, dividends are there all the same.
  @Test func nothingIsStoredWithoutLines() {
    var random = Seeded(state: 18)
    let tile = Self.tile(90, &random)
    let lines = [Int](repeating: -1, count: 90)
    let earned = Lanes(repeating: 1 << 30).replacing(
      with: Lanes.zero, where: YumaKernelTests.totals(tile).wholes)
    #expect(Self.found(tile, earned, lines) == Self.wanted(tile, earned, lines))
  }

  /// Sums that lie further below a whole are left to the lanes.
  @Test func onlySumsNearAWholeAreTaken() {
    func areTaken(_ sum: UInt32, _ greatest: UInt32) -> Bool {
      let sums = YumaKernelTests.lanes { $0 == 15 ? sum : 0 }
      let most = YumaKernelTests.lanes { $0 == 15 ? greatest : 0 }
      return LaneDivisor(sums, greatest: most).areNearWhole
    }
    #expect(areTaken(0, 0))
    #expect(areTaken(0, 5))
    #expect(areTaken(.max, 5))
    #expect(areTaken(UInt32.max - (1 << 20) + 400, 5))
    #expect(!areTaken(UInt32.max - (1 << 20), 5))
    #expect(!areTaken(1 << 31, 5))
    #expect(!areTaken(3, 2))
  }
}
