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

/// The same division for eight numbers side by side, by one divisor or by eight.
///
/// Scaled by `2^t`, the divisor has at least 41 bits; with its 32 highest, `h`, and
/// `r = floor(2^63 / (h + 1))`, `(x / 2^k) · r / 2^31` is at most the quotient and misses less
/// than 7 of it, which three comparisons with the remainder put right. Sums stay below 2^60.
struct LaneDivisor {
  typealias Lanes = SIMD8<Int64>

  private(set) var divisor = Lanes(repeating: 1 << 40)
  private(set) var inverse = Lanes(repeating: 0)
  private(set) var up = Lanes(repeating: 0)
  private(set) var down = Lanes(repeating: 9)

  init(_ divisors: Lanes) {
    for lane in 0..<8 where divisors[lane] > 0 { set(lane, divisors[lane]) }
  }

  /// One divisor for all lanes.
  init(repeating single: Int64) {
    guard single > 0 else { return }
    set(0, single)
    divisor = Lanes(repeating: divisor[0])
    inverse = Lanes(repeating: inverse[0])
    up = Lanes(repeating: up[0])
    down = Lanes(repeating: down[0])
  }

  private mutating func set(_ lane: Int, _ value: Int64) {
    let shift = max(0, value.leadingZeroBitCount - 23)
    let scaled = value << shift
    let drop = 32 - scaled.leadingZeroBitCount
    up[lane] = Int64(shift)
    down[lane] = Int64(drop)
    divisor[lane] = scaled
    inverse[lane] = Int64((UInt64(1) << 63) / UInt64(scaled >> drop + 1))
  }

  @inline(__always)
  func quotients(_ x: Lanes) -> Lanes {
    let scaled = x &<< up
    let product = unsafeBitCast((scaled &>> down) &* inverse, to: SIMD8<UInt64>.self)
    var quotient = unsafeBitCast(product &>> 31, to: Lanes.self)
    var rest = (scaled &<< 32) &- quotient &* divisor
    correct(&quotient, &rest, by: 4)
    correct(&quotient, &rest, by: 2)
    correct(&quotient, &rest, by: 1)
    return quotient
  }

  @inline(__always)
  private func correct(_ quotient: inout Lanes, _ rest: inout Lanes, by count: Int64) {
    let part = divisor &* count
    let fits = rest .>= part
    rest = rest.replacing(with: rest &- part, where: fits)
    quotient = quotient.replacing(with: quotient &+ count, where: fits)
  }
}
