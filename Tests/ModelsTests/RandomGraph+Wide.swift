// Random nodes of the operations beyond the first six, for the fast program.

import Graphs
import Primitives

extension RandomGraph {
  /// A node behind the last tensor, perhaps one that does not fit.
  static func wide(_ types: [TensorType], _ draw: inout Draw) -> Node {
    let last = types.count - 1
    let x = types[last]
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    let shift = Rounding.shifts[draw.below(2)]
    let twins = types.indices.filter {
      types[$0].shape == x.shape && types[$0].element.isActivation
    }
    let twin = twins.isEmpty ? last : twins[draw.below(twins.count)]
    let axis = Axis(draw.below(x.shape.dims.count), of: x.shape)
    let multiplier = UInt32(1 + draw.below(1 << (12 + draw.below(18))))
    switch draw.below(13) {
    case 0 where x.shape.dims.count == 3:
      let own = AveragePool(
        window: window(x.shape, &draw), multiplier: multiplier, shift: shift, element: element)
      return Node(.averagePool(own), [last])
    case 1:
      let own = Affine(
        axis: axis, multipliers: words(axis.count, 26, &draw),
        offsets: words(axis.count, 23, &draw), shift: shift, element: element)
      return Node(.affine(own), [last])
    case 2:
      let bytes = (0..<256).map { _ in UInt8(draw.below(256)) }
      return Node(.table(ByteTable(bytes: bytes, element: element)), [last])
    case 3, 4: return Node(.rearrange(rearrangement(x.shape, &draw)), [last])
    case 5:
      let own = Padding(
        before: x.shape.dims.map { _ in draw.below(3) },
        behind: x.shape.dims.map { _ in draw.below(3) }, value: UInt8(draw.below(256)))
      return Node(.pad(own), [last])
    case 6:
      let parts = [last, twin, last].prefix(1 + draw.below(3))
      let own = Concatenation(
        axis: draw.below(x.shape.dims.count), multipliers: parts.map { _ in multiplier },
        shift: shift, element: element)
      return Node(.concat(own), Array(parts))
    case 7:
      let own = Product(multiplier: multiplier, shift: shift, element: element)
      return Node(.product(own), [last, twin])
    case 8:
      let own = Difference(
        left: multiplier, right: 1 << 23, shift: shift, element: element)
      return Node(.subtract(own), [twin, last])
    case 9:
      let own = Softmax(
        isCausal: draw.below(2) == 0,
        exponentials: [65_535] + (1..<256).map { _ in UInt16(draw.below(65_536)) })
      return Node(.softmax(own), [last])
    case 10, 11:
      let own = Normalisation(
        axis: axis, isCentred: draw.below(2) == 0, epsilon: UInt64(1 + draw.below(1 << 20)),
        multipliers: words(axis.count, 24, &draw), offsets: words(axis.count, 22, &draw),
        shift: shift, element: element)
      return Node(.normalise(own), [last])
    default:
      let own = MatrixProduct(
        isLeftTransposed: draw.below(2) == 0, isRightTransposed: draw.below(2) == 0)
      return Node(.matMul(own), [last, draw.below(types.count)])
    }
  }

  static func embedding(_ draw: inout Draw) -> Node {
    let own = Embedding(
      outputs: 1 + draw.below(40), biasBound: UInt32(draw.below(500)),
      vocabulary: 1 + draw.below(256), hasPlaces: draw.below(2) == 0)
    return Node(.embedding(own), [0])
  }

  private static func rearrangement(_ shape: Shape, _ draw: inout Draw) -> Rearrangement {
    var axes: [(dim: Int, stride: Int)] = []
    var offset = 0
    for axis in shape.dims.indices {
      let inner = Axis(axis, of: shape).inner
      let first = draw.below(2) == 0 ? 0 : draw.below(shape.dims[axis])
      let step = 1 + draw.below(2)
      offset += first * inner
      axes.append(((shape.dims[axis] - 1 - first) / step + 1, step * inner))
    }
    if axes.count < 4, draw.below(3) == 0 { axes.append((1 + draw.below(3), 0)) }
    for index in axes.indices { axes.swapAt(index, draw.below(axes.count)) }
    return Rearrangement(
      dims: axes.map(\.dim), strides: axes.map { $0.dim == 1 ? 0 : $0.stride }, offset: offset)
  }

  private static func words(_ count: Int, _ bits: Int, _ draw: inout Draw) -> [Int32] {
    (0..<count).map { _ in Int32(draw.signed(1 << bits)) }
  }
}
