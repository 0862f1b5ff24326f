// Judging a proof of level `succinct`: without weights and without the run.

import Arithmetic
import Graphs
public import Primitives

public enum SuccinctVerifier {
  /// Judges a proof; the refusal names the step that fails.
  public static func verify(_ proof: SuccinctProof) throws(Refusal) -> ProvedRun {
    guard proof.level == .succinct else { throw .proofFails(.parameters, "level") }
    let model = try ProvableModel(proof.manifest)
    guard (1...UInt64(OpenStatement.mostSamples)).contains(proof.samples) else {
      throw .proofFails(.lengths, "samples")
    }
    let samples = Int(proof.samples)
    let statement: SuccinctStatement
    do throws(Refusal) {
      try checkTensors(proof, model.graph, samples)
      statement = try SuccinctStatement(model.graph, model.shape, samples: samples)
    } catch {
      throw error.proofStep == nil ? .proofFails(.parameters, error.code) : error
    }
    guard proof.format == statement.format else { throw .proofFails(.parameters, "format") }
    for list in statement.lengths where proof[keyPath: list.list].count != list.count {
      throw .proofFails(.lengths, list.name)
    }
    guard statement.security.bits >= SecurityLevel.leastBits else {
      throw .proofFails(.parameters, "bits\(statement.security.bits)")
    }
    let run = try PublicRun(proof, model.graph, samples)
    var judge = try SuccinctJudge(
      statement, proof, run, model: model.manifest.id.digest, root: model.root)
    try judge.judge()
    return ProvedRun(
      level: .succinct, model: model.manifest.id, nonce: proof.nonce, expires: proof.expires,
      inputs: run.inputs.map(\.bytes), outputs: run.outputs.map(\.bytes),
      security: statement.security)
  }

  private static func checkTensors(
    _ proof: SuccinctProof, _ graph: Graph, _ samples: Int
  ) throws(Refusal) {
    guard proof.input.count == samples * graph.input.byteCount else {
      throw .proofFails(.lengths, "input")
    }
    guard proof.output.count == samples * graph.output.byteCount else {
      throw .proofFails(.lengths, "output")
    }
    guard proof.counts.count == 1024 else { throw .proofFails(.lengths, "counts") }
  }
}

/// What a proof says in clear about a run.
private struct PublicRun {
  let inputs: [Tensor]
  let outputs: [Tensor]

  init(_ proof: SuccinctProof, _ graph: Graph, _ samples: Int) throws(Refusal) {
    inputs = try PublicRun.cut(proof.input, graph.input, samples)
    outputs = try PublicRun.cut(proof.output, graph.output, samples)
  }

  private static func cut(
    _ bytes: [UInt8], _ type: TensorType, _ samples: Int
  ) throws(Refusal) -> [Tensor] {
    var tensors: [Tensor] = []
    for sample in 0..<samples {
      let start = sample * type.byteCount
      do throws(Refusal) {
        tensors.append(try Tensor(type, bytes: Array(bytes[start..<(start + type.byteCount)])))
      } catch { throw .proofFails(.trace, error.code) }
    }
    return tensors
  }
}

/// The verifier's side of the conversation, step by step.
private struct SuccinctJudge {
  let statement: SuccinctStatement
  let proof: SuccinctProof
  let run: PublicRun
  let root: Bytes32
  let read: SuccinctElements
  var transcript: Transcript

  private var own: WitnessShape { statement.plan.shape }

  init(
    _ statement: SuccinctStatement, _ proof: SuccinctProof, _ run: PublicRun, model: Bytes32,
    root: Bytes32
  ) throws(Refusal) {
    self.statement = statement
    self.proof = proof
    self.run = run
    self.root = root
    do throws(Refusal) { read = try SuccinctElements(proof, statement) } catch {
      throw .proofFails(.elements, error.code)
    }
    transcript = statement.transcript(proof, model: model, root: root)
  }

  mutating func judge() throws(Refusal) {
    let alpha = transcript.challenge()
    let counts = Tensor.words(proof.counts).map { UInt32(bitPattern: $0) }
    guard counts.reduce(UInt64(0), { $0 + UInt64($1) }) == 1 << UInt64(own.byteBits) else {
      throw .proofFails(.bytes, "counts")
    }
    let leaf = try ProductTree.follow(
      read.products, root: ProductTree.root(counts, at: alpha), bits: own.byteBits, &transcript)
    let lookups = try followLookups()
    let rows = transcript.challenges(own.rowBits)
    let bend = transcript.challenge()
    let clamp = try RoundingSumcheck.follow(read.roundings, at: rows, bend: bend, &transcript)
    var pairs: [GoldilocksPair] = []
    var pair: [GoldilocksPair] = []
    if own.pairs > 0 {
      pairs = transcript.challenges(own.pairBits)
      pair = try WeightedSumcheck.follow(
        read.maxima, at: pairs, claim: .zero, .maxima, &transcript)
    }
    let challenges = LinearEquation.Challenges(
      rows: rows, pairs: pairs, outputs: transcript.challenges(statement.outputBits),
      relations: transcript.challenges(own.helpers.relationBits), mu: transcript.challenge())
    let equation = LinearEquation(
      statement.plan, statement.space, challenges, input: run.inputs.flatMap(\.values),
      output: run.outputs.flatMap(\.values))
    let sum = try followSums(equation)
    let factors = try followFactors(sum)
    let (points, weights) = statement.space.split(sum, statement.shape)
    let layers = zip(statement.graph.layers, points).map { layer, point in
      LayerFold(
        statement.graph, layer, samples: statement.plan.samples, traces: nil, point)
    }
    let pieces = RowPieces(layers, points, statement.shape, weights: weights).pieces
    let column = try followColumns(pieces)
    let ends = WitnessClaims.Ends(
      equation: equation, challenges: challenges, sums: read.sums[0],
      bytes: (leaf.point, alpha - leaf.claim), rounding: (read.roundings, clamp),
      maximum: (read.maxima, pair), column: column, points: points, weights: weights,
      values: read.values, lookups: lookups, factors: factors)
    try checkWitness(ends, pieces, column)
  }

  private mutating func followLookups() throws(Refusal) -> LookupChallenges {
    var end = LookupChallenges()
    let helpers = own.helpers
    guard helpers.lookups > 0 else { return end }
    let counts = Tensor.words(proof.tables).map { UInt32(bitPattern: $0) }
    guard counts.reduce(UInt64(0), { $0 + UInt64($1) }) == UInt64(helpers.lookups) else {
      throw .proofFails(.lookups, "counts")
    }
    end.beta = transcript.challenge()
    end.alpha = transcript.challenge()
    let root = LookupTree.root(
      statement.plan.helpers.tables, counts, alpha: end.alpha, beta: end.beta)
    (end.point, end.claim) = try ProductTree.follow(
      read.lookups, root: root, bits: helpers.lookupBits, step: .lookups, &transcript)
    return end
  }

  private mutating func followFactors(
    _ sums: [GoldilocksPair]
  ) throws(Refusal) -> WitnessClaims.FactorEnd {
    var end = WitnessClaims.FactorEnd()
    guard own.helpers.factors > 0 else { return end }
    end.points = statement.space.productPoints(sums)
    end.point = try FactorSumcheck.follow(
      read.factors, FactorSumcheck.coefficients(statement.plan, end.points), &transcript)
    (end.left, end.right) = (read.factors.left, read.factors.right)
    return end
  }

  /// From the part of the sums in the equation to one point of theirs.
  private mutating func followSums(
    _ equation: LinearEquation
  ) throws(Refusal) -> [GoldilocksPair] {
    transcript.absorb("sums", [read.sums[0]])
    let (point, claim) = ColumnSumcheck.follow(
      read.sumRounds, claim: read.sums[0], &transcript)
    guard equation.sums.inner(PairVector.weights(at: point)) * read.sums[1] == claim else {
      throw .proofFails(.sums, "claim")
    }
    transcript.absorb("sum", [read.sums[1]])
    return point
  }

  private mutating func followColumns(
    _ pieces: [RowPiece]
  ) throws(Refusal) -> [GoldilocksPair] {
    let (point, claim) = ColumnSumcheck.follow(
      read.rounds, claim: read.sums[1] - read.factors.claim, &transcript)
    var values = read.values.makeIterator()
    var sum = GoldilocksPair.zero
    var biases: PairVector?
    for (piece, end) in zip(pieces, read.ends) {
      if piece.source != nil, let value = values.next() {
        sum += end * value
      } else {
        let weights = biases ?? PairVector.weights(at: point)
        biases = weights
        sum += end * PairVector(piece.vector).inner(weights)
      }
    }
    guard sum == claim else { throw .proofFails(.sumcheck, "claim") }
    transcript.absorb("ends", proof.ends)
    transcript.absorb("values", proof.values)
    return point
  }

  private mutating func checkWitness(
    _ ends: WitnessClaims.Ends, _ pieces: [RowPiece], _ column: [GoldilocksPair]
  ) throws(Refusal) {
    let claims = WitnessClaims(
      statement, pieces, ends, gamma: transcript.challenge(),
      input: run.inputs.flatMap(\.values))
    let (point, claim) = ColumnSumcheck.follow(
      read.claimRounds, claim: claims.claim, &transcript)
    guard claims.form.value(at: point) * read.witness == claim else {
      throw .proofFails(.witness, "claim")
    }
    transcript.absorb("claim", [read.witness])
    let powers = OpenStatement.powers(of: transcript.challenge(), count: pieces.count)
    let end = zip(read.ends, powers).reduce(GoldilocksPair.zero) { $0 + $1.0 * $1.1 }
    guard PairVector(read.row).inner(PairVector.weights(at: column)) == end else {
      throw .proofFails(.combination, "point")
    }
    let high = Array(point[..<(point.count - own.columnBits)])
    let low = PairVector.weights(at: point[(point.count - own.columnBits)...])
    guard PairVector(read.witnessRow).inner(low) == read.witness else {
      throw .proofFails(.combination, "witness")
    }
    transcript.absorb("row", proof.row)
    transcript.absorb("witnessRow", proof.witnessRow)
    try transcript.check(work: proof.work)
    let shape = statement.shape
    let openings = ColumnOpenings(
      rows: shape.rows, columnBits: shape.columnBits, rateBits: shape.rateBits, root: root,
      places: transcript.places(shape.workQueries, below: shape.length))
    try openings.check(
      row: read.row, bytes: proof.columns, letters: read.letters, path: proof.path,
      weights: RowPiece.rowWeights(pieces, powers, rows: shape.rows))
    let all = Multilinear.weights(at: high)
    let witness = ColumnOpenings(
      rows: own.matrixRows.count, columnBits: own.columnBits, rateBits: own.rateBits,
      root: proof.witness, places: transcript.places(own.queries, below: own.length))
    try witness.check(
      row: read.witnessRow, bytes: proof.witnessColumns, letters: read.witnessLetters,
      path: proof.witnessPath, weights: own.matrixRows.map { all[$0] })
  }
}

/// The field elements of a proof, canonical and counted.
private struct SuccinctElements {
  let products: [GoldilocksPair]
  let lookups: [GoldilocksPair]
  let factors: FactorSumcheck.Messages
  let roundings: RoundingSumcheck.Messages
  let maxima: WeightedSumcheck.Messages
  /// The equation's part of the sums, and their value at the point.
  let sums: [GoldilocksPair]
  let sumRounds: [ColumnSumcheck.Round]
  let rounds: [ColumnSumcheck.Round]
  let ends: [GoldilocksPair]
  let values: [GoldilocksPair]
  let claimRounds: [ColumnSumcheck.Round]
  let witness: GoldilocksPair
  let row: [GoldilocksPair]
  let letters: [Goldilocks]
  let witnessRow: [GoldilocksPair]
  let witnessLetters: [Goldilocks]

  init(_ proof: SuccinctProof, _ statement: SuccinctStatement) throws(Refusal) {
    products = try ElementBytes.pairs(proof.products)
    lookups = try ElementBytes.pairs(proof.lookups)
    let both = try ElementBytes.pairs(proof.factors)
    factors = both.isEmpty ? FactorSumcheck.Messages() : FactorSumcheck.Messages(both)
    roundings = RoundingSumcheck.Messages(try ElementBytes.pairs(proof.roundings))
    let pairs = try ElementBytes.pairs(proof.maxima)
    maxima = pairs.isEmpty ? WeightedSumcheck.Messages() : WeightedSumcheck.Messages(pairs[...])
    let all = try ElementBytes.pairs(proof.sums)
    sums = [all[0], all[all.count - 1]]
    sumRounds = ColumnSumcheck.rounds(all[1..<(all.count - 1)])
    rounds = ColumnSumcheck.rounds(try ElementBytes.pairs(proof.rounds)[...])
    ends = try ElementBytes.pairs(proof.ends)
    values = try ElementBytes.pairs(proof.values)
    let claims = try ElementBytes.pairs(proof.claims)
    claimRounds = ColumnSumcheck.rounds(claims.dropLast())
    witness = claims[claims.count - 1]
    row = try ElementBytes.pairs(proof.row)
    letters = try ElementBytes.elements(proof.columns, count: proof.columns.count / 8)
    witnessRow = try ElementBytes.pairs(proof.witnessRow)
    witnessLetters = try ElementBytes.elements(
      proof.witnessColumns, count: proof.witnessColumns.count / 8)
  }
}
