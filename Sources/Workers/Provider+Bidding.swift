// Auctions: a sealed bid at the policy's price, its opening, and the bond that a seat needs.

import Agents
import Chain
import Kernel
import Labels
import Market
import Primitives
import Tasks

extension Provider {
  /// An order whose auction is not over.
  func tend(_ id: OrderID, _ news: BlockNews) async throws -> [Message] {
    guard let (order, tender) = try await client.order(id) else {
      leave(.order(id))
      return []
    }
    switch tender.state {
    case .bidding: return try await bid(id, order, tender, news)
    case .revealing: return try await reveal(id, order, tender, news)
    case .closed, .drawing: return []
    }
  }

  private func bid(
    _ id: OrderID, _ order: Order, _ tender: Tender, _ news: BlockNews
  ) async throws -> [Message] {
    if tender.bidders.contains(address) {
      busy.insert(.order(id))
      pledges[.order(id)] = try stake(in: order.request)
      return []
    }
    guard !stops, busy.count < mostOpen, order.buyer != address, news.now < tender.deadline,
      let price = try price(for: order.request), accepts(order.request.lists),
      try await mayBid(for: id, order.request), attempts.begin(.bid(id), at: news.height)
    else { return [] }
    busy.insert(.order(id))
    pledges[.order(id)] = try stake(in: order.request)
    var m = PlaceBid()
    m.head = try head(news)
    m.order = id
    m.seal = PlaceBid.seal(
      order: id, bidder: address, price: price, salt: salts.of(id.digest, "bid"))
    return [.placeBid(m)]
  }

  /// What we would do it for; nil when we cannot, or when that is above the limit.
  private func price(for request: Request) throws(Refusal) -> Amount? {
    if request.work == LabelsWork.name { return try labelPrice(for: request) }
    if request.work == TasksWork.name { return try taskPrice(for: request) }
    guard
      let ware = catalogue.ware(
        for: request.spec, of: request.work, under: request.check),
      request.units <= ware.maxUnits, request.runTime >= ware.runTime
    else { return nil }
    let price = try ware.policy.bid(per: request.limit.per)
    return price <= request.limit.amount ? price : nil
  }

  /// What a seat locks at most, at the limit of the order.
  private func stake(in request: Request) throws(Refusal) -> Amount {
    let price = try request.limit.price(of: request.units)
    let audit = request.check.auditPpm
    var stake =
      try request.check.locksSeatBond
      ? try Bonds.seatBond(price: price, auditPpm: audit, terms: terms)
      : try Bonds.bidBond(limit: price, terms: terms)
    if audit > 0 { stake = max(stake, try Bonds.playableBond(price: price, terms: terms)) }
    return try stake.multiplied(by: request.parallel)
  }

  /// Whether the account can lock it beside all that it has bid for: who wins a seat and cannot
  /// honour it loses the bond of its bid.
  private func canLock(_ request: Request) async throws -> Bool {
    var needed = try stake(in: request)
    for station in pledges.keys { needed = try needed.adding(pledges[station] ?? .zero) }
    return try await client.balance(of: address) >= needed
  }

  /// Whether we can lock the bond, and a routed order takes our bid: a refused one would cost its
  /// toll each time.
  private func mayBid(for id: OrderID, _ request: Request) async throws -> Bool {
    if request.check.subnet != nil {
      let route = try await client.route(of: id)
      if route?.weight(of: address) == nil { return false }
    }
    return try await canLock(request)
  }

  private func accepts(_ lists: Lists) -> Bool {
    !lists.refuse.contains(address) && (lists.only.isEmpty || lists.only.contains(address))
  }

  private func reveal(
    _ id: OrderID, _ order: Order, _ tender: Tender, _ news: BlockNews
  ) async throws -> [Message] {
    guard tender.bidders.contains(address) else {
      leave(.order(id))
      return []
    }
    busy.insert(.order(id))
    guard let bid = try await client.bid(BidKey(id, address)), !bid.revealed,
      news.now < tender.deadline,
      let price = try price(in: bid, id, order.request),
      attempts.begin(.reveal(id), at: news.height)
    else { return [] }
    var m = RevealBid()
    m.head = try head(news)
    m.order = id
    m.price = price
    m.salt = salts.of(id.digest, "bid")
    return [.revealBid(m)]
  }

  /// The price that was sealed: the policy's, or, when the policy has changed since, whichever
  /// up to the limit gives the same seal.
  private func price(
    in bid: Bid, _ id: OrderID, _ request: Request
  ) throws(Refusal) -> Amount? {
    let salt = salts.of(id.digest, "bid")
    func fits(_ price: Amount) -> Bool {
      PlaceBid.seal(order: id, bidder: address, price: price, salt: salt) == bid.seal
    }
    if let price = try price(for: request), fits(price) { return price }
    let most = min(request.limit.amount.units, Provider.mostPricesTried)
    for units in 0...most where fits(Amount(units)) { return Amount(units) }
    return nil
  }

  /// Millionths of a dollar among which a forgotten bid is looked for; a few seconds' work.
  private static var mostPricesTried: UInt64 { 4_000_000 }

  /// A lease in which this provider has a seat, or may be called to one.
  func tend(_ id: LeaseID, _ news: BlockNews) async throws -> [Message] {
    guard let lease = try await client.lease(id) else {
      leave(.lease(id))
      return []
    }
    if lease.order != OrderID() {
      let pledge = pledges[.order(lease.order)]
      leave(.order(lease.order))
      if lease.state == .awarded, pledges[.lease(id)] == nil { pledges[.lease(id)] = pledge }
    }
    guard let seat = lease.seats.first(where: { $0.provider == address }) else {
      // In the reserve one waits to be called, with one's bid bond at stake.
      if lease.reserve.contains(where: { $0.provider == address }) {
        busy.insert(.lease(id))
      } else {
        leave(.lease(id))
      }
      return []
    }
    busy.insert(.lease(id))
    if seat.honoured { pledges[.lease(id)] = nil }
    for index in 0..<lease.started where lease.open > 0 { touchRun(RunKey(id, index)) }
    guard lease.state == .awarded, !seat.honoured, news.now < seat.deadline,
      attempts.begin(.honour(id), at: news.height)
    else { return [] }
    var m = HonourSeat()
    m.head = try head(news)
    m.lease = id
    m.deputy = catalogue.wares.first { $0.spec == lease.spec }?.deputy ?? Address()
    return [.honourSeat(m)]
  }

  private func touchRun(_ key: RunKey) {
    if !busy.contains(.run(key)) { touch(.run(key)) }
  }
}
