// The roads of the real network: a taken offer, an auction with one who differs, a dispute, and
// three roads that are under way.

import Archive
import Chain
import Explorer
import Graphs
import Inference
import Kernel
import Market
import Primitives

extension RealMarket {
  /// Made once: every test looks at the same network.
  static let shared: Result<Specimen, any Error> = Result {
    let market = try RealMarket()
    try market.block(
      RealMarket.people.map { name in
        var m = PublishKey()
        m.sealingKey = hash("sealing key of \(name)")
        return (name, m)
      })
    var publish = PublishModel()
    publish.manifest = market.court.manifest.encoded
    try market.say("other", publish)
    try market.block(
      (3...7).map { place in
        var m = RegisterAuditor()
        m.subjects = [Subject.of(work: "inference", spec: market.court.spec)]
        m.bond = Amount(40_000_000)
        return ("provider\(place)", m)
      })
    try market.trusted()
    _ = try market.auction(answers: ["4", "4", "5"])
    try market.disputed()
    try market.audited("provider2", market.court.honest, market.court.honestOutput)
    try market.audited("liar", market.court.lying, market.court.lyingOutput)
    try market.underWay()
    return market.specimen()
  }

  static let seatSalt = hash("seats")

  func content(_ key: Bytes32 = RealCourt.inputKey) throws -> Content {
    vouched(try ContentChunks(input: court.input, key: key))
  }

  private func evidence(_ output: [UInt8], _ name: String) throws -> Evidence {
    let chunks = try ContentChunks(
      output: output, salt: ContentSalt(contentKey: RealCourt.inputKey),
      key: RealMarket.hash(name + " key"))
    return Evidence(output: vouched(chunks), units: 1)
  }

  private func toBuyer(_ name: String) -> WrappedKey {
    // Whether a sealed key opens only its reader can tell.
    WrappedKey(
      to: RealMarket.address("ada"), scheme: WrappedKey.sealed,
      bytes: [UInt8](repeating: 0x5e, count: 80))
  }

  // MARK: - Offers

  func take(
    _ provider: String, _ check: CheckTerms, price: UInt64, auditSalt: Bytes32 = .zero
  ) throws -> RunKey {
    var offer = PostOffer()
    offer.work = "inference"
    offer.spec = court.spec
    offer.check = check
    offer.rate = Rate(Amount(price))
    offer.capacity = 2
    let id = try say(provider, offer)
    var take = TakeOffer()
    take.offer = OfferID(id)
    take.input = try content()
    take.key = WrappedKey(
      to: RealMarket.address(provider), bytes: RealCourt.inputKey.bytes)
    take.auditSalt = auditSalt == .zero ? .zero : SaltCommitment.of(auditSalt)
    return RunKey(LeaseID.of(take: try say("ada", take)), 0)
  }

  func submit(_ run: RunKey, _ output: [UInt8], by provider: String) throws {
    var m = SubmitEvidence()
    m.run = run
    m.evidence = try evidence(output, provider)
    m.key = toBuyer(provider)
    try say(provider, m, after: 7)
  }

  /// An offer under `open`, accepted.
  private func trusted() throws {
    let run = try take("provider1", CheckTerms("open"), price: 12_000)
    try submit(run, court.honestOutput, by: "provider1")
    var accept = AcceptRun()
    accept.run = run
    try say("ada", accept, after: 40)
  }

  /// An offer under `disputable`: the provider lies, nobody is drawn, and somebody looks.
  private func disputed() throws {
    let check = CheckTerms("disputable", [Number("audit", 10_000)])
    let salt = RealMarket.hash("audit salt 1")
    let run = try take("liar", check, price: 20_000, auditSalt: salt)
    try submit(run, court.lyingOutput, by: "liar")
    try block()
    try block()
    var draw = DrawAudit()
    draw.run = run
    draw.salt = salt
    try say("ada", draw)
    let answer = court.lying.roots[court.lying.roots.count - 1]
    var challenge = ChallengeRun()
    challenge.run = run
    challenge.answer = answer
    try say("checker", challenge, after: 60)
    try play(GameKey(run, answer, RealMarket.address("checker")))
  }

  private func play(_ game: GameKey, rounds: Int = .max) throws {
    var show = ShowTrace()
    show.game = game
    show.root = court.lying.root
    show.first = court.lying.path(to: 0) ?? []
    show.last = court.lying.path(to: court.lying.roots.count - 1) ?? []
    try say("liar", show, after: 20)
    try descend(game, by: "checker", rounds: rounds)
  }

  /// The liar opens and the challenger picks, down to the step that the ledger computes.
  func descend(_ game: GameKey, by challenger: String, rounds: Int = .max) throws {
    var picks: [UInt8] = []
    while picks.count < rounds {
      if case .step = try court.shape.place(at: picks) { break }
      var open = OpenVertex()
      open.game = game
      open.children = try court.lying.children(at: picks, court.weights)
      try say("liar", open, after: 9)
      let differs = try court.honest.difference(
        from: open.children, at: picks, court.weights)
      var pick = PickChild()
      pick.game = game
      pick.round = UInt64(picks.count)
      pick.child = UInt64(differs ?? 0)
      try say(challenger, pick, after: 4)
      picks.append(UInt8(pick.child))
    }
    guard rounds == .max else { return }
    var step = OpenStep()
    step.game = game
    step.opening = try court.lying.opening(
      at: picks, manifest: court.manifest, court.weights
    ).encoded
    try say("liar", step, after: 12)
  }

  // MARK: - Auctions

  private func place() throws -> OrderID {
    var order = PlaceOrder()
    order.request.work = "inference"
    order.request.spec = court.spec
    order.request.check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)])
    order.request.limit = Rate(Amount(1_000_000))
    order.saltCommitment = SaltCommitment.of(RealMarket.seatSalt)
    order.input = try content()
    return OrderID(try say("ada", order))
  }

  private func bid(_ order: OrderID, _ count: Int) throws {
    for place in 1...count {
      let name = "provider\(place)"
      var bid = PlaceBid()
      bid.order = order
      bid.seal = PlaceBid.seal(
        order: order, bidder: RealMarket.address(name), price: Self.price(place),
        salt: RealMarket.hash(name))
      try say(name, bid, after: 2)
    }
  }

  private static func price(_ place: Int) -> Amount {
    Amount(400_000 + 57_000 * UInt64(place * 5 % 7))
  }

  private func reveal(
    _ order: OrderID, _ places: ClosedRange<Int>, after seconds: UInt64 = 30
  ) throws {
    let opened = places.map { place in
      var reveal = RevealBid()
      reveal.order = order
      reveal.price = Self.price(place)
      reveal.salt = RealMarket.hash("provider\(place)")
      return (name: "provider\(place)", content: reveal as any MessageContent)
    }
    try block(opened, after: seconds)
  }

  /// Seven bid, one never opens; three are drawn and answer.
  private func auction(answers: [String]) throws -> OrderID {
    let order = try place()
    let (run, seats) = try started(order)
    try answer(run, seats, answers)
    return order
  }

  /// From the bids to the input of the first run.
  func started(
    _ order: OrderID, auditSalt: Bytes32? = nil
  ) throws -> (run: RunKey, seats: [String]) {
    try bid(order, 7)
    try reveal(order, 1...6)
    try block(after: 31)
    try block()
    try block()
    var draw = DrawSeats()
    draw.order = order
    draw.salt = RealMarket.seatSalt
    try say("ada", draw, after: 3)
    let (lease, seats) = try awarded(order)
    for seat in seats {
      var honour = HonourSeat()
      honour.lease = lease
      try say(seat, honour, after: 2)
    }
    let run = RunKey(lease, 0)
    var input = SendInput()
    input.run = run
    input.input = try content()
    input.keys = seats.map {
      WrappedKey(to: RealMarket.address($0), bytes: RealCourt.inputKey.bytes)
    }
    if let auditSalt { input.auditSalt = SaltCommitment.of(auditSalt) }
    try say("ada", input, after: 5)
    return (run, seats)
  }

  /// The seats of the lease that the last event awarded.
  private func awarded(_ order: OrderID) throws -> (LeaseID, [String]) {
    for entry in recorded.reversed() {
      let event = try CBOR.decode(Event.self, from: entry.bytes)
      guard event.name == "leaseAwarded", event.order == order.digest else { continue }
      let names = event.parties.dropFirst().compactMap { address in
        RealMarket.people.first { RealMarket.address($0) == address }
      }
      return (LeaseID(event.lease), Array(names))
    }
    throw Unexpected(code: "noAward")
  }

  private func answer(_ run: RunKey, _ seats: [String], _ answers: [String]) throws {
    func output(_ place: Int) -> [UInt8] { Array("answer \(answers[place])".utf8) }
    for (place, seat) in seats.enumerated() {
      let shown = try evidence(output(place), seat)
      var seal = SealAnswer()
      seal.run = run
      seal.seal = Evidence.seal(
        run: run.id, seat: RealMarket.address(seat), output: shown.output.root, units: 1,
        salt: RealMarket.hash(seat))
      try say(seat, seal, after: 6)
    }
    for (place, seat) in seats.enumerated() {
      var unseal = UnsealAnswer()
      unseal.run = run
      unseal.evidence = try evidence(output(place), seat)
      unseal.salt = RealMarket.hash(seat)
      unseal.key = toBuyer(seat)
      try say(seat, unseal)
    }
  }

  // MARK: - Under way

  /// A dispute in its second round, an auction whose bids are open, and one that takes bids.
  private func underWay() throws {
    let check = CheckTerms("disputable", [Number("audit", 10_000)])
    let salt = RealMarket.hash("audit salt 2")
    let run = try take("liar", check, price: 20_000, auditSalt: salt)
    try submit(run, court.lyingOutput, by: "liar")
    try block()
    try block()
    var draw = DrawAudit()
    draw.run = run
    draw.salt = salt
    try say("ada", draw)
    var challenge = ChallengeRun()
    challenge.run = run
    challenge.answer = court.lying.roots[court.lying.roots.count - 1]
    try say("checker", challenge)
    try play(GameKey(run, challenge.answer, RealMarket.address("checker")), rounds: 1)
    let first = try place()
    try bid(first, 6)
    try block(after: 19)
    try reveal(first, 1...2, after: 2)
    let last = try place()
    try bid(last, 3)
    try block(after: 60, pause: 55)
  }
}
