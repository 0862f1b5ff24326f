// Several tensors one behind the other on one axis, each brought to the scale of the result.

public import Primitives

/// `q = clamp((x_k · M_k + 2^(s−1)) >> s)`, the parts side by side along an axis.
public struct Concatenation: ElementOperation, Hashable {
  public var axis: Int
  /// One a part, 1 … 2^31 − 1.
  public var multipliers: [UInt32]
  public var shift: UInt8
  public var element: ElementType

  /// The most parts.
  public static let mostParts = 64

  public init(axis: Int, multipliers: [UInt32], shift: UInt8, element: ElementType) {
    self.axis = axis
    self.multipliers = multipliers
    self.shift = shift
    self.element = element
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    guard (1...Self.mostParts).contains(multipliers.count) else {
      throw .wrongLength(got: multipliers.count, wanted: Self.mostParts)
    }
    var dims = inputs[0].shape.dims
    guard axis >= 0, axis < dims.count else { throw .badRank(got: axis, most: dims.count) }
    dims[axis] = 0
    for input in inputs {
      try input.demandActivation()
      var own = input.shape.dims
      guard own.count == dims.count else { throw .badRank(got: own.count, most: dims.count) }
      let length = dims[axis] + own[axis]
      own[axis] = dims[axis]
      guard own == dims else {
        throw .wrongLength(got: input.shape.count, wanted: inputs[0].shape.count)
      }
      dims[axis] = length
    }
    guard element.isActivation else { throw .wrongElement(element) }
    try Rounding.check(shift)
    for multiplier in multipliers { try Rounding.check(multiplier) }
    return TensorType(element, try Shape(dims))
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    let inner = at.to.shape.dims[(axis + 1)...].reduce(1, *)
    let lengths = at.from.map { $0.shape.dims[axis] * inner }
    let whole = lengths.reduce(0, +)
    return elements.map { element in
      var (part, place) = (0, element % whole)
      while place >= lengths[part] {
        place -= lengths[part]
        part += 1
      }
      let value = x(part, element / whole * lengths[part] + place)
      return Rounding.round(Int64(value) * Int64(multipliers[part]), shift, self.element)
    }
  }

  public func work(_ count: Int, _ at: Frame) -> Int { (4 + multipliers.count) * count }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    at.from.map { BlockReads(min(count, $0.shape.count), of: $0) }
  }
}
