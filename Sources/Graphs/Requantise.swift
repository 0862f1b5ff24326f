// Sums to 8-bit activations: the one place where numbers are rounded.

import Primitives

/// `q = clamp((sum · M[channel] + 2^(s−1)) >> s, lowest, highest)`, rounded half up.
///
/// The shift is 24 or 32 and the range is always a full byte, so that exactly one remainder and
/// one overshoot fit each sum: no prover can choose another `q`.
public struct Requantise: Hashable, Sendable {
  /// One multiplier a channel, 1 … 2^31 − 1.
  public var multipliers: [UInt32]
  public var shift: UInt8
  /// `uint8` where a ReLU is merged in, else `int8`.
  public var element: ElementType

  public init(multipliers: [UInt32], shift: UInt8, element: ElementType) {
    self.multipliers = multipliers
    self.shift = shift
    self.element = element
  }

  func result(of input: TensorType) throws(Refusal) -> TensorType {
    guard input.element == .int32 else { throw .wrongElement(input.element) }
    guard element.isActivation else { throw .wrongElement(element) }
    guard multipliers.count == input.shape.channels else {
      throw .wrongLength(got: multipliers.count, wanted: input.shape.channels)
    }
    try Rounding.check(shift)
    for multiplier in multipliers { try Rounding.check(multiplier) }
    return TensorType(element, input.shape)
  }

  /// The reference loop.
  func run(_ x: Tensor, to type: TensorType) -> Tensor {
    let each = x.type.shape.elementsPerChannel
    var values: [Int32] = []
    values.reserveCapacity(x.values.count)
    for (index, sum) in x.values.enumerated() {
      let product = Int64(sum) * Int64(multipliers[index / each])
      values.append(Rounding.round(product, shift, element))
    }
    return Tensor(unchecked: type, values)
  }
}

/// The rounding that every requantisation shares.
public enum Rounding {
  /// The shifts that leave one remainder of whole bytes.
  public static let shifts: [UInt8] = [24, 32]
  /// The first multiplier that is too great.
  public static let multiplierEnd: UInt32 = 1 << 31

  /// `clamp((product + 2^(s−1)) >> s)`; the shift keeps the sign.
  public static func round(_ product: Int64, _ shift: UInt8, _ to: ElementType) -> Int32 {
    let half = Int64(1) << Int64(shift - 1)
    let quotient = (product + half) >> Int64(shift)
    return Int32(min(max(quotient, Int64(to.lowest)), Int64(to.highest)))
  }

  static func check(_ shift: UInt8) throws(Refusal) {
    guard shifts.contains(shift) else { throw Refusal("badShift", ["got": UInt64(shift)]) }
  }

  static func check(_ multiplier: UInt32) throws(Refusal) {
    guard multiplier >= 1, multiplier < multiplierEnd else {
      throw Refusal("badMultiplier", ["got": UInt64(multiplier), "end": UInt64(multiplierEnd)])
    }
  }
}
