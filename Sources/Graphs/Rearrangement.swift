// The same numbers in other places: transposes, slices and repetitions.

public import Primitives

/// `y[i0]…[ik] = x[offset + Σ_a i_a · stride_a]`; no element changes.
///
/// A transpose swaps strides, a slice begins at an offset, and a stride of zero repeats.
public struct Rearrangement: ElementOperation, Hashable {
  /// The axes of the result.
  public var dims: [Int]
  /// How far apart neighbours along each of them lie in the input, in row-major order.
  public var strides: [Int]
  /// Where the first element lies.
  public var offset: Int

  public init(dims: [Int], strides: [Int], offset: Int = 0) {
    self.dims = dims
    self.strides = strides
    self.offset = offset
  }

  public func result(of inputs: [TensorType]) throws(Refusal) -> TensorType {
    let shape = try Shape(dims)
    guard strides.count == dims.count else {
      throw .wrongLength(got: strides.count, wanted: dims.count)
    }
    let count = inputs[0].shape.count
    var last = offset
    for (dim, stride) in zip(dims, strides) {
      guard stride >= 0, stride < Shape.mostElements else {
        throw Refusal("badStride", ["got": UInt64(clamping: stride)])
      }
      guard offset >= 0, offset < count else { break }
      last += (dim - 1) * stride
      // An axis of one place has no stride, or one result could be written in many ways.
      guard dim > 1 || stride == 0 else {
        throw Refusal("badStride", ["got": UInt64(clamping: stride)])
      }
      guard last < count else { break }
    }
    guard offset >= 0, last < count else {
      throw Refusal(
        "readsBehindTensor",
        ["element": UInt64(clamping: last), "elements": UInt64(clamping: count)])
    }
    return TensorType(inputs[0].element, shape)
  }

  /// Where an element of the result lies in the input.
  public func source(of element: Int) -> Int {
    var (rest, from) = (element, offset)
    for axis in dims.indices.reversed() {
      from += rest % dims[axis] * strides[axis]
      rest /= dims[axis]
    }
    return from
  }

  public func values(
    _ elements: Range<Int>, _ at: Frame, _ x: (Int, Int) -> Int32
  ) -> [Int32] {
    elements.map { x(0, source(of: $0)) }
  }

  public func work(_ count: Int, _ at: Frame) -> Int { 4 * count }

  public func reads(_ count: Int, _ at: Frame) -> [BlockReads] {
    let last = dims[dims.count - 1]
    guard strides[strides.count - 1] == 1 else { return [BlockReads(tiles: count, runs: count)] }
    let runs = (count + last - 2) / last + 1
    return [
      BlockReads(
        elements: runs * min(last, count), runs: runs, each: at.from[0].elementsPerTile)
    ]
  }
}
