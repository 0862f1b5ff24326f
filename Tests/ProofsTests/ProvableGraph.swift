// Random graphs of the operations that level `succinct` proves, with weights and an input.

import Primitives

@testable import Graphs

/// A model from a seed, with all that a proof of a run needs.
struct ProvableGraph {
  let graph: Graph
  let weights: [LayerWeights]
  let manifest: Manifest
  let input: [UInt8]

  init(_ graph: Graph, _ draw: inout Draw) throws {
    var weights: [LayerWeights] = []
    for layer in graph.layers {
      var bias: [Int32] = []
      for _ in 0..<layer.rows { bias.append(Int32(draw.signed(Int(layer.biasBound)))) }
      bias[0] = Int32(layer.biasBound)
      weights.append(
        LayerWeights(
          matrix: (0..<layer.rows * layer.columns).map { _ in
            Int8(truncatingIfNeeded: draw.word())
          }, bias: bias))
    }
    self.graph = graph
    self.weights = weights
    manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
    input = (0..<graph.input.byteCount).map { _ in UInt8(truncatingIfNeeded: draw.word()) }
  }

  /// Some nodes of any kind, one after the other; an addition reads an earlier tensor too.
  ///
  /// - Parameter isWide: whether half of them are what is proved by helpers.
  init(
    seed: UInt64, nodes count: Int = 8, mostElements: Int = 3000, isWide: Bool = false
  ) throws {
    var draw = Draw(seed: seed)
    var types = [try isWide ? Self.wideInput(&draw) : Self.input(&draw, mostElements)]
    var nodes: [Node] = []
    while nodes.count < count {
      let last = types.count - 1
      let twins = types.indices.filter {
        $0 < last && types[$0].shape == types[last].shape && types[$0].element.isActivation
      }
      let node =
        isWide && types[last].element.isActivation && draw.below(2) == 0
        ? Self.wide(types[last], at: last, twins: twins, types: types, &draw)
        : Self.node(types[last], at: last, twins: twins, &draw)
      let inputs = node.inputs.map { types[$0] }
      // What does not fit is drawn again.
      guard let type = try? node.operation.result(of: inputs), type.shape.count <= mostElements,
        (node.operation.weightSize(on: inputs[0])?.rows ?? 0)
          * (node.operation.weightSize(on: inputs[0])?.columns ?? 0) <= 40_000
      else { continue }
      types.append(type)
      nodes.append(node)
    }
    try self.init(try Graph(input: types[0], nodes: nodes), &draw)
  }

  private static func input(_ draw: inout Draw, _ most: Int) throws -> TensorType {
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    if draw.below(3) == 0 {
      return TensorType(element, try Shape([1 + draw.below(most)]))
    }
    let side = 3 + draw.below(18)
    return TensorType(
      element, try Shape([1 + draw.below(max(1, most / side / side)), side, side + draw.below(3)]))
  }

  private static func window(_ draw: inout Draw) -> Window {
    var window = Window(height: 1 + draw.below(4), width: 1 + draw.below(4))
    (window.strideY, window.strideX) = (1 + draw.below(3), 1 + draw.below(3))
    (window.top, window.left) = (draw.below(window.height), draw.below(window.width))
    (window.bottom, window.right) = (draw.below(window.height), draw.below(window.width))
    return window
  }

  private static func node(
    _ x: TensorType, at last: Int, twins: [Int], _ draw: inout Draw
  ) -> Node {
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    let shift: UInt8 = draw.below(2) == 0 ? 24 : 32
    if x.element == .int32, draw.below(6) > 0 {
      let multipliers = (0..<x.shape.channels).map { _ in UInt32(1 + draw.below(1 << 20)) }
      return Node(
        .requantise(Requantise(multipliers: multipliers, shift: shift, element: element)), [last])
    }
    let flat = Node(.reshape(Reshape(dims: [x.shape.count])), [last])
    if x.element == .int32 { return draw.below(2) == 0 ? flat : turned(x, last) }
    if draw.below(3) == 0 { return later(x, at: last, twins: twins, &draw) }
    switch draw.below(6) {
    case 0 where !twins.isEmpty, 1 where !twins.isEmpty:
      let add = ResidualAdd(
        left: UInt32(1 + draw.below(1 << 24)), right: UInt32(1 + draw.below(1 << 24)),
        shift: shift, element: element)
      return Node(.add(add), [last, twins[draw.below(twins.count)]])
    case 2 where x.shape.dims.count == 3:
      return Node(.maxPool(MaxPool(window: window(&draw))), [last])
    case 3 where x.shape.dims.count == 3: return flat
    case 4:
      let add = ResidualAdd(left: 1 << 22, right: 3 << 21, shift: 24, element: element)
      return Node(.add(add), [last, last])
    default:
      let outputs = 1 + draw.below(draw.below(3) == 0 ? 400 : 20)
      let bound = UInt32(draw.below(5000))
      if x.shape.dims.count == 1 {
        return Node(.linear(Linear(outputs: outputs, biasBound: bound)), [last])
      }
      if x.shape.dims.count == 3 {
        return Node(
          .convolution(
            Convolution(outputs: 1 + outputs % 24, window: window(&draw), biasBound: bound)),
          [last])
      }
      return flat
    }
  }

  /// All axes in the opposite order.
  private static func turned(_ x: TensorType, _ last: Int) -> Node {
    var (strides, stride) = ([Int](), 1)
    for dim in x.shape.dims.reversed() {
      strides.append(dim > 1 ? stride : 0)
      stride *= dim
    }
    return Node(
      .rearrange(Rearrangement(dims: x.shape.dims.reversed(), strides: strides)), [last])
  }

  /// The operations that are linear, and rounded or not.
  private static func later(
    _ x: TensorType, at last: Int, twins: [Int], _ draw: inout Draw
  ) -> Node {
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    let shift: UInt8 = draw.below(2) == 0 ? 24 : 32
    let twin = twins.isEmpty ? last : twins[draw.below(twins.count)]
    switch draw.below(6) {
    case 0: return turned(x, last)
    case 1:
      let pads = (0..<2).map { _ in x.shape.dims.map { _ in draw.below(2) } }
      return Node(
        .pad(Padding(before: pads[0], behind: pads[1], value: UInt8(draw.below(256)))), [last])
    case 2:
      return Node(
        .subtract(
          Difference(
            left: UInt32(1 + draw.below(1 << 24)), right: UInt32(1 + draw.below(1 << 24)),
            shift: shift, element: element)), [last, twin])
    case 3:
      let axis = Axis(draw.below(x.shape.dims.count), of: x.shape)
      return Node(
        .affine(
          Affine(
            axis: axis, multipliers: (0..<axis.count).map { _ in Int32(draw.signed(1 << 25)) },
            offsets: (0..<axis.count).map { _ in Int32(draw.signed(1 << 22)) }, shift: shift,
            element: element)), [last])
    case 4 where x.shape.dims.count == 3:
      return Node(
        .averagePool(
          AveragePool(
            window: window(&draw), multiplier: UInt32(1 + draw.below(1 << 23)), shift: shift,
            element: element)), [last])
    default:
      let parts = [last, twin, last].prefix(1 + draw.below(3))
      return Node(
        .concat(
          Concatenation(
            axis: draw.below(x.shape.dims.count),
            multipliers: parts.map { _ in UInt32(1 + draw.below(1 << 25)) }, shift: shift,
            element: element)), Array(parts))
    }
  }
}
