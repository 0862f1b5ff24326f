// What an owner lets another key spend, and how much of that is gone.

public import Primitives

/// The bounds of a session, as the owner signs them. What is not named in them is not allowed.
public struct SessionLimits: Fielded, Hashable {
  public static let typeName = "SessionLimits"
  /// The last block time at which the key may sign.
  public var expires = Time.zero
  /// The most that it may take out of the account altogether, tolls included.
  public var total = Amount()
  /// The most in one period; zero where there are no periods.
  public var perPeriod = Amount()
  /// Seconds of a period, counted from the grant; zero where there are none.
  public var period: UInt64 = 0
  /// The most that one message may move, beside its toll; zero for no bound of its own.
  public var perMessage = Amount()
  /// The kinds of message, by number and in ascending order.
  public var kinds: [UInt64] = []
  /// Whom it may pay; empty for anybody.
  public var payees: [Address] = []

  /// How many payees a session may name.
  public static let payeeLimit = 16
  /// A session ends within this many seconds: a year and a day.
  public static let longest: UInt64 = 366 * 86_400

  @inlinable public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("expires", &expires)
    try v("total", &total)
    try v("perPeriod", &perPeriod)
    try v("period", &period)
    try v("perMessage", &perMessage)
    try v("kinds", &kinds)
    try v("payees", &payees)
  }

  /// Whether somebody could mean them.
  func check(at now: Time) throws(Refusal) {
    guard expires > now else { throw .sessionExpired(expires, now: now) }
    guard expires <= (try now.after(seconds: SessionLimits.longest)) else {
      throw .sessionTooLong(limit: SessionLimits.longest)
    }
    guard total > .zero else { throw .badSession("total", total.units) }
    guard (period == 0) == (perPeriod == .zero) else { throw .badSession("period", period) }
    _ = try Time.seconds(period)
    guard !kinds.isEmpty else { throw .badSession("kinds", 0) }
    for (kind, next) in zip(kinds, kinds.dropFirst()) where kind >= next {
      throw .badSession("kinds", next)
    }
    guard payees.count <= SessionLimits.payeeLimit else {
      throw .badSession("payees", UInt64(payees.count))
    }
  }
}

/// A key that may act for an account within limits.
public struct Session: Fielded, Hashable {
  public static let typeName = "Session"
  public var owner = Address.zero
  public var key = Address.zero
  public var limits = SessionLimits()
  /// What it took out of the account so far, tolls included. What comes back, from an order that
  /// was cancelled for instance, does not count against it.
  public var used = Amount()
  /// When the current period began, in block time.
  public var periodBegan = Time.zero
  /// What it took since then.
  public var periodUsed = Amount()
  /// When the row goes, in market time, which no block counts faster than its own.
  public var removal = Time.zero
  /// The escrows that it paid into and that are not empty, as far as it was looked: it follows up
  /// these purchases and no others.
  public var purchases: [Bytes32] = []

  /// How many purchases of one session may be under way.
  public static let purchaseLimit = 64

  @inlinable public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("owner", &owner)
    try v("key", &key)
    try v("limits", &limits)
    try v("used", &used)
    try v("periodBegan", &periodBegan)
    try v("periodUsed", &periodUsed)
    try v("removal", &removal)
    try v("purchases", &purchases)
  }

  /// Begins the period in which a moment lies. Periods follow each other without a gap.
  mutating func turn(to now: Time) throws(Refusal) {
    let length = try Time.seconds(limits.period).milliseconds
    guard length > 0, now > periodBegan else { return }
    let whole = (now.milliseconds - periodBegan.milliseconds) / length
    guard whole > 0 else { return }
    // At most what `now` is: the product is no greater than the difference that it came from.
    periodBegan = Time(periodBegan.milliseconds + whole * length)
    periodUsed = .zero
  }

  /// What it may still take at a moment.
  public func left(at now: Time) throws(Refusal) -> Amount {
    var then = self
    try then.turn(to: now)
    let left = try limits.total.subtracting(then.used)
    guard limits.period > 0 else { return left }
    return min(left, try limits.perPeriod.subtracting(then.periodUsed))
  }

  /// Takes an amount off both bounds, or refuses it.
  mutating func count(_ amount: Amount, at now: Time) throws(Refusal) {
    try turn(to: now)
    let left = try limits.total.subtracting(used)
    guard amount <= left else { throw .sessionTotal(left: left, needs: amount) }
    if limits.period > 0 {
      let left = try limits.perPeriod.subtracting(periodUsed)
      guard amount <= left else { throw .sessionPeriod(left: left, needs: amount) }
      periodUsed = try periodUsed.adding(amount)
    }
    used = try used.adding(amount)
  }
}
