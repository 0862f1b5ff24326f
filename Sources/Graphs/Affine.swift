// Activations times constants plus constants, along one axis: Mul, Sub and Add of constants.

public import Primitives

/// `q = clamp((x · M[i] + B[i] · 2^(s−16) + 2^(s−1)) >> s)`, with i the element's place on an axis.
public struct Affine: ElementOperation, Hashable {
  public var axis: Axis
  /// One a place: −2^31 … 2^31 − 1.
  public var multipliers: [Int32]
  /// One a place, in parts of 65,536 of a step of the result.
  public var offsets: [Int32]
  public var shift: UInt8
  public var element: ElementType

  public init(
    axis: Axis, multipliers: [Int32], offsets: [Int32], shift: UInt8, element: ElementType
  ) {
    self.axis = axis
    self.multipliers = multipliers
    self.offsets = offsets
    self.shift = shift
    self.element = element
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    try inputs[0].demandActivation()
    guard element.isActivation else { throw .wrongElement(element) }
    try axis.check(inputs[0].shape)
    for list in [multipliers, offsets] where list.count != axis.count {
      throw .wrongLength(got: list.count, wanted: axis.count)
    }
    try Rounding.check(shift)
    return TensorType(element, inputs[0].shape)
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    elements.map { element in
      let place = axis.place(of: element)
      return Rounding.round(
        Int64(x(0, element)), multipliers[place], offsets[place], shift, self.element)
    }
  }

  public func work(_ count: Int, _ at: Frame) -> Int { 4 * count }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    [BlockReads(count, of: at.from[0])]
  }
}

extension Rounding {
  /// `clamp((x · multiplier + offset · 2^(s−16) + 2^(s−1)) >> s)`; x has at most 31 bits.
  public static func round(
    _ x: Int64, _ multiplier: Int32, _ offset: Int32, _ shift: UInt8, _ to: ElementType
  ) -> Int32 {
    round(x * Int64(multiplier) + Int64(offset) << Int64(shift - 16), shift, to)
  }
}
