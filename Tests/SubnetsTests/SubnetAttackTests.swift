// What cabals, copiers, snipers, Sybils and fleeing delegators make of a subnet on the ledger.

import Kernel
import Primitives
import Testing

@testable import Subnets

@Suite struct SubnetAttackTests {
  /// Seals and reveals one row after the other; what a row says may change with the epoch.
  private func judge(
    _ t: inout SubnetLedger, epochs: Int, _ names: [String],
    _ row: (_ name: String, _ epoch: UInt64) -> [UInt64: UInt64]
  ) throws {
    for _ in 0..<epochs {
      let epoch = try #require(t.room.subnet(1) as Subnet?).epoch
      for name in names {
        if epoch > 1, !row(name, epoch - 1).isEmpty {
          #expect(t.reveal(name, row(name, epoch - 1)) == nil)
        }
        if !row(name, epoch).isEmpty { #expect(t.seal(name, row(name, epoch)) == nil) }
      }
      try t.endEpoch()
    }
  }

  /// Two fifths of the stake give all weight to a miner of their own that does nothing.
  @Test func aCabalOfTwoFifthsPaysItsMinerNothing() throws {
    var t = try SubnetLedger(people: ["v", "w", "c", "good", "fake"])
    #expect(t.create() == nil)
    try t.populate(
      validators: [("v", 300), ("w", 300), ("c", 400)], miners: ["good", "fake"])
    #expect(t.fund(SubnetLedger.dollars(10), epochs: 8).refusal == nil)
    let before = t.balance(SubnetLedger.account("fake"))
    try judge(&t, epochs: 8, ["v", "w", "c"]) { name, _ in name == "c" ? [4: 1] : [3: 1] }
    #expect(t.balance(SubnetLedger.account("fake")) == before)
    // And judging for itself costs it its dividends.
    let shares = try (0..<3).map { uid in
      try #require(t.room.member(1, UInt64(uid)) as SubnetMember?).dividends
    }
    #expect(shares[2] == 0)
    #expect(shares[0] > 30_000)
    #expect(t.isBalanced == true)
  }

  /// The owner stakes and registers like anybody: it has no permit, no share and no weight for
  /// itself by right.
  @Test func anOwnerThatJudgesItselfEarnsNothing() throws {
    var t = try SubnetLedger(people: ["v", "m", "owner"])
    #expect(t.create() == nil)
    try t.populate(validators: [("v", 600), ("owner", 400)], miners: ["m"])
    #expect(t.fund(SubnetLedger.dollars(10), epochs: 6).refusal == nil)
    let before = (t.balance(SubnetLedger.owner), t.staked(on: "owner"))
    try judge(&t, epochs: 6, ["v", "owner"]) { name, _ in name == "owner" ? [1: 1] : [2: 1] }
    #expect(t.balance(SubnetLedger.owner) == before.0)
    #expect(t.staked(on: "owner") == before.1)
  }

  /// Who copies what others revealed is an epoch behind: where miners change, it has the bonds of
  /// the day before.
  @Test(arguments: [false, true])
  func aCopierEarnsLessThanWhoJudges(isYuma3: Bool) throws {
    var parameters = SubnetParameters.quick
    parameters.isYuma3 = isYuma3
    parameters.hasLiquidAlpha = isYuma3
    var t = try SubnetLedger(people: ["v", "w", "c", "m0", "m1", "m2", "m3"])
    #expect(t.create(parameters) == nil)
    try t.populate(
      validators: [("v", 350), ("w", 350), ("c", 300)], miners: ["m0", "m1", "m2", "m3"])
    #expect(t.fund(SubnetLedger.dollars(10), epochs: 60).refusal == nil)
    let before = ["v", "w", "c"].map { t.staked(on: $0) }
    /// Another miner is the best in every third epoch.
    func seen(_ epoch: UInt64) -> [UInt64: UInt64] {
      let best = 3 + epoch / 3 % 4
      var row: [UInt64: UInt64] = [3: 100, 4: 100, 5: 100, 6: 100]
      row[best] = 1_000
      return row
    }
    try judge(&t, epochs: 60, ["v", "w", "c"]) { name, epoch in
      // What was sealed in one epoch is seen in the next, and can be sealed again then.
      name == "c" ? (epoch > 1 ? seen(epoch - 1) : [:]) : seen(epoch)
    }
    let gains = ["v", "w", "c"].enumerated().map { t.staked(on: $1) - before[$0] }
    // By stake: the copier has 300 to the others' 350 each.
    #expect(gains[2] * 350 < gains[0] * 300)
    #expect(t.isBalanced == true)
  }

  /// Somebody takes over the uid of a good miner and waits for the weights that are on their way.
  @Test func aSniperOfAFreedUidEarnsNothing() throws {
    var parameters = SubnetParameters.quick
    parameters.members = 3
    var t = try SubnetLedger(people: ["v", "m", "n", "sniper"])
    #expect(t.create(parameters) == nil)
    try t.populate(validators: [("v", 100)], miners: ["m", "n"])
    #expect(t.fund(SubnetLedger.dollars(10), epochs: 12).refusal == nil)
    // For some epochs the first miner is the worse one, then it becomes the better one.
    try judge(&t, epochs: 4, ["v"]) { _, _ in [1: 1, 2: 9] }
    #expect(t.reveal("v", [1: 1, 2: 9]) == nil)
    #expect(t.seal("v", [1: 9, 2: 1]) == nil)
    #expect(t.register("sniper") == nil)
    #expect(t.room.uid(of: SubnetLedger.account("sniper"), in: 1) == 1)
    #expect(t.room.uid(of: SubnetLedger.account("m"), in: 1) == nil)
    let before = t.balance(SubnetLedger.account("sniper"))
    try t.endEpoch()
    #expect(t.reveal("v", [1: 9, 2: 1]) == nil)
    try t.endEpoch()
    try t.endEpoch()
    #expect(t.balance(SubnetLedger.account("sniper")) == before)
    #expect(t.isBalanced == true)
  }

  /// Even in the moment in which an epoch ends bonds to a uid do not pass to its next holder.
  @Test func aSniperInTheMomentOfTheEpochInheritsNoBond() throws {
    var parameters = SubnetParameters.quick
    parameters.members = 3
    var t = try SubnetLedger(people: ["v", "m", "n", "sniper"])
    #expect(t.create(parameters) == nil)
    try t.populate(validators: [("v", 100)], miners: ["m", "n"])
    try judge(&t, epochs: 4, ["v"]) { _, _ in [1: 1, 2: 9] }
    #expect(t.k.now == t.room.subnet(1)?.lastEpoch)
    #expect(t.register("sniper") == nil)
    let member = try #require(t.room.member(1, 1) as SubnetMember?)
    #expect(member.registered > t.k.now)
  }

  /// To fill a subnet costs more with each seat, and who works is not displaced by it.
  @Test func sybilsPayMoreForEachSeatAndCannotDisplaceTheImmune() throws {
    var parameters = SubnetParameters.quick
    parameters.members = 20
    var t = try SubnetLedger(people: ["honest"] + (0..<20).map { "s\($0)" })
    #expect(t.create(parameters) == nil)
    #expect(t.register("honest") == nil)
    let before = t.treasury
    for sybil in 0..<19 { #expect(t.register("s\(sybil)") == nil) }
    // Nineteen seats at once cost three hundred times the first one, not nineteen times.
    #expect(t.treasury - before > 300 * 10_000)
    #expect(t.register("s19") == .everySeatImmune(20))
    try t.pass(seconds: 200)
    #expect(t.register("s19") == nil)
    // The oldest of those who earned nothing gives way.
    #expect(t.room.uid(of: SubnetLedger.account("honest"), in: 1) == nil)
  }

  @Test func whoEarnsIsNotDisplacedByWhoDoesNot() throws {
    var parameters = SubnetParameters.quick
    parameters.members = 4
    var t = try SubnetLedger(people: ["v", "m", "idle", "other", "new"])
    #expect(t.create(parameters) == nil)
    try t.populate(validators: [("v", 100)], miners: ["m", "idle", "other"])
    try judge(&t, epochs: 4, ["v"]) { _, _ in [1: 1] }
    #expect(t.register("new") == nil)
    #expect(t.room.uid(of: SubnetLedger.account("m"), in: 1) == 1)
    #expect(t.room.uid(of: SubnetLedger.account("v"), in: 1) == 0)
    #expect(t.room.uid(of: SubnetLedger.account("idle"), in: 1) == nil)
  }

  /// A delegator sees that its validator will not open its seal, and asks its stake back.
  @Test func stakeThatFleesIsSlashedAllTheSame() throws {
    var t = try SubnetLedger(people: ["v", "d", "m"])
    #expect(t.create() == nil)
    #expect(t.register("v") == nil)
    #expect(t.stake("v", on: "v", SubnetLedger.dollars(100)) == nil)
    #expect(t.stake("d", on: "v", SubnetLedger.dollars(100)) == nil)
    try t.populate(validators: [], miners: ["m"])
    #expect(t.seal("v", [1: 1]) == nil)
    try t.endEpoch()
    let burnt = t.treasury
    #expect(t.unstake("d", from: "v") == nil)
    #expect(t.unstake("d", from: "v") == .nothingStaked)
    try t.endEpoch()
    // Two per cent of both.
    #expect(t.treasury - burnt == 4_000_000)
    #expect(t.room.weights(1, 0) == nil)
    try t.pass(seconds: 180)
    #expect(t.balance(SubnetLedger.account("d")) == 1_000_000_000_000 - 2_000_000)
    #expect(t.staked(on: "v") == 98_000_000)
    #expect(t.isBalanced == true)
  }

  /// However often it is slashed, what is left can be staked on, asked back and paid out.
  @Test func aPoolSlashedForYearsStillPaysOut() throws {
    var parameters = SubnetParameters.quick
    parameters.slash = 100_000
    parameters.leastStake = Amount(10_000)
    var t = try SubnetLedger(people: ["v", "d", "m"])
    #expect(t.create(parameters) == nil)
    try t.populate(validators: [("v", 900_000)], miners: ["m"])
    for _ in 0..<150 {
      _ = t.seal("v", [1: 1])
      try t.endEpoch()
    }
    #expect(t.staked(on: "v") < 5_000_000)
    #expect(t.stake("d", on: "v", SubnetLedger.dollars(3)) == nil)
    #expect(t.unstake("d", from: "v") == nil)
    #expect(t.unstake("v", from: "v") == nil)
    for _ in 0..<5 { try t.endEpoch() }
    #expect(t.balance(SubnetLedger.account("d")) >= 1_000_000_000_000 - 1_000_000)
    #expect(t.room.pool(of: SubnetLedger.account("v"), in: 1) == nil)
    #expect(t.isBalanced == true)
  }

  /// A first delegator cannot make shares so dear that the next one's rounding is its gain.
  @Test func noRoundingIsWorthStealing() throws {
    var t = try SubnetLedger(people: ["v", "d"])
    #expect(t.create() == nil)
    #expect(t.register("v") == nil)
    #expect(t.stake("v", on: "v", Amount(9_999)) == .stakeTooSmall(least: Amount(10_000)))
    #expect(t.stake("v", on: "v", Amount(10_000)) == nil)
    #expect(t.unstake("v", from: "v", Amount(9_999)) == nil)
    #expect(t.stake("d", on: "v", Amount(1_234_567)) == nil)
    #expect(t.unstake("d", from: "v") == nil)
    try t.pass(seconds: 180)
    #expect(t.balance(SubnetLedger.account("d")) == 1_000_000_000_000)
    #expect(t.isBalanced == true)
  }

  @Test func refusalsLeaveNoTrace() throws {
    var t = try SubnetLedger(people: ["v"])
    #expect(t.create() == nil)
    #expect(t.register("v") == nil)
    var changes: [RowChange] = []
    t.room.drain(into: &changes)
    t.k.drain(into: &changes)
    changes = []
    #expect(t.stake("v", on: "v", Amount(.max)) != nil)
    #expect(t.fund(Amount(1_000_000_000_000), epochs: 10_000).refusal != nil)
    #expect(t.create(most: .zero) != nil)
    #expect(t.unstake("v", from: "v") != nil)
    t.room.drain(into: &changes)
    t.k.drain(into: &changes)
    #expect(changes.isEmpty)
  }

  /// Rows that were read back give the same deadlines and the same next epoch.
  @Test func aRestartGoesOnAlike() throws {
    var t = try SubnetLedger(people: ["v", "w", "m"])
    #expect(t.create() == nil)
    try t.populate(validators: [("v", 60), ("w", 40)], miners: ["m"])
    let (grant, _) = t.fund(Amount(70_000), epochs: 5)
    #expect(t.unstake("w", from: "w", SubnetLedger.dollars(10)) == nil)
    var changes: [RowChange] = []
    t.room.drain(into: &changes)
    var again = SubnetTables()
    for change in changes {
      guard let row = change.row else { continue }
      #expect(try again.load(table: change.table, key: change.key, row: row) == true)
    }
    #expect(again.subnet(1) == t.room.subnet(1))
    #expect(again.grant(grant) == t.room.grant(grant))
    var kernel = KernelTables()
    again.rebuildTimers(into: &kernel)
    kernel.forgetUndo()
    #expect(kernel.timers.count == 3)
    #expect(kernel.timers.earliest == t.room.subnet(1)?.epochEnds)
  }
}
