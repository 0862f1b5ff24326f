// Subnets on the ledger: what is taken and refused, who is paid, and that no unit is lost.

import Kernel
import Primitives
import Testing

@testable import Subnets

@Suite struct SubnetLedgerTests {
  @Test func depositsDoubleAndFall() throws {
    var t = try SubnetLedger()
    #expect(t.create() == nil)
    #expect(
      t.create(most: Amount(19_999_999))
        == Refusal(
          "priceAboveMost", ["price": 20_000_000, "most": 19_999_999]))
    #expect(t.create() == nil)
    #expect(t.room.subnet(2)?.deposit == Amount(20_000_000))
    let now = t.k.now
    #expect(try t.room.counts.price(at: now) == Amount(40_000_000))
    let later = try t.k.now.after(seconds: 14 * 86_400)
    #expect(try t.room.counts.price(at: later) == Amount(20_000_000))
    #expect(try t.room.counts.price(at: .never) == Openings.leastDeposit)
    #expect(t.isBalanced == true)
  }

  @Test(arguments: ["", "Digits", "a b", "<b>", "x23456789012345678901234567890123"])
  func namesAreHarmless(name: String) throws {
    var t = try SubnetLedger()
    #expect(t.create(name: name) == .badSubnetName)
  }

  @Test func parametersKeepTheirRanges() throws {
    var t = try SubnetLedger()
    func refused(_ change: (inout SubnetParameters) -> Void) -> Refusal? {
      var parameters = SubnetParameters.quick
      change(&parameters)
      return t.create(parameters)
    }
    #expect(refused { $0.tempo = 59 }?.code == "outOfRange")
    #expect(refused { $0.members = 257 }?.code == "outOfRange")
    // Stake could flee before the epoch that slashes it.
    #expect(refused { $0.unbonding = 179 }?.code == "outOfRange")
    // A newcomer could be displaced before anybody can have judged it.
    #expect(refused { $0.immunity = 179 }?.code == "outOfRange")
    #expect(refused { $0.kappa = 32_000 }?.code == "outOfRange")
    #expect(refused { $0.slash = 0 }?.code == "outOfRange")
    #expect(refused { $0.alphaHigh = 10 }?.code == "outOfRange")
    #expect(refused { $0.tempo = .max }?.code == "outOfRange")
    #expect(t.create(SubnetParameters()) == nil)
  }

  @Test func registrationsJumpAndTheirPriceIsBurnt() throws {
    var t = try SubnetLedger(people: ["a", "b", "c"])
    #expect(t.register("a") == .noSuchSubnet(1))
    #expect(t.create() == nil)
    #expect(t.register("a") == nil)
    #expect(t.treasury == 10_000)
    #expect(t.register("a") == .alreadyMember)
    #expect(
      t.register("b", most: Amount(12_599))
        == .priceAboveMost(
          Amount(12_600), most: Amount(12_599)))
    #expect(t.register("b") == nil)
    #expect(t.treasury == 22_600)
    // A half-life later it costs half of what the jump made it, and never less than the least.
    let subnet = try #require(t.room.subnet(1) as Subnet?)
    #expect(subnet.price == Amount(15_876))
    let now = t.k.now
    #expect(try subnet.price(at: now.after(seconds: 30)) == Amount(11_907))
    #expect(try subnet.price(at: now.after(seconds: 60)) == Amount(10_000))
    #expect(try subnet.price(at: .never) == Amount(10_000))
    #expect(t.register("c", take: 180_001)?.code == "outOfRange")
    #expect(t.isBalanced == true)
  }

  @Test func anEpochPaysToTheLastUnit() throws {
    var t = try SubnetLedger(people: ["v", "w", "m", "n"])
    #expect(t.create() == nil)
    #expect(t.fund(Amount(1_000_001), epochs: 3).refusal == nil)
    try t.populate(validators: [("v", 600), ("w", 400)], miners: ["m", "n"])
    // Nobody was judged: nothing is paid to stake, all of it is there for the next epoch.
    #expect(t.room.subnet(1)?.carried == Amount(1_000_001))
    #expect(t.seal("v", [2: 3, 3: 1]) == nil)
    #expect(t.seal("w", [2: 3, 3: 1]) == nil)
    #expect(t.seal("m", [3: 1]) == .noPermit)
    try t.endEpoch()
    #expect(t.reveal("v", [2: 3, 3: 1]) == nil)
    #expect(t.reveal("w", [2: 3, 3: 1]) == nil)
    let before = (t.balance(SubnetLedger.account("m")), t.balance(SubnetLedger.account("n")))
    try t.endEpoch()
    let earned = (
      t.balance(SubnetLedger.account("m")) - before.0,
      t.balance(SubnetLedger.account("n")) - before.1
    )
    let dividends = t.staked(on: "v") + t.staked(on: "w") - 1_000_000_000
    let carried = try #require(t.room.subnet(1)?.carried.units as UInt64?)
    #expect(earned.0 + earned.1 + dividends + carried == 3_000_003)
    // Three to one, half to those who judge, and next to nothing left over.
    #expect((1_124_990...1_125_002).contains(earned.0))
    #expect((374_990...375_002).contains(earned.1))
    #expect(carried < 20)
    #expect(t.room.grant(Bytes32.zero) == nil)
    #expect(t.room.subnet(1)?.rate == .zero)
    #expect(t.room.subnet(1)?.grants == 0)
    #expect(t.isBalanced == true)
  }

  @Test func aValidatorsTakeIsPaidToItAndTheRestToAllWhoStaked() throws {
    var t = try SubnetLedger(people: ["v", "d", "m"])
    #expect(t.create() == nil)
    #expect(t.register("v", take: 100_000) == nil)
    #expect(t.stake("v", on: "v", SubnetLedger.dollars(250)) == nil)
    #expect(
      t.stake("d", on: "v", SubnetLedger.dollars(750), mostTake: 99_999)?.code == "outOfRange")
    #expect(t.stake("d", on: "v", SubnetLedger.dollars(750), mostTake: 100_000) == nil)
    try t.populate(validators: [], miners: ["m"])
    #expect(t.seal("v", [1: 1]) == nil)
    try t.endEpoch()
    #expect(t.reveal("v", [1: 1]) == nil)
    #expect(t.fund(SubnetLedger.dollars(8), epochs: 1).refusal == nil)
    let before = t.balance(SubnetLedger.account("v"))
    try t.endEpoch()
    // Four dollars to who judges: a tenth is its take, the rest to the pool.
    let took = t.balance(SubnetLedger.account("v")) - before
    #expect((399_990...400_000).contains(took))
    let pool = try #require(t.room.pool(of: SubnetLedger.account("v"), in: 1) as StakePool?)
    let key = Stake(1, on: SubnetLedger.account("v"), of: SubnetLedger.account("d")).key
    let worth = try pool.staked.worth(#require(t.room.stake(key) as Stake?).shares).units
    #expect((752_699_900...752_700_000).contains(worth))
    #expect(t.isBalanced == true)
  }

  @Test func aHigherTakeComesLaterALowerOneAtOnce() throws {
    var t = try SubnetLedger(people: ["v"])
    #expect(t.create() == nil)
    #expect(t.setTake("v", 1) == .notMember)
    #expect(t.register("v", take: 50_000) == nil)
    #expect(t.setTake("v", 180_000) == nil)
    func take() -> UInt64? { t.room.member(1, 0)?.take }
    #expect(take() == 50_000)
    // Who stakes now is told by the take that is coming.
    #expect(
      t.stake("v", on: "v", SubnetLedger.dollars(1), mostTake: 50_000)?.code == "outOfRange")
    try t.endEpoch()
    #expect(take() == 50_000)
    try t.endEpoch()
    #expect(take() == 180_000)
    #expect(t.setTake("v", 10_000) == nil)
    #expect(take() == 10_000)
    #expect(t.setTake("v", 180_001)?.code == "outOfRange")
  }

  @Test func aSealOpensOnceForItsOwnerInTheNextEpoch() throws {
    var t = try SubnetLedger(people: ["v", "w", "m"])
    #expect(t.create() == nil)
    try t.populate(validators: [("v", 100), ("w", 100)], miners: ["m"])
    #expect(t.seal("v", [2: 1]) == nil)
    #expect(t.seal("v", [2: 2]) == .sealedAlready(epoch: 1))
    #expect(t.reveal("v", [2: 1]) == .nothingSealed)
    // Somebody copies the seal: it opens for nobody but who made it.
    let copied = try #require(t.room.seal(1, epoch: 1, 0) as WeightSeal?).seal
    #expect(t.seal("w", seal: copied) == nil)
    try t.endEpoch()
    #expect(t.reveal("w", [2: 1], salt: SubnetLedger.salt("v")) == .weightsDiffer)
    #expect(t.reveal("v", [2: 2]) == .weightsDiffer)
    #expect(t.reveal("v", [2: 1]) == nil)
    #expect(t.reveal("v", [2: 1]) == .nothingSealed)
    #expect(t.room.weights(1, 0)?.shares == [65_535])
  }

  @Test func badRowsCannotBeOpened() throws {
    var t = try SubnetLedger(people: ["v", "m"])
    #expect(t.create() == nil)
    try t.populate(validators: [("v", 100)], miners: ["m"])
    let account = SubnetLedger.account("v")
    let rows: [([UInt64], [UInt64])] = [
      ([9], [1]), ([1], [65_536]), ([1, 1], [1, 1]), ([1, 0], [1, 1]), ([1], []),
    ]
    for (uids, shares) in rows {
      let epoch = try #require(t.room.subnet(1) as Subnet?).epoch
      let seal = WeightSeal.of(
        subnet: 1, epoch: epoch, by: account, uids: uids, shares: shares, salt: .zero)
      #expect(t.seal("v", seal: seal) == nil)
      try t.endEpoch()
      let m = RevealWeights(t.head("v"), subnet: 1, uids: uids, shares: shares, salt: .zero)
      let refusal = t.done { (room, k) throws(Refusal) in try room.apply(m, as: .zero, &k) }
      #expect(refusal?.code == "badWeights")
    }
  }

  @Test func sponsorsStopAfterTheRunningEpoch() throws {
    var t = try SubnetLedger(people: ["x"])
    #expect(t.create() == nil)
    let whole = t.balance(SubnetLedger.sponsor)
    let (grant, refusal) = t.fund(Amount(5_000), epochs: 4)
    #expect(refusal == nil)
    #expect(t.withdraw(grant, by: SubnetLedger.owner) == .notYourGrant)
    try t.endEpoch()
    #expect(t.withdraw(grant) == nil)
    #expect(t.withdraw(grant) == .notYourGrant)
    // One epoch is over, one runs: the two that are left come back.
    #expect(t.balance(SubnetLedger.sponsor) == whole - 10_000)
    #expect(t.isBalanced == true)
    try t.endEpoch()
    #expect(t.room.subnet(1)?.rate == .zero)
    #expect(t.room.subnet(1)?.carried == Amount(10_000))
    let (last, _) = t.fund(Amount(5_000), epochs: 1)
    #expect(t.withdraw(last) == .grantIsSpent)
    #expect(t.fund(Amount(5_000), epochs: 0).refusal?.code == "outOfRange")
    #expect(t.fund(Amount(999), epochs: 1).refusal?.code == "outOfRange")
    #expect(t.isBalanced == true)
  }

  @Test func aClosedSubnetGivesEverythingBack() throws {
    var t = try SubnetLedger(people: ["v", "d"])
    let start = (t.balance(SubnetLedger.owner), t.balance(SubnetLedger.sponsor))
    #expect(t.create() == nil)
    #expect(t.register("v") == nil)
    #expect(t.stake("d", on: "v", SubnetLedger.dollars(5)) == nil)
    #expect(t.fund(Amount(5_000), epochs: 100).refusal == nil)
    #expect(t.close(by: SubnetLedger.sponsor) == .notSubnetOwner)
    #expect(t.close() == nil)
    #expect(t.close() == .subnetCloses)
    #expect(t.register("d") == .subnetCloses)
    #expect(t.fund(Amount(5_000), epochs: 1).refusal == .subnetCloses)
    let burnt = t.treasury
    for _ in 0..<3 { try t.endEpoch() }
    #expect(t.room.subnet(1)?.state == .closed)
    #expect(t.balance(SubnetLedger.owner) == start.0)
    // Three epochs had a budget and nobody to pay: that is burnt, so that the owner gains nothing.
    #expect(t.treasury - burnt == 15_000)
    #expect(t.room.member(1, 0) == nil)
    // The rest of the grant comes back by itself when its time is over.
    try t.pass(seconds: 100 * 60)
    #expect(t.balance(SubnetLedger.sponsor) == start.1 - 15_000)
    #expect(t.stake("d", on: "v", SubnetLedger.dollars(5)) == .subnetCloses)
    #expect(t.unstake("d", from: "v") == nil)
    try t.pass(seconds: 180)
    #expect(t.balance(SubnetLedger.account("d")) == 1_000_000_000_000)
    #expect(t.room.subnet(1) == nil)
    #expect(t.isBalanced == true)
  }

  @Test func epochsOfManySubnetsShareBlocks() throws {
    var t = try SubnetLedger(people: (0..<66).map { "p\($0)" })
    var parameters = SubnetParameters.quick
    parameters.leastPrice = Amount(10_000)
    parameters.mostPrice = Amount(10_000)
    // Sixteen subnets of 66 members have 67,584 weights: more than a block goes through.
    for number in 1...16 as ClosedRange<UInt64> {
      #expect(t.create(parameters) == nil)
      for member in 0..<66 { #expect(t.register("p\(member)", in: number) == nil) }
    }
    let ends = try #require(t.room.subnet(1) as Subnet?).epochEnds
    try t.pass(milliseconds: ends.milliseconds - t.k.now.milliseconds)
    let late = (1...16 as ClosedRange<UInt64>).filter { t.room.subnet($0)?.epoch == 0 }
    #expect(late.count == 1)
    // What would change an epoch that is over waits for it.
    #expect(t.stake("p0", on: "p0", SubnetLedger.dollars(1), in: late[0]) == .epochIsDue)
    #expect(t.fund(Amount(5_000), epochs: 1, in: late[0]).refusal == .epochIsDue)
    try t.pass(milliseconds: 1)
    #expect(t.room.subnet(late[0])?.epoch == 1)
    let next = try ends.after(seconds: 60)
    #expect(t.room.subnet(late[0])?.epochEnds == next)
  }
}
