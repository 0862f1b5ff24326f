// Division by the small numbers of a series: a multiplication each, exact.

/// What stands for a divisor `d` where numbers from 0 to 2^63 − 1 are divided by it.
///
/// With `l = ceil(log2 d)` and `m = ceil(2^(63+l) / d)`, which fits 64 bits, the quotient is
/// `floor(x · m / 2^(63+l))` (Granlund, Montgomery, PLDI 1994, theorem 4.2, for 63 bits).
struct TermDivisor: Sendable {
  private let multiplier: UInt64
  private let shift: UInt64

  init(_ divisor: UInt64) {
    precondition(divisor > 1)
    let bits = UInt64(64 - (divisor - 1).leadingZeroBitCount)
    let scaled = (UInt128(1) << UInt128(63 + bits)) + UInt128(divisor) - 1
    multiplier = UInt64(scaled / UInt128(divisor))
    shift = bits - 1
  }

  @inline(__always)
  func quotient(_ x: Int64) -> Int64 {
    let high = UInt64(bitPattern: x).multipliedFullWidth(by: multiplier).high
    return Int64(bitPattern: high &>> shift)
  }

  /// The divisors of the terms of the exponential series, from the second on.
  static let all = (2...31).map { TermDivisor($0) }
}
