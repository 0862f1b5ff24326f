// Whole roads through the state: messages, timers, records, restart in the middle, replay.

import Kernel
import Market
import Primitives
import Reputation
import Testing

@testable import Chain

@Suite struct RoadTests {
  @Test func anOfferIsTakenServedAndAccepted() throws {
    var network = try SampleNetwork.market()
    try network.accepted()
    let settled = try #require(network.blocks.last?.results.settled.first)
    #expect(settled.verdict.outcome == .accepted)
    for name in ["buyer", "provider1"] {
      let record = network.state.reputation.record(of: Sample.address(name))
      #expect(record.accepted == Amount(1_000_000))
      #expect(record.good == .zero)
    }
    #expect(network.state.kernel.ledger.supply() == network.state.kernel.ledger.minted())
    try Self.expectReplay(of: network)
  }

  @Test func silenceAcceptsByTimer() throws {
    var network = try SampleNetwork.market()
    _ = try network.submitted()
    let next = network.state.nextDeadline
    let due = try #require(next)
    #expect((due > network.state.kernel.now) == true)
    try network.block(after: 3_600_000 - 1)
    #expect(network.blocks.last?.results.settled.isEmpty == true)
    try network.block(after: 1)
    let settled = try #require(network.blocks.last?.results.settled.first)
    #expect(settled.verdict.outcome == .silent)
    #expect(network.blocks.last?.body.isEmpty == true)
    try Self.expectReplay(of: network)
  }

  @Test func aReplicatedAuctionSettlesByMajority() throws {
    var network = try SampleNetwork.market()
    try network.replicated(["4", "9", "4"])
    let settled = try #require(network.blocks.last?.results.settled.first)
    #expect(settled.verdict.outcome == .majority)
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .differs, .paid])
    let records = settled.verdict.seats.map { network.state.reputation.record(of: $0.provider) }
    #expect(records[0].good > Amount(700_000))
    #expect(records[1].slashed == 1)
    #expect(records[1].good == .zero)
    #expect(network.state.kernel.ledger.supply() == network.state.kernel.ledger.minted())
    try Self.expectReplay(of: network)
  }

  /// Nobody's timer is lost with the process: a node that read its rows again makes the same
  /// blocks as one that never stopped.
  @Test func restartsInTheMiddleChangeNothing() throws {
    var network = try SampleNetwork.market()
    try network.replicated(["4", "4", "4"])
    var rows: [Bytes32: RowChange] = [:]
    for change in try State.foundingRows(of: network.genesis) { rows[change.leafKey] = change }
    var replayed = try State(network.genesis)
    for block in network.blocks {
      for change in try replayed.replay(block) { rows[change.leafKey] = change }
      var loader = try StateLoader(network.genesis)
      for change in rows.values.sorted(by: { $0.leafKey < $1.leafKey }) {
        guard let row = change.row else { continue }
        try loader.load(table: change.table, key: change.key, row: row)
      }
      replayed = try loader.finish(at: block.header)
    }
    #expect(replayed.tip == network.state.tip)
  }

  /// At most so many timers a block, the rest in the next one, and replay does the same.
  @Test func timersFillABlock() throws {
    var terms = Terms.standard
    terms.blockTimers = 100
    terms.maxCapacity = 1_000
    var network = try SampleNetwork(
      Sample.genesis(funding: ["buyer", "provider1"], terms: terms))
    try network.publishKeys(["buyer", "provider1"])
    let offer = OfferID(
      try network.say("provider1") { network, head in
        var m = network.postOffer(head)
        m.capacity = 150
        return .postOffer(m)
      })
    var takes: [VerifiedMessage] = []
    for ahead in 0..<150 {
      var m = TakeOffer()
      m.head = network.head("buyer", ahead: UInt64(ahead))
      m.offer = offer
      m.input = try network.input("x")
      m.key = SampleNetwork.sealed(to: "provider1")
      takes.append(try network.verified(.takeOffer(m), by: "buyer"))
    }
    #expect(try network.block(takes).block.results.outcomes.allSatisfy(\.isDone))
    let first = try network.block(after: 60_000)
    #expect(first.isFull)
    #expect(first.block.results.settled.count == 100)
    let second = try network.block(after: 1)
    #expect(!second.isFull)
    #expect(second.block.results.settled.count == 50)
    let record = network.state.reputation.record(of: Sample.address("provider1"))
    #expect(record.noEvidence == 150)
    #expect(record.bad == Amount(150 * 100_000))
    try Self.expectReplay(of: network)
  }

  /// A kind that its group forgets would be refused as if nobody knew it.
  @Test(arguments: MessageKind.allCases)
  func everyKindReachesItsRoom(kind: MessageKind) throws {
    var network = try SampleNetwork.market()
    let message = try MessageTests.blank(kind)
    var code = ""
    do throws(Refusal) { try network.state.dispatch(message, as: .zero) } catch {
      code = error.code
    }
    #expect(code != "unknownMessage")
  }

  @Test func unknownWorkIsRefused() throws {
    var network = try SampleNetwork.market()
    var offer = network.postOffer(network.head("provider1"))
    offer.work = "alchemy"
    let made = try network.block([try network.verified(.postOffer(offer), by: "provider1")])
    #expect(made.block.results.outcomes.map(\.code) == ["unknownWork"])
    #expect(Kinds.Kind.allCases.map(\.name) == ["inference", "labels", "tasks"])
  }

  /// A rehearsal of a market's message lists its rows and leaves none.
  @Test func rehearsesAnOffer() throws {
    var network = try SampleNetwork.market()
    let message = Message.postOffer(network.postOffer(network.head("provider1")))
    let shown = network.state.rehearse(message)
    #expect(shown.refusal == nil)
    #expect(shown.changes.contains { $0.table == "offers" })
    var offers = 0
    network.state.market.forEachOffer { _, _ in offers += 1 }
    #expect(offers == 0)
    #expect(try network.block().block.results.events.isEmpty)
  }

  static func expectReplay(of network: borrowing SampleNetwork) throws {
    var other = try State(network.genesis)
    for block in network.blocks { _ = try other.replay(block) }
    #expect(other.tip == network.state.tip)
    #expect(other.stateRoot == network.state.stateRoot)
  }
}

@Suite struct StuckTimerTests {
  /// Money is missing that no message could have taken: the timer is undone, its object frozen,
  /// the event says so, and the other timers of the block are carried out.
  @Test func aTimerThatIsRefusedFreezesItsObjectAlone() throws {
    var network = try SampleNetwork.market()
    let run = try network.submitted()
    let thief = Holder.account(Sample.address("thief"))
    let escrow = Holder.escrow(run.lease.digest)
    try network.state.kernel.ledger.post(from: escrow, to: thief, Amount(1))
    let due = try network.block(after: 3_600_000)
    #expect(due.block.results.events.map(\.name) == ["stuck"])
    #expect(due.block.results.settled.isEmpty)
    #expect(network.state.isTorn == false)
    var frozen: [String] = []
    network.state.market.forEachFrozen { frozen.append("\($0 == run.lease.digest) \($1.code)") }
    #expect(frozen == ["true insufficient"])
    // The rest of the escrow lies there still, and no timer comes back for it.
    #expect(network.state.kernel.ledger.balance(escrow) > .zero)
    let next = try network.block(after: 3_600_000)
    #expect(next.block.results.events.isEmpty)
    #expect(next.changes.map(\.table).sorted() == ["beacon", "clock"])
  }
}
