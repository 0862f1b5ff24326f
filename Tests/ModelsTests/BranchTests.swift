// Tensors that several nodes read are neither fused away nor laid out for one of them alone.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct BranchTests {
  private static func window(_ side: Int, stride: Int = 1, pad: Int = 0) -> Window {
    var window = Window(height: side, width: side)
    (window.strideY, window.strideX) = (stride, stride)
    (window.top, window.left, window.bottom, window.right) = (pad, pad, pad, pad)
    return window
  }

  private static func convolution(_ outputs: Int, _ window: Window, of tensor: Int) -> Node {
    Node(.convolution(Convolution(outputs: outputs, window: window, biasBound: 50)), [tensor])
  }

  private static func rounding(
    _ channels: Int, of tensor: Int, to element: ElementType = .int8
  ) -> Node {
    let multipliers = (0..<channels).map { UInt32(1 << 22 + 977 * $0) }
    return Node(
      .requantise(Requantise(multipliers: multipliers, shift: 32, element: element)), [tensor])
  }

  private static func add(_ a: Int, _ b: Int) -> Node {
    Node(.add(ResidualAdd(left: 9 << 26, right: 7 << 26, shift: 32, element: .int8)), [a, b])
  }

  private static let square = window(2, stride: 2)

  static let graphs: [(String, [Node])] = [
    (
      "two roundings of one layer's sums",
      [convolution(5, window(3), of: 0), rounding(5, of: 1), rounding(5, of: 1), add(2, 3)]
    ),
    (
      "two pools of one rounding",
      [
        convolution(5, window(3), of: 0), rounding(5, of: 1),
        Node(.maxPool(MaxPool(window: square)), [2]),
        Node(.maxPool(MaxPool(window: square)), [2]), add(3, 4),
      ]
    ),
    (
      "a pool and a convolution of one rounding",
      [
        convolution(5, window(3), of: 0), rounding(5, of: 1),
        Node(.maxPool(MaxPool(window: square)), [2]),
        convolution(5, square, of: 2), rounding(5, of: 4), add(3, 5),
      ]
    ),
    (
      "two convolutions with the same pads",
      [
        convolution(3, window(3, pad: 1), of: 0), convolution(3, window(3, pad: 1), of: 0),
        rounding(3, of: 1), rounding(3, of: 2), add(3, 4),
      ]
    ),
    (
      "two convolutions with different pads",
      [
        convolution(3, window(3, pad: 1), of: 0), convolution(3, window(1), of: 0),
        rounding(3, of: 1), rounding(3, of: 2), add(3, 4),
      ]
    ),
    (
      "the same in the other order",
      [
        convolution(3, window(1), of: 0), convolution(3, window(3, pad: 1), of: 0),
        rounding(3, of: 1), rounding(3, of: 2), add(3, 4),
      ]
    ),
    (
      "a plane that a padded convolution and an addition read",
      [
        convolution(3, window(3, pad: 1), of: 0), rounding(3, of: 1),
        convolution(3, window(3, pad: 1), of: 2), rounding(3, of: 3), add(2, 4),
      ]
    ),
    (
      "a flattened plane that a layer and a reshape read",
      [
        Node(.reshape(Reshape(dims: [3 * 64])), [0]),
        Node(.linear(Linear(outputs: 192, biasBound: 50)), [1]), rounding(192, of: 2),
        Node(.reshape(Reshape(dims: [192])), [1]), add(3, 4),
      ]
    ),
    (
      "a plane that is flattened twice for two layers",
      [
        Node(.reshape(Reshape(dims: [192])), [0]), Node(.reshape(Reshape(dims: [192])), [0]),
        Node(.linear(Linear(outputs: 20, biasBound: 50)), [1]),
        Node(.linear(Linear(outputs: 20, biasBound: 50)), [2]),
        rounding(20, of: 3), rounding(20, of: 4), add(5, 6),
      ]
    ),
  ]

  @Test(arguments: graphs.indices)
  func branchesAreTheReferences(number: Int) throws {
    let (name, nodes) = Self.graphs[number]
    for element in [ElementType.int8, .uint8] {
      let graph = try Graph(input: TensorType(element, try Shape([3, 8, 8])), nodes: nodes)
      var draw = Draw(seed: UInt64(number))
      let weights = graph.layers.map { layer in
        LayerWeights(
          matrix: (0..<layer.rows * layer.columns).map { _ in Int8(draw.signed(127)) },
          bias: (0..<layer.rows).map { $0 == 0 ? 50 : Int32(draw.signed(50)) })
      }
      let input = (0..<3 * 192).map { _ in UInt8(draw.below(256)) }
      let traces = try (0..<3).map {
        try graph.trace(weights, on: Array(input[192 * $0..<192 * ($0 + 1)]))
      }
      let wanted = traces.flatMap { $0[nodes.count].values }
      for kernel in LayerKernel.usable {
        let program = Program(graph, weights, kernel: kernel)
        // Twice, since the first run must leave pads as they were.
        for _ in 0..<2 { #expect(program.run(input, count: 3) == wanted, "\(name), \(kernel)") }
        #expect(
          program.tensors(Array(input[..<192])) == traces[0].map(\.bytes), "\(name), \(kernel)")
      }
    }
  }
}
