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
      for _ in 0..<(1 + random.below(9)) { bids.append(placeBid(one.id, one.order)) }
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
  private mutating func mostly<T>(_ items: [T]) -> [T] {
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
    let bidder = person()
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
    m.input = try cast.input(UInt8(random.below(4)))
    if lease.started == 0 {
      for tag in 0..<UInt8(4) {
        let candidate = try cast.input(tag)
        if SHA256.hash(CBOR.encode(candidate)) == lease.firstInput { m.input = candidate }
      }
    }
    m.keys = lease.seats.map { WrappedKey(to: $0.provider, bytes: Cast.inputKey.bytes) }
    return m
  }

  mutating func nextOfRun() throws -> [any MessageContent] {
    var runs: [(key: RunKey, run: Run)] = []
    state.market.forEachRun { runs.append(($0, $1)) }
    var leases: [LeaseID: Lease] = [:]
    state.market.forEachLease { leases[$0] = $1 }
    guard let (key, run) = random.pick(runs), let lease = leases[key.lease],
      let seat = random.pick(lease.seats)?.provider
    else { return [] }
    if random.chance(10) { return [demand(key, run, lease, seat)] }
    switch run.game {
    case .open(let game):
      if game.submitted { return [try judge(key, run, lease, seat)] }
      var m = SubmitEvidence()
      m.head = head(seat)
      m.run = key
      m.evidence = try evidence(key.id, seat, lease)
      m.key = WrappedKey(to: lease.buyer, bytes: Cast.outputKey(key.id, seat).bytes)
      return [m]
    case .replicated(let game):
      var moves: [any MessageContent] = []
      for seat in mostly(lease.seats) {
        moves.append(
          game.opening
            ? try unseal(key, lease, seat.provider) : try seal(key, lease, seat.provider))
      }
      return moves
    case .disputable: return []
    }
  }

  /// Most are honest; some bill fewer units, some answer otherwise, some spoil the blob.
  private func evidence(_ run: RunID, _ seat: Address, _ lease: Lease) throws -> Evidence {
    let mood = Cast.secret(run.digest.bytes, seat.bytes, [9]).leadingWord % 10
    let (content, _) = try cast.output(
      mood == 0 ? [1] : [0], key: Cast.outputKey(run, seat), spoiled: mood == 1)
    return Evidence(output: content, units: mood == 2 ? 0 : lease.units)
  }

  private mutating func seal(_ key: RunKey, _ lease: Lease, _ seat: Address) throws -> SealAnswer {
    let evidence = try evidence(key.id, seat, lease)
    var m = SealAnswer()
    m.head = head(seat)
    m.run = key
    m.seal = Evidence.seal(
      run: key.id, seat: seat, output: evidence.output.root, units: evidence.units,
      salt: Cast.sealSalt(key.id, seat))
    return m
  }

  private mutating func unseal(
    _ key: RunKey, _ lease: Lease, _ seat: Address
  ) throws -> UnsealAnswer {
    var m = UnsealAnswer()
    m.head = head(seat)
    m.run = key
    m.evidence = try evidence(key.id, seat, lease)
    m.salt = Cast.sealSalt(key.id, seat)
    m.key = WrappedKey(to: lease.buyer, bytes: Cast.outputKey(key.id, seat).bytes)
    return m
  }

  private mutating func demand(
    _ key: RunKey, _ run: Run, _ lease: Lease, _ seat: Address
  ) -> any MessageContent {
    switch run.demand {
    case .none:
      var m = DemandKey()
      m.head = head(random.chance(50) ? lease.buyer : seat)
      m.run = key
      return m
    case .byBuyer, .byAuditor:
      var m = PostKey()
      m.head = head(seat)
      m.run = key
      m.key = Cast.outputKey(key.id, seat)
      return m
    case .bySeat:
      var m = PostKey()
      m.head = head(lease.buyer)
      m.run = key
      m.key = Cast.inputKey
      return m
    }
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
