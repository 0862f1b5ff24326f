// From closed bids to a lease: ranked by weight, drawn with salt and beacon, priced critically.

public import Kernel
public import Primitives

extension MarketTables {
  /// The buyer opens its salt, which with the beacon draws the seats.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: DrawSeats, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let order = try orders.require(m.order, else: .unknownOrder)
    guard order.buyer == m.head.from else { throw .notYours }
    let tender = try open(m.order, in: .drawing, at: k.now)
    guard SaltCommitment.of(m.salt) == order.saltCommitment else { throw .sealDiffers }
    k.beacon.open(object: m.order.digest, salt: m.salt)
    try award(m.order, order, tender, salt: m.salt, &k)
  }

  /// The beacon is known: one seat is awarded by itself, a draw waits for the buyer's salt.
  mutating func takeBeacon(
    _ id: OrderID, _ tender: Tender, _ k: inout KernelTables
  ) throws(Refusal) {
    // Closed in block h, the draw takes E of block h+1, which is complete in block h+2.
    // Until then nothing changes: it is due again in the next block, and no row is written.
    guard k.height >= tender.closedAt + 2 else {
      return k.timers.postpone(MarketTimer.tender.key(id.digest), at: tender.deadline)
    }
    var next = tender
    next.beacon = k.beaconValue
    let (buyer, isDrawn, version) = try orders.read(id, else: .unknownOrder) {
      order throws(Refusal) in
      (order.buyer, try Game.shape(of: order.request.check).drawn, order.termsVersion)
    }
    guard isDrawn else {
      let order = try orders.require(id, else: .unknownOrder)
      return try award(id, order, next, salt: .zero, &k)
    }
    next.state = .drawing
    let window = try k.terms.at(version) { $0.saltWindow }
    next.deadline = try k.now.after(seconds: window)
    tenders.put(next, at: id)
    k.timers.set(MarketTimer.tender.key(id.digest), at: next.deadline)
    k.emit(
      Event(
        "orderDrawing", subject: id.digest, order: id.digest, parties: [buyer],
        objects: [next.beacon], numbers: [Number("deadline", next.deadline.milliseconds)]))
  }

  /// The buyer kept its salt: it forfeits the highest critical value of the qualified for each run,
  /// since the seats that it did not like would have served them all.
  mutating func forfeitSalt(
    _ id: OrderID, _ tender: Tender, _ k: inout KernelTables
  ) throws(Refusal) {
    let order = try orders.require(id, else: .unknownOrder)
    let terms = k.terms.at(order.termsVersion)
    let shape = try Game.shape(of: order.request.check)
    let qualified = try qualify(id, order, tender, shape, terms)
    var highest = Amount()
    for one in qualified.lowest { highest = max(highest, one.price) }
    let price = try Rate(highest, per: order.request.limit.per).price(of: order.request.units)
    // No more than the escrow, which holds the limit for every seat and run.
    let forfeit = try price.multiplied(by: terms.saltForfeit)
      .multiplied(by: order.request.runs)
    let lost = min(forfeit, k.ledger.balance(.escrow(id.digest)))
    try k.ledger.post(from: .escrow(id.digest), to: .treasury, lost)
    conclusions.append(.fault(.saltWithheld, by: order.buyer, order: id, lost: lost))
    try dissolve(id, of: order.buyer, tender, reason: "orderSaltWithheld", &k)
  }

  /// A qualified bid with the price it would be paid.
  struct Qualified {
    let bidder: Address
    let price: Amount
  }

  /// The lowest bids that qualify, in rank order, and those that do not.
  func qualify(
    _ id: OrderID, _ order: Order, _ tender: Tender, _ shape: CheckShape, _ terms: Terms
  ) throws(Refusal) -> (lowest: [Qualified], others: [Address]) {
    let limit = order.request.limit.amount
    var valid: [Address] = []
    var scored: [ScoredBid] = []
    var others: [Address] = []
    valid.reserveCapacity(tender.bidders.count)
    scored.reserveCapacity(tender.bidders.count)
    // Its first block is the same for every bidder.
    var tie = SHA256()
    tie.update(tender.beacon)
    tie.update(id.digest)
    for bidder in tender.bidders {
      let found = try bids.read(BidKey(id, bidder)) { ($0.price, $0.weight) }
      guard let (price, weight) = found else { continue }
      guard price <= limit else {
        others.append(bidder)
        continue
      }
      var own = tie
      own.update(bidder)
      valid.append(bidder)
      scored.append(ScoredBid(bid: price, weight: weight, tie: own.finalize()))
    }
    let ranks = Auction.rank(scored)
    let count = min(mostAwarded(shape, terms), ranks.count)
    var lowest: [Qualified] = []
    lowest.reserveCapacity(count)
    for place in 0..<count {
      // All that could be drawn are priced against the first who could not; a single seat and
      // its reserve each against whoever comes next.
      let rival = shape.drawn ? count : max(shape.seats, place + 1)
      var price = limit
      if rival < ranks.count {
        let value = Auction.critical(of: scored[ranks[place]], against: scored[ranks[rival]])
        price = min(limit, value ?? .zero)
      }
      lowest.append(Qualified(bidder: valid[ranks[place]], price: price))
    }
    others += ranks.dropFirst(count).map { valid[$0] }
    return (lowest, others)
  }

  /// Makes the lease; whoever won nothing gets its bond back.
  private mutating func award(
    _ id: OrderID, _ order: Order, _ tender: Tender, salt: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let request = order.request
    let terms = k.terms.at(order.termsVersion)
    let shape = try Game.shape(of: request.check)
    let (lowest, others) = try qualify(id, order, tender, shape, terms)
    let draw = Draw(object: id.digest, fixed: tender.fixed, salt: salt, beacon: tender.beacon)
    let places =
      shape.drawn
      ? try draw.seats(shape.seats, of: lowest.count)
      : (seats: Array(0..<shape.seats), reserve: Array(shape.seats..<lowest.count))

    var lease = Lease(of: order, id)
    lease.seed = draw.seed
    lease.seats.reserveCapacity(places.seats.count)
    lease.reserve.reserveCapacity(places.reserve.count)
    let deadline = try k.now.after(seconds: terms.honourWindow)
    for place in places.seats + places.reserve {
      let one = lowest[place]
      let bid = try bids.require(BidKey(id, one.bidder), else: .noBid)
      var seat = Seat()
      seat.provider = one.bidder
      seat.promise = bid.id.digest
      seat.rate = Rate(one.price, per: request.limit.per)
      let price = try seat.rate.price(of: request.units)
      let stakes = try stakes(
        price: price, limit: try request.limitPerRun(), shape: shape, terms: terms,
        request.parallel)
      seat.stake = stakes.stake
      seat.bidBond = stakes.bidBond
      seat.locked = bid.bond
      seat.deadline = deadline
      if lease.seats.count < shape.seats {
        lease.seats.append(seat)
      } else {
        lease.reserve.append(seat)
      }
      bids[BidKey(id, one.bidder)] = nil
    }
    for bidder in others { try giveBack(BidKey(id, bidder), &k) }
    lease.deadline = deadline
    lease.escrow = try escrow(of: request, shape, terms)
    if shape.auditPpm > 0 || shape.judges > 0 {
      lease.shunned = shunned(lease, bidders: tender.bidders, k)
    }
    orders[id] = nil
    tenders[id] = nil
    let leaseID = LeaseID.of(order: id, seed: draw.seed)
    leases.put(lease, at: leaseID)
    k.timers.set(MarketTimer.lease.key(leaseID.digest), at: deadline)
    k.emit(
      Event(
        "leaseAwarded", subject: leaseID.digest, order: id.digest, lease: leaseID.digest,
        parties: lease.parties,
        objects: lease.seats.map(\.promise) + lease.reserve.map(\.promise),
        numbers: lease.seats.map { Number("price", $0.rate.amount.units) }
          + [Number("deadline", deadline.milliseconds)]))
    emitRanks(of: lease, leaseID, &k)
  }
}

extension Lease {
  /// What a lease takes over from its order.
  init(of order: Order, _ id: OrderID) {
    self.init()
    self.order = id
    buyer = order.buyer
    deputy = order.deputy
    request = CBOR.hash(order.request)
    firstInput = CBOR.hash(order.input)
    check = order.request.check
    termsVersion = order.termsVersion
    units = order.request.units
    runTime = order.request.runTime
    acceptWindow = order.request.acceptWindow
    runs = order.request.runs
    parallel = order.request.parallel
    takeWork(order.request.work, order.request.spec)
  }
}
