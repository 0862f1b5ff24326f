// Orders come and go: placed with their escrow, cancelled before the first bid.

public import Kernel
public import Primitives

extension MarketTables {
  /// Puts a request on the market and locks what it may cost at most.
  public mutating func apply<
    W: Works & ~Copyable, S: Standing & ~Copyable, R: Rankings & ~Copyable
  >(
    _ m: PlaceOrder, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S, _ rankings: borrowing R
  ) throws(Refusal) {
    let request = m.request
    let shape = try Game.shape(of: request.check)
    let terms = k.terms.current
    try check(request, terms)
    try works.admit(request.spec, of: request.work, under: request.check)
    try check(m.input, k)
    try requireSealingKey(of: m.head.from, k)
    if shape.auditPpm > 0 { try requireAuditors(for: request.work, request.spec, terms) }
    if shape.judges > 0 && shape.jury == nil {
      let bond = try request.limitPerRun().multiplied(by: UInt64(shape.seats))
      try requireJudges(shape, bond: bond)
    }
    if shape.keepsWork {
      try works.admit(
        inputBytes: ContentChunks.plainBytes(ofBlob: m.input.size), for: request.spec,
        of: request.work)
    }
    let price = try request.limitPerRun()
    let escrow = try escrow(of: request, shape, terms)
    guard price > .zero else { throw .outOfRange("limit", is: 0, least: 1, most: .max) }
    // Bonds must be computable for the dearest seat, or the award could not be carried out.
    _ = try stakes(price: price, limit: price, shape: shape, terms: terms, request.parallel)

    let order = OrderID(id)
    try k.ledger.post(from: .account(m.head.from), to: .escrow(id), escrow)
    var row = Order()
    row.buyer = m.head.from
    row.request = request
    row.saltCommitment = m.saltCommitment
    row.input = m.input
    row.deputy = m.deputy
    row.termsVersion = k.terms.version
    orders.put(row, at: order)
    var tender = Tender()
    tender.deadline = try k.now.after(seconds: request.bidWindow)
    tenders.put(tender, at: order)
    k.timers.set(MarketTimer.tender.key(id), at: tender.deadline)
    k.emit(
      Event(
        "orderPlaced", subject: id, order: id, parties: [m.head.from],
        numbers: [
          Number("limit", request.limit.amount.units), Number("per", request.limit.per),
          Number("escrow", escrow.units), Number("deadline", tender.deadline.milliseconds),
        ]))
    try route(order, row, shape, &k, rankings)
  }

  /// Takes an order back before the first bid: everything returns.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: CancelOrder, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let order = try orders.require(m.order, else: .unknownOrder)
    let tender = try tenders.require(m.order, else: .unknownOrder)
    guard order.buyer == m.head.from else { throw .notYours }
    guard frozen[m.order.digest] == nil else { throw .isFrozen }
    guard tender.bidders.isEmpty else { throw .hasBids(tender.bidders.count) }
    try dissolve(m.order, of: order.buyer, tender, reason: "orderCancelled", &k)
  }

  /// Ends an auction without a match: the rest of the escrow to the buyer, bonds to the bidders.
  mutating func dissolve(
    _ id: OrderID, of buyer: Address, _ tender: Tender, reason: String,
    _ k: inout KernelTables
  ) throws(Refusal) {
    let objects = tender.bidders.map { bids[BidKey(id, $0)]?.id.digest ?? .zero }
    for bidder in tender.bidders {
      guard let bid = bids[BidKey(id, bidder)] else { continue }
      try k.ledger.post(from: .escrow(id.digest), to: .account(bidder), bid.bond)
      bids[BidKey(id, bidder)] = nil
    }
    let rest = k.ledger.balance(.escrow(id.digest))
    try k.ledger.post(from: .escrow(id.digest), to: .account(buyer), rest)
    orders[id] = nil
    tenders[id] = nil
    try endRoute(id, of: buyer, &k)
    k.emit(
      Event(
        reason, subject: id.digest, order: id.digest, parties: [buyer] + tender.bidders,
        objects: objects, numbers: [Number("returned", rest.units)]))
  }

  /// What an order may cost at most: k·L for each run, and F(L) where there are audits.
  func escrow(
    of request: Request, _ shape: CheckShape, _ terms: Terms
  ) throws(Refusal) -> Amount {
    let price = try request.limitPerRun()
    var fee = shape.pledged ? price : .zero
    if shape.auditPpm > 0 { fee = try Bonds.auditFee(price: price, terms: terms) }
    return try price.multiplied(by: UInt64(shape.seats)).adding(fee)
      .multiplied(by: request.runs)
  }

  /// Numbers of a request within the ranges of the terms.
  private func check(_ request: Request, _ terms: Terms) throws(Refusal) {
    try checkRange("per", request.limit.per, 1...terms.maxUnits)
    try checkRange("units", request.units, 1...terms.maxUnits)
    try checkRange("runs", request.runs, 1...terms.maxRuns)
    try checkRange("parallel", request.parallel, 1...min(request.runs, terms.maxParallel))
    try checkRange("runTime", request.runTime, 1...terms.maxRunTime)
    try checkRange("bidWindow", request.bidWindow, 10...86_400)
    try checkRange("revealWindow", request.revealWindow, 10...86_400)
    try checkRange("acceptWindow", request.acceptWindow, 60...604_800)
    try check(spec: request.spec, request.lists)
  }

  func check(spec: [UInt8], _ lists: Lists) throws(Refusal) {
    try checkRange("specBytes", UInt64(spec.count), 1...4_096)
    let longest = UInt64(Lists.longest)
    try checkRange("refuse", UInt64(lists.refuse.count), 0...longest)
    try checkRange("only", UInt64(lists.only.count), 0...longest)
    try checkRange("maxRejection", lists.maxRejection, 0...million)
  }

  /// A content is within bounds and a custodian of the genesis says that it stores the blob.
  func check(_ content: Content, _ k: borrowing KernelTables) throws(Refusal) {
    guard content.size <= Content.largest else {
      throw .blobTooLarge(size: content.size, limit: Content.largest)
    }
    // Of another size a place might have no chunk that could be shown.
    guard ContentChunks.isBlobSize(content.size) else { throw .blobSize(content.size) }
    let digest = try k.charter { charter throws(Refusal) in
      guard charter.custodians.contains(content.custody.custodian) else { throw .badCustody }
      return content.custodyDigest(network: charter.network)
    }
    guard k.signer(of: digest, content.custody.signature) == content.custody.custodian else {
      throw .badCustody
    }
  }

  /// S and B of one seat at that price; the most that a run of it has at stake.
  func stakes(
    price: Amount, limit: Amount, shape: CheckShape, terms: Terms, _ parallel: UInt64
  ) throws(Refusal) -> (stake: Amount, bidBond: Amount, locked: Amount) {
    let bidBond = try Bonds.bidBond(limit: limit, terms: terms)
    guard shape.seatBond else {
      return (bidBond, bidBond, try bidBond.multiplied(by: parallel))
    }
    var stake = try Bonds.seatBond(price: price, auditPpm: shape.auditPpm, terms: terms)
    if shape.auditPpm > 0 {
      stake = max(stake, try Bonds.playableBond(price: price, terms: terms))
    }
    stake = max(stake, bidBond)
    return (stake, bidBond, try stake.multiplied(by: parallel))
  }
}

extension Refusal {
  /// Somebody has bid; the order can no longer be cancelled.
  static func hasBids(_ count: Int) -> Refusal { Refusal("hasBids", ["bids": UInt64(count)]) }
}
