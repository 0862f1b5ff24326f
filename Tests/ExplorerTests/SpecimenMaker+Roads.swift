// A road of the specimen from its first message to its last.

import Archive
import Chain
import Inference
import Kernel
import Market
import Primitives

extension SpecimenMaker {
  /// Carries a plan out; gives the road's id.
  @discardableResult
  mutating func road(_ plan: RoadPlan) throws -> Bytes32 {
    var road = Road()
    road.number = UInt64(specimen.listings.allRoads.count + 1)
    road.buyer = Specimen.address(plan.buyer)
    (road.work, road.subject, road.check) = (plan.work, plan.subject, plan.check)
    (road.limit, road.units, road.runs) = (plan.limit, 1, plan.wanted)
    road.placedHeight = next
    road.placedAt = time
    road.state = plan.state
    try begin(plan, &road)
    let index = specimen.listings.allRoads.count
    specimen.listings.allRoads.append(road)
    if road.lease != .zero { try run(plan, &road) }
    if plan.state == .over {
      let subject = road.lease == .zero ? road.id : road.lease
      emit(
        Event(
          plan.ending, subject: subject, order: road.isOffer ? .zero : road.id, lease: road.lease,
          parties: [road.buyer], numbers: [Number("returned", 0)]), on: road.id)
      road.closedHeight = next
      road.closedAt = time
      road.ending = plan.ending
      road.escrow = 0
    }
    specimen.listings.allRoads[index] = road
    close()
    return road.id
  }

  // MARK: - Request, order, bid, lease

  private mutating func begin(_ plan: RoadPlan, _ road: inout Road) throws {
    road.escrow = max(plan.prices.reduce(0, +), plan.limit) * plan.wanted
    if let offer = plan.offer {
      var take = TakeOffer()
      take.head = head(plan.buyer)
      take.offer = OfferID(offer)
      take.runs = plan.wanted
      take.input = content("input of \(road.number)")
      road.id = send(.takeOffer(take), by: plan.buyer, signing: plan.isSigned)
      road.offer = offer
      road.lease = LeaseID.of(take: road.id).digest
      road.seats = plan.seats.map(Specimen.address)
      emit(
        Event(
          "offerTaken", subject: offer, lease: road.lease, parties: [road.buyer] + road.seats,
          objects: [road.id], numbers: [Number("escrow", road.escrow), Number("free", 3)]),
        on: road.id)
      if let at = specimen.listings.allOffers.firstIndex(where: { $0.offer == offer }) {
        specimen.listings.allOffers[at].taken += 1
      }
      return close()
    }
    try placeOrder(plan, &road)
    guard plan.state != .bidding else { return }
    emit(Event("orderRevealing", subject: road.id, order: road.id), on: road.id)
    for (seat, price) in zip(plan.seats, plan.prices) {
      var reveal = RevealBid()
      reveal.head = head(seat)
      (reveal.order, reveal.price) = (OrderID(road.id), Amount(price))
      send(.revealBid(reveal), by: seat, signing: plan.isSigned)
      emit(
        Event(
          "bidRevealed", subject: bidID(road.id, seat), order: road.id,
          parties: [Specimen.address(seat)], numbers: [Number("price", price)]), on: road.id)
    }
    guard plan.state.rawValue >= RoadState.awarded.rawValue, plan.ending != "orderNoMatch" else {
      return try keepAuction(plan, road)
    }
    close(after: 30_000)
    emit(Event("orderClosed", subject: road.id, order: road.id), on: road.id)
    road.lease = LeaseID.of(order: OrderID(road.id), seed: Specimen.hash("seed")).digest
    road.seats = plan.seats.map(Specimen.address)
    emit(
      Event(
        "leaseAwarded", subject: road.lease, order: road.id, lease: road.lease,
        parties: [road.buyer] + road.seats, objects: plan.seats.map { bidID(road.id, $0) }),
      on: road.id)
    if plan.state != .awarded {
      emit(
        Event("leaseFunded", subject: road.lease, order: road.id, lease: road.lease), on: road.id)
    }
    close()
  }

  private mutating func placeOrder(_ plan: RoadPlan, _ road: inout Road) throws {
    var order = PlaceOrder()
    order.head = head(plan.buyer)
    order.request = request(plan)
    order.input = content("input of \(road.number)")
    road.id = send(.placeOrder(order), by: plan.buyer, signing: plan.isSigned)
    emit(
      Event(
        "orderPlaced", subject: road.id, order: road.id, parties: [road.buyer],
        numbers: [Number("limit", plan.limit), Number("per", 1)]), on: road.id)
    close(after: 10_000)
    for seat in plan.seats {
      var bid = PlaceBid()
      bid.head = head(seat)
      (bid.order, bid.seal) = (OrderID(road.id), Specimen.hash("seal of \(seat)"))
      bids[BidKey(OrderID(road.id), Specimen.address(seat))] = send(
        .placeBid(bid), by: seat, signing: plan.isSigned)
      emit(
        Event(
          "bidPlaced", subject: bidID(road.id, seat), order: road.id,
          parties: [Specimen.address(seat)], numbers: [Number("bond", 100_000)]), on: road.id)
      road.bids += 1
    }
    close(after: 20_000)
    if plan.state == .bidding { try keepAuction(plan, road) }
  }

  /// A bid's id is that of the message that made it.
  func bidID(_ order: Bytes32, _ seat: String) -> Bytes32 {
    bids[BidKey(OrderID(order), Specimen.address(seat))] ?? .zero
  }

  private func request(_ plan: RoadPlan) -> Request {
    var request = Request()
    request.work = plan.work
    request.spec = InferenceSpec(model: plan.subject).encoded
    request.check = plan.check
    request.limit = Rate(Amount(plan.limit))
    request.runs = plan.wanted
    return request
  }

  private mutating func keepAuction(_ plan: RoadPlan, _ road: Road) throws {
    guard plan.state != .over, let state = TenderState(rawValue: plan.state.rawValue) else {
      return
    }
    var order = Order()
    (order.buyer, order.request) = (road.buyer, request(plan))
    order.input = content("input of \(road.number)")
    var tender = Tender()
    tender.state = state
    tender.deadline = Time(time.milliseconds + 25_000)
    tender.bidders = plan.seats.map(Specimen.address)
    specimen.records.put("orders", OrderID(road.id), order)
    specimen.records.put("tenders", OrderID(road.id), tender)
    for (seat, price) in zip(plan.seats, plan.prices) {
      var bid = Bid()
      bid.id = BidID(bidID(road.id, seat))
      bid.bond = Amount(100_000)
      bid.revealed = state != .bidding
      bid.price = Amount(state == .bidding ? 0 : price)
      bid.owner = Specimen.address(seat)
      bid.weight = 970_000
      specimen.records.put("bids", BidKey(OrderID(road.id), Specimen.address(seat)), bid)
    }
  }

  private func content(_ name: String) -> Content {
    Content(
      root: Specimen.hash(name), blob: Specimen.hash(name + " blob"), size: 4_096,
      keyHash: Specimen.hash(name + " key"),
      custody: Custody(
        custodian: Specimen.address("operator"), signature: Array(repeating: 7, count: 65)))
  }

  // MARK: - Run, evidence, verdict, settlement

  private mutating func run(_ plan: RoadPlan, _ road: inout Road) throws {
    for (index, own) in plan.runs.enumerated() {
      let key = RunKey(LeaseID(road.lease), UInt64(index))
      let started = try begin(key, plan, &road)
      if own.outcome != .noEvidence { try answer(key, plan, road) }
      close()
      try play(key, own, plan, &road)
      settle(key, own, plan, &road, started)
    }
    guard plan.hasOpenRun else {
      if plan.state != .over { try keepLease(plan, road, open: 0) }
      return
    }
    let key = RunKey(LeaseID(road.lease), road.started)
    let started = try begin(key, plan, &road)
    try answer(key, plan, road)
    if plan.hasOpenGame {
      var own = RunPlan()
      (own.game, own.challenger) = (.open, "owl")
      try play(key, own, plan, &road)
    }
    var run = Run()
    run.input = content("input of \(road.number)")
    (run.startedBy, run.startedAt) = (started, time)
    run.deadline = Time(time.milliseconds + 40_000)
    run.game = try game(plan)
    run.openGames = plan.hasOpenGame ? 1 : 0
    specimen.records.put("runs", key, run)
    try keepLease(plan, road, open: 1)
  }

  private func game(_ plan: RoadPlan) throws -> Game {
    switch plan.check.kind {
    case ReplicatedCheck.name: .replicated(ReplicatedCheck())
    case DisputableCheck.name: .disputable(DisputableCheck())
    default: .open(OpenCheck())
    }
  }

  private mutating func begin(
    _ key: RunKey, _ plan: RoadPlan, _ road: inout Road
  ) throws -> Bytes32 {
    var input = SendInput()
    input.head = head(plan.buyer)
    (input.run, input.input) = (key, content("input of \(road.number)"))
    let id = send(.sendInput(input), by: plan.buyer, signing: plan.isSigned)
    road.started += 1
    emit(
      event("runStarted", key, road, [Number("deadline", time.milliseconds + 60_000)]), on: road.id)
    return id
  }

  private mutating func answer(_ key: RunKey, _ plan: RoadPlan, _ road: Road) throws {
    for seat in plan.seats {
      var submit = SubmitEvidence()
      submit.head = head(seat)
      submit.run = key
      submit.evidence = Evidence(output: content("output of \(seat) \(road.number)"), units: 1)
      evidence[seat] = send(.submitEvidence(submit), by: seat, signing: plan.isSigned)
    }
    emit(event("runSubmitted", key, road, []), on: road.id)
  }

  private func event(_ name: String, _ key: RunKey, _ road: Road, _ numbers: [Number]) -> Event {
    Event(
      name, subject: key.id.digest, order: road.isOffer ? .zero : road.id, lease: road.lease,
      parties: [road.buyer] + road.seats, numbers: numbers)
  }

  private mutating func keepLease(_ plan: RoadPlan, _ road: Road, open: UInt64) throws {
    var lease = Lease()
    lease.order = road.isOffer ? OrderID() : OrderID(road.id)
    lease.offer = OfferID(road.offer)
    (lease.buyer, lease.check) = (road.buyer, road.check)
    lease.runs = road.runs
    (lease.started, lease.open) = (road.started, open)
    lease.state = LeaseState(rawValue: plan.state.rawValue) ?? .running
    lease.deadline = Time(time.milliseconds + 300_000)
    lease.escrow = Amount(road.escrow)
    lease.seats = zip(plan.seats, plan.prices).map { name, price in
      var seat = Seat()
      seat.provider = Specimen.address(name)
      seat.promise = road.isOffer ? road.offer : bidID(road.id, name)
      seat.rate = Rate(Amount(price))
      seat.stake = Amount(price * 3)
      seat.honoured = plan.state != .awarded
      seat.locked = Amount(price * 3)
      return seat
    }
    specimen.records.put("leases", LeaseID(road.lease), lease)
  }

  private mutating func play(
    _ key: RunKey, _ own: RunPlan, _ plan: RoadPlan, _ road: inout Road
  ) throws {
    if let auditor = own.auditor {
      emit(
        Event(
          "auditorCalled", subject: key.id.digest, order: road.isOffer ? .zero : road.id,
          lease: road.lease, parties: [Specimen.address(auditor)]), on: road.id)
    }
    guard let state = own.game, let name = own.challenger else { return }
    let answer = Specimen.hash("output of \(plan.seats[0]) \(road.number)")
    let game = GameKey(key, answer, Specimen.address(name))
    var line = GameLine()
    line.number = UInt64(specimen.listings.allGames.count + 1)
    (line.game, line.run, line.road, line.lease) = (
      game.id.digest, key.id.digest, road.id, road.lease
    )
    line.challenger = game.challenger
    line.defenders = [Specimen.address(plan.seats[0])]
    (line.bond, line.state, line.rounds) = (30_000_000, state, state == .open ? 2 : 5)
    (line.beganHeight, line.beganAt) = (next, time)
    emit(
      Event(
        "gameBegun", subject: key.id.digest, order: road.isOffer ? .zero : road.id,
        lease: road.lease, parties: [line.challenger] + line.defenders,
        objects: [line.game, answer], numbers: [Number("bond", line.bond)]), on: road.id)
    close()
    for round in 0..<line.rounds {
      var open = OpenVertex()
      open.head = head(plan.seats[0])
      open.game = game
      open.children = (0..<16).map { Specimen.hash("child \($0) of round \(round)") }
      send(.openVertex(open), by: plan.seats[0])
      emit(event("vertexOpened", key, road, [Number("round", round)]), on: road.id)
      close()
      var pick = PickChild()
      pick.head = head(name)
      (pick.game, pick.round, pick.child) = (game, round, (round * 5 + 3) % 16)
      send(.pickChild(pick), by: name)
      emit(event("childPicked", key, road, [Number("child", pick.child)]), on: road.id)
      close()
    }
    road.disputes += 1
    end(&line, own, event: state == .challengerWon ? "gameWon" : "gameLost", answer, road)
    if state == .open {
      var dispute = Dispute()
      (dispute.key, dispute.bond) = (game, Amount(line.bond))
      dispute.picks = [3, 8]
      dispute.deadline = Time(time.milliseconds + 3_000_000)
      specimen.records.put("disputes", game.id, dispute)
    }
    specimen.listings.allGames.append(line)
  }

  private mutating func end(
    _ line: inout GameLine, _ own: RunPlan, event: String, _ answer: Bytes32, _ road: Road
  ) {
    guard line.state != .open else { return }
    line.reason = own.gameReason
    (line.endedHeight, line.endedAt) = (next, time)
    emit(
      Event(
        event, subject: line.run, order: road.isOffer ? .zero : road.id, lease: road.lease,
        parties: [line.challenger] + line.defenders, objects: [line.game, answer],
        numbers: [Number(own.gameReason, 0)]), on: road.id)
  }
}
