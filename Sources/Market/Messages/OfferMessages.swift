// The bid that waits: posted at a price, topped up, taken, withdrawn.

public import Kernel
public import Primitives

/// A standing promise at a posted price, backed by a bond for each slot.
public struct PostOffer: MessageContent {
  public static let typeName = "PostOffer"
  public static let kind: UInt8 = 22
  public var head = Head()
  public var work = ""
  public var spec: [UInt8] = []
  public var check = CheckTerms()
  public var rate = Rate()
  /// Units of the largest run that is served.
  public var maxUnits: UInt64 = 1
  /// Seconds from the input to the evidence: T.
  public var runTime: UInt64 = 60
  /// Runs that may be open at once over all leases.
  public var capacity: UInt64 = 1
  public var lists = Lists()
  /// Who may move for the provider in disputes; zero for nobody.
  public var deputy = Address()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("work", &work)
    try v("spec", &spec)
    try v("check", &check)
    try v("rate", &rate)
    try v("maxUnits", &maxUnits)
    try v("runTime", &runTime)
    try v("capacity", &capacity)
    try v("lists", &lists)
    try v("deputy", &deputy)
  }
}

/// Adds slots to an offer, or replaces those whose bond was lost.
public struct TopUpOffer: MessageContent {
  public static let typeName = "TopUpOffer"
  public static let kind: UInt8 = 23
  public var head = Head()
  public var offer = OfferID()
  public var slots: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("offer", &offer)
    try v("slots", &slots)
  }
}

/// Takes an offer off the market; what backs no lease is back at once.
public struct WithdrawOffer: MessageContent {
  public static let typeName = "WithdrawOffer"
  public static let kind: UInt8 = 24
  public var head = Head()
  public var offer = OfferID()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("offer", &offer)
  }
}

/// Takes an offer at its price and starts the first run.
public struct TakeOffer: MessageContent {
  public static let typeName = "TakeOffer"
  public static let kind: UInt8 = 25
  public var head = Head()
  public var offer = OfferID()
  /// Units asked for in each run.
  public var units: UInt64 = 1
  public var runs: UInt64 = 1
  public var parallel: UInt64 = 1
  public var acceptWindow: UInt64 = 3_600
  public var input = Content()
  /// The content key of the input, wrapped to the provider.
  public var key = WrappedKey()
  /// Commitment to the salt that draws the audit of the first run; zero where the check has none.
  public var auditSalt = Bytes32()
  /// Who may open the buyer's salts; zero for nobody.
  public var deputy = Address()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("offer", &offer)
    try v("units", &units)
    try v("runs", &runs)
    try v("parallel", &parallel)
    try v("acceptWindow", &acceptWindow)
    try v("input", &input)
    try v("key", &key)
    try v("auditSalt", &auditSalt)
    try v("deputy", &deputy)
  }
}
