// Stake behind a validator: one pool that all delegators share, and what is on its way out of it.

public import Primitives

/// Money that is owned by shares: who adds gets shares, dividends and slashes change their worth.
public struct SharedMoney: Fielded, Hashable {
  public static let typeName = "SharedMoney"
  public var amount = Amount()
  public var shares: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("amount", &amount)
    try v("shares", &shares)
  }

  /// What so many shares are worth; the last shares are worth all that is left.
  public func worth(_ count: UInt64) throws(Refusal) -> Amount {
    count == shares ? amount : try amount.scaledDown(count, over: shares)
  }

  /// Adds money; the shares that it buys, rounded down.
  mutating func add(_ sum: Amount) throws(Refusal) -> UInt64 {
    let bought = shares == 0 ? sum : try sum.scaledDown(shares, over: amount.units)
    guard bought > .zero else { throw .stakeTooSmall(least: amount) }
    let (total, overflow) = shares.addingReportingOverflow(bought.units)
    if overflow { throw .overflow }
    amount = try amount.adding(sum)
    shares = total
    return bought.units
  }

  /// Takes shares out, for what they are worth.
  mutating func remove(_ count: UInt64) throws(Refusal) -> Amount {
    let sum = try worth(count)
    amount = try amount.subtracting(sum)
    shares -= count
    return sum
  }

  /// How many shares make up a sum, rounded up.
  func count(for sum: Amount) throws(Refusal) -> UInt64 {
    if sum >= amount { return shares }
    return try Amount(shares).scaledUp(sum.units, over: amount.units).units
  }

  /// Takes a part away from everybody, rounded down, so that never nothing is left.
  ///
  /// What was slashed to a millionth is slashed no further: shares could not be counted else.
  mutating func slash(_ ppm: UInt64) throws(Refusal) -> Amount {
    guard shares >> 20 <= amount.units else { return .zero }
    let lost = try amount.ppmDown(ppm)
    amount = try amount.subtracting(lost)
    return lost
  }
}

/// All that is staked on one validator of one subnet.
public struct StakePool: Fielded, Hashable {
  public static let typeName = "StakePool"
  public var staked = SharedMoney()
  /// What was asked back: it counts for nothing, and can still be slashed.
  public var leaving = SharedMoney()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("staked", &staked)
    try v("leaving", &leaving)
  }

  var isEmpty: Bool { staked.shares == 0 && leaving.shares == 0 }

  /// Under which the ledger holds both.
  public static func escrow(_ subnet: UInt64, _ validator: Address) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/stakes/1")
    hasher.update(subnet)
    hasher.update(validator)
    return hasher.finalize()
  }
}

/// What one delegator has in one pool.
public struct Stake: Fielded, Hashable {
  public static let typeName = "Stake"
  public var subnet: UInt64 = 0
  public var validator = Address.zero
  public var owner = Address.zero
  public var shares: UInt64 = 0
  public var leavingShares: UInt64 = 0
  /// When what is leaving is paid out.
  public var leaves = Time.never

  public init() {}

  public init(_ subnet: UInt64, on validator: Address, of owner: Address) {
    self.subnet = subnet
    self.validator = validator
    self.owner = owner
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("subnet", &subnet)
    try v("validator", &validator)
    try v("owner", &owner)
    try v("shares", &shares)
    try v("leavingShares", &leavingShares)
    try v("leaves", &leaves)
  }

  public var key: Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/stake/1")
    hasher.update(subnet)
    hasher.update(validator)
    hasher.update(owner)
    return hasher.finalize()
  }
}
