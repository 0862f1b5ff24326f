// What is kept of an account's dealings, as provider and as buyer alike.

public import Primitives

/// One account's record. Amounts are sums of prices; counts are of events.
public struct Record: Fielded, Hashable {
  public static let typeName = "Record"
  /// A: paid for, by word or by silence, on either side of the deal.
  public var accepted = Amount()
  /// X: rejected under `open`, on either side of the deal.
  public var rejected = Amount()
  /// Work that somebody drawn confirmed.
  public var good = Amount()
  /// How much of it an auditor confirmed; a proven lie ends it too.
  public var audited = Amount()
  /// A share of the price of leases that ended without evidence.
  public var bad = Amount()
  /// Runs without evidence, seats not honoured, bids not revealed.
  public var noEvidence: UInt64 = 0
  public var saltWithheld: UInt64 = 0
  public var inputWithheld: UInt64 = 0
  /// Bonds lost for what was shown to be wrong or kept shut.
  public var slashed: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("accepted", &accepted)
    try v("rejected", &rejected)
    try v("good", &good)
    try v("audited", &audited)
    try v("bad", &bad)
    try v("noEvidence", &noEvidence)
    try v("saltWithheld", &saltWithheld)
    try v("inputWithheld", &inputWithheld)
    try v("slashed", &slashed)
  }
}
