// What a subnet says to the market, and what of routed prices comes into its budget.

import Kernel
import Market
import Primitives
import Testing

@testable import Subnets

@Suite struct RoutingTests {
  /// A subnet whose epoch has just ranked m before n, three to one.
  private func ranked(share: UInt64? = nil) throws -> SubnetLedger {
    var t = try SubnetLedger(people: ["v", "w", "m", "n", "x", "buyer"])
    #expect(t.create() == nil)
    if let share { #expect(t.setShare(share) == nil) }
    try t.populate(validators: [("v", 600), ("w", 400)], miners: ["m", "n"])
    try t.judge(["v", "w"], [2: 3, 3: 1])
    return t
  }

  @Test func theRankingIsThatOfTheLastEpoch() throws {
    var t = try SubnetLedger(people: ["v", "m"])
    #expect(t.ranking() == .failure(.noSuchSubnet(1)))
    #expect(t.create() == nil)
    #expect(t.ranking() == .failure(.noRanking(1)))
    try t.populate(validators: [("v", 600)], miners: ["m"])
    // There was an epoch, and nobody was judged in it.
    #expect(t.ranking() == .failure(.noRanking(1)))
    t = try ranked()
    let ranking = try t.ranking().get()
    #expect(ranking.providers.map(\.account) == ["m", "n"].map(SubnetLedger.account))
    #expect(ranking.providers[0].weight == 1_000_000)
    #expect((333_000...333_400).contains(ranking.providers[1].weight))
    #expect(ranking.judges.map(\.account) == ["v", "w"].map(SubnetLedger.account))
    #expect(ranking.share == 0)
    #expect(ranking.epoch + 1 == t.room.subnet(1)?.epoch)
  }

  @Test func aSniperOfASeatInheritsNoRank() throws {
    var t = try SubnetLedger(people: ["v", "m", "n", "x"])
    var rules = SubnetParameters.quick
    rules.members = 3
    #expect(t.create(rules) == nil)
    try t.populate(validators: [("v", 600)], miners: ["m", "n"])
    try t.judge(["v"], [1: 3, 2: 1])
    #expect(try t.ranking().get().providers.count == 2)
    try t.pass(seconds: 30)
    // The weakest of those beyond their immunity gives way; the seat's rank does not stay with it.
    #expect(t.register("x") == nil)
    let after = try t.ranking().get().providers.map(\.account)
    #expect(after == [SubnetLedger.account("m")])
    #expect(t.room.uid(of: SubnetLedger.account("x"), in: 1) == 2)
  }

  @Test func aShareIsSaidOnceBeforeTheFirstEpochEnds() throws {
    var t = try SubnetLedger(people: ["v", "m"])
    #expect(t.setShare(1) == .noSuchSubnet(1))
    #expect(t.create() == nil)
    #expect(t.setShare(1, by: "v") == .notSubnetOwner)
    #expect(t.setShare(0)?.code == "outOfRange")
    #expect(t.setShare(200_001)?.code == "outOfRange")
    #expect(t.setShare(200_000) == nil)
    #expect(t.setShare(1) == .routingIsFixed(share: 200_000))
    #expect(t.create(name: "late") == nil)
    try t.endEpoch()
    try t.endEpoch(2)
    #expect(t.setShare(1, in: 2) == .routingIsFixed(share: 0))
    #expect(t.isBalanced == true)
  }

  @Test func aRoutedShareIsPaidToMembersAndNotToTheOwner() throws {
    var t = try ranked(share: 100_000)
    #expect(try t.ranking().get().share == 100_000)
    let (owner, before) = (t.balance(SubnetLedger.owner), t.worth(of: ["v", "w", "m", "n"]))
    try t.settle(earned: 5_000_000, share: 500_000)
    #expect(t.room.routing(1)?.waiting == Amount(500_000))
    #expect(t.isBalanced == true)
    try t.judge(["v", "w"], [2: 3, 3: 1])
    let after = t.worth(of: ["v", "w", "m", "n"])
    #expect((499_990...500_000).contains(after - before))
    #expect(t.balance(SubnetLedger.owner) == owner)
    #expect(t.room.routing(1)?.waiting == .zero)
    #expect(t.room.routing(1)?.earned == Amount(5_000_000))
    #expect(t.room.routing(1)?.paid == Amount(500_000))
    #expect(t.isBalanced == true)
  }

  @Test func aClosedSubnetGivesTheShareBack() throws {
    var t = try ranked(share: 100_000)
    try t.settle(earned: 1_000_000, share: 100_000)
    #expect(t.close() == nil)
    // Nothing more is routed there; what was under way still pays the epochs that are left.
    #expect(t.ranking() == .failure(.subnetCloses))
    try t.settle(earned: 1_000_000, share: 100_000)
    let burnt = t.treasury
    for _ in 0..<3 { try t.endEpoch() }
    #expect(t.room.subnet(1)?.state == .closed)
    #expect(t.treasury >= burnt)
    #expect(t.room.routing(1) == nil)
    let buyer = t.balance(SubnetLedger.account("buyer"))
    try t.settle(earned: 1_000_000, share: 100_000)
    // The helper takes it from the buyer and the room gave it back.
    #expect(t.balance(SubnetLedger.account("buyer")) == buyer)
    #expect(t.isBalanced == true)
  }

  @Test func noRankingIsReadWhileAnEpochIsDue() throws {
    var t = try SubnetLedger(people: (0..<66).map { "p\($0)" })
    var rules = SubnetParameters.quick
    rules.mostPrice = Amount(10_000)
    for number in 1...16 as ClosedRange<UInt64> {
      #expect(t.create(rules) == nil)
      for member in 0..<66 { #expect(t.register("p\(member)", in: number) == nil) }
    }
    try t.endEpoch()
    let late = (1...16 as ClosedRange<UInt64>).filter { t.room.subnet($0)?.epoch == 0 }
    #expect(late.count == 1)
    #expect(t.ranking(late[0]) == .failure(.epochIsDue))
  }

  @Test func onlyTheFirstPlacesAreKept() throws {
    let people = (0..<100).map { "p\($0)" }
    var t = try SubnetLedger(people: ["v"] + people)
    var rules = SubnetParameters.quick
    rules.mostPrice = Amount(10_000)
    #expect(t.create(rules) == nil)
    try t.populate(validators: [("v", 600)], miners: people)
    var row: [UInt64: UInt64] = [:]
    for place in 0..<100 as Range<UInt64> { row[place + 1] = 1 + place * 100 }
    try t.judge(["v"], row)
    let ranking = try t.ranking().get()
    #expect(ranking.providers.count == Ranking.longest)
    #expect(ranking.providers[0].account == SubnetLedger.account("p99"))
    let weights = ranking.providers.map(\.weight)
    #expect(weights == weights.sorted(by: >))
    #expect(weights.last ?? 0 > 0)
  }

  @Test func whatNobodyEarnsIsCarriedForTwoEpochsAndThenBurnt() throws {
    var t = try SubnetLedger(people: ["v"])
    #expect(t.create() == nil)
    #expect(t.fund(Amount(1_000_000), epochs: 10).refusal == nil)
    var carried: [UInt64] = []
    for _ in 0..<4 {
      try t.endEpoch()
      carried.append(t.room.subnet(1)?.carried.units ?? 0)
    }
    // So long it takes until anybody can be judged; beyond that nothing heaps up.
    #expect(carried == [1_000_000, 2_000_000, 2_000_000, 2_000_000])
    #expect(t.treasury == 2_000_000)
    #expect(t.isBalanced == true)
  }
}

extension SubnetLedger {
  mutating func setShare(
    _ share: UInt64, by name: String? = nil, in number: UInt64 = 1
  ) -> Refusal? {
    let m = SetRoutingShare(
      head(name.map(Self.account) ?? Self.owner), subnet: number, share: share)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  func ranking(_ number: UInt64 = 1) -> Result<Ranking, Refusal> {
    do throws(Refusal) { return .success(try room.ranking(of: number, at: k.now)) } catch {
      return .failure(error)
    }
  }

  /// Two epochs: validators seal the same row in one and open it in the other.
  mutating func judge(_ names: [String], _ row: [UInt64: UInt64]) throws {
    for name in names { if let refusal = seal(name, row) { throw refusal } }
    try endEpoch()
    for name in names { if let refusal = reveal(name, row) { throw refusal } }
    try endEpoch()
  }

  /// As the market settles a run that was routed here.
  mutating func settle(earned: UInt64, share: UInt64, in number: UInt64 = 1) throws {
    let buyer = Self.account("buyer")
    try k.ledger.post(
      from: .account(buyer), to: .escrow(Route.purse(number)), Amount(share))
    room.conclude(
      .routed(
        RoutedShare(
          subnet: number, order: OrderID(), run: RunID(), buyer: buyer, earned: Amount(earned),
          amount: Amount(share))), &k)
    forget()
  }

  func worth(of names: [String]) -> UInt64 {
    names.reduce(0) { $0 + balance(Self.account($1)) + staked(on: $1) }
  }
}
