// Orders that are routed to a subnet: its ranking says who may bid and how far a price counts.

public import Kernel
public import Primitives

extension MarketTables {
  /// Fixes whose members answer an order and whose validators judge it, and locks what the subnet
  /// may get at most. An order that names no subnet leaves nothing here.
  mutating func route<R: Rankings & ~Copyable>(
    _ id: OrderID, _ order: Order, _ shape: CheckShape, _ k: inout KernelTables,
    _ rankings: borrowing R
  ) throws(Refusal) {
    if let jury = shape.jury {
      let row = Jury(try rankings.ranking(of: jury, at: k.now), of: jury)
      try requireJudges(shape, of: row, order.request)
      juries[id] = row
    }
    guard let subnet = shape.subnet else { return }
    let ranking = try rankings.ranking(of: subnet, at: k.now)
    var route = Route(ranking, of: subnet)
    let lists = order.request.lists
    let fit = route.providers.count { place in
      place.account != order.buyer && !lists.refuse.contains(place.account)
        && (lists.only.isEmpty || lists.only.contains(place.account))
    }
    let factor = try k.terms.at(order.termsVersion) { $0.bidFactor }
    let wanted = shape.drawn ? shape.seats * Int(clamping: factor) : shape.seats
    guard fit >= wanted else { throw .tooFewRanked(has: fit, wanted: wanted, in: subnet) }
    route.escrow = try order.request.limitPerRun().multiplied(by: UInt64(shape.seats))
      .multiplied(by: order.request.runs).ppmUp(route.share)
    try k.ledger.post(
      from: .account(order.buyer), to: .escrow(Route.escrow(id)), route.escrow)
    routes[id] = route
    k.emit(
      Event(
        "orderRouted", subject: id.digest, order: id.digest,
        parties: [order.buyer],
        numbers: [
          Number("subnet", subnet), Number("epoch", route.epoch), Number("share", route.share),
          Number("escrow", route.escrow.units), Number("places", UInt64(route.providers.count)),
        ]))
  }

  /// How many of the next in rank stand by for a seat that is not drawn.
  static let routedReserve = 3

  /// Says by which places of the ranking the seats of a lease were picked, and who stands by. The
  /// row that held the ranking goes with the lease; this stays.
  func emitRanks(of lease: Lease, _ id: LeaseID, _ k: inout KernelTables) {
    guard let route = route(of: lease.order) else { return }
    var numbers = [Number("subnet", route.subnet), Number("epoch", route.epoch)]
    let seats = lease.seats + lease.reserve
    for seat in seats {
      let place = route.providers.firstIndex { $0.account == seat.provider } ?? 0
      numbers.append(Number("rank", UInt64(place) + 1))
      numbers.append(Number("weight", route.weight(of: seat.provider) ?? 0))
    }
    k.emit(
      Event(
        "seatsRanked", subject: id.digest, order: lease.order.digest,
        lease: id.digest, parties: seats.map(\.provider), objects: seats.map(\.promise),
        numbers: numbers))
  }

  /// How far a bidder's price counts: its record, and under a route its place as well.
  func weight<S: Standing & ~Copyable>(
    of bidder: Address, under route: Route?, _ standing: borrowing S
  ) -> UInt64 {
    let record = standing.weight(of: bidder)
    guard let route else { return record }
    let place = route.weight(of: bidder) ?? 0
    return UInt64(clamping: max(1, UInt128(record) * UInt128(place) / UInt128(million)))
  }

  /// The route of an order; nil where it has none, which is told by the count alone while nobody
  /// routes anything.
  func route(of order: OrderID) -> Route? { routes.count == 0 ? nil : routes[order] }

  /// Pays the subnet its share of what the seats of a run earned, out of what the buyer had locked
  /// beside the price, and lets the subnet know.
  mutating func payRoute(_ record: SettledRun, _ k: inout KernelTables) throws(Refusal) {
    let order = OrderID(record.order)
    guard var route = route(of: order) else { return }
    let earned = try record.earned()
    let due = min(try earned.ppmDown(route.share), route.escrow)
    try k.ledger.post(
      from: .escrow(Route.escrow(order)), to: .escrow(Route.purse(route.subnet)), due)
    route.escrow = try route.escrow.subtracting(due)
    routes[order] = route
    conclusions.append(
      .routed(
        RoutedShare(
          subnet: route.subnet, order: order, run: record.run, buyer: record.buyer,
          earned: earned, amount: due)))
  }

  /// The end of an order or of its lease: what no run has earned of the share goes back.
  mutating func endRoute(
    _ order: OrderID, of buyer: Address, _ k: inout KernelTables
  ) throws(Refusal) {
    if juries.count > 0 { juries[order] = nil }
    guard let route = route(of: order) else { return }
    try k.ledger.post(
      from: .escrow(Route.escrow(order)), to: .account(buyer), route.escrow)
    routes[order] = nil
  }

  /// Bids that may end in a seat. Under a route the next in rank stand by, in place of the next one
  /// alone.
  func mostAwarded(_ shape: CheckShape, _ terms: Terms) -> Int {
    if shape.drawn { return shape.seats * Int(clamping: terms.bidFactor) }
    return shape.seats + (shape.subnet == nil ? 1 : MarketTables.routedReserve)
  }

  /// Refuses an order whose judges would be drawn from too few operators of the subnet to be a
  /// draw.
  private func requireJudges(
    _ shape: CheckShape, of jury: Jury, _ request: Request
  ) throws(Refusal) {
    let bond = try request.limitPerRun().multiplied(by: UInt64(shape.seats))
    var owners: [Address] = []
    for account in auditorLists[Subject.panel(shape.topic)]?.standing ?? []
    where jury.stake(of: account) > .zero {
      guard let judge = auditors[account], judge.free >= bond else { continue }
      if !owners.contains(judge.owner) { owners.append(judge.owner) }
    }
    let known = UInt64(clamping: owners.count)
    let least = shape.judges * MarketTables.judgesFactor
    guard known >= least else { throw .tooFewJurors(operators: known, least: least) }
  }
}

extension Refusal {
  /// No epoch of the subnet has found anybody's work worth anything yet.
  public static func noRanking(_ subnet: UInt64) -> Refusal {
    Refusal("noRanking", ["subnet": subnet])
  }
  static func tooFewRanked(has: Int, wanted: Int, in subnet: UInt64) -> Refusal {
    Refusal(
      "tooFewRanked",
      ["has": UInt64(clamping: has), "wanted": UInt64(clamping: wanted), "subnet": subnet])
  }
  /// The order is routed to members of a subnet, and the sender had no place in its ranking.
  static func notRanked(in subnet: UInt64, epoch: UInt64) -> Refusal {
    Refusal("notRanked", ["subnet": subnet, "epoch": epoch])
  }
  /// Judges of the subnet who stand for the topic and can pay for a fault are too few to draw from.
  static func tooFewJurors(operators: UInt64, least: UInt64) -> Refusal {
    Refusal("tooFewJurors", ["operators": operators, "least": least])
  }
}
