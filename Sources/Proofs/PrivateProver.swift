// Making a proof of level `private`: as `succinct`, but every message under a pad.

import Arithmetic
public import Graphs
public import Primitives

/// Proves runs of one model without showing their input, or the model's weights, or both.
public struct PrivateProver: Sendable {
  public let manifest: Manifest
  public let weights: CommittedWeights
  public let hiding: Hiding
  private let graph: Graph
  /// What one proof leaves, the next one takes.
  private let memory = LongMemory()

  /// Refuses weights that are not those that the manifest commits to, and models with an operation
  /// that this level does not prove.
  public init(
    _ manifest: Manifest, _ weights: CommittedWeights, hiding: Hiding = .input
  ) throws(Refusal) {
    if hiding.contains(.weights) {
      try weights.checkHidden(manifest)
    } else {
      _ = try OpenProver(manifest, weights)
    }
    self.manifest = manifest
    self.weights = weights
    self.hiding = hiding
    graph = try manifest.graph()
    _ = try PrivateStatement(graph, weights.shape, samples: 1, hiding: hiding)
  }

  /// - Parameters:
  ///   - traces: every tensor of the run of each sample, from any executor.
  ///   - secret: 32 random bytes. What is drawn follows from them and from all that is proved, so
  ///     that the same secret again for something else shows nothing.
  ///   - salt: came with the input; whoever knows both can check that the proof is about them.
  ///   - openings: what hidden weights' indices are spent from; each proof takes one, at once.
  ///   - progress: told of each step.
  public func prove(
    _ traces: [[Tensor]], nonce: Bytes32, expires: UInt64 = 0, secret: Bytes32, salt: Bytes32,
    openings: (any OpeningCounter)? = nil, progress: ProofProgress? = nil
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
      secret: secret, salt: salt, index: try spend(openings), progress: progress)
  }

  /// The index of a proof of hidden weights: spent for good before anything of it is worked out.
  private func spend(_ openings: (any OpeningCounter)?) throws(Refusal) -> UInt64 {
    guard hiding.contains(.weights) else { return 0 }
    guard let openings else { throw Refusal("noOpenings") }
    let index = try openings.spend(of: weights.root)
    guard index < UInt64(weights.shape.budget) else {
      throw Refusal("budgetSpent", ["budget": UInt64(weights.shape.budget)])
    }
    return index
  }

  /// - Parameters:
  ///   - witness: that of the traces, unless somebody lies.
  ///   - spoil: changes pads, where somebody does.
  ///   - lies: what else he does.
  func prove(
    _ statement: PrivateStatement, _ traces: [[Tensor]], _ witness: Witness, nonce: Bytes32,
    expires: UInt64, secret: Bytes32, salt: Bytes32, index: UInt64 = 0,
    spoil: (inout [GoldilocksPair]) -> Void = { _ in }, progress: ProofProgress? = nil,
    lies: ProverLies = ProverLies()
  ) throws(Refusal) -> PrivateProof {
    var proof = PrivateProof()
    proof.hides = hiding.rawValue
    proof.manifest = manifest.encoded
    proof.nonce = nonce
    proof.expires = expires
    proof.samples = UInt64(traces.count)
    for trace in traces {
      proof.output += trace[trace.count - 1].bytes
      if !statement.hidesInput { proof.input += trace[0].bytes }
    }
    if let hiding = weights.hiding {
      (proof.epoch, proof.index, proof.root) = (hiding.epoch, index, weights.root)
    }
    let own = PrivateProver.secret(
      secret, of: proof, statement, manifest.id.digest, traces, salt)
    var tags = SecretStream(own, "tag")
    proof.tag = tags.block()
    let committed = try PrivateWitness(
      statement, witness, secret: own, inputPad: HiddenInput.pad(salt, proof.tag), spoil: spoil)
    proof.witness = committed.hidden.matrix.root
    progress.done(.commitment)
    var talk = PrivateTalk(
      statement, traces, committed, weights, proof,
      lies.said(
        statement.preamble(proof, model: manifest.id.digest, root: weights.root)
      ).transcript, lies)
    talk.prove(progress)
    return talk.proof
  }

  /// Nothing may be drawn twice for two different proofs. Those of another format, or laid out in
  /// another way, would put the same words over other values.
  static func secret(
    _ secret: Bytes32, of proof: PrivateProof, _ statement: PrivateStatement, _ model: Bytes32,
    _ traces: [[Tensor]], _ salt: Bytes32
  ) -> Bytes32 {
    var transcript = Transcript("tolsey/private/secret/2")
    transcript.absorb("secret", secret)
    transcript.absorb("format", proof.format)
    let layout = statement.layout
    for number in [
      layout.matrixRows, layout.rowLength, layout.pads, layout.columnBits, layout.tail,
    ] { transcript.absorb("layout", UInt64(number)) }
    transcript.absorb("model", model)
    transcript.absorb("hides", UInt64(proof.hides))
    transcript.absorb("epoch", proof.epoch)
    transcript.absorb("index", proof.index)
    transcript.absorb("root", proof.root)
    transcript.absorb("nonce", proof.nonce)
    transcript.absorb("expires", proof.expires)
    transcript.absorb("salt", salt)
    for trace in traces {
      for tensor in trace { transcript.absorb("tensor", tensor.bytes) }
    }
    return transcript.digest
  }
}
