// Signed numbers with 32 fraction bits, the I32F32 of the Yuma code: every operation saturates.

/// A fixed-point number in 64 bits, 32 of them after the point.
///
/// The rules are those of substrate-fixed 0.6, which subtensor computes with
/// (opentensor/subtensor, pallets/subtensor/src/epoch/math.rs): a product is rounded down, a
/// quotient toward zero, and what does not fit is the nearest number that does.
public struct Fixed32: Hashable, Sendable {
  public var raw: Int64

  @inlinable
  public init(raw: Int64) { self.raw = raw }

  /// A whole number; the nearest that fits.
  @inlinable
  public init(_ whole: Int64) {
    raw = whole >= 1 << 31 ? .max : whole < -(1 << 31) ? .min : whole << 32
  }

  /// `part / 65535`: how weights, bonds and shares are stored.
  public init(share part: UInt16) { raw = (Int64(part) << 32) / 65_535 }

  public static let zero = Fixed32(raw: 0)
  public static let one = Fixed32(raw: 1 << 32)
}

extension Fixed32: Comparable {
  @inlinable
  public static func < (l: Fixed32, r: Fixed32) -> Bool { l.raw < r.raw }
}

extension Fixed32 {
  @inlinable
  public static func + (l: Fixed32, r: Fixed32) -> Fixed32 {
    let (sum, overflow) = l.raw.addingReportingOverflow(r.raw)
    return Fixed32(raw: overflow ? (r.raw < 0 ? .min : .max) : sum)
  }

  @inlinable
  public static func - (l: Fixed32, r: Fixed32) -> Fixed32 {
    let (difference, overflow) = l.raw.subtractingReportingOverflow(r.raw)
    return Fixed32(raw: overflow ? (r.raw < 0 ? .max : .min) : difference)
  }

  /// Rounded toward minus infinity.
  @inlinable
  public static func * (l: Fixed32, r: Fixed32) -> Fixed32 {
    let (high, low) = l.raw.multipliedFullWidth(by: r.raw)
    if high >= 1 << 31 { return Fixed32(raw: .max) }
    if high < -(1 << 31) { return Fixed32(raw: .min) }
    return Fixed32(raw: high << 32 | Int64(bitPattern: UInt64(low) >> 32))
  }

  /// Rounded toward zero; 0 where the divisor is 0 or the quotient does not fit (`safe_div`).
  public static func / (l: Fixed32, r: Fixed32) -> Fixed32 {
    guard r.raw != 0 else { return .zero }
    if r.raw > 0, l.raw >> 32 == 0 {
      // A share by something positive: one division of the machine's instead of a hundred steps.
      let quotient = UInt64(bitPattern: l.raw << 32) / UInt64(bitPattern: r.raw)
      return Fixed32(raw: Int64(exactly: quotient) ?? 0)
    }
    let quotient = (Int128(l.raw) << 32) / Int128(r.raw)
    return Fixed32(raw: Int64(exactly: quotient) ?? 0)
  }

  /// The share as it is stored: the number of 65535ths, cut to 0…65535.
  @inlinable
  public var share: UInt16 {
    let scaled = self * Fixed32(65_535)
    return UInt16(clamping: scaled.raw >> 32)
  }

  /// The exponential by the series of substrate-fixed 0.6 (transcendental.rs), arguments cut to
  /// −20…20: 30 terms of |x|, and the reciprocal where x is negative.
  ///
  /// At exactly 1 that code answers from a constant which it reads two bits too low, 0.67957 in
  /// place of 2.71828. Equal bits are the point here, so it is kept.
  public static func exp(_ x: Fixed32) -> Fixed32 {
    let x = min(max(x, Fixed32(-20)), Fixed32(20))
    if x == .zero { return .one }
    if x == .one { return Fixed32(raw: 2_918_732_800) }
    let size = x < .zero ? .zero - x : x
    var term = size
    var sum = .one + size
    for divisor in TermDivisor.all {
      term = Fixed32(raw: divisor.quotient((term * size).raw))
      // All that would follow are 0 as well.
      if term == .zero { break }
      sum = sum + term
    }
    return x < .zero ? .one / sum : sum
  }

  /// `1 / (1 + e^(−rho (x − kappa)))`: `sigmoid_safe` of the Yuma code.
  public static func sigmoid(_ x: Fixed32, rho: Fixed32, kappa: Fixed32) -> Fixed32 {
    .one / (exp((.zero - rho) * (x - kappa)) + .one)
  }
}

extension [Fixed32] {
  /// The sum, in order.
  var sum: Fixed32 { reduce(.zero, +) }

  /// Each divided by the sum; unchanged where that is 0.
  var normalised: [Fixed32] {
    let sum = sum
    return sum == .zero ? self : divided(by: sum)
  }

  /// Each divided by a number: by its reciprocal, where all are shares of it.
  func divided(by divisor: Fixed32) -> [Fixed32] {
    guard divisor > .zero, allSatisfy({ $0 >= .zero && $0 <= divisor }) else {
      return map { $0 / divisor }
    }
    let reciprocal = Reciprocal(divisor.raw)
    return map { Fixed32(raw: reciprocal.quotient($0.raw)) }
  }
}
