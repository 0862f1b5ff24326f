// Ten thousand layers of random shapes: every kernel gives the bits of the plain reference.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct ShapeTests {
  static let parts = 20

  /// Each argument is a range of seeds, so that a failure names its shape.
  @Test(arguments: 0..<parts)
  func everyKernelIsTheReference(part: Int) throws {
    let each = 10_000 / Self.parts
    for seed in part * each..<(part + 1) * each {
      var draw = Draw(seed: UInt64(seed) &+ 1 << 32)
      let graph = try Self.layer(&draw)
      let weights = Self.weights(of: graph, &draw)
      let count = 1 + draw.below(2)
      let inputs = (0..<count).map { _ in
        (0..<graph.input.shape.count).map { _ in UInt8(draw.below(256)) }
      }
      var wanted: [Int32] = []
      for input in inputs { wanted += try graph.run(weights, on: input) }
      for kernel in LayerKernel.usable {
        let got = Program(graph, weights, kernel: kernel).run(Array(inputs.joined()), count: count)
        if got != wanted { Issue.record("seed \(seed), \(kernel): \(graph.nodes)") }
      }
    }
  }

  /// A layer, most often with what the program fuses with it.
  private static func layer(_ draw: inout Draw) throws -> Graph {
    let element: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    let outputs = 1 + draw.below(draw.below(4) == 0 ? 70 : 20)
    let bias = UInt32(draw.below(1 << 12))
    let isPlane = draw.below(3) > 0
    // Few multiply–adds each, since the reference is slow where nothing is optimised.
    let room = 400 / outputs + 1
    var dims = [1 + draw.below(room)]
    var nodes: [Node] = []
    if isPlane {
      dims = [1 + draw.below(3), 1 + draw.below(6), 1 + draw.below(9)]
      let window = window(dims, &draw)
      nodes = [
        Node(
          .convolution(Convolution(outputs: outputs, window: window, biasBound: bias)), [0])
      ]
    } else {
      nodes = [Node(.linear(Linear(outputs: outputs, biasBound: bias)), [0])]
    }
    let input = TensorType(element, try Shape(dims))
    guard draw.below(4) > 0 else { return try Graph(input: input, nodes: nodes) }
    let result: ElementType = draw.below(2) == 0 ? .int8 : .uint8
    let multipliers = (0..<outputs).map { _ in
      UInt32(1 + draw.below(draw.below(8) == 0 ? 1 << 31 - 1 : 1 << 26))
    }
    let shift = Rounding.shifts[draw.below(2)]
    nodes.append(
      Node(.requantise(Requantise(multipliers: multipliers, shift: shift, element: result)), [1]))
    let plane = try Graph(input: input, nodes: nodes).output.shape.dims
    if plane.count == 3, plane[1] > 1, plane[2] > 1, draw.below(2) == 0 {
      var square = Window(height: 2, width: 2)
      (square.strideY, square.strideX) = (2, 2)
      nodes.append(Node(.maxPool(MaxPool(window: square)), [2]))
    }
    return try Graph(input: input, nodes: nodes)
  }

  private static func window(_ dims: [Int], _ draw: inout Draw) -> Window {
    let height = 1 + draw.below(min(3, dims[1]))
    let width = 1 + draw.below(min(3, dims[2]))
    var window = Window(height: height, width: width)
    (window.strideY, window.strideX) = (1 + draw.below(2), 1 + draw.below(2))
    (window.top, window.bottom) = (draw.below(height), draw.below(height))
    (window.left, window.right) = (draw.below(width), draw.below(width))
    return window
  }

  private static func weights(of graph: Graph, _ draw: inout Draw) -> [LayerWeights] {
    graph.layers.map { layer in
      var bias = (0..<layer.rows).map { _ in Int32(draw.signed(Int(layer.biasBound))) }
      bias[draw.below(layer.rows)] = Int32(layer.biasBound)
      return LayerWeights(
        matrix: (0..<layer.rows * layer.columns).map { _ in Int8(truncatingIfNeeded: draw.word()) },
        bias: bias)
    }
  }
}
