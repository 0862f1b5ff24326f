// Random integer graphs with odd shapes, pads and strides, and weights to go with them.

import Graphs
import Primitives

struct RandomGraph {
  var graph: Graph
  var weights: [LayerWeights]

  /// - Parameter isWide: with the operations beyond the first six.
  init(_ draw: inout Draw, isWide: Bool = false) throws {
    let planar = draw.below(4) > 0
    let dims =
      planar
      ? [1 + draw.below(5), 3 + draw.below(9), 3 + draw.below(9)]
      : [1 + draw.below(150)]
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    var nodes: [Node] = []
    var types = [TensorType(element, try Shape(dims))]
    let length = 2 + draw.below(7)
    while nodes.count < length {
      let last = types.count - 1
      if isWide, draw.below(3) > 0 {
        let isFirst = last == 0 && dims.count == 1 && draw.below(2) == 0
        let node = isFirst ? Self.embedding(&draw) : Self.wide(types, &draw)
        guard let graph = try? Graph(input: types[0], nodes: nodes + [node]),
          graph.output.shape.count < 4000
        else { continue }
        nodes.append(node)
        types = graph.types
        continue
      }
      for node in try Self.next(types[last], last, &draw) {
        nodes.append(node)
        let graph = try Graph(input: types[0], nodes: nodes)
        types = graph.types
      }
    }
    graph = try Graph(input: types[0], nodes: nodes)
    weights = graph.layers.map { layer in
      var bias = (0..<layer.rows).map { _ in Int32(draw.signed(Int(layer.biasBound))) }
      bias[draw.below(layer.rows)] = Int32(layer.biasBound)
      return LayerWeights(
        matrix: (0..<layer.rows * layer.columns).map { _ in Int8(draw.signed(127)) },
        bias: bias)
    }
  }

  /// A node that fits behind a tensor, or two whose second reads the first as well.
  private static func next(
    _ type: TensorType, _ last: Int, _ draw: inout Draw
  ) throws -> [Node] {
    let shape = type.shape
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    guard type.element.isActivation else {
      if draw.below(6) == 0 { return [Node(.reshape(reshape(shape, &draw)), [last])] }
      let rounding = Requantise(
        multipliers: (0..<shape.channels).map { _ in multiplier(&draw) },
        shift: Rounding.shifts[draw.below(2)], element: element)
      return [Node(.requantise(rounding), [last])]
    }
    switch draw.below(5) {
    case 0: return [Node(.reshape(reshape(shape, &draw)), [last])]
    case 1:
      // A residual addition of the tensor with itself: both inputs are live.
      let add = ResidualAdd(
        left: multiplier(&draw), right: multiplier(&draw),
        shift: Rounding.shifts[draw.below(2)], element: element)
      return [Node(.add(add), [last, last])]
    case 2 where shape.dims.count == 3:
      return [Node(.maxPool(MaxPool(window: window(shape, &draw))), [last])]
    default:
      let bias = UInt32(1 + draw.below(1 << 16))
      switch shape.dims.count {
      case 1:
        let linear = Linear(outputs: 1 + draw.below(70), biasBound: bias)
        return [Node(.linear(linear), [last])]
      case 3:
        let own = Convolution(
          outputs: 1 + draw.below(20), window: window(shape, &draw), biasBound: bias)
        return [Node(.convolution(own), [last])]
      default: return [Node(.reshape(Reshape(dims: [shape.count])), [last])]
      }
    }
  }

  private static func multiplier(_ draw: inout Draw) -> UInt32 {
    // Mostly of a size that does not saturate, at times any at all.
    let bits = draw.below(4) == 0 ? 31 : 8 + draw.below(18)
    return UInt32(1 + draw.below(1 << bits - 1))
  }

  static func window(_ shape: Shape, _ draw: inout Draw) -> Window {
    let height = 1 + draw.below(min(4, shape.dims[1]))
    let width = 1 + draw.below(min(4, shape.dims[2]))
    var window = Window(height: height, width: width)
    (window.strideY, window.strideX) = (1 + draw.below(3), 1 + draw.below(3))
    (window.top, window.bottom) = (draw.below(height), draw.below(height))
    (window.left, window.right) = (draw.below(width), draw.below(width))
    return window
  }

  private static func reshape(_ shape: Shape, _ draw: inout Draw) -> Reshape {
    // Axes that divide the count, in one to four parts.
    var dims: [Int] = []
    var rest = shape.count
    for _ in 0..<draw.below(4) {
      let divisors = (1...min(rest, 12)).filter { rest % $0 == 0 }
      let divisor = divisors[draw.below(divisors.count)]
      dims.append(divisor)
      rest /= divisor
    }
    return Reshape(dims: dims + [rest])
  }
}
