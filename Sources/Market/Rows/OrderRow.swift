// An order as the ledger keeps it: what was asked, and how far its auction has come.

public import Kernel
public import Primitives

/// What does not change between the order and its settlement.
public struct Order: Fielded, Hashable {
  public static let typeName = "Order"
  public var buyer = Address()
  public var request = Request()
  public var saltCommitment = Bytes32()
  public var input = Content()
  public var deputy = Address()
  /// The terms that the order was made under, and keeps.
  public var termsVersion: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("buyer", &buyer)
    try v("request", &request)
    try v("saltCommitment", &saltCommitment)
    try v("input", &input)
    try v("deputy", &deputy)
    try v("termsVersion", &termsVersion)
  }
}

/// The stations of an auction, numbered as `docs/reference/states.md` lists them.
public enum TenderState: UInt8, ByteChoice {
  case bidding = 1
  case revealing = 3
  /// Bids are fixed; the beacon of the next block is awaited.
  case closed = 4
  /// The beacon is known; the buyer's salt is awaited.
  case drawing = 5
}

/// What changes while bids come in. The row goes when the lease is made.
public struct Tender: Fielded, Hashable {
  public static let typeName = "Tender"
  public var state = TenderState.bidding
  public var deadline = Time()
  /// Who has bid, in the order of arrival.
  public var bidders: [Address] = []
  /// The height at which bidding closed.
  public var closedAt: UInt64 = 0
  /// SHA-256 over the revealed bids' ids, sorted.
  public var fixed = Bytes32()
  /// The beacon of the block after the one that closed the bids.
  public var beacon = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("state", &state)
    try v("deadline", &deadline)
    try v("bidders", &bidders)
    try v("closedAt", &closedAt)
    try v("fixed", &fixed)
    try v("beacon", &beacon)
  }
}

/// Names a bid by its order and bidder: one each.
public struct BidKey: Fielded, TableKey {
  public static let typeName = "BidKey"
  public var order = OrderID()
  public var bidder = Address()

  public init() {}
  public init(_ order: OrderID, _ bidder: Address) {
    self.order = order
    self.bidder = bidder
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("order", &order)
    try v("bidder", &bidder)
  }

  @inlinable
  public func mix(into hash: inout KeyHash) {
    order.mix(into: &hash)
    hash.combine(bidder)
  }
}

/// A sealed bid, and after its opening the price.
public struct Bid: Fielded, Hashable {
  public static let typeName = "Bid"
  public var id = BidID()
  public var seal = Bytes32()
  /// B for each run that may be open at once: locked with the bid.
  public var bond = Amount()
  public var revealed = false
  public var price = Amount()
  /// Who ran the bidder when it bid: to declare oneself a member later takes no bid back.
  public var owner = Address()
  /// The bidder's weight when bidding closed: what is drawn over is fixed before its beacon.
  public var weight: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("id", &id)
    try v("seal", &seal)
    try v("bond", &bond)
    try v("revealed", &revealed)
    try v("price", &price)
    try v("owner", &owner)
    try v("weight", &weight)
  }
}
