// One activation taken off another, both on one scale, rounded once.

public import Primitives

/// `q = clamp((a · left − b · right + 2^(s−1)) >> s)`.
public struct Difference: ElementOperation, Hashable {
  /// The multiplier of the first input, 1 … 2^31 − 1.
  public var left: UInt32
  /// The multiplier of the second input.
  public var right: UInt32
  public var shift: UInt8
  public var element: ElementType

  public init(left: UInt32, right: UInt32, shift: UInt8, element: ElementType) {
    self.left = left
    self.right = right
    self.shift = shift
    self.element = element
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    for input in inputs { try input.demandActivation() }
    guard element.isActivation else { throw .wrongElement(element) }
    guard inputs[0].shape == inputs[1].shape else {
      throw .wrongLength(got: inputs[1].shape.count, wanted: inputs[0].shape.count)
    }
    try Rounding.check(shift)
    try Rounding.check(left)
    try Rounding.check(right)
    return TensorType(element, inputs[0].shape)
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    elements.map {
      let first = Int64(x(0, $0)) * Int64(left)
      return Rounding.round(first - Int64(x(1, $0)) * Int64(right), shift, element)
    }
  }

  public func work(_ count: Int, _ at: Frame) -> Int { 4 * count }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    at.from.map { BlockReads(count, of: $0) }
  }
}
