// Making a proof of level `open`: one pass over the weights, no transform, no hashing of them.

import Arithmetic
public import Graphs
public import Primitives

/// Proves runs of one model. It keeps the encoded weights, which it makes once.
public struct OpenProver: Sendable {
  public let manifest: Manifest
  public let weights: CommittedWeights
  private let graph: Graph
  /// What one proof leaves, the next one takes.
  private let memory = LongMemory()

  /// Refuses weights that are not those that the manifest commits to.
  public init(_ manifest: Manifest, _ weights: CommittedWeights) throws(Refusal) {
    guard let commitment = manifest.commitment(CommittedWeights.scheme) else {
      throw Refusal("notProvable")
    }
    graph = try manifest.graph()
    guard try CommittedWeights.shape(of: commitment, graph) == weights.shape,
      commitment.root == weights.root
    else { throw Refusal("otherWeights") }
    self.manifest = manifest
    self.weights = weights
  }

  /// - Parameter traces: every tensor of the run of each sample, from any executor.
  public func prove(
    _ traces: [[Tensor]], nonce: Bytes32, expires: UInt64 = 0
  ) throws(Refusal) -> OpenProof {
    try prove(traces, nonce: nonce, expires: expires, lies: ProverLies())
  }

  func prove(
    _ traces: [[Tensor]], nonce: Bytes32, expires: UInt64, lies: ProverLies
  ) throws(Refusal) -> OpenProof {
    guard !traces.isEmpty, traces.count <= OpenStatement.mostSamples else {
      throw Refusal("badSampleCount", ["got": UInt64(traces.count)])
    }
    try OpenStatement.checkReplay(graph, samples: traces.count)
    try OpenStatement.security(graph, weights.shape, samples: traces.count).check()
    var proof = OpenProof()
    proof.manifest = manifest.encoded
    proof.nonce = nonce
    proof.expires = expires
    proof.samples = UInt64(traces.count)
    for trace in traces {
      guard trace.map(\.type) == graph.types else { throw Refusal("otherTrace") }
      proof.input += trace[0].bytes
      for layer in graph.layers { proof.sums += trace[layer.node + 1].bytes }
    }
    let shape = weights.shape
    let statement = OpenStatement(
      proof, model: manifest.id.digest, graph, shape, root: weights.root, traces,
      lies: lies)
    var transcript = statement.transcript
    let pieces = statement.pieces.pieces
    let rows = pieces.map { weights.row(of: $0) }
    let sumcheck = ColumnSumcheck.prove(
      rows: rows, vectors: pieces.map { PairVector($0.vector) }, variables: shape.columnBits,
      &transcript)
    proof.rounds = ElementBytes.of(sumcheck.rounds.flatMap { [$0.atZero, $0.leading] })
    proof.ends = ElementBytes.of(sumcheck.rows)
    transcript.absorb("ends", proof.ends)
    let powers = OpenStatement.powers(of: transcript.challenge(), count: pieces.count)
    var row = PairVector(zeros: shape.columns)
    for (own, power) in zip(rows, powers) { row.add(own, times: power) }
    proof.row = ElementBytes.of(row.elements)
    transcript.absorb("row", proof.row)
    let places = transcript.places(shape.queries, below: shape.length)
    proof.columns = weights.matrix.letters(places)
    proof.path = weights.matrix.tree.path(from: places)
    return proof
  }
}
