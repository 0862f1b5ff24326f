// Two activations brought to one scale, added and rounded once.

import Primitives

/// `q = clamp((a · left + b · right + 2^(s−1)) >> s, lowest, highest)`.
///
/// Both sides are scaled before one common rounding, so the sum too has exactly one remainder.
public struct ResidualAdd: Hashable, Sendable {
  /// The multiplier of the first input, 1 … 2^31 − 1.
  public var left: UInt32
  /// The multiplier of the second input.
  public var right: UInt32
  public var shift: UInt8
  /// `uint8` where a ReLU is merged in, else `int8`.
  public var element: ElementType

  public init(left: UInt32, right: UInt32, shift: UInt8, element: ElementType) {
    self.left = left
    self.right = right
    self.shift = shift
    self.element = element
  }

  func result(of a: TensorType, _ b: TensorType) throws(Refusal) -> TensorType {
    guard a.element.isActivation else { throw .wrongElement(a.element) }
    guard b.element.isActivation else { throw .wrongElement(b.element) }
    guard element.isActivation else { throw .wrongElement(element) }
    guard a.shape == b.shape else {
      throw .wrongLength(got: b.shape.count, wanted: a.shape.count)
    }
    try Rounding.check(shift)
    try Rounding.check(left)
    try Rounding.check(right)
    return TensorType(element, a.shape)
  }

  /// The reference loop.
  func run(_ a: Tensor, _ b: Tensor, to type: TensorType) -> Tensor {
    var values: [Int32] = []
    values.reserveCapacity(a.values.count)
    for index in a.values.indices {
      let scaled =
        Int64(a.values[index]) * Int64(left) + Int64(b.values[index]) * Int64(right)
      values.append(Rounding.round(scaled, shift, element))
    }
    return Tensor(unchecked: type, values)
  }
}
