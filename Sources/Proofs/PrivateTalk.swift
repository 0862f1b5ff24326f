// The prover's side of level `private`, step by step.

import Arithmetic
import Graphs
import Primitives

/// Runs the sum-checks of level `succinct` over a padded conversation, then the openings.
struct PrivateTalk {
  let statement: PrivateStatement
  let traces: [[Tensor]]
  let committed: PrivateWitness
  let weights: CommittedWeights
  var proof: PrivateProof
  private let start: Transcript
  private let lies: ProverLies
  private var talk: PaddedConversation
  private var equation: LinearEquation?
  private var pieces: [RowPiece] = []
  private var rows: [PairVector] = []
  /// The masked row of hidden weights.
  private var row = PairVector(zeros: 0)

  init(
    _ statement: PrivateStatement, _ traces: [[Tensor]], _ committed: PrivateWitness,
    _ weights: CommittedWeights, _ proof: PrivateProof, _ transcript: Transcript,
    _ lies: ProverLies
  ) {
    self.lies = lies
    self.statement = statement
    self.traces = traces
    self.committed = committed
    self.weights = weights
    self.proof = proof
    start = transcript
    talk = PaddedConversation(transcript, pads: committed.hidden.pads)
  }

  private var own: WitnessShape { statement.plan.shape }
  private var witness: Witness { committed.witness }
  private func witness(of step: ProverStep) -> Witness { lies.witnesses[step] ?? witness }

  mutating func prove(_ progress: ProofProgress?) {
    proveBytes()
    progress.done(.bytes)
    proveLookups()
    progress.done(.lookups)
    let rowPoint = proveRoundings()
    progress.done(.roundings)
    let pairPoint = proveMaxima()
    progress.done(.maxima)
    let ends = proveSums(rowPoint, pairPoint)
    progress.done(.sums)
    proveWitness(ends)
    progress.done(.openings)
  }

  private mutating func proveBytes() {
    let alpha = talk.challenge()
    talk.absorb("root", [ProductTree.root(witness.counts, at: alpha)])
    _ = ProductTree.prove(alpha, minus: witness(of: .bytes).bytes, &talk)
    let powers = CountPowers(bytes: statement.counts, at: alpha)
    powers.prove(lies.told(witness.bits(of: powers.space), behind: .bytes), &talk)
  }

  private mutating func proveLookups() {
    guard let space = own.tableCounts else { return }
    let beta = talk.challenge()
    let alpha = talk.challenge()
    let plan = statement.plan
    var leaves = LookupTree.leaves(plan, traces, witness.helpers, alpha: alpha, beta: beta)
    lies.lookups(&leaves)
    let tables = plan.helpers.tables
    let root = LookupTree.root(tables, witness.tableCounts, alpha: alpha, beta: beta)
    talk.absorb("root", [root])
    _ = ProductTree.prove(leaves, &talk)
    let powers = CountPowers(
      space: space, bases: LookupTree.bases(tables, alpha: alpha, beta: beta))
    powers.prove(lies.told(witness.bits(of: space), behind: .lookups), &talk)
  }

  private mutating func proveRoundings() -> [GoldilocksPair] {
    let r = talk.challenges(own.rowBits)
    let bend = talk.challenge()
    let witness = witness(of: .roundings)
    let column = witness.bytes.words(own.bytesColumn..<(own.bytesColumn + 1 << own.rowBits))
    let end = RoundingSumcheck.prove(
      at: r, excess: witness.excess, byte: column, bend: bend, &talk)
    let product = end.messages.excess * end.messages.byte
    talk.absorb("bends", [product, product * end.messages.byte])
    return r
  }

  private mutating func proveMaxima() -> [GoldilocksPair] {
    guard own.pairs > 0 else { return [] }
    let r = talk.challenges(own.pairBits)
    let size = 1 << own.pairBits
    let witness = witness(of: .maxima)
    let choices = (start: 0, words: witness.choices.words(0..<own.pairs))
    let differences = witness.bytes.words(own.differences..<(own.differences + size))
    _ = WeightedSumcheck.prove(
      at: r, PairVector(parts: [choices], count: size), PairVector(base: differences),
      claim: .zero, &talk)
    return r
  }

  /// Up to the value of the input, which is in clear but for its own pad.
  private mutating func proveSums(
    _ rowPoint: [GoldilocksPair], _ pairPoint: [GoldilocksPair]
  ) -> (follow: PrivateFollow, ends: PrivateFollow.Ends) {
    let challenges = LinearEquation.Challenges(
      rows: rowPoint, pairs: pairPoint, outputs: talk.challenges(statement.outputBits),
      relations: talk.challenges(own.helpers.relationBits), mu: talk.challenge())
    let equation = LinearEquation(
      statement.plan, statement.space, challenges, input: input,
      output: traces.flatMap { $0[$0.count - 1].values })
    let sums = statement.space.vector(statement.graph, traces, witness)
    talk.absorb("sums", [equation.sums.inner(sums)])
    let toPoint = ColumnSumcheck.prove(
      rows: [equation.sums], vectors: [sums], variables: statement.space.variables, &talk)
    talk.absorb("sum", toPoint.vectors)
    if own.helpers.factors > 0 {
      _ = FactorSumcheck.prove(
        statement.plan, statement.space, traces, witness.helpers, at: toPoint.point, &talk,
        lie: lies.factors)
    }
    let (points, layerWeights) = statement.space.split(toPoint.point, statement.shape)
    let layers = zip(statement.graph.layers, points).map { layer, point in
      LayerFold(
        statement.graph, layer, samples: statement.plan.samples, traces: traces, point)
    }
    pieces = RowPieces(layers, points, statement.shape, weights: layerWeights).pieces
    rows = pieces.map { weights.row(of: $0) }
    let columns = ColumnSumcheck.prove(
      rows: rows, vectors: pieces.map { PairVector($0.vector) },
      variables: statement.shape.columnBits, &talk)
    if statement.hidesWeights {
      hideRow(columns)
    } else {
      proof.ends = ElementBytes.of(columns.rows)
      talk.transcript.absorb("ends", columns.rows)
      let values = zip(pieces, columns.vectors).filter { $0.0.source != nil }.map(\.1)
      talk.absorb("values", lies.moved(values, columns.rows))
    }
    var follow = PrivateFollow(statement, start, talk.sent)
    let ends = follow.follow(ends: columns.rows, row: row.elements) { _ in equation }
    if statement.hidesInput {
      let value = bound(at: ends.input)
      proof.input = ElementBytes.of([value])
      follow.padded.transcript.absorb("input", [value])
    }
    talk.transcript = follow.padded.transcript
    return (follow, ends)
  }

  /// Of hidden weights: everything about their rows under pads, and their combination under the
  /// mask of this proof's index.
  private mutating func hideRow(
    _ columns: (
      rounds: [ColumnSumcheck.Round], point: [GoldilocksPair], rows: [GoldilocksPair],
      vectors: [GoldilocksPair]
    )
  ) {
    let layers = pieces.indices.filter { pieces[$0].source != nil }
    talk.absorb("ends", columns.rows)
    let values = lies.moved(layers.map { columns.vectors[$0] }, columns.rows)
    talk.absorb("values", values)
    talk.absorb("products", zip(layers, values).map { columns.rows[$0] * $1 })
    let slot = Int(proof.index)
    let mask = weights.hiding?.mask(slot) ?? PairVector(zeros: 0)
    talk.absorb("mask", [mask.inner(PairVector.weights(at: columns.point))])
    let powers = OpenStatement.powers(of: talk.challenge(), count: pieces.count + 1)
    row = weights.maskedRow(
      slot, RowPiece.rowWeights(pieces, Array(powers[1...]), rows: statement.shape.rows))
    proof.row = ElementBytes.of(row.elements)
  }

  /// What an input comes to under its pad.
  private func bound(at point: [GoldilocksPair]) -> GoldilocksPair {
    HiddenInput.value(traces.flatMap { $0[0].values }, at: point)
      + committed.hidden.pads[statement.inputPad] + lies.input
  }

  /// The elements of all inputs, where they are in clear.
  private var input: [Int32] {
    statement.hidesInput ? [] : traces.flatMap { $0[0].values }
  }

  private mutating func proveWitness(
    _ known: (follow: PrivateFollow, ends: PrivateFollow.Ends)
  ) {
    var follow = known.follow
    let e = talk.challenge()
    let factors = follow.padded.factors(committed.hidden.pads, at: e)
    talk.transcript.absorb("factors", factors)
    proof.factors = ElementBytes.of(factors)
    follow.padded.follow(factors: factors, at: e)
    let bound = statement.hidesInput ? bound(at: known.ends.input) : .zero
    let claims = PrivateClaims(
      statement, known.ends, zeros: follow.padded.zeros, bound: bound, input: input,
      gamma: talk.challenge())
    var opening = PrivateOpening(statement.layout, claims.form, claims.equation)
    let hidden = WitnessSumcheck.reduce(
      witness, claims.form, by: statement.layout.rowVariables, &talk)
    for (index, x) in hidden.point.enumerated() {
      let pad = statement.layout.talk + 2 * index
      opening.follow(
        SentMessages(messages: talk.sent[pad..<(pad + 2)], pad: pad), at: x)
    }
    proof.messages = ElementBytes.of(talk.sent)
    (proof.rounds, proof.witnessRow) = opening.prove(
      committed.hidden, rows: (hidden.witness, hidden.form), &talk.transcript,
      fits: lies.fits == .openings)
    open()
  }

  /// Both rows, then the columns of both matrices.
  private mutating func open() {
    if !statement.hidesWeights {
      let powers = OpenStatement.powers(of: talk.challenge(), count: pieces.count)
      var row = PairVector(zeros: statement.shape.columns)
      for (own, power) in zip(rows, powers) { row.add(own, times: power) }
      proof.row = ElementBytes.of(row.elements)
      talk.transcript.absorb("row", proof.row)
    }
    talk.transcript.absorb("witnessRow", proof.witnessRow)
    proof.work = talk.transcript.work()
    let shape = statement.shape
    let places = talk.transcript.places(shape.workQueries, below: shape.length)
    proof.columns = weights.matrix.letters(places)
    if let hiding = weights.hiding { proof.salts = places.map { hiding.salts[$0] } }
    proof.path = weights.matrix.tree.path(from: places)
    let witnessPlaces = talk.transcript.places(own.queries, below: own.length)
    let hidden = committed.hidden
    proof.witnessColumns = hidden.matrix.letters(witnessPlaces)
    proof.witnessSalts = witnessPlaces.map { hidden.salts[$0] }
    proof.witnessPath = hidden.matrix.tree.path(from: witnessPlaces)
  }
}
