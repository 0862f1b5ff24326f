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

  /// A victim that sleeps through the notice sells afterwards, for what it would have had before;
  /// the seeder has its own part, and not the victim's dollars.
  @Test func whoSleepsThroughTheNoticeSellsLater() throws {
    var t = try SubnetLedger(people: ["victim", "other"])
    #expect(t.open(1, dollars: 1_000) == nil)
    let (owner, victim) = (SubnetLedger.owner, SubnetLedger.account("victim"))
    let (before, money) = (t.balance(owner), t.balance(victim))
    #expect(t.buy("victim", SubnetLedger.dollars(5_000)) == nil)
    let awake = try t.pool().sold(t.units("victim"))
    #expect(t.drain() == nil)
    try t.pass(seconds: 3 * 604_800 + 1)
    #expect((1_000_000_000...1_005_100_000).contains(t.balance(owner) - before))
    #expect(t.isBalanced == true)
    #expect(t.drain() == .poolEnds)
    #expect(t.buy("other", SubnetLedger.dollars(1)) == .poolEnds)
    try t.pass(seconds: 300 * 86_400)
    #expect(t.sell("victim", t.units("victim"), least: awake) == nil)
    #expect(money - t.balance(victim) < 6_000_000)
    #expect(t.isBalanced == true)
    // What fees left there is burnt after a year, and the asset's rest goes to the seeder.
    let (treasury, kept) = (t.treasury, t.pool().dollars.units)
    try t.pass(seconds: 66 * 86_400)
    #expect(t.room.assets.pool(of: 1) == nil && t.treasury - treasury == kept)
    #expect(t.sell("victim", Amount(1)) == .noPool(1))
    #expect(t.isBalanced == true)
  }

  /// Nobody comes: a year later the rest is burnt, so that no seeder hopes for it.
  @Test func whatNobodyComesForIsBurnt() throws {
    var t = try SubnetLedger(people: ["victim", "other"])
    #expect(t.open(1, dollars: 1_000) == nil)
    let owner = t.balance(SubnetLedger.owner)
    #expect(t.buy("victim", SubnetLedger.dollars(5_000)) == nil)
    #expect(t.drain() == nil)
    try t.pass(seconds: 3 * 604_800 + 1)
    let treasury = t.treasury
    try t.pass(seconds: 365 * 86_400 - 2)
    #expect(t.room.assets.pool(of: 1)?.isOver == true && t.treasury == treasury)
    try t.pass(seconds: 3)
    #expect(t.room.assets.pool(of: 1) == nil)
    #expect((4_994_000_000...5_000_000_000).contains(t.treasury - treasury))
    #expect(t.balance(SubnetLedger.owner) - owner < 1_006_000_000)
    #expect(t.isBalanced == true)
  }

  /// Many who hold what they bought, and one who was paid it: in whatever order they come, nobody
  /// has more than the curve gives, no dollar is made, and the last has what is left.
  @Test func theRestIsNeverOverdrawn() throws {
    var dice = Dice(7)
    for _ in 0..<20 {
      var t = try SubnetLedger(people: ["a", "b", "c", "paid"])
      #expect(t.open(1, dollars: 100 + dice.next() % 900) == nil)
      let paid = Amount(1 + dice.next() % 4_000_000_000_000)
      try t.k.ledger.post(
        from: .escrow(SubnetAsset.escrow(1)), to: .account(SubnetLedger.account("paid")), paid,
        SubnetLedger.asset)
      t.room.assets.assets[1]?.left.units -= paid.units
      for name in ["a", "b", "c"] {
        #expect(t.buy(name, Amount(1_000 + dice.next() % 3_000_000_000)) == nil)
      }
      #expect(t.drain() == nil)
      try t.pass(seconds: 3 * 604_800 + 1)
      #expect(t.pool().isOver == true)
      let rest = t.pool().dollars
      var got = Amount.zero
      for turn in 0..<12 {
        let name = ["a", "b", "c", "paid"][Int(dice.next() % 4)]
        let units = turn < 8 ? Amount(t.units(name).units / 2) : t.units(name)
        let (quote, before) = (try t.pool().sold(units), t.pool())
        let done = t.sell(name, units)
        #expect(done == nil || done == .tradeTooSmall, "\(String(describing: done))")
        if done == nil { got = try got.adding(quote) }
        // The product counts what the seeder took as if it lay there still.
        let price = UInt128(before.dollars.units + before.taken.units)
        let now = UInt128(t.pool().dollars.units + t.pool().taken.units)
        #expect(now * UInt128(t.pool().own.units) >= price * UInt128(before.own.units))
      }
      #expect(got <= rest && t.isBalanced == true)
    }
  }

  /// Whoever sells to the pool before the end, or buys from it, does not move what the seeder has
  /// but by fees; where nobody holds what was bought, nobody is owed anything and it ends at once.
  @Test func nobodyMovesTheSeedersPart() throws {
    var t = try season()
    let alone = try t.pool().seedersPart
    #expect(alone == SubnetLedger.dollars(1_000))
    #expect(t.buy("cheat", SubnetLedger.dollars(9_000)) == nil)
    let pumped = try t.pool().seedersPart
    #expect(pumped >= alone && pumped < SubnetLedger.dollars(1_004))
    #expect(t.sell("cheat", t.units("cheat")) == nil)
    #expect(try t.pool().seedersPart >= pumped)
    #expect(t.drain() == nil)
    try t.pass(seconds: 3 * 604_800 + 1)
    #expect(t.room.assets.pool(of: 1) == nil && t.isBalanced == true)
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
