// A place in a topic: whose it is, what it has at stake, what it sealed and showed.

public import Arithmetic
public import Kernel
public import Primitives

/// Where a place lies: the role, and the number in it.
public struct TopicPlace: Fielded, Hashable {
  public static let typeName = "TopicPlace"
  public var role = TopicRole.inferer
  public var number: UInt64 = 0

  public init() {}

  public init(_ role: TopicRole, _ number: UInt64) {
    self.role = role
    self.number = number
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("role", &role)
    try v("number", &number)
  }

  /// Its place among all of the topic.
  public func key(in topic: UInt64) -> PlaceIn {
    PlaceIn(topic, UInt64(role.rawValue) << 8 | number)
  }

  public init?(_ key: PlaceIn) {
    guard let role = TopicRole(rawValue: UInt8(truncatingIfNeeded: key.place >> 8)) else {
      return nil
    }
    self.init(role, key.place & 255)
  }
}

/// An account in a topic: by it its place is found.
public struct TopicParty: Fielded, TableKey {
  public static let typeName = "TopicParty"
  public var topic: UInt64 = 0
  public var account = Address.zero

  public init() {}

  public init(_ topic: UInt64, _ account: Address) {
    self.topic = topic
    self.account = account
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("topic", &topic)
    try v("account", &account)
  }

  public func mix(into hash: inout KeyHash) {
    hash.combine(topic)
    hash.combine(account)
  }
}

/// Who has a place.
public struct TopicMember: Fielded, Hashable {
  public static let typeName = "TopicMember"
  public var account = Address.zero
  public var stake = Amount()
  /// What of the stake counts in the running epoch: what stood when it began.
  public var counted = Amount()
  /// The first epoch that it takes part in.
  public var since: UInt64 = 0
  /// It goes when the running epoch ends; and whether that is because somebody has staked more.
  public var leaves = false
  public var isDisplaced = false
  /// Epochs running in which it sealed nothing.
  public var idle: UInt64 = 0
  /// What it sealed in the running epoch; zero where nothing.
  public var seal = Bytes32.zero
  /// What it showed of it, in fixed point; empty where nothing.
  public var shown: [UInt8] = []
  /// What the last epoch paid it, and all of them.
  public var earned = Amount()
  public var total = Amount()
  public var slashed = Amount()

  public init() {}

  init(_ newcomer: TopicNewcomer, since epoch: UInt64) {
    account = newcomer.account
    stake = newcomer.stake
    counted = newcomer.stake
    since = epoch
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("stake", &stake)
    try v("counted", &counted)
    try v("since", &since)
    try v("leaves", &leaves)
    try v("isDisplaced", &isDisplaced)
    try v("idle", &idle)
    try v("seal", &seal)
    try v("shown", &shown)
    try v("earned", &earned)
    try v("total", &total)
    try v("slashed", &slashed)
  }

  public var values: [Fixed64] { [Fixed64](words: shown) }

  /// What binds values to topic, epoch, role and account before they are shown: a seal that was
  /// copied opens for nobody else, and not in another epoch.
  public static func seal(
    topic: UInt64, epoch: UInt64, role: TopicRole, by account: Address, values: [String],
    salt: Bytes32
  ) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/topic/seal/1")
    hasher.update(topic)
    hasher.update(epoch)
    hasher.update(UInt64(role.rawValue))
    hasher.update(account)
    hasher.update(UInt64(values.count))
    for value in values {
      hasher.update(UInt64(value.utf8.count))
      hasher.update(value)
    }
    hasher.update(salt)
    return hasher.finalize()
  }
}

/// Somebody who gets a place when the running epoch ends.
public struct TopicNewcomer: Fielded, Hashable {
  public static let typeName = "TopicNewcomer"
  public var account = Address.zero
  public var stake = Amount()

  public init() {}

  init(_ account: Address, _ stake: Amount) {
    self.account = account
    self.stake = stake
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("stake", &stake)
  }
}
