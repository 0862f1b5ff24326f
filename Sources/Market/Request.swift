// The first noun: what a buyer wants, what it pays at most, and how the result is to be checked.

public import Primitives

/// Whom a party deals with; checked before the match, and the refusal names number and limit.
public struct Lists: Fielded, Hashable {
  public static let typeName = "Lists"
  /// Accounts that are turned away.
  public var refuse: [Address] = []
  /// When not empty: only these.
  public var only: [Address] = []
  /// Highest rejection rate of the other side, in parts per million.
  public var maxRejection: UInt64 = 100_000
  /// Least amount of confirmed work of the other side.
  public var minGood = Amount()
  /// Least amount of it that drawn auditors confirmed.
  public var minAudited = Amount()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("refuse", &refuse)
    try v("only", &only)
    try v("maxRejection", &maxRejection)
    try v("minGood", &minGood)
    try v("minAudited", &minAudited)
  }

  /// Refuses `other` when the lists turn it away at that price.
  func admit<S: Standing & ~Copyable>(
    _ other: Address, price: Amount, _ standing: borrowing S
  ) throws(Refusal) {
    if refuse.contains(other) { throw .turnedAway }
    if !only.isEmpty && !only.contains(other) { throw .turnedAway }
    let rate = standing.rejectionRate(of: other, price: price)
    if rate > maxRejection { throw .rejectionRate(is: rate, limit: maxRejection) }
    if minGood > .zero {
      let good = standing.good(of: other)
      if good < minGood { throw .tooLittleGood(has: good, wanted: minGood) }
    }
    guard minAudited > .zero else { return }
    let audited = standing.audited(of: other)
    if audited < minAudited { throw .tooLittleAudited(has: audited, wanted: minAudited) }
  }

  static let longest = 64
}

/// Work, spec, check, highest price and deadlines.
public struct Request: Fielded, Hashable {
  public static let typeName = "Request"
  /// The kind of work, by name.
  public var work = ""
  /// Canonical bytes that the kind of work reads.
  public var spec: [UInt8] = []
  public var check = CheckTerms()
  /// The highest price: an amount per so many units.
  public var limit = Rate()
  /// Units asked for in each run; the evidence may bill fewer, never more.
  public var units: UInt64 = 1
  /// Runs under the lease.
  public var runs: UInt64 = 1
  /// Runs that may be open at once; bonds cover that many.
  public var parallel: UInt64 = 1
  /// Seconds from the input to the evidence: T.
  public var runTime: UInt64 = 60
  /// Seconds for sealed bids.
  public var bidWindow: UInt64 = 30
  /// Seconds for opening them.
  public var revealWindow: UInt64 = 30
  /// Seconds in which the buyer of an `open` run accepts or rejects.
  public var acceptWindow: UInt64 = 3_600
  public var lists = Lists()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("work", &work)
    try v("spec", &spec)
    try v("check", &check)
    try v("limit", &limit)
    try v("units", &units)
    try v("runs", &runs)
    try v("parallel", &parallel)
    try v("runTime", &runTime)
    try v("bidWindow", &bidWindow)
    try v("revealWindow", &revealWindow)
    try v("acceptWindow", &acceptWindow)
    try v("lists", &lists)
  }

  /// L: the highest price of one run of one seat.
  public func limitPerRun() throws(Refusal) -> Amount { try limit.price(of: units) }
}

extension Refusal {
  static var turnedAway: Refusal { Refusal("turnedAway") }
  static func rejectionRate(is rate: UInt64, limit: UInt64) -> Refusal {
    Refusal("rejectionRate", ["is": rate, "limit": limit])
  }
  static func tooLittleAudited(has: Amount, wanted: Amount) -> Refusal {
    Refusal("tooLittleAudited", ["has": has.units, "wanted": wanted.units])
  }
  static func tooLittleGood(has: Amount, wanted: Amount) -> Refusal {
    Refusal("tooLittleGood", ["has": has.units, "wanted": wanted.units])
  }
}
