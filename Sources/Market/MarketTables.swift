// The rows of the market and the scopes in which they change.

public import Kernel
public import Primitives

/// Orders, bids, leases, runs and offers that are alive; a settled road leaves nothing here.
public struct MarketTables: ~Copyable {
  var orders = Table<OrderID, Order>("orders")
  var tenders = Table<OrderID, Tender>("tenders")
  var bids = Table<BidKey, Bid>("bids")
  var offers = Table<OfferID, Offer>("offers")
  var leases = Table<LeaseID, Lease>("leases")
  var runs = Table<RunKey, Run>("runs")
  var frozen = Table<Bytes32, Frozen>("frozen")
  var auditors = Table<Address, Auditor>("auditors")
  var auditorLists = Table<Bytes32, AuditorList>("auditorLists")
  var claims = Table<Bytes32, Claim>("claims")
  var openings = Table<Bytes32, Opening>("openings")
  var disputes = Table<GameID, Dispute>("disputes")
  /// By order, while it or its lease is alive; none of an order that is not routed.
  var routes = Table<OrderID, Route>("routes")
  var juries = Table<OrderID, Jury>("juries")

  /// What the current message or timer concluded, for the learners and the receipts tree.
  public internal(set) var conclusions: [Conclusion] = []

  let pin = Pin()

  public init() {}

  /// Positions in the undo lists.
  public struct Mark: Sendable {
    let orders: Int
    let tenders: Int
    let bids: Int
    let offers: Int
    let leases: Int
    let runs: Int
    let frozen: Int
    let court: CourtMark
    let routes: Int
    let juries: Int
    let conclusions: Int
  }

  public func mark() -> Mark {
    Mark(
      orders: orders.mark(), tenders: tenders.mark(), bids: bids.mark(), offers: offers.mark(),
      leases: leases.mark(), runs: runs.mark(), frozen: frozen.mark(),
      court: courtMark(), routes: routes.mark(), juries: juries.mark(),
      conclusions: conclusions.count)
  }

  public mutating func rollback(to mark: Mark) {
    orders.rollback(to: mark.orders)
    tenders.rollback(to: mark.tenders)
    bids.rollback(to: mark.bids)
    offers.rollback(to: mark.offers)
    leases.rollback(to: mark.leases)
    runs.rollback(to: mark.runs)
    frozen.rollback(to: mark.frozen)
    rollbackCourt(to: mark.court)
    routes.rollback(to: mark.routes)
    juries.rollback(to: mark.juries)
    conclusions.removeLast(conclusions.count - mark.conclusions)
  }

  /// The rows that changed since the mark, as a rehearsal shows them.
  public func list(since mark: Mark, into changes: inout [RowChange]) {
    orders.list(since: mark.orders, into: &changes)
    tenders.list(since: mark.tenders, into: &changes)
    bids.list(since: mark.bids, into: &changes)
    offers.list(since: mark.offers, into: &changes)
    leases.list(since: mark.leases, into: &changes)
    runs.list(since: mark.runs, into: &changes)
    frozen.list(since: mark.frozen, into: &changes)
    listCourt(since: mark.court, into: &changes)
    routes.list(since: mark.routes, into: &changes)
    juries.list(since: mark.juries, into: &changes)
  }

  /// The message stands.
  public mutating func forgetUndo() {
    orders.forgetUndo()
    tenders.forgetUndo()
    bids.forgetUndo()
    offers.forgetUndo()
    leases.forgetUndo()
    runs.forgetUndo()
    frozen.forgetUndo()
    forgetCourtUndo()
    routes.forgetUndo()
    juries.forgetUndo()
  }

  /// Hands over what was concluded since the last call.
  public mutating func takeConclusions() -> [Conclusion] {
    // Most messages conclude nothing; and what is handed over leaves no copy behind.
    if conclusions.isEmpty { return [] }
    let taken = conclusions
    conclusions = []
    return taken
  }

  /// The net changes of the block.
  public mutating func drain(into changes: inout [RowChange]) {
    orders.drain(into: &changes)
    tenders.drain(into: &changes)
    bids.drain(into: &changes)
    offers.drain(into: &changes)
    leases.drain(into: &changes)
    runs.drain(into: &changes)
    frozen.drain(into: &changes)
    drainCourt(into: &changes)
    routes.drain(into: &changes)
    juries.drain(into: &changes)
  }

  /// Fills a row at restart; false when the table is none of the market's.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    switch table {
    case orders.name: try orders.load(key: key, row: row)
    case tenders.name: try tenders.load(key: key, row: row)
    case bids.name: try bids.load(key: key, row: row)
    case offers.name: try offers.load(key: key, row: row)
    case leases.name: try leases.load(key: key, row: row)
    case runs.name: try runs.load(key: key, row: row)
    case frozen.name: try frozen.load(key: key, row: row)
    case routes.name: try routes.load(key: key, row: row)
    case juries.name: try juries.load(key: key, row: row)
    default: return try loadCourt(table: table, key: key, row: row)
    }
    return true
  }
}

/// Which row a timer of the market wakes.
enum MarketTimer: UInt8 {
  case tender = 1
  case lease = 2
  case run = 3
  case game = 4
  /// What is left of a claim that is over.
  case claim = 5
  case auditor = 6

  /// The market's number among the rooms that set timers.
  static let room: UInt8 = 1

  func key(_ id: Bytes32, _ sub: UInt64 = 0) -> TimerKey {
    TimerKey(room: MarketTimer.room, kind: rawValue, id: id, sub: sub)
  }
}

extension MarketTables {
  /// Every row read in one place, for walkers, dumps and tests; never on a message's path.
  public func forEachOrder(_ body: (OrderID, Order, Tender) -> Void) {
    tenders.forEach { id, tender in
      if let order = orders[id] { body(id, order, tender) }
    }
  }
  public func forEachBid(_ body: (BidKey, Bid) -> Void) { bids.forEach(body) }
  public func forEachOffer(_ body: (OfferID, Offer) -> Void) { offers.forEach(body) }
  public func forEachLease(_ body: (LeaseID, Lease) -> Void) { leases.forEach(body) }
  public func forEachRun(_ body: (RunKey, Run) -> Void) { runs.forEach(body) }
  public func forEachFrozen(_ body: (Bytes32, Frozen) -> Void) { frozen.forEach(body) }
  public func forEachRoute(_ body: (OrderID, Route) -> Void) { routes.forEach(body) }
  public func forEachJury(_ body: (OrderID, Jury) -> Void) { juries.forEach(body) }
}

extension Refusal {
  static var unknownOrder: Refusal { Refusal("unknownOrder") }
  static var unknownOffer: Refusal { Refusal("unknownOffer") }
  static var unknownLease: Refusal { Refusal("unknownLease") }
  static var unknownRun: Refusal { Refusal("unknownRun") }
  /// Only the party that the rule names may send this.
  static var notYours: Refusal { Refusal("notYours") }
  /// The object is at another station than the message needs.
  static func wrongState(is state: UInt8, wanted: UInt8) -> Refusal {
    Refusal("wrongState", ["is": UInt64(state), "wanted": UInt64(wanted)])
  }
  /// The deadline has passed, whether or not its timer has fired.
  static func tooLate(now: Time, deadline: Time) -> Refusal {
    Refusal("tooLate", ["now": now.milliseconds, "deadline": deadline.milliseconds])
  }
  /// The object is frozen until the operator releases it.
  static var isFrozen: Refusal { Refusal("isFrozen") }
}
