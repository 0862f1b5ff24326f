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

/// By how much a rate falls when an epoch begins, or by how much it is higher through one grant.
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

/// Where a grant stands among those of its payee: the greatest first, so that nobody buries it
/// under many small ones.
public struct GrantOf: Fielded, TableKey {
  public static let typeName = "GrantOf"
  public var payee: UInt64 = 0
  /// What it pays an epoch less than could be written.
  public var rank: UInt64 = 0
  public var grant = Bytes32.zero

  public init() {}

  /// Before all of a payee.
  public init(first payee: UInt64) { self.payee = payee }

  public init(_ id: Bytes32, _ grant: Grant) {
    payee = grant.payee
    rank = .max - grant.perEpoch.units
    self.grant = id
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("payee", &payee)
    try v("rank", &rank)
    try v("grant", &grant)
  }

  public func mix(into hash: inout KeyHash) { hash.combine(grant) }
}

/// The grants of all institutions of one kind, and when their rates fall by them.
///
/// An institution keeps the rate of its running epoch, so that an epoch reads one number however
/// many sponsors there are. Money and timers stay the institution's own.
public struct Grants: ~Copyable {
  public var rows: Table<Bytes32, Grant>
  /// By institution and epoch.
  public var falls: Table<PlaceIn, RateFall>
  /// What each of a payee's grants pays an epoch, for readers: they find the greatest of one payee
  /// however many others there are.
  public var payees: Table<GrantOf, RateFall>

  public init(_ grants: String, falls: String, payees: String) {
    rows = Table(grants)
    self.falls = Table(falls)
    self.payees = Table(payees)
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
    payees[GrantOf(id, grant)] = RateFall(grant.perEpoch)
  }

  /// Takes a grant away and lets the rate fall by it after the running epoch, which stays paid: who
  /// worked for it sees it no more taken away.
  public mutating func stop(
    _ id: Bytes32, _ grant: Grant, after epoch: UInt64
  ) throws(Refusal) {
    guard grant.end > epoch + 1 else { throw .grantIsSpent }
    try forget(grant.perEpoch, of: grant.payee, at: grant.end)
    try fall(grant.payee, at: epoch + 1, by: grant.perEpoch)
    remove(id, grant)
  }

  /// Takes a grant away that is spent, or whose payee pays nobody any more: then nothing of it is
  /// left, not even the fall of a rate that nobody reads.
  public mutating func end(
    _ id: Bytes32, _ grant: Grant, at epoch: UInt64
  ) throws(Refusal) {
    if grant.end > epoch { try forget(grant.perEpoch, of: grant.payee, at: grant.end) }
    remove(id, grant)
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

  /// Takes a fall back that is not to come. Money is given back whatever is found here.
  public mutating func forget(
    _ amount: Amount, of payee: UInt64, at epoch: UInt64
  ) throws(Refusal) {
    let key = PlaceIn(payee, epoch)
    guard amount > .zero, let fall = falls[key]?.amount else { return }
    falls[key] = fall > amount ? RateFall(try fall.subtracting(amount)) : nil
  }

  private mutating func remove(_ id: Bytes32, _ grant: Grant) {
    rows[id] = nil
    payees[GrantOf(id, grant)] = nil
  }

  private mutating func fall(
    _ payee: UInt64, at epoch: UInt64, by amount: Amount
  ) throws(Refusal) {
    let key = PlaceIn(payee, epoch)
    falls[key] = RateFall(try (falls[key]?.amount ?? .zero).adding(amount))
  }
}

// MARK: - Message, block and restart

extension Grants: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&rows)
    v(&falls)
    v(&payees)
  }
}
