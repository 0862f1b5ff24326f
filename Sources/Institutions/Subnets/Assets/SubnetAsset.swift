// A subnet's own asset: how much of it there ever is, and by which schedule it is paid.

public import Kernel
public import Primitives

/// The row of an asset. All of it is made at once and lies in escrow until it is paid or pooled, so
/// that what exists is what was made, and no schedule can pay more.
public struct SubnetAsset: Fielded, Hashable {
  public static let typeName = "SubnetAsset"
  /// The most that there can be: prices and shares of it fit into 128 bits with room to spare.
  public static let mostCap: UInt64 = 10_000_000_000_000_000
  public static let caps: ClosedRange<UInt64> = 1_000_000...mostCap
  public static let halvings: ClosedRange<UInt64> = 1...1_000_000

  public var name = ""
  public var cap = Amount()
  /// What the first epoch pays, and after how many epochs that halves.
  public var perEpoch = Amount()
  public var halving: UInt64 = 1
  /// What is neither paid nor pooled yet.
  public var left = Amount()
  /// What earlier epochs were to pay and could pay to nobody.
  public var carried = Amount()
  /// Whether it has or had a pool; there is only one.
  public var isPooled = false

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("name", &name)
    try v("cap", &cap)
    try v("perEpoch", &perEpoch)
    try v("halving", &halving)
    try v("left", &left)
    try v("carried", &carried)
    try v("isPooled", &isPooled)
  }

  /// What the schedule pays for an epoch. The subnet's first is number 0.
  public func emission(at epoch: UInt64) -> Amount {
    let halvings = epoch / max(halving, 1)
    return Amount(halvings >= 64 ? 0 : perEpoch.units >> halvings)
  }

  /// What the schedule pays in all, for ever: e + ⌊e/2⌋ + ⌊e/4⌋ + … is 2e less the ones in the
  /// binary digits of e (Legendre 1808), for each epoch between two halvings.
  public func scheduled() throws(Refusal) -> Amount {
    let ones = Amount(UInt64(perEpoch.units.nonzeroBitCount))
    return try perEpoch.multiplied(by: 2).subtracting(ones).multiplied(by: halving)
  }

  /// What the schedule has paid, or carried, before an epoch.
  public func scheduled(before epoch: UInt64) throws(Refusal) -> Amount {
    let (halvings, rest) = epoch.quotientAndRemainder(dividingBy: max(halving, 1))
    let rate = emission(at: epoch)
    let (ones, last) = (perEpoch.units.nonzeroBitCount, rate.units.nonzeroBitCount)
    // Of the whole sum what comes from here on is left away.
    var sum = try perEpoch.subtracting(rate).multiplied(by: 2).units
    sum -= UInt64(ones - last)
    guard halvings > 0 || rest > 0 else { return .zero }
    return try Amount(sum).multiplied(by: halving).adding(rate.multiplied(by: rest))
  }

  /// What the pool begins with: all that the schedule never pays.
  public func poolPart() throws(Refusal) -> Amount { try cap.subtracting(scheduled()) }

  /// When what an epoch pays halves next; nil where it pays nothing any more.
  public func nextHalving(after epoch: UInt64) -> UInt64? {
    guard emission(at: epoch) > .zero else { return nil }
    return (epoch / max(halving, 1) + 1) * halving
  }

  /// What is in people's hands, in the pool, or burnt.
  public var circulating: Amount {
    Amount(cap.units - min(cap.units, left.units + carried.units))
  }

  func check() throws(Refusal) {
    guard name.isPlainName else { throw .badAssetName }
    try checkRange("cap", cap.units, Self.caps)
    try checkRange("halving", halving, Self.halvings)
    try checkRange("perEpoch", perEpoch.units, 1...Self.mostCap)
    let total = try scheduled()
    // A pool of nearly nothing has a price that a cent moves; a schedule of nearly nothing pays
    // nobody.
    let (least, most) = (Amount(cap.units / 10), Amount(cap.units - cap.units / 10))
    guard (least...most).contains(total) else {
      throw .badAssetSchedule(total, least: least, most: most)
    }
  }

  /// Under which number the ledger counts it. Numbers of a genesis that reach up here are refused
  /// where the asset is made.
  public static func asset(of subnet: UInt64) -> Asset {
    Asset(1 << 31 | UInt32(truncatingIfNeeded: subnet))
  }

  /// Under which the ledger holds what was not paid, and dividends that nobody collected.
  public static func escrow(_ subnet: UInt64) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/subnet-asset/1")
    hasher.update(subnet)
    return hasher.finalize()
  }
}

/// What those who staked on a validator have coming in the subnet's own asset. Dollars grow in the
/// pool of stake itself; another asset cannot.
public struct AssetDividends: Fielded, Hashable {
  public static let typeName = "AssetDividends"
  /// What one share has had since the pool began, in 2⁻⁶⁴ of the smallest unit.
  public var perShare = Wide()
  /// What of it was not collected.
  public var held = Amount()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("perShare", &perShare)
    try v("held", &held)
  }

  /// Gives an amount to all shares alike. Caps keep the sum below 2¹¹⁸.
  mutating func add(_ sum: Amount, over shares: UInt64) throws(Refusal) {
    guard shares > 0 else { throw .overflow }
    let (total, overflow) = perShare.value.addingReportingOverflow(
      (UInt128(sum.units) << 64) / UInt128(shares))
    if overflow { throw .overflow }
    perShare = Wide(total)
    held = try held.adding(sum)
  }

  /// What so many shares have had since a mark, rounded down.
  public func due(_ shares: UInt64, since mark: Wide) throws(Refusal) -> Amount {
    let (grown, isBelow) = perShare.value.subtractingReportingOverflow(mark.value)
    let (product, overflow) = grown.multipliedReportingOverflow(by: UInt128(shares))
    if isBelow || overflow { throw .overflow }
    return Amount(UInt64(truncatingIfNeeded: product >> 64))
  }
}

/// From where on one delegator has dividends coming.
public struct DividendMark: Fielded, Hashable {
  public static let typeName = "DividendMark"
  public var perShare = Wide()

  public init() {}
  init(_ perShare: Wide) { self.perShare = perShare }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("perShare", &perShare)
  }
}
