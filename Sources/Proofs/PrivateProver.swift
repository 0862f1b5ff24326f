// Making a proof of level `private`: as `succinct`, but every message under a pad.

import Arithmetic
public import Graphs
public import Primitives

/// Proves runs of one model without showing their input.
public struct PrivateProver: Sendable {
  public let manifest: Manifest
  public let weights: CommittedWeights
  public let hiding: Hiding
  private let graph: Graph

  /// Refuses weights that are not those that the manifest commits to, and models with an operation
  /// that this level does not prove.
  public init(
    _ manifest: Manifest, _ weights: CommittedWeights, hiding: Hiding = .input
  ) throws(Refusal) {
    let open = try OpenProver(manifest, weights)
    self.manifest = open.manifest
    self.weights = open.weights
    self.hiding = hiding
    graph = try manifest.graph()
    _ = try PrivateStatement(graph, weights.shape, samples: 1, hiding: hiding)
  }

  /// - Parameters:
  ///   - traces: every tensor of the run of each sample, from any executor.
  ///   - secret: 32 random bytes. What is drawn follows from them and from all that is proved, so
  ///     that the same secret again for something else shows nothing.
  ///   - salt: came with the input; whoever knows both can check that the proof is about them.
  public func prove(
    _ traces: [[Tensor]], nonce: Bytes32, expires: UInt64 = 0, secret: Bytes32, salt: Bytes32
  ) throws(Refusal) -> PrivateProof {
    guard !traces.isEmpty, traces.count <= OpenStatement.mostSamples else {
      throw Refusal("badSampleCount", ["got": UInt64(traces.count)])
    }
    for trace in traces {
      guard trace.map(\.type) == graph.types else { throw Refusal("otherTrace") }
    }
    let statement = try PrivateStatement(
      graph, weights.shape, samples: traces.count, hiding: hiding)
    try statement.security.check()
    return try prove(
      statement, traces, Witness(statement.plan, traces), nonce: nonce, expires: expires,
      secret: secret, salt: salt)
  }

  /// - Parameters:
  ///   - witness: that of the traces, unless somebody lies.
  ///   - spoil: changes pads, where somebody does.
  func prove(
    _ statement: PrivateStatement, _ traces: [[Tensor]], _ witness: Witness, nonce: Bytes32,
    expires: UInt64, secret: Bytes32, salt: Bytes32,
    spoil: (inout [GoldilocksPair]) -> Void = { _ in }
  ) throws(Refusal) -> PrivateProof {
    var proof = PrivateProof()
    proof.hides = hiding.rawValue
    proof.manifest = manifest.encoded
    proof.nonce = nonce
    proof.expires = expires
    proof.samples = UInt64(traces.count)
    for trace in traces { proof.output += trace[trace.count - 1].bytes }
    let own = PrivateProver.secret(secret, of: proof, manifest.id.digest, traces, salt)
    var tags = SecretStream(own, "tag")
    proof.tag = tags.block()
    let committed = try PrivateWitness(
      statement, witness, secret: own, inputPad: HiddenInput.pad(salt, proof.tag), spoil: spoil)
    proof.witness = committed.matrix.root
    var talk = PrivateTalk(
      statement, traces, committed, weights, proof,
      statement.transcript(proof, model: manifest.id.digest, root: weights.root))
    talk.prove()
    return talk.proof
  }

  /// Nothing may be drawn twice for two different proofs.
  private static func secret(
    _ secret: Bytes32, of proof: PrivateProof, _ model: Bytes32, _ traces: [[Tensor]],
    _ salt: Bytes32
  ) -> Bytes32 {
    var transcript = Transcript("tolsey/private/secret/1")
    transcript.absorb("secret", secret)
    transcript.absorb("model", model)
    transcript.absorb("hides", UInt64(proof.hides))
    transcript.absorb("nonce", proof.nonce)
    transcript.absorb("expires", proof.expires)
    transcript.absorb("salt", salt)
    for trace in traces {
      for tensor in trace { transcript.absorb("tensor", tensor.bytes) }
    }
    return transcript.digest
  }
}
