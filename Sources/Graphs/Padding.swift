// A border of one value around a tensor.

public import Primitives

/// `y[i] = x[i − before]` where that lies inside, else the value.
public struct Padding: ElementOperation, Hashable {
  /// How many places come before and behind, an axis each.
  public var before: [Int]
  public var behind: [Int]
  /// The border, as one byte of the tensor's element.
  public var value: UInt8

  public init(before: [Int], behind: [Int], value: UInt8 = 0) {
    self.before = before
    self.behind = behind
    self.value = value
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    try inputs[0].demandActivation()
    let dims = inputs[0].shape.dims
    for list in [before, behind] {
      guard list.count == dims.count else {
        throw .wrongLength(got: list.count, wanted: dims.count)
      }
      for pad in list {
        guard pad >= 0, pad <= Window.most else { throw .badWindow(pad, Window.most) }
      }
    }
    return TensorType(
      inputs[0].element,
      try Shape(dims.indices.map { before[$0] + dims[$0] + behind[$0] }))
  }

  /// Where an element of the result lies in the input; nil on the border.
  public func source(of element: Int, in dims: [Int], _ to: [Int]) -> Int? {
    var (rest, from, step) = (element, 0, 1)
    for axis in dims.indices.reversed() {
      let place = rest % to[axis] - before[axis]
      guard place >= 0, place < dims[axis] else { return nil }
      from += place * step
      step *= dims[axis]
      rest /= to[axis]
    }
    return from
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    let (dims, to) = (at.from[0].shape.dims, at.to.shape.dims)
    let border = at.to.element == .int8 ? Int32(Int8(bitPattern: value)) : Int32(value)
    return elements.map { source(of: $0, in: dims, to).map { x(0, $0) } ?? border }
  }

  public func work(_ count: Int, _ at: Frame) -> Int { 4 * count }

  /// Places keep their order, so neighbours see neighbours.
  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    [BlockReads(count, of: at.from[0])]
  }
}
