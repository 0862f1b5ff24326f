// The models of the specimen: one as the demo's, one with a branch.

import Graphs
import Inference
import Primitives

enum SpecimenModels {
  /// Convolution, pool, convolution, two layers: ten classes from 8×8 pixels.
  static func digits() throws(Refusal) -> [UInt8] {
    let conv = { (outputs: Int) in
      var window = Window(height: 3, width: 3)
      (window.top, window.left, window.bottom, window.right) = (1, 1, 1, 1)
      return Operation.convolution(Convolution(outputs: outputs, window: window, biasBound: 90))
    }
    var pool = Window(height: 2, width: 2)
    (pool.strideY, pool.strideX) = (2, 2)
    return try manifest(
      [1, 8, 8],
      [
        Node(conv(12), [0]), Node(requantise(12), [1]), Node(.maxPool(MaxPool(window: pool)), [2]),
        Node(conv(24), [3]), Node(requantise(24), [4]), Node(.maxPool(MaxPool(window: pool)), [5]),
        Node(.reshape(Reshape(dims: [96])), [6]),
        Node(.linear(Linear(outputs: 32, biasBound: 70)), [7]), Node(requantise(32), [8]),
        Node(.linear(Linear(outputs: 10, biasBound: 50)), [9]),
      ])
  }

  /// A sum of two ways through the graph, and a commitment with a hostile name.
  static func branch() throws(Refusal) -> [UInt8] {
    let add = ResidualAdd(left: 1 << 23, right: 1 << 23, shift: 24, element: .uint8)
    return try manifest(
      [16],
      [
        Node(.linear(Linear(outputs: 16, biasBound: 9)), [0]), Node(requantise(16), [1]),
        Node(.linear(Linear(outputs: 16, biasBound: 8)), [2]), Node(requantise(16), [3]),
        Node(.add(add), [2, 4]),
        Node(.linear(Linear(outputs: 4, biasBound: 7)), [5]),
      ],
      also: [WeightCommitment(scheme: Specimen.hostile, parameters: [], root: Specimen.hash("w"))])
  }

  private static func requantise(_ channels: Int) -> Operation {
    .requantise(
      Requantise(
        multipliers: Array(repeating: 1 << 22, count: channels), shift: 32, element: .uint8))
  }

  private static func manifest(
    _ input: [Int], _ nodes: [Node], also: [WeightCommitment] = []
  ) throws(Refusal) -> [UInt8] {
    let graph = try Graph(input: TensorType(.uint8, try Shape(input)), nodes: nodes)
    var report = AccuracyReport()
    (report.samples, report.labelled) = (200, 200)
    (report.floatAccuracy, report.integerAccuracy) = (978_300, 976_100)
    (report.agreement, report.greatestError, report.meanError) = (995_000, 31_400, 4_200)
    let tiles = WeightCommitment(
      scheme: WeightTiles.scheme,
      parameters: [
        Number("side", UInt64(WeightTiles.side)),
        Number("tiles", UInt64(WeightTiles.count(of: graph))),
      ], root: Specimen.hash("weights of \(nodes.count)"))
    return Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .softmax, report: report,
      commitments: [tiles] + also
    ).encoded
  }
}
