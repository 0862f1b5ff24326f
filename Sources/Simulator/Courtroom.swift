// A model small enough to dispute thousands of times, with true runs of it and false ones.

import Graphs
import Primitives

/// What the parties of a walk compute: real graphs, real traces, a real referee.
struct Courtroom: Sendable {
  let manifest: Manifest
  let weights: [LayerWeights]
  let shape: TraceShape
  /// What an order for a run of it says.
  let spec: [UInt8]
  /// What auditors register for.
  let subject: Bytes32
  /// By the input's root: the true run first, then one with false sums, one whose output alone is
  /// false, and one with false sums beside the true output.
  private let runs: [Bytes32: [TracedRun]]

  static let inputBytes = 128

  /// Runs the model on each input.
  init(inputs: [[UInt8]], key: Bytes32, subject of: (_ spec: [UInt8]) -> Bytes32) throws(Refusal) {
    var word = Seeded(7)
    let rows = 300
    let graph = try Graph(
      input: TensorType(.int8, try Shape([Courtroom.inputBytes])),
      nodes: [
        Node(.linear(Linear(outputs: rows, biasBound: 100)), [0]),
        Node(
          .requantise(
            Requantise(
              multipliers: [UInt32](repeating: 1 << 18, count: rows), shift: 24, element: .int8)),
          [1]),
      ])
    let matrix = (0..<rows * Courtroom.inputBytes).map { _ in
      Int8(truncatingIfNeeded: word.below(41) - 20)
    }
    // The bound that a layer states is exact.
    let bias = (0..<rows).map { $0 == 0 ? 100 : Int32(word.below(201) - 100) }
    weights = [LayerWeights(matrix: matrix, bias: bias)]
    manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
    spec = CBOR.encode(InferenceName(model: SHA256.hash(manifest.encoded)))
    subject = of(spec)

    let plan = try TracePlan(graph)
    shape = plan.shape
    let salt = ContentSalt(contentKey: key)
    var runs: [Bytes32: [TracedRun]] = [:]
    for input in inputs {
      let honest = try graph.trace(weights, on: input)
      let told = [
        honest, try Courtroom.falseSums(honest), try Courtroom.falseOutput(honest),
        [honest[0], try Courtroom.falseSums(honest)[1], honest[2]],
      ]
      var own: [TracedRun] = []
      for tensors in told {
        own.append(
          TracedRun(
            trace: try Trace(plan, salt: salt, tensors: tensors), output: tensors[2].bytes))
      }
      runs[own[0].trace.roots[0]] = own
    }
    self.runs = runs
  }

  /// Half of all sums are wrong, and the output follows from them.
  private static func falseSums(_ tensors: [Tensor]) throws(Refusal) -> [Tensor] {
    var values = tensors[1].values
    var last = tensors[2].values
    for place in stride(from: values.count / 2, to: values.count, by: 1) {
      values[place] += 1 << 10
      let product = Int64(values[place]) << 18
      last[place] = Rounding.round(product, 24, .int8)
    }
    return [
      tensors[0], try Tensor(tensors[1].type, values), try Tensor(tensors[2].type, last),
    ]
  }

  private static func falseOutput(_ tensors: [Tensor]) throws(Refusal) -> [Tensor] {
    var values = tensors[2].values
    values[7] = values[7] > 0 ? -3 : 3
    return [tensors[0], tensors[1], try Tensor(tensors[2].type, values)]
  }

  /// The runs of an input: the true one first.
  func runs(of input: Bytes32) -> [TracedRun] { runs[input] ?? [] }

  /// The trace that was shown for a game.
  func trace(of input: Bytes32, root: Bytes32) -> Trace? {
    runs(of: input).first { $0.trace.root == root }?.trace
  }

  /// The trace of the run whose output has that root.
  func trace(of input: Bytes32, claiming output: Bytes32) -> Trace? {
    runs(of: input).first { $0.trace.roots.last == output }?.trace
  }
}

/// A run, true or false, as its owner shows it.
struct TracedRun: Sendable {
  let trace: Trace
  let output: [UInt8]
}
