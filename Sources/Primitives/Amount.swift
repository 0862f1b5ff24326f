// Money as integers: millionths of a dollar, never below zero, never wrapping.

/// A sum in the smallest unit of its asset: for the dollar, millionths, as USDC has it.
@frozen
public struct Amount: FieldConvertible, Hashable, Comparable, Sendable {
  public var units: UInt64

  public static let zero = Amount(0)

  @inlinable public init() { units = 0 }
  @inlinable public init(_ units: UInt64) { self.units = units }
  @inlinable public init(wire: UInt64) throws(Refusal) { units = wire }
  @inlinable public var wire: UInt64 { units }

  @inlinable
  public static func < (l: Amount, r: Amount) -> Bool { l.units < r.units }

  @inlinable
  public func adding(_ other: Amount) throws(Refusal) -> Amount {
    let (sum, overflow) = units.addingReportingOverflow(other.units)
    if overflow { throw .overflow }
    return Amount(sum)
  }

  @inlinable
  public func subtracting(_ other: Amount) throws(Refusal) -> Amount {
    let (rest, overflow) = units.subtractingReportingOverflow(other.units)
    if overflow { throw .overflow }
    return Amount(rest)
  }

  @inlinable
  public func multiplied(by factor: UInt64) throws(Refusal) -> Amount {
    let (product, overflow) = units.multipliedReportingOverflow(by: factor)
    if overflow { throw .overflow }
    return Amount(product)
  }

  /// `self × numerator ÷ denominator`, rounded down: what a party gets.
  @inlinable
  public func scaledDown(_ numerator: UInt64, over denominator: UInt64) throws(Refusal) -> Amount {
    try Amount.scaled(units, numerator, denominator, up: false)
  }

  /// `self × numerator ÷ denominator`, rounded up: what a party owes.
  @inlinable
  public func scaledUp(_ numerator: UInt64, over denominator: UInt64) throws(Refusal) -> Amount {
    try Amount.scaled(units, numerator, denominator, up: true)
  }

  /// Parts per million of the amount, rounded up: what a party owes.
  @inlinable
  public func ppmUp(_ ppm: UInt64) throws(Refusal) -> Amount { try scaledUp(ppm, over: million) }

  /// Parts per million of the amount, rounded down: what a party gets.
  @inlinable
  public func ppmDown(_ ppm: UInt64) throws(Refusal) -> Amount {
    try scaledDown(ppm, over: million)
  }

  @usableFromInline
  static func scaled(
    _ units: UInt64, _ numerator: UInt64, _ denominator: UInt64, up: Bool
  ) throws(Refusal) -> Amount {
    guard denominator > 0 else { throw .overflow }
    let product = units.multipliedFullWidth(by: numerator)
    guard product.high < denominator else { throw .overflow }
    let (quotient, rest) = denominator.dividingFullWidth(product)
    if !up || rest == 0 { return Amount(quotient) }
    return try Amount(quotient).adding(Amount(1))
  }
}

/// One million: the scale of shares (ppm) and of dollars.
public let million: UInt64 = 1_000_000

/// A price: an amount for every `per` units of work, since one token costs less than a millionth
/// of a dollar. It is multiplied out, and rounded up, once: at settlement.
public struct Rate: Fielded, Hashable {
  public static let typeName = "Rate"
  public var amount = Amount()
  public var per: UInt64 = 1

  public init() {}
  public init(_ amount: Amount, per: UInt64 = 1) {
    self.amount = amount
    self.per = per
  }

  /// The price of `used` units, rounded up.
  public func price(of used: UInt64) throws(Refusal) -> Amount {
    try amount.scaledUp(used, over: per)
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("amount", &amount)
    try v("per", &per)
  }
}
