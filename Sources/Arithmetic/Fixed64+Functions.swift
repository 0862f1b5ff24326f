// Powers, logarithms and roots in fixed point, by series over 64 fraction bits.

extension Fixed64 {
  /// `ln 2` and its reciprocal.
  public static let ln2 = Fixed64(raw: 0xb172_17f7_d1cf_79ab)
  public static let log2e = Fixed64(raw: 0x1_7154_7652_b82f_e177)
  public static let ln10 = Fixed64(raw: 0x2_4d76_3776_aaa2_b05b)

  /// `2^x`; relative error below 2^-59, absolute error at least one unit of the last place.
  ///
  /// The whole part shifts; the rest is the Taylor series of `2^f = 1 + f·(c1 + f·(c2 + …))` with
  /// `ci = (ln 2)^i / i!`, which converges to below 2^-64 in 18 terms.
  public static func exp2(_ x: Fixed64) -> Fixed64 {
    let whole = x.raw >> 64
    if whole >= 63 { return Fixed64(raw: .max) }
    if whole < -64 { return .zero }
    let part = UInt64(truncatingIfNeeded: x.raw)
    var sum: UInt64 = 0
    for coefficient in exponential.reversed() {
      sum = coefficient + sum.multipliedFullWidth(by: part).high
    }
    let power = UInt128(1) << 64 | UInt128(sum.multipliedFullWidth(by: part).high)
    return Fixed64(raw: Int128(whole >= 0 ? power << whole : power >> -whole))
  }

  /// `e^x`; relative error below 2^-56 for |x| < 40.
  public static func exp(_ x: Fixed64) -> Fixed64 { exp2(x * log2e) }

  /// The logarithm to base 2 of a positive number, absolute error below 2^-59; the least number
  /// where `x` is not positive.
  ///
  /// With `x = 2^k m` and m in √½…√2, `ln m = 2 (z + z³/3 + …)`, `z = (m − 1)/(m + 1)`.
  public static func log2(_ x: Fixed64) -> Fixed64 {
    guard x.raw > 0 else { return Fixed64(raw: .min) }
    let top = 127 - x.raw.leadingZeroBitCount
    // The mantissa in 0.5…1 with all its bits, as a number of 2^-64.
    var scaled = top >= 63 ? x.raw >> (top - 63) : x.raw << (63 - top)
    var exponent = top - 63
    // Now x = scaled · 2^exponent of 2^-64. Below √½ it is doubled, so that z stays small.
    if scaled < 0xb504_f333_f9de_6484 {
      scaled <<= 1
      exponent -= 1
    }
    let one = Int128(1) << 64
    let ratio = Fixed64(raw: scaled - one) / Fixed64(raw: scaled + one)
    let square = UInt64(clamping: (ratio * ratio).raw)
    var sum: UInt64 = 0
    for coefficient in arctangent.reversed() {
      sum = coefficient + sum.multipliedFullWidth(by: square).high
    }
    let tail = UInt64(sum.multipliedFullWidth(by: square).high)
    let natural = ratio + ratio * Fixed64(raw: Int128(tail))
    return Fixed64(exponent) + (natural + natural) * log2e
  }

  /// The natural logarithm, absolute error below 2^-59 plus 2^-60 of its size.
  public static func ln(_ x: Fixed64) -> Fixed64 { x.raw > 0 ? log2(x) * ln2 : log2(x) }

  /// `x^y` for a positive x; 0 where x is not positive.
  public static func pow(_ x: Fixed64, _ y: Fixed64) -> Fixed64 {
    x.raw > 0 ? exp2(y * log2(x)) : .zero
  }

  /// The root, rounded down to 2^-64 or one unit off it; 0 of a negative number.
  public var squareRoot: Fixed64 {
    guard raw > 0 else { return .zero }
    // From above, Newton's steps fall until they stand.
    let top = 127 - raw.leadingZeroBitCount
    var root = Fixed64(raw: Int128(1) << ((top + 64) / 2 + 1))
    while true {
      let next = Fixed64(raw: (root + self / root).raw >> 1)
      if next >= root { return root }
      root = next
    }
  }

  /// `(ln 2)^i / i!` from i = 1, of 2^64.
  private static let exponential: [UInt64] = [
    0xb172_17f7_d1cf_79ab, 0x3d7f_7bff_058b_1d50, 0x0e35_846b_8250_5fc5, 0x0276_556d_f749_cee5,
    0x0057_61ff_9e29_9cc4, 0x000a_1848_97c3_63c3, 0x0000_ffe5_fe2c_4586, 0x0000_162c_0223_a5c8,
    0x0000_01b5_253d_395e, 0x0000_001e_4cf5_158b, 0x0000_0001_e8ca_c735, 0x0000_0000_1c3b_d650,
    0x0000_0000_0181_6193, 0x0000_0000_0013_1496, 0xe1b7, 0x9c7, 0x66, 0x3,
  ]

  /// `1 / (2i + 1)` from i = 1, of 2^64.
  private static let arctangent: [UInt64] = [
    0x5555_5555_5555_5555, 0x3333_3333_3333_3333, 0x2492_4924_9249_2492, 0x1c71_c71c_71c7_1c71,
    0x1745_d174_5d17_45d1, 0x13b1_3b13_b13b_13b1, 0x1111_1111_1111_1111, 0x0f0f_0f0f_0f0f_0f0f,
    0x0d79_435e_50d7_9435, 0x0c30_c30c_30c3_0c30, 0x0b21_642c_8590_b216, 0x0a3d_70a3_d70a_3d70,
    0x097b_425e_d097_b425, 0x08d3_dcb0_8d3d_cb08,
  ]
}
