// Two roads walked through signed messages and blocks: an offer under `open`, a replicated auction.

import Inference
import Kernel
import Primitives
import Testing

@testable import Chain
@testable import Market

extension SampleNetwork {
  static func salt(_ name: String) -> Bytes32 { SHA256.hash(Array(name.utf8)) }

  static let providers = (1...7).map { "provider\($0)" }

  /// A buyer and seven providers, whose sealing keys are known to all.
  static func market(
    _ change: (inout Genesis) -> Void = { _ in }
  ) throws -> SampleNetwork {
    var genesis = Sample.genesis(funding: ["buyer"] + providers)
    change(&genesis)
    var network = try SampleNetwork(genesis)
    try network.publishKeys(["buyer"] + providers)
    return network
  }

  mutating func publishKeys(_ names: [String]) throws {
    var messages: [VerifiedMessage] = []
    for name in names {
      let m = PublishKey(head(name), sealingKey: Self.salt(name + " sealing key"))
      messages.append(try verified(.publishKey(m), by: name))
    }
    #expect(try block(messages).block.results.outcomes.allSatisfy(\.isDone))
  }

  /// What the ledger sees of a sealed key; only its reader could tell that nothing is in it.
  static func sealed(to name: String) -> WrappedKey {
    WrappedKey(
      to: Sample.address(name), scheme: WrappedKey.sealed,
      bytes: [UInt8](repeating: 7, count: WrappedKey.sealedBytes))
  }

  static var inputKey: Bytes32 { salt("input key") }

  func input(_ text: String) throws -> Content {
    vouched(try ContentChunks(input: Array(text.utf8), key: Self.inputKey))
  }

  /// Content that the operator, who is the custodian here, says it stores.
  func vouched(_ chunks: ContentChunks) -> Content {
    var content = Content(chunks, custody: Custody())
    let digest = content.custodyDigest(network: genesis.network)
    content.custody = Custody(
      custodian: Sample.address("operator"),
      signature: Sample.key("operator").sign(digest: digest).bytes)
    return content
  }

  func evidence(_ name: String, _ answer: String) throws -> Evidence {
    let chunks = try ContentChunks(
      output: Array(answer.utf8), salt: ContentSalt(contentKey: Self.inputKey),
      key: Self.salt(name + " key"))
    return Evidence(output: vouched(chunks), units: 1)
  }

  func outputKey(_ name: String) -> WrappedKey {
    Self.sealed(to: "buyer")
  }

  static var spec: [UInt8] { InferenceSpec(model: salt("model")).encoded }

  /// Makes a block of one message, which must stand; its id comes back.
  mutating func say(
    _ name: String, after seconds: UInt64 = 1,
    _ make: (borrowing SampleNetwork, Head) throws -> Message
  ) throws -> Bytes32 {
    let message = try verified(try make(self, head(name)), by: name)
    let made = try block([message], after: seconds * 1_000)
    let outcome = try #require(made.block.results.outcomes.first)
    #expect(outcome.code == "")
    return message.signed.id
  }

  func postOffer(_ head: Head) -> PostOffer {
    var m = PostOffer()
    m.head = head
    m.work = "inference"
    m.spec = Self.spec
    m.check = CheckTerms("open")
    m.rate = Rate(Amount(1_000_000))
    m.capacity = 2
    return m
  }

  /// Walk 2 up to the evidence.
  mutating func submitted() throws -> RunKey {
    let offer = OfferID(try say("provider1") { .postOffer($0.postOffer($1)) })
    let take = try say("buyer") { network, head in
      var m = TakeOffer()
      m.head = head
      m.offer = offer
      m.input = try network.input("eight by eight")
      m.key = Self.sealed(to: "provider1")
      return .takeOffer(m)
    }
    let run = RunKey(LeaseID.of(take: take), 0)
    _ = try say("provider1") { network, head in
      var m = SubmitEvidence()
      m.head = head
      m.run = run
      m.evidence = try network.evidence("provider1", "4")
      m.key = network.outputKey("provider1")
      return .submitEvidence(m)
    }
    return run
  }

  /// Walk 2 to its end: the block that settles.
  mutating func accepted() throws {
    let run = try submitted()
    _ = try say("buyer") { network, head in
      var m = AcceptRun()
      m.head = head
      m.run = run
      return .acceptRun(m)
    }
  }

  /// Walk 1 up to the honoured seats: seven bids, three seats.
  mutating func funded(
    _ change: (inout Request) -> Void = { _ in }
  ) throws -> (LeaseID, [String]) {
    let order = try placed(change)
    try bids(order)
    _ = try say("buyer") { network, head in
      var m = DrawSeats()
      m.head = head
      m.order = order
      m.salt = Self.salt("seats")
      return .drawSeats(m)
    }
    let (lease, seats) = try awarded()
    for seat in seats {
      _ = try say(seat) { network, head in
        var m = HonourSeat()
        m.head = head
        m.lease = lease
        return .honourSeat(m)
      }
    }
    return (lease, seats)
  }

  /// Walk 1 to its end, with the answers in the order of the seats. A seat without an answer
  /// seals none; those named keep theirs shut.
  mutating func replicated(_ answers: [String?], shut: Set<Int> = []) throws {
    let (lease, seats) = try funded()
    let run = RunKey(lease, 0)
    _ = try say("buyer") { network, head in
      var m = SendInput()
      m.head = head
      m.run = run
      m.input = try network.input("eight by eight")
      m.keys = seats.map { Self.sealed(to: $0) }
      return .sendInput(m)
    }
    try answer(run, seats, answers, shut)
  }

  private mutating func placed(_ change: (inout Request) -> Void) throws -> OrderID {
    OrderID(
      try say("buyer") { network, head in
        var m = PlaceOrder()
        m.head = head
        m.request.work = "inference"
        m.request.spec = Self.spec
        m.request.check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)])
        m.request.limit = Rate(Amount(1_000_000))
        change(&m.request)
        m.saltCommitment = SaltCommitment.of(Self.salt("seats"))
        m.input = try network.input("eight by eight")
        return .placeOrder(m)
      })
  }

  private mutating func bids(_ order: OrderID) throws {
    var sealed: [VerifiedMessage] = []
    var opened: [VerifiedMessage] = []
    for (place, name) in Self.providers.enumerated() {
      let price = Amount(700_000 + 10_000 * UInt64(place))
      var bid = PlaceBid()
      bid.head = head(name)
      bid.order = order
      bid.seal = PlaceBid.seal(
        order: order, bidder: Sample.address(name), price: price, salt: Self.salt(name))
      sealed.append(try verified(.placeBid(bid), by: name))
      var reveal = RevealBid()
      reveal.head = head(name, ahead: 1)
      reveal.order = order
      reveal.price = price
      reveal.salt = Self.salt(name)
      opened.append(try verified(.revealBid(reveal), by: name))
    }
    #expect(try block(sealed).block.results.outcomes.allSatisfy(\.isDone))
    #expect(try block(opened, after: 30_000).block.results.outcomes.allSatisfy(\.isDone))
    try block(after: 30_000)
    try block()
    try block()
  }

  private func awarded() throws -> (LeaseID, [String]) {
    var found: (LeaseID, [String])?
    state.market.forEachLease { id, lease in
      let seats = lease.seats.map { seat in
        Self.providers.first { Sample.address($0) == seat.provider } ?? "?"
      }
      found = (id, seats)
    }
    return try #require(found)
  }

  private mutating func answer(
    _ run: RunKey, _ seats: [String], _ answers: [String?], _ shut: Set<Int>
  ) throws {
    for (seat, answer) in zip(seats, answers) {
      guard let answer else { continue }
      let shown = try evidence(seat, answer)
      _ = try say(seat) { network, head in
        var m = SealAnswer()
        m.head = head
        m.run = run
        m.seal = Evidence.seal(
          run: run.id, seat: Sample.address(seat), output: shown.output.root, units: 1,
          salt: Self.salt(seat))
        return .sealAnswer(m)
      }
    }
    if answers.contains(nil) { try block(after: 60_000) }
    for (place, seat) in seats.enumerated() where !shut.contains(place) {
      guard let answer = answers[place] else { continue }
      let shown = try evidence(seat, answer)
      _ = try say(seat) { network, head in
        var m = UnsealAnswer()
        m.head = head
        m.run = run
        m.evidence = shown
        m.salt = Self.salt(seat)
        m.key = network.outputKey(seat)
        return .unsealAnswer(m)
      }
    }
    if !shut.isEmpty { try block(after: 3_600_000) }
  }

  /// The receipt of the only run that settled.
  func receipt() throws -> Receipt {
    let block = try #require(blocks.last { !$0.results.settled.isEmpty })
    return try Receipt(of: 0, in: block, genesis: genesis) { id throws(Refusal) in
      for block in blocks {
        if let found = block.body.first(where: { $0.id == id }) { return found }
      }
      return nil
    }
  }
}
