// The match: who serves whom, at which price, with what at stake.

public import Kernel
public import Primitives

/// The stations of a lease, numbered as `docs/reference/states.md` lists them.
public enum LeaseState: UInt8, ByteChoice {
  /// Seats are drawn; their bonds are awaited.
  case awarded = 6
  /// All bonds lie; the input of the next run is awaited.
  case funded = 8
  /// At least one run is open.
  case running = 9
}

/// One seat of a lease.
public struct Seat: Fielded, Hashable {
  public static let typeName = "Seat"
  public var provider = Address()
  /// The bid, or the offer, that this seat came from.
  public var promise = Bytes32()
  /// The seat's price: its critical value, or the posted rate.
  public var rate = Rate()
  /// What a run of the seat has at stake: S, or B where the check asks no more.
  public var stake = Amount()
  /// B within the stake: all that is lost before any evidence.
  public var bidBond = Amount()
  /// What lies in the lease's escrow for this seat now.
  public var locked = Amount()
  public var honoured = false
  /// Who may move for the seat in disputes; zero for nobody.
  public var deputy = Address()
  /// Until when the seat must be honoured.
  public var deadline = Time()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("provider", &provider)
    try v("promise", &promise)
    try v("rate", &rate)
    try v("stake", &stake)
    try v("bidBond", &bidBond)
    try v("locked", &locked)
    try v("honoured", &honoured)
    try v("deputy", &deputy)
    try v("deadline", &deadline)
  }
}

/// A lease: one row with its seats and with the reserve that stands by.
public struct Lease: Fielded, Hashable {
  public static let typeName = "Lease"
  /// The order, or zero when an offer was taken.
  public var order = OrderID()
  /// The offer, or zero when it was an auction.
  public var offer = OfferID()
  public var buyer = Address()
  /// Who may open the buyer's salts; zero for nobody.
  public var deputy = Address()
  /// Hash of the request, or of the message that took the offer: the first link of the receipt.
  public var request = Bytes32()
  /// The seed of the draw that made the lease; zero when an offer was taken.
  public var seed = Bytes32()
  /// Hash of the content that the first run must start with.
  public var firstInput = Bytes32()
  public var check = CheckTerms()
  /// p: how often a run is audited, ppm; zero where the check has no court.
  public var auditPpm: UInt64 = 0
  /// What is done, for those who do it again and for who verifies it; empty under other checks.
  public var work = ""
  public var spec: [UInt8] = []
  /// Who audits none of its runs beside its parties: those who bid, and who ran any of them when
  /// the lease was made.
  public var shunned: [Address] = []
  public var termsVersion: UInt64 = 0
  public var units: UInt64 = 1
  public var runTime: UInt64 = 0
  public var acceptWindow: UInt64 = 0
  public var runs: UInt64 = 1
  public var parallel: UInt64 = 1
  public var state = LeaseState.awarded
  public var deadline = Time()
  public var seats: [Seat] = []
  /// Qualified bidders who were not drawn, in their order; their bid bonds stay until all seats
  /// are honoured.
  public var reserve: [Seat] = []
  /// The buyer's money in the escrow.
  public var escrow = Amount()
  public var started: UInt64 = 0
  public var open: UInt64 = 0
  /// A seat lost a bond: no further run starts.
  public var broken = false

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("order", &order)
    try v("offer", &offer)
    try v("buyer", &buyer)
    try v("deputy", &deputy)
    try v("request", &request)
    try v("seed", &seed)
    try v("firstInput", &firstInput)
    try v("check", &check)
    try v("auditPpm", &auditPpm)
    try v("work", &work)
    try v("spec", &spec)
    try v("shunned", &shunned)
    try v("termsVersion", &termsVersion)
    try v("units", &units)
    try v("runTime", &runTime)
    try v("acceptWindow", &acceptWindow)
    try v("runs", &runs)
    try v("parallel", &parallel)
    try v("state", &state)
    try v("deadline", &deadline)
    try v("seats", &seats)
    try v("reserve", &reserve)
    try v("escrow", &escrow)
    try v("started", &started)
    try v("open", &open)
    try v("broken", &broken)
  }

  /// Where the money of the lease lies: the order's escrow, or the lease's own.
  func holder(_ id: LeaseID) -> Holder {
    .escrow(order == OrderID() ? id.digest : order.digest)
  }

  /// R of a seat: the price of one run at all the units asked for.
  func price(of seat: Seat) throws(Refusal) -> Amount { try seat.rate.price(of: units) }

  /// ΣR: what one run of all seats costs at most.
  func pricePerRun() throws(Refusal) -> Amount {
    var sum = Amount()
    for seat in seats { sum = try sum.adding(try price(of: seat)) }
    return sum
  }

  /// Whether the buyer escrows the price of a seat for what it alone can show.
  var isPledged: Bool {
    get throws(Refusal) {
      guard check.known != nil else { return false }
      return try Game.shape(of: check).pledged
    }
  }

  /// The buyer, then the seats.
  var parties: [Address] {
    var list: [Address] = []
    list.reserveCapacity(1 + seats.count)
    list.append(buyer)
    for seat in seats { list.append(seat.provider) }
    return list
  }

  func seatIndex(of provider: Address) -> Int? {
    seats.firstIndex { $0.provider == provider }
  }
}

extension Lease {
  /// Keeps what others need to do a run again, where the check has a court, and what a proof is
  /// verified against.
  mutating func takeWork(_ work: String, _ spec: [UInt8]) {
    guard let shape = try? Game.shape(of: check), shape.keepsWork else { return }
    auditPpm = shape.auditPpm
    self.work = work
    self.spec = spec
  }
}
