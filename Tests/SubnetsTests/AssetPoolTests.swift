// The pool's arithmetic: rounding is always the pool's, and no trade, nor many, gains by it.

import Arithmetic
import Primitives
import Testing

@testable import Subnets

@Suite struct AssetPoolTests {
  private func pool(_ dollars: UInt64, _ own: UInt64, fee: UInt64 = 3_000) -> AssetPool {
    var pool = AssetPool()
    (pool.dollars, pool.own, pool.fee) = (Amount(dollars), Amount(own), fee)
    (pool.seedDollars, pool.seedOwn) = (pool.dollars, pool.own)
    return pool
  }

  private func product(_ pool: AssetPool) -> UInt128 {
    UInt128(pool.dollars.units) * UInt128(pool.own.units)
  }

  /// Pools and trades of every size, at every fee and at none.
  @Test func theProductNeverFalls() throws {
    var dice = Dice(1)
    for _ in 0..<3_000 {
      var pool = pool(
        dice.amount(upTo: 1 << 50).units, dice.amount(upTo: SubnetAsset.mostCap).units,
        fee: dice.next() % 30_001)
      for _ in 0..<10 {
        let (before, isBuy) = (pool, dice.next() % 2 == 0)
        let sum = dice.amount(upTo: 1 << 52)
        let out =
          isBuy
          ? try pool.buy(for: sum, at: Time(1)) : try pool.sell(sum, at: Time(1))
        #expect(product(pool) >= product(before))
        #expect(out < (isBuy ? before.own : before.dollars))
        #expect(pool.dollars > .zero && pool.own > .zero)
      }
    }
  }

  /// Into the pool and out again, in one trade or in many, is never worth more than it was.
  @Test func aRoundTripNeverGains() throws {
    var dice = Dice(2)
    for _ in 0..<3_000 {
      // Even without a fee rounding alone must not gain.
      var pool = pool(
        dice.amount(upTo: 1 << 50).units, dice.amount(upTo: SubnetAsset.mostCap).units,
        fee: dice.next() % 2 == 0 ? 0 : dice.next() % 30_001)
      let spent = dice.amount(upTo: 1 << 50)
      let parts = 1 + dice.next() % 4
      var (paid, held, back) = (UInt64(0), UInt64(0), UInt64(0))
      for part in 0..<parts {
        let sum = part == parts - 1 ? spent.units - paid : spent.units / parts
        paid += sum
        held += try pool.buy(for: Amount(sum), at: Time(1)).units
      }
      for part in 0..<parts {
        let sum = part == parts - 1 ? held : held / 2
        held -= sum
        back += try pool.sell(Amount(sum), at: Time(1)).units
      }
      #expect(back <= spent.units, "\(spent) came back as \(back)")
    }
  }

  /// All that a pool ever sold it can buy back, and then has what it had, and the fees.
  @Test func whatWasBoughtCanBeSoldBack() throws {
    var pool = pool(1_000_000_000, 5_000_000_000_000)
    let begun = pool
    var held = Amount.zero
    for _ in 0..<50 { held = try held.adding(pool.buy(for: Amount(400_000_000), at: Time(1))) }
    _ = try pool.sell(held, at: Time(2))
    #expect(pool.dollars >= begun.dollars && pool.own == begun.own)
  }

  @Test func feesAreRoundedUpAndStay() throws {
    // A millionth bought: all of it is fee.
    #expect(try pool(1_000, 1_000_000).bought(for: Amount(1)) == .zero)
    // 1000 less 3, into 10000: 997 · 1000000 / 10997.
    #expect(try pool(10_000, 1_000_000).bought(for: Amount(1_000)) == Amount(90_661))
    #expect(try pool(10_000, 1_000_000, fee: 0).bought(for: Amount(1_000)) == Amount(90_909))
    #expect(try pool(10_000, 1_000_000).sold(Amount(100_000)) == Amount(906))
  }

  @Test func greatNumbersAreRefusedNotWrapped() throws {
    var pool = pool(.max - 5, SubnetAsset.mostCap, fee: 0)
    #expect(throws: Refusal.overflow) { try pool.buy(for: Amount(6), at: Time(1)) }
    #expect(throws: Refusal.overflow) { try pool.bought(for: Amount(.max)) }
    // A price that no number holds is the greatest one.
    pool.own = Amount(1)
    #expect(pool.value == UInt128(UInt64.max) << 32)
    pool.gather(until: Time(.max))
    pool.readAverage(at: Time(.max))
    #expect(pool.average.value > 0)
  }

  // MARK: - The average

  /// The formula in whole numbers beside it: 300 blocks an hour, 3·10⁻⁶ · b / (b + 201600) each.
  @Test func theAverageFollowsTheFormula() throws {
    var pool = pool(1_000_000_000, 5_000_000_000_000)
    var expected = Fixed64.zero
    for hour in UInt64(1)...200 {
      pool.readAverage(at: Time(hour * 3_600_000))
      let blocks = Int128(hour * 300)
      let part = Fixed64(raw: (900 << 64) / 1_000_000 * blocks / (blocks + 201_600))
      expected = expected + (Fixed64(1_000) - expected) * part
      let found = Fixed64(raw: Int128(pool.average.value) << 32) / Fixed64(1_000_000)
      let error = (found - expected).raw.magnitude
      #expect(error < 1 << 54, "hour \(hour)")
    }
    // After 200 hours it has come a fortieth of the way.
    #expect((pool.averageDollars.units / 1_000_000) < 40)
  }

  /// A price that is pushed up and let fall within a block leaves no trace; one that stands for a
  /// second of an hour counts for a second of an hour, and never for more than twice the average.
  @Test func aSpikeCountsByItsTime() throws {
    var still = pool(1_000_000_000, 5_000_000_000_000)
    still.readAverage(at: Time(3_600_000))
    still.average = Wide(still.value)
    let plain = still.average.value
    var (blink, second, hour) = (still, still, still)
    let end = Time(7_200_000)
    func spike(_ pool: inout AssetPool, _ from: UInt64, _ to: UInt64) throws {
      let got = try pool.buy(for: Amount(9_000_000_000), at: Time(from))
      #expect(pool.value > 90 * plain)
      _ = try pool.sell(got, at: Time(to))
    }
    still.readAverage(at: end)
    try spike(&blink, 7_200_000, 7_200_000)
    blink.readAverage(at: end)
    #expect(still.average.value == plain && blink.average.value == plain)
    // The average moves by 3·10⁻⁶ · 600 / 202200 a block: 2.67·10⁻⁶ in an hour.
    try spike(&second, 7_199_000, 7_200_000)
    second.readAverage(at: end)
    let moved = second.average.value - plain
    #expect(moved > 0 && moved < plain / 10_000_000)
    try spike(&hour, 3_600_000, 7_200_000)
    hour.readAverage(at: end)
    #expect((plain / 400_000...plain / 370_000).contains(hour.average.value - plain))
  }

  /// However the asset is counted, the same dollars make the same weight.
  @Test func aSmallCapIsNoHighPrice() throws {
    var (few, many) = (pool(1_000_000_000, 100_000), pool(1_000_000_000, SubnetAsset.mostCap))
    for hour in UInt64(1)...50 {
      few.readAverage(at: Time(hour * 3_600_000))
      many.readAverage(at: Time(hour * 3_600_000))
    }
    #expect(few.value == many.value && few.weight == many.weight)
  }

  /// What counts is no more than four times the dollars that are there, however high the average.
  @Test func aThinPoolCountsByItsDollars() throws {
    var thin = pool(1_000, 5_000_000_000_000)
    thin.average = Wide(UInt128(1_000_000) << 32)
    #expect(thin.weight == 4_000)
    thin.dollars = Amount(1_000_000)
    #expect(thin.weight == 1_000_000)
    thin.ends = Time(5)
    #expect(thin.weight == 0)
  }
}
