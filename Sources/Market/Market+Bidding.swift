// Sealed bids: made with a bond, opened in their window, closed when it ends.

public import Kernel
public import Primitives

extension MarketTables {
  /// A sealed bid with its bond B.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: PlaceBid, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let (buyer, parallel, version) = try orders.read(m.order, else: .unknownOrder) {
      ($0.buyer, $0.request.parallel, $0.termsVersion)
    }
    var tender = try open(m.order, in: .bidding, at: k.now)
    let bidder = m.head.from
    guard bidder != buyer else { throw .ownOrder }
    let key = BidKey(m.order, bidder)
    guard !bids.contains(key) else { throw .alreadyBid }
    let route = route(of: m.order)
    if let route, route.weight(of: bidder) == nil {
      throw .notRanked(in: route.subnet, epoch: route.epoch)
    }
    let limit = try orders.read(m.order, else: .unknownOrder) { order throws(Refusal) in
      let limit = try order.request.limitPerRun()
      try order.request.lists.admit(bidder, price: limit, standing)
      return limit
    }
    let (bond, most) = try k.terms.at(version) { terms throws(Refusal) in
      (try Bonds.bidBond(limit: limit, terms: terms), terms.maxBidders)
    }
    if tender.bidders.count >= Int(clamping: most) {
      try displace(for: bidder, from: &tender, m.order, route, limit: most, &k, standing)
    }

    var bid = Bid()
    bid.id = BidID(id)
    bid.seal = m.seal
    bid.owner = k.accounts.operatorOf(bidder)
    // Who walks away leaves as many runs undone as may be open at once.
    bid.bond = try bond.multiplied(by: parallel)
    try k.ledger.post(from: .account(bidder), to: .escrow(m.order.digest), bid.bond)
    bids.put(bid, at: key)
    tender.bidders.append(bidder)
    tenders.put(tender, at: m.order)
    k.emit(
      Event(
        "bidPlaced", subject: id, order: m.order.digest, parties: [bidder],
        numbers: [Number("bond", bid.bond.units)]))
  }

  /// A full list gives up a bid of the least weight, the latest of them, for a bidder of a greater:
  /// accounts without a record cannot keep out those who have one. The bond goes back.
  private mutating func displace<S: Standing & ~Copyable>(
    for newcomer: Address, from tender: inout Tender, _ id: OrderID, _ route: Route?,
    limit: UInt64, _ k: inout KernelTables, _ standing: borrowing S
  ) throws(Refusal) {
    var place = 0
    var least = UInt64.max
    for (index, bidder) in tender.bidders.enumerated() {
      let weight = weight(of: bidder, under: route, standing)
      if weight <= least { (place, least) = (index, weight) }
    }
    guard weight(of: newcomer, under: route, standing) > least else {
      throw .tooManyBidders(limit: limit)
    }
    let key = BidKey(id, tender.bidders.remove(at: place))
    let bid = try bids.require(key, else: .noBid)
    try giveBack(key, &k)
    k.emit(
      Event(
        "bidDisplaced", subject: bid.id.digest, order: id.digest,
        parties: [key.bidder, newcomer], numbers: [Number("returned", bid.bond.units)]))
  }

  /// Opens a bid; its salt enters the beacon.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: RevealBid, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    try requireOpen(m.order, in: .revealing, at: k.now)
    let key = BidKey(m.order, m.head.from)
    var bid = try bids.require(key, else: .noBid)
    guard !bid.revealed else { throw .alreadyAnswered }
    let seal = PlaceBid.seal(
      order: m.order, bidder: m.head.from, price: m.price, salt: m.salt)
    guard seal == bid.seal else { throw .sealDiffers }
    bid.revealed = true
    bid.price = m.price
    bids.put(bid, at: key)
    k.beacon.open(object: bid.id.digest, salt: m.salt)
    k.emit(
      Event(
        "bidRevealed", subject: bid.id.digest, order: m.order.digest, parties: [m.head.from],
        numbers: [Number("price", m.price.units)]))
  }

  /// The auction of an order, when it is at that station and its deadline has not passed.
  func open(_ id: OrderID, in state: TenderState, at now: Time) throws(Refusal) -> Tender {
    try requireOpen(id, in: state, at: now)
    return try tenders.require(id, else: .unknownOrder)
  }

  private func requireOpen(
    _ id: OrderID, in state: TenderState, at now: Time
  ) throws(Refusal) {
    try tenders.read(id, else: .unknownOrder) { tender throws(Refusal) in
      guard !frozen.contains(id.digest) else { throw .isFrozen }
      guard tender.state == state else {
        throw .wrongState(is: tender.state.rawValue, wanted: state.rawValue)
      }
      guard now < tender.deadline else { throw .tooLate(now: now, deadline: tender.deadline) }
    }
  }

  /// The end of bidding: opening begins, or nobody came.
  mutating func endBidding(
    _ id: OrderID, _ tender: Tender, _ k: inout KernelTables
  ) throws(Refusal) {
    let (buyer, window) = try orders.read(id, else: .unknownOrder) {
      ($0.buyer, $0.request.revealWindow)
    }
    if tender.bidders.isEmpty {
      return try dissolve(id, of: buyer, tender, reason: "orderNoMatch", &k)
    }
    var next = tender
    next.state = .revealing
    next.deadline = try k.now.after(seconds: window)
    tenders.put(next, at: id)
    k.timers.set(MarketTimer.tender.key(id.digest), at: next.deadline)
    k.emit(
      Event(
        "orderRevealing", subject: id.digest, order: id.digest,
        parties: [buyer] + tender.bidders,
        numbers: [Number("deadline", next.deadline.milliseconds)]))
  }

  /// The end of opening: shut bids lose their bond, what is left is fixed for the draw.
  mutating func close<S: Standing & ~Copyable>(
    _ id: OrderID, _ tender: Tender, _ k: inout KernelTables,
    _ standing: borrowing S
  ) throws(Refusal) {
    let (buyer, limit, shape, version) = try orders.read(id, else: .unknownOrder) {
      order throws(Refusal) in
      (
        order.buyer, order.request.limit.amount, try Game.shape(of: order.request.check),
        order.termsVersion
      )
    }
    let factor = try k.terms.at(version) { $0.bidFactor }
    var next = tender
    var kept = try keepRevealed(id, tender.bidders, &k)
    kept = try keepOnePerOperator(id, kept, &k)
    next.bidders = kept.map(\.bidder)
    let valid = kept.count { $0.bid.price <= limit }
    let wanted = shape.drawn ? shape.seats * Int(clamping: factor) : shape.seats
    if valid < wanted { return try dissolve(id, of: buyer, next, reason: "orderNoMatch", &k) }

    let route = route(of: id)
    for (bidder, bid) in kept {
      var bid = bid
      // Whoever sees beacon and prices could still move a weight until the salt is opened.
      bid.weight = weight(of: bidder, under: route, standing)
      bids.put(bid, at: BidKey(id, bidder))
    }
    let ids = kept.map(\.bid.id.digest).sorted()
    next.state = .closed
    next.closedAt = k.height
    next.fixed = SHA256.hash { for id in ids { $0.update(id) } }
    // Due in the next block: its beacon is known when it is complete.
    next.deadline = try k.now.adding(Time(1))
    tenders.put(next, at: id)
    k.timers.set(MarketTimer.tender.key(id.digest), at: next.deadline)
    k.emit(
      Event(
        "orderClosed", subject: id.digest, order: id.digest,
        parties: [buyer] + next.bidders, objects: ids))
  }

  /// A bid that still stands while bidding is closed.
  private typealias KeptBid = (bidder: Address, bid: Bid)

  /// Bids that were not opened lose their bond to the treasury.
  private mutating func keepRevealed(
    _ id: OrderID, _ bidders: [Address], _ k: inout KernelTables
  ) throws(Refusal) -> [KeptBid] {
    var kept: [KeptBid] = []
    kept.reserveCapacity(bidders.count)
    for bidder in bidders {
      guard let bid = bids[BidKey(id, bidder)] else { continue }
      if bid.revealed {
        kept.append((bidder, bid))
        continue
      }
      try k.ledger.post(from: .escrow(id.digest), to: .treasury, bid.bond)
      bids[BidKey(id, bidder)] = nil
      conclusions.append(.fault(.notRevealed, by: bidder, order: id, lost: bid.bond))
      k.emit(
        Event(
          "bidNotRevealed", subject: bid.id.digest, order: id.digest, parties: [bidder],
          numbers: [Number("lost", bid.bond.units)]))
    }
    return kept
  }

  /// Of a declared operator only the lowest bid stays; the others get their bond back.
  private mutating func keepOnePerOperator(
    _ id: OrderID, _ revealed: [KeptBid], _ k: inout KernelTables
  ) throws(Refusal) -> [KeptBid] {
    var kept: [KeptBid] = []
    kept.reserveCapacity(revealed.count)
    for (bidder, bid) in revealed {
      guard let rival = kept.firstIndex(where: { $0.bid.owner == bid.owner }) else {
        kept.append((bidder, bid))
        continue
      }
      let loses = (bid.price, bidder) < (kept[rival].bid.price, kept[rival].bidder)
      let out = loses ? kept[rival].bidder : bidder
      if loses { kept[rival] = (bidder, bid) }
      try giveBack(BidKey(id, out), &k)
    }
    return kept
  }

  /// Returns the bond of a bid that won nothing.
  mutating func giveBack(_ key: BidKey, _ k: inout KernelTables) throws(Refusal) {
    guard let bid = bids[key] else { return }
    try k.ledger.post(from: .escrow(key.order.digest), to: .account(key.bidder), bid.bond)
    bids[key] = nil
  }
}

extension Refusal {
  static var ownOrder: Refusal { Refusal("ownOrder") }
  static var alreadyBid: Refusal { Refusal("alreadyBid") }
  static var noBid: Refusal { Refusal("noBid") }
  static func tooManyBidders(limit: UInt64) -> Refusal {
    Refusal("tooManyBidders", ["limit": limit])
  }
}
