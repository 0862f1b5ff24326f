// A model whose weights are hidden, and proofs of its runs: what the tests prove and forge.

import Arithmetic
import Graphs
import Primitives
import Synchronization

@testable import Proofs

/// Counts in memory, which a test may set back.
final class MemoryCounter: OpeningCounter {
  private let range: Mutex<OpeningRange>

  init(_ range: Range<UInt64>) { self.range = Mutex(OpeningRange(range)) }

  func spend(of root: Bytes32) throws(Refusal) -> UInt64 {
    let spent: Result<UInt64, Refusal> = range.withLock { own in
      do throws(Refusal) { return .success(try own.spend()) } catch { return .failure(error) }
    }
    return try spent.get()
  }
}

struct HiddenModel {
  let graph: Graph
  let layers: [LayerWeights]
  var manifest: Manifest
  var weights: CommittedWeights
  var traces: [[Tensor]]

  static let secret = SHA256.hash(Array("who has this has the weights".utf8))

  init(
    _ graph: Graph, _ layers: [LayerWeights], _ traces: [[Tensor]], budget: Int = 3,
    secret: Bytes32 = HiddenModel.secret
  ) throws {
    self.graph = graph
    self.layers = layers
    self.traces = traces
    weights = try CommittedWeights.hidden(
      graph, layers, budget: budget, secret: secret, columnBits: 8, rateBits: 4)
    manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(), commitments: [weights.commitment])
  }

  /// The liar's model, with layers, roundings and maxima.
  init(secret: Bytes32 = HiddenModel.secret) throws {
    let model = try SuccinctLiar().model
    try self.init(model.graph, model.layers, model.traces, secret: secret)
  }

  /// The same with every weight of one value, and every bias as far as it goes on that side.
  init(every weight: Int8, secret: Bytes32) throws {
    let model = try SuccinctLiar().model
    let layers = zip(model.layers, model.graph.layers).map { own, layer in
      let bias = Int32(layer.biasBound)
      return LayerWeights(
        matrix: own.matrix.map { _ in weight },
        bias: own.bias.map { _ in weight < 0 ? -bias : bias })
    }
    let trace = try model.graph.trace(layers, on: model.traces[0][0].bytes)
    try self.init(model.graph, layers, [trace], secret: secret)
  }

  func statement(_ hiding: Hiding) throws -> PrivateStatement {
    try PrivateStatement(graph, weights.shape, samples: traces.count, hiding: hiding)
  }

  /// - Parameter index: spent or not.
  func prove(
    _ hiding: Hiding = [.input, .weights], index: UInt64 = 0, nonce: Bytes32 = ProvedModel.nonce,
    spoil: (inout [GoldilocksPair]) -> Void = { _ in }, lies: ProverLies = ProverLies()
  ) throws -> PrivateProof {
    let statement = try statement(hiding)
    return try PrivateProver(manifest, weights, hiding: hiding).prove(
      statement, traces, Witness(statement.plan, traces), nonce: nonce, expires: 9,
      secret: ProvedModel.secret, salt: ProvedModel.salt, index: index, spoil: spoil,
      lies: lies)
  }

  /// The step at which a lie comes out.
  func caught(
    _ hiding: Hiding = [.input, .weights], index: UInt64 = 0,
    spoil: (inout [GoldilocksPair]) -> Void = { _ in }, lies: ProverLies = ProverLies()
  ) throws -> ProofStep? {
    let proof = try prove(hiding, index: index, spoil: spoil, lies: lies)
    return step { _ = try PrivateVerifier.verify(proof) }
  }

  /// The same weights, committed to again.
  func later(_ epoch: UInt64 = 1, secret: Bytes32 = HiddenModel.secret) throws -> HiddenModel {
    var later = self
    later.weights = try CommittedWeights.hidden(
      graph, layers, budget: weights.shape.budget, secret: secret, epoch: epoch, columnBits: 8,
      rateBits: 4)
    return later
  }

  /// What each row of weights counts for in a proof's masked row, as everybody works it out.
  func rowWeights(of proof: PrivateProof) throws -> [GoldilocksPair] {
    let statement = try statement(Hiding(rawValue: proof.hides))
    var follow = PrivateFollow(
      statement,
      statement.transcript(proof, model: manifest.id.digest, root: proof.root),
      try ElementBytes.pairs(proof.messages))
    let ends = follow.follow(ends: [], row: try ElementBytes.pairs(proof.row)) { challenges in
      LinearEquation(
        statement.plan, statement.space, challenges,
        input: statement.hidesInput ? [] : traces.flatMap { $0[0].values },
        output: traces.flatMap { $0[$0.count - 1].values })
    }
    return ends.rowWeights
  }

  /// A row of weights or biases as the matrix has it, without its tail.
  func row(_ index: Int) -> [Goldilocks] {
    let shape = weights.shape
    return (0..<shape.columns).map { column in
      Goldilocks(
        index < shape.biasRow
          ? Int64(weights.weights[index * shape.columns + column])
          : Int64(weights.biases[(index - shape.biasRow) * shape.columns + column]))
    }
  }
}
