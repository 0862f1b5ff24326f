// One road as lists and pages show it: an order or a taken offer, from its start to its end.

public import Market
public import Primitives

/// How far a road has come. The numbers up to 9 are those of the ledger's own states.
public enum RoadState: UInt8, ByteChoice {
  case bidding = 1
  case revealing = 3
  case closed = 4
  case drawing = 5
  case awarded = 6
  case funded = 8
  case running = 9
  /// Nothing of it is left in the ledger.
  case over = 10
}

/// What readers keep of a road after the ledger has forgotten it.
public struct Road: Fielded, Hashable {
  public static let typeName = "Road"
  /// The order, or the message that took the offer.
  public var id = Bytes32()
  /// Its place among all roads: a later one has a greater number. The first is 1.
  public var number: UInt64 = 0
  public var buyer = Address()
  /// The offer that was taken; zero where there was an auction.
  public var offer = Bytes32()
  /// Zero until the match.
  public var lease = Bytes32()
  public var work = ""
  /// What the work is done with, of which lists are made: for inference the model.
  public var subject = Bytes32()
  public var check = CheckTerms()
  /// The highest price of one run of one seat, or the offer's price, in millionths of a dollar.
  public var limit: UInt64 = 0
  public var units: UInt64 = 0
  /// Runs that were asked for.
  public var runs: UInt64 = 0
  public var state = RoadState.bidding
  /// What the buyer locked at the start.
  public var escrow: UInt64 = 0
  public var bids: UInt64 = 0
  /// The providers of the seats, in the order of the seats.
  public var seats: [Address] = []
  public var started: UInt64 = 0
  public var settled: UInt64 = 0
  /// Runs that the buyer got what it paid for.
  public var good: UInt64 = 0
  /// To providers, from settlements.
  public var paid: UInt64 = 0
  /// Bonds that were lost on it, those of bidders and checkers included.
  public var slashed: UInt64 = 0
  public var disputes: UInt64 = 0
  public var placedHeight: UInt64 = 0
  public var placedAt = Time()
  /// Zero while it is alive.
  public var closedHeight: UInt64 = 0
  public var closedAt = Time()
  /// The event that ended it; empty while it is alive.
  public var ending = ""

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("id", &id)
    try v("number", &number)
    try v("buyer", &buyer)
    try v("offer", &offer)
    try v("lease", &lease)
    try v("work", &work)
    try v("subject", &subject)
    try v("check", &check)
    try v("limit", &limit)
    try v("units", &units)
    try v("runs", &runs)
    try v("state", &state)
    try v("escrow", &escrow)
    try v("bids", &bids)
    try v("seats", &seats)
    try v("started", &started)
    try v("settled", &settled)
    try v("good", &good)
    try v("paid", &paid)
    try v("slashed", &slashed)
    try v("disputes", &disputes)
    try v("placedHeight", &placedHeight)
    try v("placedAt", &placedAt)
    try v("closedHeight", &closedHeight)
    try v("closedAt", &closedAt)
    try v("ending", &ending)
  }

  public var isOffer: Bool { offer != .zero }
}
