// Division by one divisor many times over: a multiplication and a correction each, exact.

/// What stands for a positive divisor `s` where many `x` between 0 and `s` are divided by it:
/// the quotient is `floor(x · 2^32 / s)`, as `Fixed32` gives it.
///
/// With `s` scaled by `2^t` into 2^40…2^63 and `r = floor(2^96 / s)`, `x · r / 2^64` misses the
/// true quotient by less than `x / 2^64 + 1 < 2` from below, so its floor is right or one too
/// small, and the remainder says which (Granlund, Montgomery, PLDI 1994, section 4).
struct Reciprocal {
  let divisor: UInt64
  let inverse: UInt64
  let shift: UInt64

  /// A divisor of 0 divides nothing: every quotient is then 0.
  init(_ divisor: Int64) {
    guard divisor > 0 else {
      (self.divisor, inverse, shift) = (1 << 63, 0, 0)
      return
    }
    shift = UInt64(max(0, divisor.leadingZeroBitCount - 23))
    self.divisor = UInt64(divisor) << shift
    inverse = UInt64(truncatingIfNeeded: (UInt128(1) << 96) / UInt128(self.divisor))
  }

  @inline(__always)
  func quotient(_ x: Int64) -> Int64 {
    let scaled = UInt64(bitPattern: x) &<< shift
    let near = scaled.multipliedFullWidth(by: inverse).high
    let rest = (scaled &<< 32) &- near &* divisor
    return Int64(bitPattern: near &+ (rest >= divisor ? 1 : 0))
  }
}
