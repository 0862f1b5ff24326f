// Scales as numbers: the step between the canonical integers and the floats outside of a claim.

public import Graphs
import Primitives

extension Scale {
  /// The nearest scale to a positive number; refuses what no scale can hold.
  init(nearest number: Double) throws(Refusal) {
    guard number.isFinite, number > 0 else { throw Refusal("badScale", ["mantissa": 0]) }
    var mantissa = (number.significand * 1_073_741_824).rounded(.toNearestOrEven)
    var exponent = 30 - Int(number.exponent)
    if mantissa >= 2_147_483_648 {
      mantissa /= 2
      exponent -= 1
    }
    guard let short = UInt8(exactly: exponent) else {
      throw Refusal("badScale", ["exponent": UInt64(clamping: exponent)])
    }
    try self.init(mantissa: UInt32(mantissa), exponent: short)
  }

  /// The number; a double holds it exactly.
  public var value: Double {
    Double(sign: .plus, exponent: -Int(exponent), significand: Double(mantissa))
  }
}
