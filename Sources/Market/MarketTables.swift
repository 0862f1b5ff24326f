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

  /// Hands over what was concluded since the last call.
  public mutating func takeConclusions() -> [Conclusion] {
    // Most messages conclude nothing; and what is handed over leaves no copy behind.
    if conclusions.isEmpty { return [] }
    let taken = conclusions
    conclusions = []
    return taken
  }
}

extension MarketTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&orders)
    v(&tenders)
    v(&bids)
    v(&offers)
    v(&leases)
    v(&runs)
    v(&frozen)
    v(&auditors)
    v(&auditorLists)
    v(&claims)
    v(&openings)
    v(&disputes)
    v(&routes)
    v(&juries)
    v(ofBlock: &conclusions)
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
  public func forEachAuditor(_ body: (Address, Auditor) -> Void) { auditors.forEach(body) }
  public func forEachAuditorList(_ body: (Bytes32, AuditorList) -> Void) {
    auditorLists.forEach(body)
  }
  public func forEachClaim(_ body: (Bytes32, Claim) -> Void) { claims.forEach(body) }
  public func forEachOpening(_ body: (Bytes32, Opening) -> Void) { openings.forEach(body) }
  public func forEachDispute(_ body: (GameID, Dispute) -> Void) { disputes.forEach(body) }
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
