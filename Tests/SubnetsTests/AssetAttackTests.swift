// Those who would be paid for nothing by own assets, pools and the root; what each has in the end.

import Kernel
import Primitives
import Testing

@testable import Subnets

@Suite struct AssetAttackTests {
  /// Two pools of $1,000 that share a root of $1,000.
  private func season() throws -> SubnetLedger {
    var t = try SubnetLedger(people: ["cheat", "other", "victim"])
    #expect(t.open(1, dollars: 1_000) == nil)
    #expect(t.open(2, dollars: 1_000, by: SubnetLedger.account("other")) == nil)
    for _ in 0..<40 { try t.endRootEpoch() }
    #expect(t.fundRoot(SubnetLedger.dollars(1_000)) == nil)
    return t
  }

  private func fed(_ t: borrowing SubnetLedger, _ number: UInt64) -> UInt64 {
    t.pool(number).fed.units
  }

  /// It buys a second before each reading and sells after: the fees of each hour are many times
  /// what its subnet is fed above its half.
  @Test func aPumpBeforeTheReadingLoses() throws {
    var t = try season()
    let cheat = SubnetLedger.account("cheat")
    let (money, before) = (t.balance(cheat), (fed(t, 1), fed(t, 2)))
    for _ in 0..<10 {
      try t.pass(milliseconds: t.room.assets.root.ends.milliseconds - t.k.now.milliseconds - 1_000)
      #expect(t.buy("cheat", SubnetLedger.dollars(1_000)) == nil)
      try t.endRootEpoch()
      #expect(t.sell("cheat", t.units("cheat")) == nil)
    }
    let lost = money - t.balance(cheat)
    let gained = (fed(t, 1) - before.0) - min(fed(t, 1) - before.0, fed(t, 2) - before.1)
    #expect(lost > 30_000_000, "ten round trips of $1,000, of which half a pool is its own")
    #expect(gained < lost / 100, "fed \(gained) more, for \(lost)")
    #expect(t.isBalanced == true)
  }

  /// Wash trades move no price and cost two fees each; what they cost lies in the pool, for who
  /// holds it.
  @Test func washTradesFeedThePool() throws {
    var t = try season()
    let cheat = SubnetLedger.account("cheat")
    let (money, value) = (t.balance(cheat), t.pool().value)
    for _ in 0..<20 {
      #expect(t.buy("cheat", SubnetLedger.dollars(100)) == nil)
      #expect(t.sell("cheat", t.units("cheat")) == nil)
    }
    let lost = money - t.balance(cheat)
    #expect((10_800_000...12_100_000).contains(lost), "20 times up to two fees of 0.3 %: \(lost)")
    #expect(t.pool().dollars.units == 1_000_000_000 + lost)
    #expect(t.pool().value < value + value / 50)
  }

  /// A seeder gives notice when others have bought. All that they bought they sell back before it
  /// ends; together they have lost their fees, and the seeder has gained no more than those.
  @Test func aSeederDrainsOnlyFees() throws {
    var t = try season()
    let (owner, victim) = (t.balance(SubnetLedger.owner), SubnetLedger.account("victim"))
    let money = t.balance(victim)
    #expect(t.buy("victim", SubnetLedger.dollars(5_000)) == nil)
    #expect(t.drain() == nil)
    #expect(t.sell("victim", t.units("victim")) == nil)
    let lost = money - t.balance(victim)
    try t.pass(seconds: 3 * 604_800 + 1)
    #expect(lost < 31_000_000)
    #expect(t.balance(SubnetLedger.owner) - owner == 1_000_000_000 + lost)
    #expect(t.isBalanced == true)
  }

  /// A victim that sleeps through the notice has the asset and no pool: the seeder has its dollars.
  /// That is the bound: notice is all the protection there is.
  @Test func whoSleepsThroughTheNoticeLoses() throws {
    var t = try season()
    let owner = t.balance(SubnetLedger.owner)
    #expect(t.buy("victim", SubnetLedger.dollars(5_000)) == nil)
    #expect(t.drain() == nil)
    try t.pass(seconds: 3 * 604_800 + 1)
    #expect(t.balance(SubnetLedger.owner) - owner == 6_000_000_000)
    #expect(t.sell("victim", t.units("victim")) == .noPool(1))
  }

  /// An owner who is all of its subnet farms what it issues and dumps it. Without buyers it has of
  /// its pool what it put in; with buyers, what they paid, which is the bound.
  @Test func aFarmerDumpsOnWhoBought() throws {
    var t = try SubnetLedger(people: ["v", "m", "buyer"])
    #expect(t.create() == nil)
    #expect(t.issue(cap: 1_000_000_000, perEpoch: 50_000_000, halving: 5) == nil)
    #expect(t.seed() == nil)
    try t.populate(validators: [("v", 1_000)], miners: ["m"])
    #expect(t.seal("v", [1: 1]) == nil)
    try t.endEpoch()
    try t.judgeOnce()
    #expect(t.buy("buyer", SubnetLedger.dollars(200)) == nil)
    let before = t.balance(SubnetLedger.account("m"))
    for _ in 0..<20 {
      try t.judgeOnce()
      #expect(t.sell("m", t.units("m")) == nil)
    }
    let farmed = t.balance(SubnetLedger.account("m")) - before
    // It had something of the buyer's $200 and of the owner's $1,000, and cannot have more.
    #expect(farmed > 0 && farmed < 1_200_000_000)
    #expect(t.pool().dollars > .zero && t.isBalanced == true)
    // The more it dumped, the less its subnet counts.
    #expect(t.pool().value < UInt128(1_000_000_000) << 32)
  }

  /// An owner who feeds its own subnet through a pool of its own: what it draws is at most a
  /// thousandth of the dollars that it locks an hour, whatever it does.
  @Test func anOwnerDrawsAtMostByWhatItLocks() throws {
    var t = try season()
    #expect(t.fundRoot(SubnetLedger.dollars(900_000)) == nil)
    #expect(t.buy("cheat", SubnetLedger.dollars(9_000)) == nil)
    let before = fed(t, 1)
    try t.endRootEpoch()
    #expect(fed(t, 1) - before == 10_000_000)
    // The other, which did nothing, has its own thousandth.
    #expect(t.room.assets.root.held > Amount(900_000_000_000))
  }

  /// Many small pools in place of a great one: no more, since weights and draws are by dollars; and
  /// each costs a deposit that doubles.
  @Test func manySmallPoolsDrawNoMore() throws {
    var t = try SubnetLedger()
    #expect(t.open(1, dollars: 500) == nil)
    for number in UInt64(2)...6 { #expect(t.open(number, dollars: 100) == nil) }
    #expect(t.fundRoot(SubnetLedger.dollars(100)) == nil)
    for _ in 0..<20 { try t.endRootEpoch() }
    let small = (UInt64(2)...6).reduce(0) { $0 + fed(t, $1) }
    #expect(small <= fed(t, 1) && small > 0)
  }

  /// Who was told to wait for the price stays bound to it: what is bought between is not paid.
  @Test func aSandwichIsBoundedByTheLeast() throws {
    var t = try season()
    let quote = try t.pool().bought(for: SubnetLedger.dollars(100))
    #expect(t.buy("cheat", SubnetLedger.dollars(100)) == nil)
    #expect(
      t.buy("victim", SubnetLedger.dollars(100), least: Amount(quote.units / 100 * 99))?.code
        == "lessThanLeast")
    let cheat = t.balance(SubnetLedger.account("cheat"))
    #expect(t.sell("cheat", t.units("cheat")) == nil)
    #expect(t.balance(SubnetLedger.account("cheat")) - cheat < 100_000_000)
  }
}
