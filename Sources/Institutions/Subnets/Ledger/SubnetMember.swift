// A seat in a subnet: whose it is, what the last epoch said of it, and its rows of weights.

public import Kernel
public import Primitives

/// A seat: a subnet and a number in it.
public struct SeatKey: Fielded, TableKey {
  public static let typeName = "SeatKey"
  public var subnet: UInt64 = 0
  public var uid: UInt64 = 0

  public init() {}

  public init(_ subnet: UInt64, _ uid: UInt64) {
    self.subnet = subnet
    self.uid = uid
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("subnet", &subnet)
    try v("uid", &uid)
  }

  public func mix(into hash: inout KeyHash) { hash.combine(subnet << 32 ^ uid) }
}

/// An account in a subnet: by it the seat and the pool of stake are found.
public struct PartyKey: Fielded, TableKey {
  public static let typeName = "PartyKey"
  public var subnet: UInt64 = 0
  public var account = Address.zero

  public init() {}

  public init(_ subnet: UInt64, _ account: Address) {
    self.subnet = subnet
    self.account = account
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("subnet", &subnet)
    try v("account", &account)
  }

  public func mix(into hash: inout KeyHash) {
    hash.combine(subnet)
    hash.combine(account)
  }
}

/// Which seat an account has.
public struct Seat: Fielded, Hashable {
  public static let typeName = "Seat"
  public var uid: UInt64 = 0

  public init() {}
  init(_ uid: UInt64) { self.uid = uid }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("uid", &uid)
  }
}

/// Who has a seat. The shares are of the last epoch, in 65535ths.
public struct SubnetMember: Fielded, Hashable {
  public static let typeName = "SubnetMember"
  /// Delegators never give a validator more of their dividends than 18 %.
  public static let takeLimit: UInt64 = 180_000

  public var account = Address.zero
  public var registered = Time.zero
  /// When the weights that count were sealed; zero where there are none.
  public var updated = Time.zero
  /// Whether it may seal weights, and its stake counts.
  public var permit = false
  /// What the validator keeps of its delegators' dividends, in ppm.
  public var take: UInt64 = 0
  /// A higher take that was announced, and the first epoch that it counts for.
  public var nextTake: UInt64 = 0
  public var takeFrom: UInt64 = 0
  public var stake: UInt64 = 0
  public var trust: UInt64 = 0
  public var consensus: UInt64 = 0
  public var incentive: UInt64 = 0
  public var dividends: UInt64 = 0
  /// What it was paid, delegators included.
  public var emission = Amount()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("registered", &registered)
    try v("updated", &updated)
    try v("permit", &permit)
    try v("take", &take)
    try v("nextTake", &nextTake)
    try v("takeFrom", &takeFrom)
    try v("stake", &stake)
    try v("trust", &trust)
    try v("consensus", &consensus)
    try v("incentive", &incentive)
    try v("dividends", &dividends)
    try v("emission", &emission)
  }

  /// By which a full subnet picks who gives way: what it was worth in the last epoch.
  var worth: UInt64 { incentive + dividends }
}

/// A row of weights or bonds: other seats and their shares in 65535ths.
public struct ShareRow: Fielded, Hashable {
  public static let typeName = "ShareRow"
  public var uids: [UInt64] = []
  public var shares: [UInt64] = []

  public init() {}

  init(_ entries: [YumaEntry]) {
    uids = entries.map { UInt64($0.uid) }
    shares = entries.map { UInt64($0.share) }
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("uids", &uids)
    try v("shares", &shares)
  }

  public var entries: [YumaEntry] {
    zip(uids, shares).map {
      YumaEntry(UInt16(truncatingIfNeeded: $0), UInt16(truncatingIfNeeded: $1))
    }
  }
}

/// Where a seal lies: seat and epoch.
public struct SealKey: Fielded, TableKey {
  public static let typeName = "SealKey"
  public var subnet: UInt64 = 0
  public var epoch: UInt64 = 0
  public var uid: UInt64 = 0

  public init() {}

  public init(_ subnet: UInt64, epoch: UInt64, _ uid: UInt64) {
    self.subnet = subnet
    self.epoch = epoch
    self.uid = uid
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("subnet", &subnet)
    try v("epoch", &epoch)
    try v("uid", &uid)
  }

  public func mix(into hash: inout KeyHash) {
    hash.combine(subnet << 32 ^ uid)
    hash.combine(epoch)
  }
}

/// Weights that are sealed and to be revealed in the next epoch.
public struct WeightSeal: Fielded, Hashable {
  public static let typeName = "WeightSeal"
  public var seal = Bytes32.zero
  public var sealed = Time.zero

  public init() {}

  init(_ seal: Bytes32, at now: Time) {
    self.seal = seal
    sealed = now
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("seal", &seal)
    try v("sealed", &sealed)
  }

  /// What a validator signs before it shows its weights. It is bound to subnet, epoch and account,
  /// so that a copied seal opens for nobody else.
  public static func of(
    subnet: UInt64, epoch: UInt64, by account: Address, uids: [UInt64], shares: [UInt64],
    salt: Bytes32
  ) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/weights/1")
    hasher.update(subnet)
    hasher.update(epoch)
    hasher.update(account)
    hasher.update(salt)
    hasher.update(UInt64(uids.count))
    for uid in uids { hasher.update(uid) }
    for share in shares { hasher.update(share) }
    return hasher.finalize()
  }
}
