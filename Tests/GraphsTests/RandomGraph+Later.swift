// Random nodes of the operations beyond the first six.

import Primitives

@testable import Graphs

extension RandomGraph {
  /// A node behind the last tensor; it may not fit, and then another is drawn.
  static func later(_ types: [TensorType], twins: [Int], _ draw: inout Draw) -> Node {
    let last = types.count - 1
    let x = types[last]
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    let shift: UInt8 = draw.below(2) == 0 ? 24 : 32
    let twin = twins.isEmpty ? last : twins[draw.below(twins.count)]
    let axis = Axis(draw.below(x.shape.dims.count), of: x.shape)
    if last == 0, x.shape.dims.count == 1, draw.below(2) == 0 { return embedding(&draw) }
    switch draw.below(10) {
    case 0:
      return Node(
        .averagePool(
          AveragePool(
            window: window(&draw), multiplier: UInt32(1 + draw.below(1 << 22)), shift: shift,
            element: element)), [last])
    case 1:
      return Node(
        .affine(
          Affine(
            axis: axis, multipliers: words(axis.count, bits: 26, &draw),
            offsets: words(axis.count, bits: 23, &draw), shift: shift, element: element)), [last])
    case 2:
      let bytes = (0..<256).map { _ in UInt8(truncatingIfNeeded: draw.word()) }
      return Node(.table(ByteTable(bytes: bytes, element: element)), [last])
    case 3: return Node(.rearrange(rearrangement(x.shape, &draw)), [last])
    case 4:
      let pads = x.shape.dims.map { _ in (draw.below(3), draw.below(3)) }
      return Node(
        .pad(
          Padding(
            before: pads.map(\.0), behind: pads.map(\.1),
            value: UInt8(truncatingIfNeeded: draw.word()))), [last])
    case 5:
      let parts = [last, twin, last].prefix(1 + draw.below(3))
      return Node(
        .concat(
          Concatenation(
            axis: draw.below(x.shape.dims.count),
            multipliers: parts.map { _ in UInt32(1 + draw.below(1 << 26)) }, shift: shift,
            element: element)), Array(parts))
    case 6:
      return Node(
        .product(
          Product(multiplier: UInt32(1 + draw.below(1 << 20)), shift: shift, element: element)),
        [last, twin])
    case 7:
      let add = Difference(
        left: UInt32(1 + draw.below(1 << 24)), right: UInt32(1 + draw.below(1 << 24)),
        shift: shift, element: element)
      return Node(.subtract(add), [last, twin])
    default: return sequence(types, axis, shift, element, &draw)
    }
  }

  private static func sequence(
    _ types: [TensorType], _ axis: Axis, _ shift: UInt8, _ element: ElementType,
    _ draw: inout Draw
  ) -> Node {
    let last = types.count - 1
    switch draw.below(3) {
    case 0:
      return Node(
        .softmax(
          Softmax(
            isCausal: draw.below(2) == 0,
            exponentials: [60_000] + (1..<256).map { _ in UInt16(draw.below(60_000)) })), [last])
    case 1:
      return Node(
        .normalise(
          Normalisation(
            axis: axis, isCentred: draw.below(2) == 0, epsilon: UInt64(1 + draw.below(1 << 20)),
            multipliers: words(axis.count, bits: 24, &draw),
            offsets: words(axis.count, bits: 22, &draw), shift: shift, element: element)),
        [last])
    default:
      return Node(
        .matMul(
          MatrixProduct(
            isLeftTransposed: draw.below(2) == 0, isRightTransposed: draw.below(2) == 0)),
        [last, draw.below(types.count)])
    }
  }

  private static func embedding(_ draw: inout Draw) -> Node {
    Node(
      .embedding(
        Embedding(
          outputs: 1 + draw.below(draw.below(2) == 0 ? 90 : 4), biasBound: UInt32(draw.below(500)),
          vocabulary: 1 + draw.below(256), hasPlaces: draw.below(2) == 0)), [0])
  }

  /// Any transpose, slice or repetition of a shape.
  private static func rearrangement(_ shape: Shape, _ draw: inout Draw) -> Rearrangement {
    var axes: [(dim: Int, stride: Int)] = []
    var offset = 0
    for axis in shape.dims.indices {
      let inner = Axis(axis, of: shape).inner
      let first = draw.below(shape.dims[axis])
      let step = 1 + draw.below(2)
      offset += first * inner
      axes.append(((shape.dims[axis] - 1 - first) / step + 1, step * inner))
    }
    if axes.count < 4, draw.below(3) == 0 { axes.append((1 + draw.below(3), 0)) }
    for index in axes.indices { axes.swapAt(index, draw.below(axes.count)) }
    return Rearrangement(
      dims: axes.map(\.dim), strides: axes.map { $0.dim == 1 ? 0 : $0.stride }, offset: offset)
  }

  static func words(_ count: Int, bits: Int, _ draw: inout Draw) -> [Int32] {
    (0..<count).map { _ in Int32(draw.signed(1 << bits)) }
  }
}
