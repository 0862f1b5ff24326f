// Own assets on the ledger: who may make them, who is paid in them, and that no unit is lost.

import Kernel
import Primitives
import Testing

@testable import Subnets

@Suite struct AssetLedgerTests {
  @Test func onlyTheOwnerIssuesOnceAndBeforeTheFirstEpochEnds() throws {
    var t = try SubnetLedger(people: ["a"])
    #expect(t.issue() == .noSuchSubnet(1))
    #expect(t.create() == nil)
    #expect(t.issue(by: SubnetLedger.account("a")) == .notSubnetOwner)
    #expect(t.issue(name: "<b>") == .badAssetName)
    #expect(t.seed() == .noAsset(1))
    #expect(t.issue() == nil)
    #expect(t.issue() == .assetExists)
    #expect(t.k.ledger.minted(SubnetLedger.asset) == Amount(10_000_000_000_000))
    #expect(t.isBalanced == true)
    #expect(t.create() == nil)
    try t.endEpoch(2)
    #expect(t.issue(in: 2) == .assetTooLate(epoch: 1))
    #expect(t.create() == nil && t.close(3) == nil)
    #expect(t.issue(in: 3) == .subnetCloses)
  }

  /// A genesis may have used the number: money that others have is not made again.
  @Test func aNumberThatTheGenesisUsedIsRefused() throws {
    var t = try SubnetLedger(people: ["a"])
    try t.k.fund(SubnetLedger.account("a"), Amount(5), SubnetLedger.asset)
    t.forget()
    #expect(t.create() == nil)
    #expect(t.issue() == .assetExists)
    #expect(t.units("a") == Amount(5))
  }

  /// Two epochs whose emission nobody earned, and one that is: all three are paid, by the shares by
  /// which dollars are.
  @Test func anEpochPaysTheAssetAsItPaysDollars() throws {
    var t = try SubnetLedger(people: ["v", "w", "d", "m", "n"])
    #expect(t.create() == nil)
    #expect(t.issue() == nil)
    #expect(t.fund(Amount(5_000_000), epochs: 3).refusal == nil)
    #expect(t.register("v", take: 100_000) == nil)
    #expect(t.stake("v", on: "v", SubnetLedger.dollars(150)) == nil)
    #expect(t.stake("d", on: "v", SubnetLedger.dollars(450)) == nil)
    try t.populate(validators: [("w", 400)], miners: ["m", "n"])
    let carried = t.room.assets.asset(of: 1)?.carried
    #expect(carried == Amount(5_000_000))
    #expect(t.seal("v", [2: 3, 3: 1]) == nil && t.seal("w", [2: 3, 3: 1]) == nil)
    try t.endEpoch()
    #expect(t.reveal("v", [2: 3, 3: 1]) == nil && t.reveal("w", [2: 3, 3: 1]) == nil)
    let before = t.balance(SubnetLedger.account("m"))
    try t.endEpoch()
    #expect(t.units("m").units == t.balance(SubnetLedger.account("m")) - before)
    #expect((5_624_000...5_625_000).contains(t.units("m").units))
    // Half of fifteen is the judges', six tenths of that v's, a tenth of that its take.
    #expect((449_900...450_000).contains(t.units("v").units))
    #expect(t.collect("d", from: "v") == nil)
    #expect((3_037_000...3_037_500).contains(t.units("d").units))
    #expect(t.collect("d", from: "v") == .nothingToCollect)
    #expect(t.collect("d", from: "w") == .nothingStaked)
    #expect(t.collect("v", from: "v") == nil)
    #expect(t.isBalanced == true)
    let row = try #require(t.room.assets.asset(of: 1) as SubnetAsset?)
    #expect(try row.left == row.cap.subtracting(row.scheduled(before: 3)))
  }

  /// Who stakes after an epoch has nothing of it, and who asks stake back is paid first.
  @Test func dividendsAreOfTheStakeThatWasThere() throws {
    var t = try SubnetLedger(people: ["v", "late", "m"])
    try t.judged()
    #expect(t.stake("late", on: "v", SubnetLedger.dollars(10_000)) == nil)
    #expect(t.collect("late", from: "v") == .nothingToCollect)
    #expect(t.unstake("v", from: "v") == nil)
    #expect((7_499_000...7_500_000).contains(t.units("v").units))
    #expect(t.isBalanced == true)
    try t.judgeOnce()
    // What is leaving earns no more.
    #expect(t.collect("v", from: "v") == .nothingToCollect)
    #expect(t.collect("late", from: "v") == nil)
    #expect(t.isBalanced == true)
  }

  /// Many delegators with odd shares, who come and go: nobody gets another's, and what is rounded
  /// away is paid by the subnet when the last has gone.
  @Test func oddSharesLoseNothing() throws {
    let people = (0..<9).map { "d\($0)" }
    var t = try SubnetLedger(people: people + ["v", "m"])
    try t.judged()
    var dice = Dice(3)
    for (place, name) in people.enumerated() {
      #expect(t.stake(name, on: "v", Amount(10_001 + dice.next() % 99_999_999)) == nil)
      try t.judgeOnce()
      if place % 3 == 2 { #expect(t.unstake(name, from: "v", Amount(7_777)) == nil) }
      #expect(t.isBalanced == true)
    }
    for name in people + ["v"] { #expect(t.unstake(name, from: "v") == nil) }
    #expect(t.isBalanced == true)
    try t.pass(seconds: 400)
    #expect(t.room.pool(of: SubnetLedger.account("v"), in: 1) == nil)
    #expect(t.room.assets.dividends(of: SubnetLedger.account("v"), in: 1) == nil)
    #expect(t.isBalanced == true)
    let got = (people + ["v", "m"]).reduce(UInt64(0)) { $0 + t.units($1).units }
    let row = try #require(t.room.assets.asset(of: 1) as SubnetAsset?)
    #expect(got == row.circulating.units)
  }

  /// At the end what was not paid is burnt, the owner has none of it, and the pool goes back after
  /// its notice; no row stays.
  @Test func aClosedSubnetBurnsWhatIsLeft() throws {
    var t = try SubnetLedger(people: ["v", "m", "b"])
    try t.judged()
    #expect(t.seed() == nil)
    #expect(t.buy("b", SubnetLedger.dollars(10)) == nil)
    #expect(t.close() == nil)
    #expect(t.pool().ends != .never)
    #expect(t.drain() == .poolEnds)
    // Who holds the asset can sell it as long as the notice runs.
    #expect(t.sell("b", Amount(t.units("b").units / 2)) == nil)
    try t.pass(seconds: 178)
    #expect(t.sell("b", t.units("b")) == nil)
    try t.pass(seconds: 3)
    #expect(t.room.subnet(1)?.state == .closed)
    #expect(t.room.assets.pool(of: 1) == nil)
    let row = try #require(t.room.assets.asset(of: 1) as SubnetAsset?)
    #expect(row.left == .zero && row.carried == .zero)
    #expect(t.k.ledger.balance(.treasury, SubnetLedger.asset) > Amount(4_900_000_000_000))
    #expect(t.isBalanced == true)
    #expect(t.collect("v", from: "v") == nil)
    #expect(t.unstake("v", from: "v") == nil)
    try t.pass(seconds: 181)
    #expect(t.room.subnet(1) == nil && t.room.assets.asset(of: 1) == nil)
    #expect(t.room.assets.root.subnets == [] && t.room.assets.root.ends == .never)
    #expect(t.isBalanced == true)
    #expect(t.buy("b", Amount(5)) == .noPool(1))
  }

  /// A closed subnet's pool buys back for a year; then all its rows are gone.
  @Test func aPoolOutlivesItsSubnet() throws {
    var t = try SubnetLedger(people: ["v", "m", "b"])
    try t.judged()
    #expect(t.seed() == nil)
    #expect(t.buy("b", SubnetLedger.dollars(10)) == nil)
    #expect(t.close() == nil)
    try t.pass(seconds: 181)
    #expect(t.unstake("v", from: "v") == nil)
    try t.pass(seconds: 181)
    #expect(t.room.subnet(1)?.state == .closed && t.room.assets.asset(of: 1) != nil)
    #expect(t.pool().isOver == true && t.isBalanced == true)
    #expect(t.sell("b", Amount(t.units("b").units / 2)) == nil)
    try t.pass(seconds: 365 * 86_400)
    #expect(t.room.assets.pool(of: 1) == nil && t.room.assets.asset(of: 1) == nil)
    #expect(t.room.subnet(1) == nil, "the row went with the pool")
    #expect(t.sell("b", t.units("b")) == .noPool(1))
    #expect(t.isBalanced == true)
  }

  /// A subnet with no asset has none of the rows that assets have.
  @Test func aSubnetWithoutAnAssetHasNoRowsOfIt() throws {
    var t = try SubnetLedger(people: ["v", "m"])
    #expect(t.create() == nil)
    try t.populate(validators: [("v", 100)], miners: ["m"])
    try t.endEpoch()
    var changes: [RowChange] = []
    t.room.assets.drain(into: &changes)
    #expect(changes.isEmpty == true)
  }
}

extension SubnetLedger {
  /// A subnet with an asset, a validator with $1,000 and a miner, that paid its first epochs.
  mutating func judged() throws(Refusal) {
    if let refusal = create() ?? issue() { throw refusal }
    try populate(validators: [("v", 1_000)], miners: ["m"])
    if let refusal = seal("v", [1: 1]) { throw refusal }
    try endEpoch()
    try judgeOnce()
  }

  /// An epoch in which the validator says what it said before.
  mutating func judgeOnce() throws(Refusal) {
    if let refusal = reveal("v", [1: 1]) ?? seal("v", [1: 1]) { throw refusal }
    try endEpoch()
  }
}
