// What prover and verifier of level `succinct` both know, and what each challenge makes of it.

import Arithmetic
import Graphs
import Primitives

/// A model, a number of samples, and all that follows from the two.
struct SuccinctStatement {
  let graph: Graph
  let shape: MatrixShape
  let plan: WitnessPlan
  let space: SumSpace
  /// The error of every step, from public numbers.
  let security: SecurityLevel

  init(_ graph: Graph, _ shape: MatrixShape, samples: Int) throws(Refusal) {
    self.graph = graph
    self.shape = shape
    plan = try WitnessPlan(graph, samples: samples)
    space = try SumSpace(graph, samples: samples)
    security = SuccinctStatement.security(
      shape, plan.shape, space,
      outputBits: MatrixShape.bits(graph.output.shape.count * plan.samples))
  }

  /// Bits of the outputs of all samples.
  var outputBits: Int { MatrixShape.bits(graph.output.shape.count * plan.samples) }

  typealias Length = (name: String, list: KeyPath<SuccinctProof, [UInt8]>, count: Int)

  /// The lists of field elements in a proof, and how many bytes each has.
  var lengths: [Length] { SuccinctStatement.lengths(shape, plan.shape, space) }

  /// The same without a plan.
  static func lengths(_ shape: MatrixShape, _ own: WitnessShape, _ space: SumSpace) -> [Length] {
    // Pieces of the layers' matrices, the biases' left out.
    let layerPieces = RowPieces.counts(shape).pieces - (shape.rows - shape.biasRow)
    return [
      ("products", \.products, 16 * ProductTree.count(own.byteBits)),
      ("roundings", \.roundings, 16 * RoundingSumcheck.count(own.rowBits)),
      (
        "maxima", \.maxima,
        own.pairs == 0 ? 0 : 16 * WeightedSumcheck.Messages.count(own.pairBits)
      ),
      ("sums", \.sums, 16 * (2 * space.variables + 2)),
      ("rounds", \.rounds, 32 * shape.columnBits),
      ("ends", \.ends, 16 * RowPieces.counts(shape).pieces),
      ("values", \.values, 16 * layerPieces),
      ("claims", \.claims, 16 * (2 * own.variables + 1)),
      ("row", \.row, 16 * shape.columns),
      ("columns", \.columns, 8 * shape.workQueries * shape.rows),
      ("witnessRow", \.witnessRow, 16 << own.columnBits),
      ("witnessColumns", \.witnessColumns, 8 * own.queries * own.matrixRows.count),
    ] + lengths(own.helpers)
  }

  private static func lengths(_ helpers: HelperSizes) -> [Length] {
    [
      ("tables", \.tables, 1024 * helpers.tables),
      (
        "lookups", \.lookups,
        helpers.lookups == 0 ? 0 : 16 * ProductTree.count(helpers.lookupBits)
      ),
      (
        "factors", \.factors,
        helpers.factors == 0 ? 0 : 16 * FactorSumcheck.Messages.count(helpers.factorBits)
      ),
    ]
  }

  /// What a proof of the model is written in.
  var format: UInt64 {
    SuccinctProof.format(samples: plan.samples, isWide: !plan.helpers.sizes.isEmpty)
  }

  /// Everything that is fixed before the first challenge.
  func preamble(_ proof: SuccinctProof, model: Bytes32, root: Bytes32) -> Preamble {
    var said = Preamble("tolsey/proof/1")
    said.add("level", UInt64(proof.level.rawValue))
    said.add("model", model)
    said.add("columns", UInt64(shape.columnBits))
    said.add("rate", UInt64(shape.rateBits))
    said.add("queries", UInt64(shape.workQueries))
    said.add("root", root)
    said.add("nonce", proof.nonce)
    said.add("expires", proof.expires)
    said.add("samples", UInt64(plan.samples))
    said.add("input", proof.input)
    said.add("output", proof.output)
    let own = plan.shape
    said.add(
      "witnessShape",
      [
        own.rows, own.pairs, own.limbs, own.columnBits, own.rateBits, own.queries,
        own.matrixRows.count,
      ])
    said.add("witness", proof.witness)
    said.add("counts", proof.counts)
    if !own.helpers.isEmpty {
      let all = own.helpers
      said.add(
        "helpers",
        [
          all.extras, all.loose, all.relations, all.lookups, all.tables, all.factors,
        ])
      said.add("tables", proof.tables)
    }
    return said
  }

  func transcript(_ proof: SuccinctProof, model: Bytes32, root: Bytes32) -> Transcript {
    preamble(proof, model: model, root: root).transcript
  }

  /// docs/concepts/proofs.md has the reasons, term by term.
  static func security(
    _ shape: MatrixShape, _ own: WitnessShape, _ space: SumSpace, outputBits: Int
  ) -> SecurityLevel {
    var level = SecurityLevel()
    let counts = RowPieces.counts(shape)
    let rounds = (0..<own.byteBits).reduce(0) { $0 + 2 * $1 + 1 }
    level.add("bytes", UInt128(1) << UInt128(own.byteBits) + UInt128(rounds))
    level.add("roundings", UInt128(4 * own.rowBits + 1))
    level.add("maxima", UInt128(3 * own.pairBits))
    let helpers = own.helpers
    if helpers.lookups > 0 {
      // Pairs are factors of degree two in both challenges together.
      let rounds = (0..<helpers.lookupBits).reduce(0) { $0 + 2 * $1 + 1 }
      level.add("lookups", UInt128(2 * helpers.lookups + rounds))
    }
    let relations = helpers.relations > 0 ? 1 + helpers.relationBits : 0
    level.add("equation", UInt128(3 + outputBits + relations))
    level.add("sums", UInt128(2 * space.variables))
    if helpers.factors > 0 { level.add("products", UInt128(3 * helpers.factorBits)) }
    level.add("columns", UInt128(2 * shape.columnBits))
    level.add("ends", UInt128(counts.pieces))
    level.add("claims", UInt128(6 + counts.pieces + (helpers.isEmpty ? 0 : 3)))
    level.add("witness", UInt128(2 * own.variables))
    let rowVariables = own.variables - own.columnBits
    level.add(
      "combination",
      UInt128(counts.variables + counts.pieces - 1) * UInt128(shape.length)
        + UInt128(rowVariables) * UInt128(own.length))
    // Whatever is false by then is false in one matrix, and that one has to pass.
    let weights = SecurityLevel.queryUnits(
      columns: UInt64(shape.columns), length: UInt64(shape.length), queries: shape.workQueries)
    let witness = SecurityLevel.queryUnits(
      columns: UInt64(1 << own.columnBits), length: UInt64(own.length), queries: own.queries)
    level.add("queries", max(weights, witness))
    return level
  }
}

/// What is known when all claims on the witness are: how both sides come to the same form of them.
struct WitnessClaims {
  let form: WitnessForm
  let claim: GoldilocksPair

  /// What the steps before it left.
  struct Ends {
    var equation: LinearEquation
    var challenges: LinearEquation.Challenges
    /// c, the part of the sums.
    var sums: GoldilocksPair
    var bytes: (point: [GoldilocksPair], value: GoldilocksPair)
    var rounding: (messages: RoundingSumcheck.Messages, point: [GoldilocksPair])
    var maximum: (messages: WeightedSumcheck.Messages, point: [GoldilocksPair])
    /// Of the sum-check over the columns.
    var column: [GoldilocksPair]
    var points: [LayerPoint]
    var weights: [GoldilocksPair]
    var values: [GoldilocksPair]
    /// Of a wide format: where lookups and products end.
    var lookups: LookupChallenges
    var factors: FactorEnd
  }

  /// Where the sum-check of products ends.
  struct FactorEnd {
    var points: [ProductPoint] = []
    var point: [GoldilocksPair] = []
    var left = GoldilocksPair.zero
    var right = GoldilocksPair.zero
  }

  init(
    _ statement: SuccinctStatement, _ pieces: [RowPiece], _ ends: Ends, gamma: GoldilocksPair,
    input: [Int32]
  ) {
    let powers = OpenStatement.powers(of: gamma, count: 9 + ends.values.count)
    let scales = Array(powers[6..<(6 + ends.values.count)])
    let later = Array(powers.suffix(3))
    var forms = TensorForms(statement.plan, statement.space)
    LayerValues(
      statement.plan, statement.shape, pieces, scales: scales, weights: ends.weights,
      column: ends.column
    ).add(to: &forms, ends.points)
    let helpers = statement.plan.helpers.sizes
    if helpers.lookups > 0 { forms.addLookups(ends.lookups, scale: later[0]) }
    if helpers.factors > 0 {
      forms.addFactors(
        ends.factors.point, ends.factors.points, left: later[1], right: later[2])
    }
    forms.pullBack(statement.space, input: input)
    let equation = ends.equation
    form = WitnessForm(
      shape: statement.plan.shape, bytePoint: ends.bytes.point, byteScale: powers[1],
      rowPoint: ends.challenges.rows, clampPoint: ends.rounding.point, excessScale: powers[2],
      clampScale: powers[3], pairPoint: ends.maximum.point, differenceScale: powers[4],
      choiceScale: powers[5], bytes: zip(equation.bytes, forms.bytes).map { $0 + $1 },
      differences: zip(equation.differences, forms.differences).map { $0 + $1 },
      choices: equation.choices, extras: zip(equation.extras, forms.extras).map { $0 + $1 },
      loose: zip(equation.loose, forms.loose).map { $0 + $1 })
    var claim =
      ends.rounding.messages.value * LinearEquation.twoTo32 - ends.sums - equation.constant
    claim += powers[1] * ends.bytes.value
    claim += powers[2] * ends.rounding.messages.excess
    claim += powers[3] * ends.rounding.messages.byte
    claim += powers[4] * ends.maximum.messages.right
    claim += powers[5] * ends.maximum.messages.left
    for (scale, value) in zip(scales, ends.values) { claim += scale * value }
    if helpers.lookups > 0 { claim += later[0] * ends.lookups.claim }
    if helpers.factors > 0 {
      claim += later[1] * ends.factors.left + later[2] * ends.factors.right
    }
    self.claim = claim - forms.constant
  }
}
