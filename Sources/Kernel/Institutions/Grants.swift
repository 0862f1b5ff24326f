// Sponsors who pay an institution so much an epoch, for so many epochs.

public import Primitives

/// Money of a sponsor that pays epochs, so much each, until one that is named.
public struct Grant: Fielded, Hashable {
  public static let typeName = "Grant"
  /// The number of what it pays: a subnet, a topic.
  public var payee: UInt64 = 0
  public var sponsor = Address.zero
  public var perEpoch = Amount()
  /// The first epoch that it does not pay.
  public var end: UInt64 = 0
  /// When that epoch begins: then the row goes.
  public var ends = Time.never

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("payee", &payee)
    try v("sponsor", &sponsor)
    try v("perEpoch", &perEpoch)
    try v("end", &end)
    try v("ends", &ends)
  }

  /// What of it is unspent when this epoch begins.
  public func unspent(at epoch: UInt64) throws(Refusal) -> Amount {
    try perEpoch.multiplied(by: end - min(end, epoch))
  }
}

extension Refusal {
  public static var notYourGrant: Refusal { Refusal("notYourGrant") }
  public static var grantIsSpent: Refusal { Refusal("grantIsSpent") }
}

/// By how much a rate falls when an epoch begins.
public struct RateFall: Fielded, Hashable {
  public static let typeName = "RateFall"
  public var amount = Amount()

  public init() {}
  init(_ amount: Amount) { self.amount = amount }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("amount", &amount)
  }
}

/// Something that has a number, and one of the numbered things in it: a topic and an epoch.
public struct PlaceIn: Fielded, TableKey {
  public static let typeName = "PlaceIn"
  public var number: UInt64 = 0
  public var place: UInt64 = 0

  public init() {}

  public init(_ number: UInt64, _ place: UInt64) {
    self.number = number
    self.place = place
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("place", &place)
  }

  public func mix(into hash: inout KeyHash) { hash.combine(number << 32 ^ place) }
}

/// The grants of all institutions of one kind, and when their rates fall by them.
///
/// An institution keeps the rate of its running epoch, so that an epoch reads one number however
/// many sponsors there are. Money and timers stay the institution's own.
public struct Grants: ~Copyable {
  public var rows: Table<Bytes32, Grant>
  /// By institution and epoch.
  public var falls: Table<PlaceIn, RateFall>

  public init(_ grants: String, falls: String) {
    rows = Table(grants)
    self.falls = Table(falls)
  }

  /// The grant of this id, for who made it.
  public func require(_ id: Bytes32, of sponsor: Address) throws(Refusal) -> Grant {
    let grant = try rows.require(id, else: .notYourGrant)
    guard grant.sponsor == sponsor else { throw .notYourGrant }
    return grant
  }

  public mutating func add(_ grant: Grant, as id: Bytes32) throws(Refusal) {
    try fall(grant.payee, at: grant.end, by: grant.perEpoch)
    rows[id] = grant
  }

  /// Lets a grant's rate fall after the running epoch, which stays paid: who worked for it sees it
  /// no more taken away.
  public mutating func stop(_ grant: Grant, after epoch: UInt64) throws(Refusal) {
    guard grant.end > epoch + 1 else { throw .grantIsSpent }
    let key = PlaceIn(grant.payee, grant.end)
    let left = try (falls[key]?.amount ?? .zero).subtracting(grant.perEpoch)
    falls[key] = left == .zero ? nil : RateFall(left)
    try fall(grant.payee, at: epoch + 1, by: grant.perEpoch)
  }

  /// The rate of the epoch that begins, from that of the one before.
  public mutating func rate(
    of payee: UInt64, at epoch: UInt64, from rate: Amount
  ) throws(Refusal) -> Amount {
    let key = PlaceIn(payee, epoch)
    guard let row = falls[key] else { return rate }
    falls[key] = nil
    return try rate.subtracting(row.amount)
  }

  private mutating func fall(
    _ payee: UInt64, at epoch: UInt64, by amount: Amount
  ) throws(Refusal) {
    let key = PlaceIn(payee, epoch)
    falls[key] = RateFall(try (falls[key]?.amount ?? .zero).adding(amount))
  }
}
