// Random nodes of the operations that are proved by helpers: tables, products, norms and symbols.

import Primitives

@testable import Graphs

extension ProvableGraph {
  /// Symbols, or matrices that have products with each other.
  static func wideInput(_ draw: inout Draw) throws -> TensorType {
    if draw.below(3) == 0 { return TensorType(.uint8, try Shape([1 + draw.below(12)])) }
    let side = 1 + draw.below(6)
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    return TensorType(
      element, try Shape([1 + draw.below(3), side, draw.below(2) == 0 ? side : 1 + draw.below(6)]))
  }

  /// A table, a product, a norm, a share of one or a product of matrices over a tensor.
  static func wide(
    _ x: TensorType, at last: Int, twins: [Int], types: [TensorType], _ draw: inout Draw
  ) -> Node {
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    let shift: UInt8 = draw.below(2) == 0 ? 24 : 32
    let twin = twins.isEmpty ? last : twins[draw.below(twins.count)]
    switch draw.below(6) {
    case 0:
      let bytes = (0..<256).map { _ in UInt8(truncatingIfNeeded: draw.word()) }
      return Node(.table(ByteTable(bytes: bytes, element: element)), [last])
    case 1:
      return Node(
        .product(
          Product(multiplier: UInt32(1 + draw.below(1 << 22)), shift: shift, element: element)),
        [last, twin])
    case 2:
      let top = 1 + draw.below(0xffff)
      var powers = (0..<256).map { _ in UInt16(draw.below(top + 1)) }
      powers[0] = UInt16(top)
      return Node(
        .softmax(Softmax(isCausal: draw.below(2) == 0, exponentials: powers)), [last])
    case 3: return norm(x, at: last, shift, element, &draw)
    case 4 where x.element == .uint8 && x.shape.dims.count == 1:
      let embedding = Embedding(
        outputs: 1 + draw.below(9), biasBound: UInt32(draw.below(100)),
        vocabulary: 1 + draw.below(256), hasPlaces: draw.below(2) == 0)
      return Node(.embedding(embedding), [last])
    default:
      let product = MatrixProduct(
        isLeftTransposed: draw.below(2) == 0, isRightTransposed: draw.below(2) == 0)
      let others = types.indices.filter {
        types[$0].element.isActivation && (try? product.size(x.shape, types[$0].shape)) != nil
      }
      return Node(
        .matMul(product), [last, others.isEmpty ? last : others[draw.below(others.count)]])
    }
  }

  private static func norm(
    _ x: TensorType, at last: Int, _ shift: UInt8, _ element: ElementType, _ draw: inout Draw
  ) -> Node {
    let axis = Axis(draw.below(x.shape.dims.count), of: x.shape)
    // Least and greatest too: lines of one element, or of equal ones, have no spread of their own.
    let epsilon: UInt64 =
      switch draw.below(4) {
      case 0: 1
      case 1: Normalisation.mostEpsilon
      default: UInt64(1 + draw.below(1 << 20))
      }
    return Node(
      .normalise(
        Normalisation(
          axis: axis, isCentred: draw.below(2) == 0, epsilon: epsilon,
          multipliers: (0..<axis.count).map { _ in
            Int32(draw.signed(shift == 24 ? 1 << 16 : 1 << 24))
          },
          offsets: (0..<axis.count).map { _ in Int32(draw.signed(1 << 22)) }, shift: shift,
          element: element)), [last])
  }
}
