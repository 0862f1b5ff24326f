// How many institutions of a kind there are, and what the next one costs.

public import Primitives

extension Refusal {
  /// A price rose above what the sender would pay.
  public static func priceAboveMost(_ price: Amount, most: Amount) -> Refusal {
    Refusal("priceAboveMost", ["price": price.units, "most": most.units])
  }
}

/// What is counted over all institutions of a kind that are made against a deposit.
public struct Openings: Fielded, Hashable {
  public static let typeName = "Openings"
  /// The number that the next one gets; none is used twice.
  public var next: UInt64 = 1
  /// How many are open or closing.
  public var open: UInt64 = 0
  /// Half of the price when one was last made or closed, and when that was.
  public var deposit = Amount()
  public var created = Time.zero

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("next", &next)
    try v("open", &open)
    try v("deposit", &deposit)
    try v("created", &created)
  }

  /// No more of a kind than that at a time.
  public static let limit: UInt64 = 128
  public static let leastDeposit = Amount(10_000_000)
  /// In this time the price falls by one last deposit.
  static let fall: UInt64 = 14 * 86_400_000

  /// What the next one costs: twice the last deposit, falling to the least in a straight line.
  public func price(at now: Time) throws(Refusal) -> Amount {
    let since = now.milliseconds - min(now.milliseconds, created.milliseconds)
    guard since < 2 * Self.fall else { return Self.leastDeposit }
    let fallen = try deposit.scaledDown(since, over: Self.fall)
    return max(try deposit.multiplied(by: 2).subtracting(fallen), Self.leastDeposit)
  }

  /// Counts one that is made now, at a price that its maker allows; its number and its deposit.
  public mutating func take(
    at now: Time, most: Amount
  ) throws(Refusal) -> (number: UInt64, deposit: Amount) {
    let price = try price(at: now)
    guard price <= most else { throw .priceAboveMost(price, most: most) }
    next += 1
    open += 1
    deposit = price
    created = now
    return (next - 1, price)
  }

  /// Counts one that is closed: its deposit comes back, and the price halves, as it doubled when it
  /// was made. Otherwise somebody who makes many and closes them at once would keep all others out
  /// for weeks, with money that is back after an epoch.
  public mutating func leave(at now: Time) throws(Refusal) {
    let price = try price(at: now)
    open -= min(open, 1)
    deposit = Amount(price.units / 4)
    created = now
  }
}
