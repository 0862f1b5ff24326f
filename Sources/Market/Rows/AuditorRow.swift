// Who stands ready to redo runs, how each stood before, and the lists from which they are drawn.

public import Primitives

/// What an auditor was drawn by until a later block changed it.
public struct PastStand: Fielded, Hashable {
  public static let typeName = "PastStand"
  /// From this height on.
  public var since: UInt64 = 0
  public var bond = Amount()
  public var owner = Address()
  /// When it was changed.
  public var endedAt = Time()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("since", &since)
    try v("bond", &bond)
    try v("owner", &owner)
    try v("endedAt", &endedAt)
  }
}

/// An auditor with its standing bond.
public struct Auditor: Fielded, Hashable {
  public static let typeName = "Auditor"
  public var subjects: [Bytes32] = []
  /// What it is drawn by; it lies in an escrow of its own.
  public var bond = Amount()
  /// What is at stake in audits that are under way.
  public var tied = Amount()
  /// Audits under way.
  public var open: UInt64 = 0
  /// The height of the last change: by this bond it is drawn for evidence from then on.
  public var since: UInt64 = 0
  /// Who runs it, as it was declared then.
  public var owner = Address()
  /// When the bond comes back; never while it stands ready.
  public var leaves = Time.never
  /// How it stood before, oldest first, for evidence that was given then.
  public var past: [PastStand] = []
  /// Subjects that it no longer stands for, and whose lists may still name it for older evidence.
  public var dropped: [Bytes32] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("subjects", &subjects)
    try v("bond", &bond)
    try v("tied", &tied)
    try v("open", &open)
    try v("since", &since)
    try v("owner", &owner)
    try v("leaves", &leaves)
    try v("past", &past)
    try v("dropped", &dropped)
  }

  /// What no audit ties.
  var free: Amount { (try? bond.subtracting(tied)) ?? .zero }

  /// By what and for whom it was drawn at the end of that block; the oldest that is remembered
  /// where it stood longer ago.
  func stand(at height: UInt64) -> (bond: Amount, owner: Address) {
    if height >= since { return (bond, owner) }
    let known = past.last { $0.since <= height } ?? past.first
    return known.map { ($0.bond, $0.owner) } ?? (bond, owner)
  }

  /// Keeps how it stands now before that is changed. What is changed within one block counts as
  /// it stands at its end.
  mutating func age(height: UInt64, now: Time, memory: Time) {
    past.removeAll { $0.endedAt.hasPassed(memory, at: now) }
    guard since != height else { return }
    var stand = PastStand()
    stand.since = since
    stand.bond = bond
    stand.owner = owner
    stand.endedAt = now
    past.append(stand)
    since = height
  }

  /// Where the bond lies.
  static func escrow(_ account: Address) -> Bytes32 {
    SHA256.hash(Array("tolsey/auditor/1".utf8) + account.bytes)
  }

  /// The most changes that are remembered, and subjects that were dropped, before it may change
  /// anything more: a row must not grow by messages alone.
  static let mostChanges = 16
  static let mostDropped = 64
}

/// An auditor's place in the list of one subject, for evidence of the blocks in which it had it.
public struct AuditorPlace: Fielded, Hashable {
  public static let typeName = "AuditorPlace"
  public var account = Address()
  /// The height of the block at whose end it had the place first.
  public var from: UInt64 = 0
  /// The height of the block at whose end it had it no more; zero while it has it.
  public var until: UInt64 = 0
  public var endedAt = Time()

  public init() {}
  init(_ account: Address, from height: UInt64) {
    self.account = account
    from = height
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("from", &from)
    try v("until", &until)
    try v("endedAt", &endedAt)
  }

  public var stands: Bool { until == 0 }

  func stood(at height: UInt64) -> Bool { from <= height && (until == 0 || height < until) }
}

/// The auditors of one subject, in the order of their accounts: those who stand, and for a time
/// those who stood. What is drawn over is fixed with the evidence, whoever leaves after it.
public struct AuditorList: Fielded, Hashable {
  public static let typeName = "AuditorList"
  public var places: [AuditorPlace] = []
  /// How many different operators those have who stand.
  public var operators: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("places", &places)
    try v("operators", &operators)
  }

  /// Those who stand now.
  public var standing: [Address] { places.filter(\.stands).map(\.account) }

  /// The most auditors of one subject; then a greater bond takes the place of the least.
  static let longest = 256

  /// Forgets who stood longer ago than any evidence waits for its draw.
  mutating func forget(now: Time, memory: Time) {
    places.removeAll { !$0.stands && $0.endedAt.hasPassed(memory, at: now) }
  }

  /// Gives an account its place. Who gave it up must wait until that is forgotten: for evidence
  /// between the two it did not stand.
  mutating func begin(_ account: Address, height: UInt64) throws(Refusal) {
    guard let old = places.firstIndex(where: { $0.account == account }) else {
      let index = places.firstIndex { account < $0.account } ?? places.count
      places.insert(AuditorPlace(account, from: height), at: index)
      return
    }
    guard places[old].until == height else { throw .leftSubject }
    places[old].until = 0
    places[old].endedAt = .zero
  }

  /// Ends a place; one that it got in the same block was never drawn from.
  mutating func end(_ account: Address, height: UInt64, now: Time) {
    guard let index = places.firstIndex(where: { $0.account == account }) else { return }
    if places[index].from == height {
      places.remove(at: index)
    } else {
      places[index].until = height
      places[index].endedAt = now
    }
  }
}

extension Time {
  /// Whether so much time has gone by since.
  func hasPassed(_ span: Time, at now: Time) -> Bool {
    now.milliseconds >= milliseconds && now.milliseconds - milliseconds >= span.milliseconds
  }
}
