// Making a proof of level `succinct`: the run's activations are committed to, then everything about
// them is proved.

import Arithmetic
public import Graphs
public import Primitives

/// Proves runs of one model. It keeps the encoded weights, which it makes once.
public struct SuccinctProver: Sendable {
  public let manifest: Manifest
  public let weights: CommittedWeights
  private let graph: Graph
  /// What one proof leaves, the next one takes.
  private let memory = LongMemory()

  /// Refuses weights that are not those that the manifest commits to, and models with an operation
  /// that this level does not prove.
  public init(_ manifest: Manifest, _ weights: CommittedWeights) throws(Refusal) {
    let open = try OpenProver(manifest, weights)
    self.manifest = open.manifest
    self.weights = open.weights
    graph = try manifest.graph()
    _ = try SuccinctStatement(graph, weights.shape, samples: 1)
  }

  /// - Parameters:
  ///   - traces: every tensor of the run of each sample, from any executor.
  ///   - progress: told of each step.
  public func prove(
    _ traces: [[Tensor]], nonce: Bytes32, expires: UInt64 = 0, progress: ProofProgress? = nil
  ) throws(Refusal) -> SuccinctProof {
    guard !traces.isEmpty, traces.count <= OpenStatement.mostSamples else {
      throw Refusal("badSampleCount", ["got": UInt64(traces.count)])
    }
    for trace in traces {
      guard trace.map(\.type) == graph.types else { throw Refusal("otherTrace") }
    }
    let statement = try SuccinctStatement(graph, weights.shape, samples: traces.count)
    try statement.security.check()
    return try prove(
      statement, traces, Witness(statement.plan, traces), nonce: nonce, expires: expires,
      progress: progress)
  }

  /// - Parameters:
  ///   - witness: that of the traces, unless somebody lies.
  ///   - lies: what else he does.
  func prove(
    _ statement: SuccinctStatement, _ traces: [[Tensor]], _ witness: Witness, nonce: Bytes32,
    expires: UInt64, progress: ProofProgress? = nil, lies: ProverLies = ProverLies()
  ) throws(Refusal) -> SuccinctProof {
    var proof = SuccinctProof()
    proof.format = statement.format
    proof.manifest = manifest.encoded
    proof.nonce = nonce
    proof.expires = expires
    proof.samples = UInt64(traces.count)
    for trace in traces {
      proof.input += trace[0].bytes
      proof.output += trace[trace.count - 1].bytes
    }
    let committed = try witness.committed()
    progress.done(.commitment)
    proof.witness = committed.root
    proof.counts = Tensor.littleEndian(witness.counts.map { Int32(bitPattern: $0) })
    proof.tables = Tensor.littleEndian(witness.tableCounts.map { Int32(bitPattern: $0) })
    var talk = SuccinctTalk(
      statement: statement, traces: traces, witness: witness, weights: weights, proof: proof,
      transcript: lies.said(
        statement.preamble(proof, model: manifest.id.digest, root: weights.root)
      ).transcript,
      lies: lies)
    let bytes = talk.proveBytes()
    progress.done(.bytes)
    let lookups = talk.proveLookups()
    progress.done(.lookups)
    let (rounding, rows) = talk.proveRoundings()
    progress.done(.roundings)
    let (maximum, pairs) = talk.proveMaxima()
    progress.done(.maxima)
    let ends = talk.proveSums(bytes, lookups, rounding, maximum, rows: rows, pairs: pairs)
    progress.done(.sums)
    talk.proveWitness(ends, committed)
    progress.done(.openings)
    return talk.proof
  }
}

/// The prover's side of the conversation, step by step.
private struct SuccinctTalk {
  let statement: SuccinctStatement
  let traces: [[Tensor]]
  let witness: Witness
  let weights: CommittedWeights
  var proof: SuccinctProof
  var transcript: Transcript
  let lies: ProverLies
  /// Pieces of the weights and the rows that they combine.
  var pieces: [RowPiece] = []
  var rows: [PairVector] = []

  private var plan: WitnessPlan { statement.plan }
  private var own: WitnessShape { statement.plan.shape }

  private func witness(of step: ProverStep) -> Witness { lies.witnesses[step] ?? witness }

  mutating func proveBytes() -> (point: [GoldilocksPair], value: GoldilocksPair) {
    let alpha = transcript.challenge()
    let tree = ProductTree.prove(alpha, minus: witness(of: .bytes).bytes, &transcript)
    proof.products = ElementBytes.of(tree.elements)
    return (tree.point, alpha - tree.claim)
  }

  mutating func proveLookups() -> LookupChallenges {
    var end = LookupChallenges()
    guard own.helpers.lookups > 0 else { return end }
    end.beta = transcript.challenge()
    end.alpha = transcript.challenge()
    var leaves = LookupTree.leaves(
      plan, traces, witness.helpers, alpha: end.alpha, beta: end.beta)
    lies.lookups(&leaves)
    let tree = ProductTree.prove(leaves, &transcript)
    proof.lookups = ElementBytes.of(tree.elements)
    (end.point, end.claim) = (tree.point, tree.claim)
    return end
  }

  mutating func proveRoundings() -> (
    (messages: RoundingSumcheck.Messages, point: [GoldilocksPair]), rows: [GoldilocksPair]
  ) {
    let r = transcript.challenges(own.rowBits)
    let bend = transcript.challenge()
    let witness = witness(of: .roundings)
    let column = witness.bytes.words(own.bytesColumn..<(own.bytesColumn + 1 << own.rowBits))
    let end = RoundingSumcheck.prove(
      at: r, excess: witness.excess, byte: column, bend: bend, &transcript)
    proof.roundings = ElementBytes.of(end.messages.elements)
    return (end, r)
  }

  mutating func proveMaxima() -> (
    (messages: WeightedSumcheck.Messages, point: [GoldilocksPair]), pairs: [GoldilocksPair]
  ) {
    guard own.pairs > 0 else { return ((WeightedSumcheck.Messages(), []), []) }
    let r = transcript.challenges(own.pairBits)
    let size = 1 << own.pairBits
    let witness = witness(of: .maxima)
    let choices = (start: 0, words: witness.choices.words(0..<own.pairs))
    let differences = witness.bytes.words(own.differences..<(own.differences + size))
    let end = WeightedSumcheck.prove(
      at: r, PairVector(parts: [choices], count: size), PairVector(base: differences),
      claim: .zero, &transcript)
    proof.maxima = ElementBytes.of(end.messages.elements)
    return (end, r)
  }

  /// The one linear equation, its sums, and the layers that they are of.
  mutating func proveSums(
    _ bytes: (point: [GoldilocksPair], value: GoldilocksPair), _ lookups: LookupChallenges,
    _ rounding: (messages: RoundingSumcheck.Messages, point: [GoldilocksPair]),
    _ maximum: (messages: WeightedSumcheck.Messages, point: [GoldilocksPair]),
    rows r: [GoldilocksPair], pairs: [GoldilocksPair]
  ) -> WitnessClaims.Ends {
    let challenges = LinearEquation.Challenges(
      rows: r, pairs: pairs, outputs: transcript.challenges(statement.outputBits),
      relations: transcript.challenges(own.helpers.relationBits), mu: transcript.challenge())
    let equation = LinearEquation(
      plan, statement.space, challenges, input: traces.flatMap { $0[0].values },
      output: traces.flatMap { $0[$0.count - 1].values })
    let sums = statement.space.vector(statement.graph, traces, witness)
    let claim = equation.sums.inner(
      lies.claimed.map { statement.space.vector(statement.graph, $0, witness) } ?? sums)
    transcript.absorb("sums", [claim])
    let toPoint = ColumnSumcheck.prove(
      rows: [equation.sums], vectors: [sums], variables: statement.space.variables, &transcript)
    transcript.absorb("sum", toPoint.vectors)
    proof.sums = ElementBytes.of(
      [claim] + toPoint.rounds.flatMap { [$0.atZero, $0.leading] } + toPoint.vectors)
    let factors = proveFactors(toPoint.point)
    let (points, layerWeights) = statement.space.split(toPoint.point, statement.shape)
    let layers = zip(statement.graph.layers, points).map { layer, point in
      LayerFold(statement.graph, layer, samples: plan.samples, traces: traces, point)
    }
    pieces = RowPieces(layers, points, statement.shape, weights: layerWeights).pieces
    rows = pieces.map { weights.row(of: $0) }
    var verifier = transcript
    let columns = ColumnSumcheck.prove(
      rows: rows, vectors: pieces.map { PairVector($0.vector) },
      variables: statement.shape.columnBits, &transcript)
    var ends = columns.rows
    if lies.fits == .sums {
      let claim = ColumnSumcheck.follow(columns.rounds, claim: toPoint.vectors[0], &verifier).claim
      ends = ProverLies.fitting(ends, columns.vectors, to: claim)
    }
    let values = lies.moved(
      zip(pieces, columns.vectors).filter { $0.0.source != nil }.map(\.1), ends)
    proof.rounds = ElementBytes.of(columns.rounds.flatMap { [$0.atZero, $0.leading] })
    proof.ends = ElementBytes.of(ends)
    proof.values = ElementBytes.of(values)
    transcript.absorb("ends", proof.ends)
    transcript.absorb("values", proof.values)
    return WitnessClaims.Ends(
      equation: equation, challenges: challenges, sums: claim, bytes: bytes, rounding: rounding,
      maximum: maximum, column: columns.point, points: points, weights: layerWeights,
      values: values, lookups: lookups, factors: factors)
  }

  /// The part of the sums that is products of activations.
  private mutating func proveFactors(_ sums: [GoldilocksPair]) -> WitnessClaims.FactorEnd {
    var end = WitnessClaims.FactorEnd()
    guard own.helpers.factors > 0 else { return end }
    let proved = FactorSumcheck.prove(
      plan, statement.space, traces, witness.helpers, at: sums, &transcript, lie: lies.factors)
    proof.factors = ElementBytes.of(proved.messages.elements)
    (end.points, end.point) = (proved.points, proved.point)
    (end.left, end.right) = (proved.messages.left, proved.messages.right)
    return end
  }

  /// All claims on the witness at once, and both openings.
  mutating func proveWitness(_ ends: WitnessClaims.Ends, _ committed: EncodedMatrix) {
    let claims = WitnessClaims(
      statement, pieces, ends, gamma: transcript.challenge(),
      input: traces.flatMap { $0[0].values })
    var verifier = transcript
    let toPoint = WitnessSumcheck.reduce(
      witness, claims.form, by: own.variables, &transcript)
    var value = toPoint.witness[0]
    if lies.fits == .openings {
      let claim = ColumnSumcheck.follow(toPoint.rounds, claim: claims.claim, &verifier).claim
      value = claim * (toPoint.form[0].inverse ?? .zero)
    }
    transcript.absorb("claim", [value])
    proof.claims = ElementBytes.of(
      toPoint.rounds.flatMap { [$0.atZero, $0.leading] } + [value])
    let powers = OpenStatement.powers(of: transcript.challenge(), count: pieces.count)
    var row = PairVector(zeros: statement.shape.columns)
    for (own, power) in zip(rows, powers) { row.add(own, times: power) }
    proof.row = ElementBytes.of(row.elements)
    proof.witnessRow = ElementBytes.of(witness.row(at: toPoint.point).elements)
    transcript.absorb("row", proof.row)
    transcript.absorb("witnessRow", proof.witnessRow)
    proof.work = transcript.work()
    let places = transcript.places(statement.shape.workQueries, below: statement.shape.length)
    proof.columns = weights.matrix.letters(places)
    proof.path = weights.matrix.tree.path(from: places)
    let witnessPlaces = transcript.places(own.queries, below: own.length)
    proof.witnessColumns = committed.letters(witnessPlaces)
    proof.witnessPath = committed.tree.path(from: witnessPlaces)
  }
}
