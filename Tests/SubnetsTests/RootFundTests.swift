// Pools and the root on the ledger: what is taken and refused, and how dollars are shared.

import Kernel
import Primitives
import Testing

@testable import Subnets

@Suite struct RootFundTests {
  @Test func poolsAreSeededOnceWithinTheirBounds() throws {
    var t = try SubnetLedger(people: ["a"])
    #expect(t.create() == nil && t.issue() == nil)
    #expect(t.buy("a", Amount(5)) == .noPool(1))
    #expect(t.drain() == .noPool(1))
    #expect(t.seed(by: SubnetLedger.account("a")) == .notSubnetOwner)
    #expect(t.seed(Amount(99_999_999))?.code == "outOfRange")
    #expect(t.seed(Amount(1_000_000_000_001))?.code == "outOfRange")
    #expect(t.seed(fee: 999)?.code == "outOfRange" && t.seed(fee: 30_001)?.code == "outOfRange")
    #expect(t.seed() == nil)
    #expect(t.seed() == .poolExists)
    // All that the schedule never pays is in it.
    let row = try #require(t.room.assets.asset(of: 1) as SubnetAsset?)
    #expect(try t.pool().own == row.poolPart())
    #expect(try row.left == row.scheduled())
    #expect(t.isBalanced == true)
  }

  @Test func aTradeGivesTheLeastOrDoesNotHappen() throws {
    var t = try SubnetLedger(people: ["a"])
    #expect(t.create() == nil && t.issue() == nil && t.seed() == nil)
    let gives = try t.pool().bought(for: Amount(10_000_000))
    let before = t.pool()
    #expect(
      t.buy("a", Amount(10_000_000), least: Amount(gives.units + 1))
        == .lessThanLeast(gives: gives, least: Amount(gives.units + 1)))
    #expect(t.buy("a", Amount(1)) == .tradeTooSmall)
    #expect(t.buy("a", .zero) == .tradeTooSmall)
    #expect(t.sell("a", Amount(10_000_000))?.code == "insufficient")
    #expect(t.buy("a", Amount(.max))?.code == "overflow")
    #expect(t.buy("a", SubnetLedger.dollars(1_000_001))?.code == "insufficient")
    #expect(t.pool() == before && t.isBalanced == true)
    #expect(t.buy("a", Amount(10_000_000), least: gives) == nil)
    #expect(t.units("a") == gives)
    let back = try t.pool().sold(gives)
    #expect(t.sell("a", gives, least: Amount(back.units + 1))?.code == "lessThanLeast")
    #expect(t.sell("a", gives, least: back) == nil)
    #expect(back < Amount(10_000_000) && t.isBalanced == true)
  }

  /// A pool ends with notice, trades meanwhile, and shares no more.
  @Test func theSeederWaits() throws {
    var t = try SubnetLedger(people: ["a"])
    #expect(t.create() == nil && t.issue() == nil && t.seed() == nil)
    #expect(t.buy("a", SubnetLedger.dollars(500)) == nil)
    #expect(t.drain(by: SubnetLedger.account("a")) == .notPoolSeeder)
    #expect(t.drain() == nil)
    #expect(t.drain() == .poolEnds)
    #expect(t.room.assets.root.subnets == [])
    try t.pass(seconds: 179)
    #expect(t.sell("a", t.units("a")) == nil)
    let owner = t.balance(SubnetLedger.owner)
    try t.pass(seconds: 2)
    #expect(t.room.assets.pool(of: 1) == nil)
    #expect(t.balance(SubnetLedger.owner) - owner < 1_004_000_000)
    #expect(t.sell("a", Amount(1)) == .noPool(1))
    // There is no second one, whose price nobody would know.
    #expect(t.seed() == .poolExists)
    #expect(t.isBalanced == true)
  }

  @Test func theRootSharesByTheAverages() throws {
    var t = try SubnetLedger()
    for (number, dollars) in [(1, 1_000), (2, 3_000), (3, 500)] as [(UInt64, UInt64)] {
      #expect(t.open(number, dollars: dollars) == nil)
    }
    #expect(t.create() == nil)
    #expect(t.fundRoot(Amount(9_999))?.code == "outOfRange")
    #expect(t.fundRoot(Amount(1_000_000_001)) == nil)
    #expect(t.room.assets.root.subnets == [1, 2, 3])
    try t.endRootEpoch()
    // A thousandth, rounded up, is 1,000,001 units; by weights of about 1000 : 3000 : 500, each
    // share rounded down. What that leaves stays.
    let weights = (UInt64(1)...3).map { t.pool($0).weight }
    let got = (UInt64(1)...4).map { t.room.routing($0)?.root.units ?? 0 }
    for (weight, share) in zip(weights, got) {
      #expect(UInt128(share) == 1_000_001 * weight / weights.reduce(0, +))
    }
    #expect((665_000...668_000).contains(got[1]) && (110_000...112_000).contains(got[2]))
    #expect(got[3] == 0 && got.reduce(0, +) > 999_997)
    #expect(t.room.assets.root.given == Amount(got.reduce(0, +)))
    #expect(t.isBalanced == true)
    for _ in 0..<5 { try t.endRootEpoch() }
    #expect(t.room.assets.root.epoch == 6 && t.isBalanced == true)
    #expect(t.room.assets.root.given.units + t.room.assets.root.held.units == 1_000_000_001)
  }

  /// A pool draws no more than a thousandth of its dollars at a time; the rest waits.
  @Test func aSmallPoolDoesNotDrawAGreatFund() throws {
    var t = try SubnetLedger()
    #expect(t.open(1, dollars: 100) == nil)
    #expect(t.fundRoot(SubnetLedger.dollars(500_000)) == nil)
    try t.endRootEpoch()
    #expect(t.room.routing(1)?.root == Amount(100_000))
    #expect(t.room.assets.root.held == Amount(499_999_900_000))
    #expect(t.isBalanced == true)
  }

  /// The last unit goes too: nothing stays for ever.
  @Test func theFundRunsDry() throws {
    var t = try SubnetLedger()
    #expect(t.open(1, dollars: 100) == nil)
    #expect(t.fundRoot(Amount(10_000)) == nil)
    for _ in 0..<1_990 where t.room.assets.root.held > .zero { try t.endRootEpoch() }
    let held = t.room.assets.root.held.units
    #expect(held < 2_000)
    #expect(t.isBalanced == true)
  }

  /// As many subnets as there can be, each with a pool: one block shares among all, and reads and
  /// writes one row of each.
  @Test func oneBlockSharesAmongAll() throws {
    var t = try SubnetLedger()
    for number in 1...Openings.limit {
      try t.pass(seconds: 28 * 86_400)
      #expect(t.create(.slow) == nil && t.issue(in: number) == nil)
    }
    for number in 1...Openings.limit {
      #expect(t.seed(SubnetLedger.dollars(100), in: number) == nil)
    }
    #expect(t.create(.slow) == .tooManySubnets(limit: 128))
    #expect(t.fundRoot(SubnetLedger.dollars(10_000)) == nil)
    var changes: [RowChange] = []
    t.room.assets.drain(into: &changes)
    try t.endRootEpoch()
    changes = []
    t.room.assets.drain(into: &changes)
    #expect(changes.count == Int(Openings.limit) + 1)
    #expect(t.room.assets.root.given > .zero && t.isBalanced == true)
  }

  /// A node that is started again finds every deadline.
  @Test func aRestartFindsPoolsAndTheRoot() throws {
    var t = try SubnetLedger()
    #expect(t.create() == nil && t.issue() == nil && t.seed() == nil)
    #expect(t.create() == nil && t.issue(in: 2) == nil && t.seed(in: 2) == nil)
    #expect(t.drain() == nil && t.fundRoot(Amount(10_000_000)) == nil)
    var changes: [RowChange] = []
    t.room.drain(into: &changes)
    var room = SubnetTables()
    var k = KernelTables()
    for change in changes {
      guard let row = change.row else { continue }
      #expect(try room.load(table: change.table, key: change.key, row: row) == true)
    }
    room.rebuildTimers(into: &k)
    k.forgetUndo()
    var found: [TimerKey: Time] = [:]
    while let timer = k.timers.popDue(.never) { found[timer.key] = timer.deadline }
    #expect(found[SubnetTimer.pool(1)] == t.pool().ends)
    #expect(found[SubnetTimer.pool(2)] == nil)
    #expect(found[SubnetTimer.root] == t.room.assets.root.ends)
  }

  /// What could not happen at its time is frozen, and has a way out.
  @Test func aFrozenPoolCanBeAskedBackAgain() throws {
    var t = try SubnetLedger()
    #expect(t.create() == nil && t.issue() == nil && t.seed() == nil)
    #expect(t.drain() == nil)
    t.room.freeze(SubnetTimer.pool(1), because: .overflow, &t.k)
    t.room.freeze(SubnetTimer.root, because: .overflow, &t.k)
    t.forget()
    #expect(t.pool().ends == .never && t.room.assets.root.ends == .never)
    #expect(t.drain() == nil)
    try t.pass(seconds: 181)
    #expect(t.room.assets.pool(of: 1) == nil && t.isBalanced == true)
  }
}
