// Orders routed to a subnet, through signed messages: its epochs rank, its members answer, its
// budget gets its share, its validators judge.

import Kernel
import Primitives
import Subnets
import Testing

@testable import Chain
@testable import Market

@Suite struct RoutedChainTests {
  private static let miners = ["provider1", "provider2"]

  /// The row of weights of every validator, over uids.
  private static func weigh(
    _ network: inout SampleNetwork, _ validators: [String],
    _ row: (uids: [UInt64], shares: [UInt64])
  ) throws {
    let epoch = try #require(network.state.subnets.subnet(1) as Subnet?).epoch
    for name in validators {
      _ = try network.say(name) { _, head in
        .sealWeights(
          SealWeights(
            head, subnet: 1,
            seal: WeightSeal.of(
              subnet: 1, epoch: epoch, by: Sample.address(name), uids: row.uids,
              shares: row.shares, salt: SampleNetwork.salt(name))))
      }
    }
    try network.block(after: 61_000)
    for name in validators {
      _ = try network.say(name) { _, head in
        .revealWeights(
          RevealWeights(
            head, subnet: 1, uids: row.uids, shares: row.shares,
            salt: SampleNetwork.salt(name)))
      }
    }
    try network.block(after: 61_000)
  }

  /// A subnet with validators who ranked provider1 twice as high as provider2.
  private static func ranked(
    _ network: inout SampleNetwork, validators: [String], share: UInt64
  ) throws {
    var rules = SubnetParameters()
    rules.tempo = 60
    rules.immunity = 180
    rules.unbonding = 180
    rules.leastPrice = Amount(10_000)
    _ = try network.say("buyer") { _, head in
      .createSubnet(CreateSubnet(head, name: "digits", rules, most: Amount(.max)))
    }
    _ = try network.say("buyer") { _, head in
      .setRoutingShare(SetRoutingShare(head, subnet: 1, share: share))
    }
    for name in validators + miners {
      _ = try network.say(name) { _, head in
        .registerMember(RegisterMember(head, subnet: 1, most: Amount(.max)))
      }
    }
    for name in validators {
      _ = try network.say(name) { _, head in
        .stakeOn(StakeOn(head, subnet: 1, on: Sample.address(name), Amount(20_000_000)))
      }
    }
    try network.block(after: 61_000)
    let first = UInt64(validators.count)
    try weigh(&network, validators, ([first, first + 1], [2, 1]))
  }

  /// A buyer's order that the members of the subnet may bid for.
  private static func order(_ network: inout SampleNetwork) throws -> OrderID {
    OrderID(
      try network.say("buyer") { network, head in
        var m = PlaceOrder()
        m.head = head
        m.request.work = "inference"
        m.request.spec = SampleNetwork.spec
        m.request.check = CheckTerms("open").routed(to: 1)
        m.request.limit = Rate(Amount(1_000_000))
        m.request.acceptWindow = 60
        m.saltCommitment = SaltCommitment.of(SampleNetwork.salt("seats"))
        m.input = try network.input("eight by eight")
        return .placeOrder(m)
      })
  }

  /// Both miners bid and reveal; somebody cheaper who is no member is turned away.
  private static func bid(_ network: inout SampleNetwork, _ order: OrderID) throws {
    let prices = ["provider1": 500_000, "provider2": 400_000] as [String: UInt64]
    for name in miners {
      _ = try network.say(name) { _, head in
        var m = PlaceBid()
        m.head = head
        m.order = order
        m.seal = PlaceBid.seal(
          order: order, bidder: Sample.address(name), price: Amount(prices[name] ?? 0),
          salt: SampleNetwork.salt(name))
        return .placeBid(m)
      }
    }
    // The cheapest of all is no member.
    var outsider = PlaceBid()
    outsider.head = network.head("provider3")
    outsider.order = order
    let made = try network.block([try network.verified(.placeBid(outsider), by: "provider3")])
    #expect(made.block.results.outcomes.map(\.code) == ["notRanked"])
    try network.block(after: 31_000)
    for name in miners {
      _ = try network.say(name) { _, head in
        var m = RevealBid()
        m.head = head
        m.order = order
        m.price = Amount(prices[name] ?? 0)
        m.salt = SampleNetwork.salt(name)
        return .revealBid(m)
      }
    }
    try network.block(after: 31_000)
    try network.block()
    try network.block()
  }

  /// The first in rank answers, and nobody objects.
  private static func answer(_ network: inout SampleNetwork, _ run: RunKey) throws {
    _ = try network.say("provider1") { _, head in
      var m = HonourSeat()
      m.head = head
      m.lease = run.lease
      return .honourSeat(m)
    }
    _ = try network.say("buyer") { network, head in
      var m = SendInput()
      m.head = head
      m.run = run
      m.input = try network.input("eight by eight")
      m.keys = [SampleNetwork.sealed(to: "provider1")]
      return .sendInput(m)
    }
    _ = try network.say("provider1") { network, head in
      var m = SubmitEvidence()
      m.head = head
      m.run = run
      m.evidence = try network.evidence("provider1", "seven")
      m.key = network.outputKey("provider1")
      return .submitEvidence(m)
    }
  }

  @Test func aRoutedOrderIsAnsweredByRankAndFeedsTheBudget() throws {
    let names = ["buyer", "v1", "v2"] + SampleNetwork.providers
    var network = try SampleNetwork(Sample.genesis(funding: names))
    try network.publishKeys(names)
    try Self.ranked(&network, validators: ["v1", "v2"], share: 100_000)
    let order = try Self.order(&network)
    try Self.bid(&network, order)
    var found: (LeaseID, Lease)?
    network.state.market.forEachLease { found = ($0, $1) }
    let (id, lease) = try #require(found)
    #expect(lease.seats.map(\.provider) == [Sample.address("provider1")])
    #expect(lease.reserve.map(\.provider) == [Sample.address("provider2")])
    try Self.answer(&network, RunKey(id, 0))
    try network.block(after: 61_000)
    let routing = try #require(network.state.subnets.routing(1) as Routing?)
    let price = lease.seats[0].rate.amount.units
    #expect(routing.earned.units == price - (price * 2_500 + 999_999) / 1_000_000)
    #expect(routing.paid.units == routing.earned.units / 10)
    #expect(routing.latest.map(\.order) == [order.digest])
    // The receipt names the subnet in the check, and verifies offline like any other.
    let receipt = try network.receipt()
    #expect(receipt.settled.check.subnet == 1)
    #expect(throws: Never.self) { try ReceiptVerifier.verify(receipt) }
    var replica = try State(network.genesis)
    for block in network.blocks { _ = try replica.replay(block) }
    #expect(replica.stateRoot == network.state.stateRoot)
  }

  @Test func theValidatorsOfASubnetJudge() throws {
    var network = try PanelRoadTests.market()
    // Six of the eight who stand for the topic are validators; the others are not drawn.
    let validators = (1...6).map { "judge\($0)" }
    try Self.ranked(&network, validators: validators, share: 1)
    let texts = [PanelRoadTests.good, PanelRoadTests.fair, PanelRoadTests.junk]
    let (run, _) = try PanelRoadTests.answered(&network, texts, jury: 1)
    let bench = try PanelRoadTests.drawn(&network, run)
    #expect(bench.count == 3)
    for judge in bench { #expect(validators.contains(judge)) }
  }

  @Test func tooFewJurorsAreRefusedBeforeAnybodyBids() throws {
    var network = try PanelRoadTests.market()
    try Self.ranked(&network, validators: ["judge1", "judge2", "judge3"], share: 1)
    var m = PlaceOrder()
    m.head = network.head("buyer")
    PanelRoadTests.request(&m.request, gold: nil)
    m.request.check = m.request.check.routed(jury: 1)
    m.request.limit = Rate(Amount(1_000_000))
    m.saltCommitment = SaltCommitment.of(SampleNetwork.salt("seats"))
    m.input = try network.input("eight by eight")
    let made = try network.block([try network.verified(.placeOrder(m), by: "buyer")])
    #expect(made.block.results.outcomes.map(\.code) == ["tooFewJurors"])
  }
}
