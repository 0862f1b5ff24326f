// Roads for the lists: whole auctions by many accounts, as blocks, without a state behind them.

import Archive
import Chain
import Foundation
import Inference
import Kernel
import Market
import Primitives

/// Makes blocks of roads. Each road is an order with two bids, one run that is accepted, and the
/// end: nine messages, fifteen events, one settled run.
struct ListingRoads {
  static let stages = 8
  let buyers: [Address]
  let providers: [Address]
  let specs: [[UInt8]]
  private(set) var ids: [Bytes32] = []
  /// The time of the last block.
  var now: Time { Time(time) }
  private var height: UInt64 = 0
  private var parent: Bytes32
  private let network: Bytes32
  private var time: UInt64 = 1_800_000_000_000
  private var sequence: UInt64 = 0

  init(network: Bytes32) {
    self.network = network
    parent = network
    buyers = (0..<20_000).map { Self.account("buyer \($0)") }
    providers = (0..<2_000).map { Self.account("provider \($0)") }
    specs = (0..<200).map {
      CBOR.encode(InferenceSpec(model: SHA256.hash(Array("model \($0)".utf8))))
    }
  }

  private static func account(_ name: String) -> Address {
    Address(lastBytesOf: SHA256.hash(Array(name.utf8)))
  }

  /// A road on its way through the blocks of a wave.
  private struct Way {
    var order: Bytes32
    var buyer: Address
    var provider: Address
    var rival: Address
    var bids: [Bytes32]
    var lease: LeaseID
    var run: RunKey
    var check: CheckTerms
  }

  /// Blocks in which so many roads begin and end.
  mutating func wave(of count: Int) -> [Block] {
    var ways: [Way] = []
    var blocks: [Block] = []
    var placed = Work()
    for _ in 0..<count { ways.append(place(&placed)) }
    blocks.append(block(placed))
    for stage in 1..<Self.stages {
      var work = Work()
      for index in ways.indices { enter(stage, &ways[index], &work) }
      blocks.append(block(work))
    }
    return blocks
  }

  private struct Work {
    var messages: [SignedMessage] = []
    var settled: [SettledRun] = []
    var events: [Event] = []
  }

  private mutating func block(_ work: Work) -> Block {
    height += 1
    time += 5_000
    var block = Block()
    block.header.network = network
    block.header.height = height
    block.header.parent = parent
    block.header.time = Time(time)
    block.body = work.messages
    block.results.outcomes = work.messages.map {
      MessageOutcome(id: $0.id, refusal: nil, toll: Amount(300))
    }
    block.results.settled = work.settled
    block.results.events = work.events
    parent = block.id
    return block
  }

  private mutating func head(_ from: Address) -> Head {
    sequence += 1
    return Head(from: from, sequence: sequence, validUntil: Time(time + 60_000))
  }

  private func sign(_ message: Message, _ work: inout Work) -> Bytes32 {
    var authorisation = Authorisation()
    authorisation.signature = [UInt8](repeating: 7, count: 65)
    let signed = SignedMessage(message, authorisation)
    work.messages.append(signed)
    return signed.id
  }

  private mutating func place(_ work: inout Work) -> Way {
    let number = Int(sequence)
    let buyer = buyers[number &* 7_919 % buyers.count]
    var m = PlaceOrder()
    m.head = head(buyer)
    m.request.work = InferenceWork.name
    m.request.spec = specs[number % specs.count]
    m.request.check =
      number % 3 == 0 ? CheckTerms("disputable", [Number("audit", 50_000)]) : CheckTerms("open")
    m.request.limit = Rate(Amount(25_000), per: 1)
    m.input.custody.signature = [UInt8](repeating: 1, count: 65)
    let order = sign(.placeOrder(m), &work)
    work.events.append(
      Event(
        "orderPlaced", subject: order, order: order, parties: [buyer],
        numbers: [Number("escrow", 25_000)]))
    ids.append(order)
    let lease = LeaseID.of(order: OrderID(order), seed: .zero)
    return Way(
      order: order, buyer: buyer, provider: providers[number &* 31 % providers.count],
      rival: providers[(number &* 31 + 1) % providers.count], bids: [], lease: lease,
      run: RunKey(lease, 0), check: m.request.check)
  }

  private mutating func enter(_ stage: Int, _ way: inout Way, _ work: inout Work) {
    switch stage {
    case 1: bid(&way, &work)
    case 2: reveal(way, &work)
    case 3: close(way, &work)
    case 4: honour(way, &work)
    case 5: start(way, &work)
    case 6: submit(way, &work)
    default: accept(way, &work)
    }
  }

  private mutating func bid(_ way: inout Way, _ work: inout Work) {
    for bidder in [way.provider, way.rival] {
      var m = PlaceBid()
      m.head = head(bidder)
      m.order = OrderID(way.order)
      let bid = sign(.placeBid(m), &work)
      way.bids.append(bid)
      work.events.append(
        Event("bidPlaced", subject: bid, order: way.order, parties: [bidder]))
    }
  }

  private mutating func reveal(_ way: Way, _ work: inout Work) {
    work.events.append(
      Event("orderRevealing", subject: way.order, order: way.order, parties: [way.buyer]))
    for (bidder, id) in zip([way.provider, way.rival], way.bids) {
      var m = RevealBid()
      m.head = head(bidder)
      m.order = OrderID(way.order)
      _ = sign(.revealBid(m), &work)
      work.events.append(
        Event("bidRevealed", subject: id, order: way.order, parties: [bidder]))
    }
  }

  private func close(_ way: Way, _ work: inout Work) {
    work.events.append(
      Event(
        "orderClosed", subject: way.order, order: way.order, parties: [way.buyer],
        objects: way.bids))
    work.events.append(
      event("leaseAwarded", way, way.lease.digest, [way.buyer, way.provider]))
  }

  private mutating func honour(_ way: Way, _ work: inout Work) {
    var m = HonourSeat()
    m.head = head(way.provider)
    m.lease = way.lease
    _ = sign(.honourSeat(m), &work)
    work.events.append(event("seatHonoured", way, way.lease.digest, [way.provider]))
    work.events.append(event("leaseFunded", way, way.lease.digest, [way.buyer, way.provider]))
  }

  private mutating func start(_ way: Way, _ work: inout Work) {
    var m = SendInput()
    m.head = head(way.buyer)
    m.run = way.run
    m.input.custody.signature = [UInt8](repeating: 1, count: 65)
    _ = sign(.sendInput(m), &work)
    work.events.append(
      event("runStarted", way, way.run.id.digest, [way.buyer, way.provider], ["index": 0]))
  }

  private mutating func submit(_ way: Way, _ work: inout Work) {
    var m = SubmitEvidence()
    m.head = head(way.provider)
    m.run = way.run
    m.evidence.output.root = way.order
    m.evidence.output.custody.signature = [UInt8](repeating: 1, count: 65)
    _ = sign(.submitEvidence(m), &work)
    work.events.append(event("runSubmitted", way, way.run.id.digest, [way.provider]))
  }

  private mutating func accept(_ way: Way, _ work: inout Work) {
    var m = AcceptRun()
    m.head = head(way.buyer)
    m.run = way.run
    _ = sign(.acceptRun(m), &work)
    let run = way.run.id.digest
    work.events.append(event("runAccepted", way, run, [way.buyer]))
    work.events.append(
      event("runSettled", way, run, [way.buyer, way.provider], ["index": 0, "outcome": 1]))
    work.events.append(event("leaseServed", way, way.lease.digest, [way.buyer, way.provider]))
    var record = SettledRun()
    record.order = way.order
    record.promises = [way.bids[0]]
    record.lease = way.lease
    record.run = way.run.id
    record.buyer = way.buyer
    record.check = way.check
    record.prices = [20_000]
    record.stakes = [50_000]
    record.verdict = Verdict(
      .accepted, seats: [SeatVerdict(provider: way.provider, fate: .paid)])
    record.payouts = [
      Payout(to: way.buyer, Amount(5_000)), Payout(to: way.provider, Amount(69_980)),
      Payout(treasury: Amount(20)),
    ]
    work.settled.append(record)
  }

  private func event(
    _ name: String, _ way: Way, _ subject: Bytes32, _ parties: [Address],
    _ numbers: KeyValuePairs<String, UInt64> = [:]
  ) -> Event {
    Event(
      name, subject: subject, order: way.order, lease: way.lease.digest, parties: parties,
      numbers: numbers.map { Number($0.key, $0.value) })
  }
}
