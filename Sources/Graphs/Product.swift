// Two activations multiplied, element by element: what gates do.

public import Primitives

/// `q = clamp((a · b · M + 2^(s−1)) >> s)`.
public struct Product: ElementOperation, Hashable {
  /// 1 … 2^31 − 1.
  public var multiplier: UInt32
  public var shift: UInt8
  public var element: ElementType

  public init(multiplier: UInt32, shift: UInt8, element: ElementType) {
    self.multiplier = multiplier
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
    try Rounding.check(multiplier)
    return TensorType(element, inputs[0].shape)
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    elements.map {
      Rounding.round(Int64(x(0, $0) * x(1, $0)) * Int64(multiplier), shift, element)
    }
  }

  public func work(_ count: Int, _ at: Frame) -> Int { 4 * count }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    at.from.map { BlockReads(count, of: $0) }
  }
}
