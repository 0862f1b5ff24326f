// A model small enough to prove thousands of runs of, true ones and false ones.

import Graphs
import Primitives
import Proofs

/// What the parties of a walk prove: a real prover for a real verifier.
struct ProvingRoom: Sendable {
  let manifest: Manifest
  /// What an order for a run of it says.
  let spec: [UInt8]
  private let prover: OpenProver
  private let hiding: PrivateProver
  /// The salt that all inputs have, and the inputs themselves by their roots.
  let salt: ContentSalt
  let plain: [Bytes32: [UInt8]]
  /// By the input's root: its bytes, and the run's tensors, the true ones first.
  private let runs: [Bytes32: [[Tensor]]]

  init(inputs: [[UInt8]], key: Bytes32) throws(Refusal) {
    var word = Seeded(11)
    let rows = 8
    let graph = try Graph(
      input: TensorType(.int8, try Shape([Courtroom.inputBytes])),
      nodes: [Node(.linear(Linear(outputs: rows, biasBound: 0)), [0])])
    let matrix = (0..<rows * Courtroom.inputBytes).map { _ in
      Int8(truncatingIfNeeded: word.below(41) - 20)
    }
    let layers = [LayerWeights(matrix: matrix, bias: [Int32](repeating: 0, count: rows))]
    let weights = try CommittedWeights(graph, layers, columnBits: 7)
    manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: layers, of: graph), weights.commitment])
    spec = CBOR.encode(InferenceName(model: SHA256.hash(manifest.encoded)))
    prover = try OpenProver(manifest, weights)
    hiding = try PrivateProver(manifest, weights)
    let salt = ContentSalt(contentKey: key)
    var plain: [Bytes32: [UInt8]] = [:]
    var runs: [Bytes32: [[Tensor]]] = [:]
    for input in inputs {
      let honest = try graph.trace(layers, on: input)
      var values = honest[1].values
      values[3] += 1
      let lie = [honest[0], try Tensor(honest[1].type, values)]
      let root = WideTree.root(of: [salt.leaf(.input(0), input)])
      runs[root] = [honest, lie]
      plain[root] = input
    }
    self.runs = runs
    self.salt = salt
    self.plain = plain
  }

  /// What comes out, or a lie about it.
  func output(of input: Bytes32, isTrue: Bool) -> [UInt8] {
    runs[input]?[isTrue ? 0 : 1][1].bytes ?? []
  }

  /// Proves a run of the input, or a lie about it, with all care.
  func answer(
    _ run: Bytes32, of input: Bytes32, isTrue: Bool
  ) throws(Refusal) -> (output: [UInt8], proof: OpenProof)? {
    guard let told = runs[input]?[isTrue ? 0 : 1] else { return nil }
    return (told[1].bytes, try prover.prove([told], nonce: run))
  }

  /// The same with a proof that hides the input.
  func answer(
    privately run: Bytes32, of input: Bytes32, isTrue: Bool
  ) throws(Refusal) -> (output: [UInt8], proof: PrivateProof)? {
    guard let told = runs[input]?[isTrue ? 0 : 1] else { return nil }
    return (
      told[1].bytes,
      try hiding.prove([told], nonce: run, secret: run, salt: salt.value)
    )
  }
}
