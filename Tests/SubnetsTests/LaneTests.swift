// Shares sixteen at a time against plain 128-bit arithmetic, at the edges and between them.

import Testing

@testable import Subnets

@Suite struct LaneTests {
  /// Numbers around which shifts, halves and carries change.
  static let edges: [UInt64] = {
    var found: Set<UInt64> = [3, 5, 7, 65_535, 65_537, 268_431_360, 0xAAAA_AAAA, 0x5555_5556]
    for bit in 0...32 {
      for step in -2...2 {
        let value = Int64(1) << Int64(bit) + Int64(step)
        if value >= 1, value <= 1 << 32 { found.insert(UInt64(value)) }
      }
    }
    return found.sorted()
  }()

  static func quotient(_ x: UInt32, _ divisor: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(x) << 32) / divisor)
  }

  /// Both divisions of these shares, each at most the divisor and never it, in all places.
  static func check(_ xs: [UInt32], by divisor: UInt64) {
    let one = ShareDivisor(divisor)
    for start in stride(from: 0, to: xs.count, by: 16) {
      var lanes = Lanes.zero
      for lane in 0..<16 { lanes[lane] = xs[min(start + lane, xs.count - 1)] }
      let many = LaneDivisor(
        Lanes(repeating: UInt32(truncatingIfNeeded: divisor)), greatest: Lanes(repeating: 1))
      let found = one.quotients(lanes)
      #expect(found == many.quotients(lanes))
      for lane in 0..<16 where found[lane] != quotient(lanes[lane], divisor) {
        Issue.record("\(lanes[lane]) of \(divisor) is not \(found[lane])")
      }
    }
  }

  @Test func quotientsAreExactAtTheEdges() {
    for divisor in Self.edges where divisor > 1 {
      var xs = Self.edges.filter { $0 < divisor }.map { UInt32($0) } + [0]
      for part in [2, 3, 5, 17, 65_535] as [UInt64] {
        xs += [divisor / part, divisor - divisor / part - 1].map { UInt32($0) }
      }
      Self.check(xs.filter { UInt64($0) < divisor }, by: divisor)
    }
  }

  /// All shares of small sums, where every remainder occurs.
  @Test func quotientsAreExactBelow300() {
    for divisor in UInt64(2)..<300 { Self.check((0..<UInt32(divisor)).map { $0 }, by: divisor) }
  }

  @Test func quotientsAreExactAnywhere() {
    var random = Seeded(state: 11)
    for _ in 0..<2_000 {
      let divisor = random.next() >> (32 + random.below(31))
      guard divisor > 1 else { continue }
      var xs = (0..<12).map { _ in UInt32(random.below(divisor)) }
      // Just below and at a whole quotient.
      for _ in 0..<4 {
        let wanted = UInt128(random.below(1 << 32))
        let x = (wanted * UInt128(divisor)) >> 32
        xs.append(UInt32(min(UInt64(x) + random.below(2), divisor - 1)))
      }
      Self.check(xs, by: divisor)
    }
  }

  /// A sum that is 2^32 shows as 0 beside a greatest number that is not; a sum of nothing is 0.
  @Test func sumsOfAWholeAndOfNothing() {
    let x = Lanes(0, 1, 2, 3, 5, 8, 13, 21, 1 << 31, 7, .max, 4, 6, 9, 10, 11)
    #expect(LaneDivisor(.zero, greatest: Lanes(repeating: 1)).quotients(x) == x)
    #expect(LaneDivisor(.zero, greatest: .zero).quotients(.zero) == .zero)
    #expect(ShareDivisor(0).quotients(.zero) == .zero)
    // A share of all there is is a whole, which no lane holds.
    for divisor in Self.edges where divisor > 1 && divisor < 1 << 32 {
      let all = Lanes(repeating: UInt32(divisor))
      #expect(ShareDivisor(divisor).quotients(all) == .zero)
    }
  }

  @Test func productsAndSums() {
    var random = Seeded(state: 5)
    for _ in 0..<300 {
      func number() -> UInt32 {
        random.below(4) == 0 ? .max : UInt32(random.next() >> (32 + random.below(32)))
      }
      var (a, b) = (Lanes.zero, Lanes.zero)
      for lane in 0..<16 { (a[lane], b[lane]) = (number(), number()) }
      let one = number()
      let (by, up, all) = (a.scaled(by: one), a.scaledUp(by: one), a.scaled(by: b))
      let (least, greatest) = (a.least(b), a.greatest(b))
      for lane in 0..<16 {
        let product = UInt64(a[lane]) * UInt64(one)
        #expect(UInt64(by[lane]) == product >> 32)
        #expect(UInt64(up[lane]) == (UInt128(product) + 0xFFFF_FFFF) >> 32)
        #expect(UInt64(all[lane]) == (UInt64(a[lane]) * UInt64(b[lane])) >> 32)
        #expect(least[lane] == min(a[lane], b[lane]))
        #expect(greatest[lane] == max(a[lane], b[lane]))
      }
      #expect(a.laneSum == (0..<16).reduce(0) { $0 + UInt64(a[$1]) })
      let halves = a.narrowed
      #expect((0..<16).allSatisfy { halves[$0] == UInt16(truncatingIfNeeded: a[$0]) })
      #expect(Lanes(widening: halves) == a & 0xFFFF)
      #expect(a.areZero == (a == .zero))
    }
    for lane in 0..<16 {
      var one = Lanes.zero
      #expect(one.areZero)
      one[lane] = 1 << 31
      #expect(!one.areZero)
    }
  }
}
