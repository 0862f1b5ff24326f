// The next step of an auction, a lease or a run that is under way.

import Chain
import Kernel
import Market
import Primitives

extension Walker {
  mutating func nextOfTender() -> [any MessageContent] {
    var open: [(id: OrderID, order: Order, tender: Tender)] = []
    state.market.forEachOrder { open.append(($0, $1, $2)) }
    guard let one = random.pick(open) else { return [] }
    switch one.tender.state {
    case .bidding:
      if one.tender.bidders.isEmpty && random.chance(6) {
        var m = CancelOrder()
        m.head = head(one.order.buyer)
        m.order = one.id
        return [m]
      }
      var bids: [any MessageContent] = []
      for _ in 0..<(3 + random.below(8)) { bids.append(placeBid(one.id, one.order)) }
      return bids
    case .revealing:
      return mostly(one.tender.bidders).map { reveal(one.id, one.order, $0) }
    case .closed, .drawing:
      guard random.chance(85) else { return [] }
      var m = DrawSeats()
      m.head = head(one.order.buyer)
      m.order = one.id
      m.salt = orderSalts[one.id] ?? .zero
      return [m]
    }
  }

  /// Most of a list; each of it is left out now and then.
  mutating func mostly<T>(_ items: [T]) -> [T] {
    var kept: [T] = []
    for item in items where random.chance(93) { kept.append(item) }
    return kept
  }

  /// Every bidder has its price: some above the limit, some at nothing.
  private func price(_ id: OrderID, _ order: Order, _ bidder: Address) -> Amount {
    let word = Cast.secret(id.digest.bytes, bidder.bytes, [7]).leadingWord
    let limit = order.request.limit.amount.units
    return Amount(limit / 2 + word % (limit / 2 + limit / 8 + 1))
  }

  private mutating func placeBid(_ id: OrderID, _ order: Order) -> PlaceBid {
    // Who bids judges nothing, so that somebody must be left.
    var bidder = order.request.work == "tasks" ? cast.people[random.below(8)] : person()
    // Of strangers hardly one would have a place.
    if order.request.check.subnet != nil, random.chance(85) { bidder = ranked(for: id) ?? bidder }
    var m = PlaceBid()
    m.head = head(bidder)
    m.order = id
    m.seal = PlaceBid.seal(
      order: id, bidder: bidder, price: price(id, order, bidder),
      salt: Cast.bidSalt(id, bidder))
    return m
  }

  private mutating func reveal(_ id: OrderID, _ order: Order, _ bidder: Address) -> RevealBid {
    var m = RevealBid()
    m.head = head(bidder)
    m.order = id
    m.price = price(id, order, bidder)
    m.salt = Cast.bidSalt(id, bidder)
    return m
  }

  mutating func nextOfLease() throws -> [any MessageContent] {
    var leases: [(id: LeaseID, lease: Lease)] = []
    state.market.forEachLease { leases.append(($0, $1)) }
    guard let (id, lease) = random.pick(leases) else { return [] }
    if lease.state == .awarded {
      return mostly(lease.seats).map {
        var m = HonourSeat()
        m.head = head($0.provider)
        m.lease = id
        return m
      }
    }
    if lease.state == .funded && lease.started > 0 && random.chance(15) {
      var m = CloseLease()
      m.head = head(lease.buyer)
      m.lease = id
      return [m]
    }
    if lease.state == .running && lease.open >= lease.parallel && random.chance(90) { return [] }
    return [try sendInput(id, lease)]
  }

  private mutating func sendInput(_ id: LeaseID, _ lease: Lease) throws -> SendInput {
    var m = SendInput()
    m.head = head(lease.buyer)
    m.run = RunKey(id, lease.started)
    m.input = cast.inputs[random.below(4)]
    if lease.started == 0 {
      for candidate in cast.inputs
      where SHA256.hash(CBOR.encode(candidate)) == lease.firstInput { m.input = candidate }
    }
    m.auditSalt = SaltCommitment.of(Cast.auditSalt(lease.buyer))
    // Judges read what stands in clear, or nothing.
    let isPublished = random.chance(lease.check.kind == PanelCheck.name ? 85 : 15)
    m.keys = lease.seats.map {
      isPublished ? Cast.published(to: $0.provider) : Cast.sealed(to: $0.provider)
    }
    return m
  }

  mutating func nextOfRun() throws -> [any MessageContent] {
    var runs: [(key: RunKey, run: Run)] = []
    state.market.forEachRun { runs.append(($0, $1)) }
    var leases: [LeaseID: Lease] = [:]
    state.market.forEachLease { leases[$0] = $1 }
    // What is before the court has many moves to make in little time.
    let disputed = runs.filter { $0.run.auditor != Address() || $0.run.openGames > 0 }
    guard let (key, run) = random.pick(random.chance(50) && !disputed.isEmpty ? disputed : runs),
      let lease = leases[key.lease],
      let seat = random.pick(lease.seats)?.provider
    else { return [] }
    if random.chance(10) { return [demand(key, run, lease, seat)] }
    switch run.game {
    case .open(let game):
      if game.submitted { return [try judge(key, run, lease, seat)] }
      return [try submit(key, run, lease, seat)]
    case .replicated(let game):
      switch game.stage {
      case .running, .opening:
        return try answers(key, run, lease, isOpening: game.stage == .opening)
      case .fixed, .drawing, .auditing, .window, .playing:
        return try nextOfAudited(key, run, lease, game)
      }
    case .disputable(let game): return try nextOfDisputable(key, run, lease, game)
    case .proved: return try prove(key, run, lease, seat)
    case .judged(let game): return judging(key, lease, game)
    case .panel(let game): return moves(key, lease, game)
    }
  }

  mutating func submit(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) throws -> SubmitEvidence {
    var m = SubmitEvidence()
    m.head = head(seat)
    m.run = key
    m.evidence = try evidence(key.id, run, seat, lease).evidence
    m.key = Cast.sealed(to: lease.buyer)
    return m
  }

  private mutating func answers(
    _ key: RunKey, _ run: Run, _ lease: Lease, isOpening: Bool
  ) throws -> [any MessageContent] {
    var moves: [any MessageContent] = []
    for seat in mostly(lease.seats) {
      moves.append(
        isOpening
          ? try unseal(key, run, lease, seat.provider)
          : try seal(key, run, lease, seat.provider))
    }
    if isOpening, run.auditor != Address() { moves.append(openAnswer(key, run, lease)) }
    return moves
  }

  /// Most are honest; some bill fewer units, some answer otherwise, some spoil the blob. Where
  /// there is a court, an answer is the output of a run, true or false.
  func evidence(
    _ id: RunID, _ run: Run, _ seat: Address, _ lease: Lease
  ) throws -> (evidence: Evidence, blob: [UInt8]) {
    let mood = mood(id, seat)
    var bytes: [UInt8] = mood == 0 ? [1] : [0]
    let known = cast.court.runs(of: run.input.root)
    if lease.auditPpm > 0, known.count == 4 {
      bytes = known[mood == 0 || mood == 3 ? 1 : mood == 4 ? 2 : 0].output
    }
    let (content, blob) = try cast.output(
      bytes, key: Cast.outputKey(id, seat), spoiled: mood == 1)
    return (Evidence(output: content, units: mood == 2 ? 0 : lease.units), blob)
  }

  /// Honest for the most part; the same in every message about the run.
  func mood(_ run: RunID, _ account: Address) -> UInt64 {
    Cast.secret(run.digest.bytes, account.bytes, [9]).leadingWord % 10
  }

  private mutating func seal(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) throws -> SealAnswer {
    let evidence = try evidence(key.id, run, seat, lease).evidence
    var m = SealAnswer()
    m.head = head(seat)
    m.run = key
    m.seal = Evidence.seal(
      run: key.id, seat: seat, output: evidence.output.root, units: evidence.units,
      salt: Cast.sealSalt(key.id, seat))
    return m
  }

  private mutating func unseal(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) throws -> UnsealAnswer {
    var m = UnsealAnswer()
    m.head = head(seat)
    m.run = key
    m.evidence = try evidence(key.id, run, seat, lease).evidence
    m.salt = Cast.sealSalt(key.id, seat)
    m.key = Cast.sealed(to: lease.buyer)
    return m
  }

  mutating func demand(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) -> any MessageContent {
    switch run.demand {
    case .none:
      var m = DemandKey()
      m.head = head(random.chance(50) ? lease.buyer : seat)
      if run.auditor != Address(), random.chance(40) { m.head.from = run.auditor }
      m.run = key
      return m
    case .byBuyer:
      return post(key, Cast.outputKey(key.id, seat), by: seat)
    case .bySeat: return post(key, Cast.inputKey, by: lease.buyer)
    case .byAuditor: return post(key, Cast.inputKey, by: seat)
    }
  }

  private mutating func post(_ run: RunKey, _ key: Bytes32, by sender: Address) -> PostKey {
    var m = PostKey()
    m.head = head(sender)
    m.run = run
    m.key = key
    return m
  }

  /// The buyer has the evidence: it accepts, rejects, or shows that the blob is garbage.
  private mutating func judge(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) throws -> any MessageContent {
    if run.postedKey != .zero && random.chance(70) {
      let honest = try cast.output([0], key: Cast.outputKey(key.id, seat))
      let spoiled = try cast.output([0], key: Cast.outputKey(key.id, seat), spoiled: true)
      var m = ShowChunk()
      m.head = head(lease.buyer)
      m.run = key
      m.box = spoiled.content.blob == run.output.blob ? spoiled.blob : honest.blob
      return m
    }
    if run.demand != .none && random.chance(80) { return demand(key, run, lease, seat) }
    if random.chance(60) {
      var m = AcceptRun()
      m.head = head(lease.buyer)
      m.run = key
      return m
    }
    var m = RejectRun()
    m.head = head(lease.buyer)
    m.run = key
    m.reason = .wrong
    return m
  }
}
