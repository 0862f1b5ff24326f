// Signed numbers with 64 fraction bits: stake, forecasts, losses, probabilities.

/// A fixed-point number in 128 bits, 64 of them after the point: about 19 digits on both sides.
///
/// It is the I64F64 of the Yuma code, and what topics, tournaments and labels compute in. A
/// product is rounded down, a quotient toward zero; what does not fit is the nearest number that
/// does; a quotient by 0 is 0.
public struct Fixed64: Hashable, Sendable {
  public var raw: Int128

  @inlinable
  public init(raw: Int128) { self.raw = raw }

  /// A whole number; the nearest that fits.
  @inlinable
  public init(_ whole: Int) { raw = Int128(whole) << 64 }

  /// A whole number; the nearest that fits.
  public init(clamping whole: UInt64) {
    raw = whole > UInt64(Int64.max) ? .max : Int128(whole) << 64
  }

  /// `part / whole`, rounded toward zero.
  public init(_ part: Int, over whole: Int) { self = Fixed64(part) / Fixed64(whole) }

  public static let zero = Fixed64(raw: 0)
  public static let one = Fixed64(raw: 1 << 64)
  public static let half = Fixed64(raw: 1 << 63)
}

extension Fixed64: Comparable {
  @inlinable
  public static func < (l: Fixed64, r: Fixed64) -> Bool { l.raw < r.raw }
}

extension Fixed64 {
  @inlinable
  public static func + (l: Fixed64, r: Fixed64) -> Fixed64 {
    let (sum, overflow) = l.raw.addingReportingOverflow(r.raw)
    return Fixed64(raw: overflow ? (r.raw < 0 ? .min : .max) : sum)
  }

  @inlinable
  public static func - (l: Fixed64, r: Fixed64) -> Fixed64 {
    let (difference, overflow) = l.raw.subtractingReportingOverflow(r.raw)
    return Fixed64(raw: overflow ? (r.raw < 0 ? .max : .min) : difference)
  }

  @inlinable
  public static prefix func - (x: Fixed64) -> Fixed64 { .zero - x }

  @inlinable
  public static func += (l: inout Fixed64, r: Fixed64) { l = l + r }

  /// Rounded toward minus infinity.
  @inlinable
  public static func * (l: Fixed64, r: Fixed64) -> Fixed64 {
    let (high, low) = l.raw.multipliedFullWidth(by: r.raw)
    if high >= 1 << 63 { return Fixed64(raw: .max) }
    if high < -(1 << 63) { return Fixed64(raw: .min) }
    return Fixed64(raw: high << 64 | Int128(low >> 64))
  }

  /// Rounded toward zero.
  @inlinable
  public static func / (l: Fixed64, r: Fixed64) -> Fixed64 {
    guard r.raw != 0 else { return .zero }
    let size = quotient(l.raw.magnitude, r.raw.magnitude)
    let isNegative = (l.raw < 0) != (r.raw < 0)
    guard size <= UInt128(Int128.max) else { return Fixed64(raw: isNegative ? .min : .max) }
    return Fixed64(raw: isNegative ? -Int128(size) : Int128(size))
  }

  /// `floor(x · 2^64 / divisor)`, or the greatest number where that does not fit.
  @inlinable
  static func quotient(_ x: UInt128, _ divisor: UInt128) -> UInt128 {
    if x >> 64 == 0 { return (x << 64) / divisor }
    guard x >> 64 < divisor else { return .max }
    return divisor.dividingFullWidth((x >> 64, x << 64)).quotient
  }

  public var magnitude: Fixed64 { raw < 0 ? -self : self }

  public func clamped(_ low: Fixed64, _ high: Fixed64) -> Fixed64 { min(max(self, low), high) }
}

extension [Fixed64] {
  /// The sum, in order.
  public var sum: Fixed64 { reduce(.zero, +) }

  public var mean: Fixed64 { isEmpty ? .zero : sum / Fixed64(count) }

  /// The standard deviation of a sample (n − 1); 0 of fewer than two.
  public var deviation: Fixed64 {
    guard count > 1 else { return .zero }
    let mean = mean
    let squares = map { ($0 - mean) * ($0 - mean) }.sum
    return (squares / Fixed64(count - 1)).squareRoot
  }

  /// Each divided by the sum; all zero where that is 0.
  public var shares: [Fixed64] {
    let sum = sum
    return map { $0 / sum }
  }
}
