// Models with provable weights and runs of them: what the tests prove and forge.

import Graphs
import Primitives

@testable import Proofs

/// A random model whose manifest commits to its matrix.
struct ProvedModel {
  let graph: Graph
  let layers: [LayerWeights]
  let prover: OpenProver
  var traces: [[Tensor]]

  static let nonce = SHA256.hash(Array("a nonce".utf8))

  init(_ random: ProvableGraph, columnBits: Int, samples: Int = 1) throws {
    graph = random.graph
    layers = random.weights
    let weights = try CommittedWeights(graph, layers, columnBits: columnBits)
    var manifest = random.manifest
    manifest.commitments.append(weights.commitment)
    prover = try OpenProver(manifest, weights)
    traces = []
    for sample in 0..<samples {
      let input = random.input.map { $0 &+ UInt8(truncatingIfNeeded: sample * 7) }
      traces.append(try graph.trace(layers, on: input))
    }
  }

  func prove() throws -> OpenProof { try prover.prove(traces, nonce: Self.nonce, expires: 9) }

  func succinct() throws -> SuccinctProof {
    try SuccinctProver(prover.manifest, prover.weights)
      .prove(traces, nonce: Self.nonce, expires: 9)
  }

  static let secret = SHA256.hash(Array("thirty-two random bytes".utf8))
  static let salt = SHA256.hash(Array("what came with the input".utf8))

  func privately(secret: Bytes32 = Self.secret) throws -> PrivateProof {
    try PrivateProver(prover.manifest, prover.weights)
      .prove(traces, nonce: Self.nonce, expires: 9, secret: secret, salt: Self.salt)
  }

  /// A random model that has weights at all.
  static func random(
    _ seed: UInt64, nodes: Int = 8, samples: Int = 1, mostElements: Int = 800,
    isWide: Bool = false
  ) throws -> ProvedModel? {
    let random = try ProvableGraph(
      seed: seed, nodes: nodes, mostElements: mostElements, isWide: isWide)
    if random.graph.layers.isEmpty { return nil }
    return try ProvedModel(random, columnBits: 6 + Int(seed % 4), samples: samples)
  }
}

func step(_ body: () throws -> Void) -> ProofStep? { refusal(body)?.proofStep }

func refusal(_ body: () throws -> Void) -> Refusal? {
  do {
    try body()
    return nil
  } catch { return error as? Refusal }
}
