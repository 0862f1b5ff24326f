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
    let terms = k.terms.at(version)
    let limit = try orders.read(m.order, else: .unknownOrder) { order throws(Refusal) in
      let limit = try order.request.limitPerRun()
      try order.request.lists.admit(bidder, price: limit, standing)
      return limit
    }
    if tender.bidders.count >= Int(clamping: terms.maxBidders) {
      try displace(for: bidder, from: &tender, m.order, terms, &k, standing)
    }

    var bid = Bid()
    bid.id = BidID(id)
    bid.seal = m.seal
    bid.owner = k.accounts.operatorOf(bidder)
    // Who walks away leaves as many runs undone as may be open at once.
    bid.bond = try Bonds.bidBond(limit: limit, terms: terms)
      .multiplied(by: parallel)
    try k.ledger.post(from: .account(bidder), to: .escrow(m.order.digest), bid.bond)
    bids[key] = bid
    tender.bidders.append(bidder)
    tenders[m.order] = tender
    k.emit(
      Event(
        "bidPlaced", subject: id, order: m.order.digest, parties: [bidder],
        numbers: [Number("bond", bid.bond.units)]))
  }

  /// A full list gives up a bid of the least weight, the latest of them, for a bidder of a greater:
  /// accounts without a record cannot keep out those who have one. The bond goes back.
  private mutating func displace<S: Standing & ~Copyable>(
    for newcomer: Address, from tender: inout Tender, _ id: OrderID, _ terms: Terms,
    _ k: inout KernelTables, _ standing: borrowing S
  ) throws(Refusal) {
    var place = 0
    var least = UInt64.max
    for (index, bidder) in tender.bidders.enumerated() {
      let weight = standing.weight(of: bidder)
      if weight <= least { (place, least) = (index, weight) }
    }
    guard standing.weight(of: newcomer) > least else {
      throw .tooManyBidders(limit: terms.maxBidders)
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
    bids[key] = bid
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
    _ id: OrderID, _ order: Order, _ tender: Tender, _ k: inout KernelTables
  ) throws(Refusal) {
    if tender.bidders.isEmpty {
      return try dissolve(id, order, tender, reason: "orderNoMatch", &k)
    }
    var next = tender
    next.state = .revealing
    next.deadline = try k.now.after(seconds: order.request.revealWindow)
    tenders[id] = next
    k.timers.set(MarketTimer.tender.key(id.digest), at: next.deadline)
    k.emit(
      Event(
        "orderRevealing", subject: id.digest, order: id.digest,
        parties: [order.buyer] + tender.bidders,
        numbers: [Number("deadline", next.deadline.milliseconds)]))
  }

  /// The end of opening: shut bids lose their bond, what is left is fixed for the draw.
  mutating func close<S: Standing & ~Copyable>(
    _ id: OrderID, _ order: Order, _ tender: Tender, _ k: inout KernelTables,
    _ standing: borrowing S
  ) throws(Refusal) {
    let shape = try Game.shape(of: order.request.check)
    let terms = k.terms.at(order.termsVersion)
    var next = tender
    next.bidders = try keepRevealed(id, tender.bidders, &k)
    next.bidders = try keepOnePerOperator(id, next.bidders, &k)
    let limit = order.request.limit.amount
    let valid = next.bidders.filter { (bids[BidKey(id, $0)]?.price ?? limit) <= limit }.count
    let wanted = shape.drawn ? shape.seats * Int(clamping: terms.bidFactor) : shape.seats
    if valid < wanted { return try dissolve(id, order, next, reason: "orderNoMatch", &k) }

    for bidder in next.bidders {
      // Whoever sees beacon and prices could still move a weight until the salt is opened.
      bids[BidKey(id, bidder)]?.weight = standing.weight(of: bidder)
    }
    let ids = next.bidders.compactMap { bids[BidKey(id, $0)]?.id.digest }.sorted()
    next.state = .closed
    next.closedAt = k.height
    next.fixed = SHA256.hash { for id in ids { $0.update(id) } }
    // Due in the next block: its beacon is known when it is complete.
    next.deadline = try k.now.adding(Time(1))
    tenders[id] = next
    k.timers.set(MarketTimer.tender.key(id.digest), at: next.deadline)
    k.emit(
      Event(
        "orderClosed", subject: id.digest, order: id.digest,
        parties: [order.buyer] + next.bidders, objects: ids))
  }

  /// Bids that were not opened lose their bond to the treasury.
  private mutating func keepRevealed(
    _ id: OrderID, _ bidders: [Address], _ k: inout KernelTables
  ) throws(Refusal) -> [Address] {
    var kept: [Address] = []
    for bidder in bidders {
      guard let bid = bids[BidKey(id, bidder)] else { continue }
      if bid.revealed {
        kept.append(bidder)
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
    _ id: OrderID, _ bidders: [Address], _ k: inout KernelTables
  ) throws(Refusal) -> [Address] {
    var kept: [(bidder: Address, owner: Address, price: Amount)] = []
    for bidder in bidders {
      guard let bid = bids[BidKey(id, bidder)] else { continue }
      guard let rival = kept.firstIndex(where: { $0.owner == bid.owner }) else {
        kept.append((bidder, bid.owner, bid.price))
        continue
      }
      let loses = (bid.price, bidder) < (kept[rival].price, kept[rival].bidder)
      let out = loses ? kept[rival].bidder : bidder
      if loses { kept[rival] = (bidder, bid.owner, bid.price) }
      try giveBack(BidKey(id, out), &k)
    }
    return kept.map(\.bidder)
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
