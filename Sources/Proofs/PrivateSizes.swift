// How many messages, pads and rows a proof of level `private` has, and its error, from counts.

import Graphs
import Primitives

/// What prover and verifier count alike, without any list of what is read.
struct PrivateSizes {
  let graph: Graph
  let shape: MatrixShape
  let own: WitnessShape
  let space: SumSpace
  let samples: Int
  let hiding: Hiding
  /// The bits of the bytes' counts.
  let counts: CountSpace
  let layout: HidingLayout

  /// The most entries of tables' counts in bits, log2, so that a small file cannot ask for much.
  static let mostTableBits = 22

  /// - Parameter own: the shape of the witness, with the rows of a hidden input.
  init(
    _ graph: Graph, _ shape: MatrixShape, _ own: WitnessShape, _ space: SumSpace, samples: Int,
    hiding: Hiding
  ) throws(Refusal) {
    self.graph = graph
    self.shape = shape
    self.own = own
    self.space = space
    self.samples = samples
    self.hiding = hiding
    guard own.tail > 0, let counts = own.counts else { throw .witnessTooLarge(own.rows) }
    self.counts = counts
    let tableBits = own.tableCounts?.bits ?? 0
    guard tableBits <= Self.mostTableBits else { throw .witnessTooLarge(1 << tableBits) }
    var talk = 1 + ProductTree.count(own.byteBits) + ProductTree.count(own.bitBits)
    talk += WeightedSumcheck.Messages.count(own.bitBits)
    talk += RoundingSumcheck.count(own.rowBits) + 2
    if own.pairs > 0 { talk += WeightedSumcheck.Messages.count(own.pairBits) }
    talk += 2 * space.variables + 2 + 2 * shape.columnBits
    let pieces = RowPieces.counts(shape).pieces
    let layerPieces = pieces - (shape.rows - shape.biasRow)
    var products = own.byteBits + own.bitBits + 3 + (own.pairs > 0 ? 1 : 0)
    talk += layerPieces
    if hiding.contains(.weights) {
      // Ends, their products with values, and the mask.
      talk += pieces + layerPieces + 1
      products += layerPieces
    }
    let helpers = own.helpers
    if helpers.lookups > 0 {
      // The root, two trees, and the check of the counts' bits.
      talk += 1 + ProductTree.count(helpers.lookupBits) + ProductTree.count(tableBits)
      talk += WeightedSumcheck.Messages.count(tableBits)
      products += helpers.lookupBits + tableBits + 1
    }
    if helpers.factors > 0 {
      talk += FactorSumcheck.Messages.count(helpers.factorBits)
      products += 1
    }
    // A hidden input has a pad of its own.
    layout = HidingLayout(
      columnBits: own.columnBits, tail: own.tail, entryRows: own.matrixRows,
      variables: own.variables, talk: talk, products: products,
      morePads: hiding.contains(.input) ? 1 : 0)
  }

  var outputBits: Int { MatrixShape.bits(graph.output.shape.count * samples) }
  var hidesInput: Bool { hiding.contains(.input) }
  var hidesWeights: Bool { hiding.contains(.weights) }
  /// Of the elements and a zero behind them: were there none, weights of a point would add up to
  /// one, and the same value would be that of an input with all elements raised by one under a pad
  /// that is lower by one.
  var inputBits: Int {
    hidesInput ? MatrixShape.bits(graph.input.shape.count * samples + 1) : 0
  }
  var layerPieces: Int { RowPieces.counts(shape).pieces - (shape.rows - shape.biasRow) }

  /// The lists of field elements in a proof, and how many bytes each has.
  var lengths: [(name: String, list: KeyPath<PrivateProof, [UInt8]>, count: Int)] {
    [
      ("output", \.output, samples * graph.output.byteCount),
      ("input", \.input, hidesInput ? 16 : samples * graph.input.byteCount),
      ("messages", \.messages, 16 * layout.messages),
      ("ends", \.ends, hidesWeights ? 0 : 16 * RowPieces.counts(shape).pieces),
      ("factors", \.factors, 32 * layout.products),
      ("row", \.row, 16 * shape.rowLength),
      ("columns", \.columns, 8 * shape.workQueries * shape.matrixRows),
      ("rounds", \.rounds, 16 * (1 + 2 * own.columnBits + layout.pieces)),
      ("witnessRow", \.witnessRow, 16 * layout.rowLength),
      ("witnessColumns", \.witnessColumns, 8 * own.queries * layout.matrixRows),
    ]
  }

  /// docs/concepts/proofs.md has the reasons, term by term.
  var security: SecurityLevel {
    var level = SecurityLevel()
    let counts = RowPieces.counts(shape)
    let helpers = own.helpers
    let tableBits = own.tableCounts?.bits ?? 0
    func rounds(_ trees: [Int]) -> Int { trees.map { ($0 + 1) * ($0 + 1) }.reduce(0, +) }
    level.add(
      "bytes",
      UInt128(1) << UInt128(own.byteBits) + UInt128(rounds([own.byteBits, own.bitBits])))
    level.add("bits", UInt128(3 * (own.bitBits + tableBits)))
    if helpers.lookups > 0 {
      // Pairs are factors of degree two in both challenges together.
      level.add(
        "lookups", UInt128(2 * helpers.lookups + rounds([helpers.lookupBits, tableBits])))
    }
    level.add("roundings", UInt128(4 * own.rowBits + 1))
    level.add("maxima", UInt128(3 * own.pairBits))
    let relations = helpers.relations > 0 ? 1 + helpers.relationBits : 0
    level.add("equation", UInt128(3 + outputBits + relations))
    level.add("sums", UInt128(2 * space.variables))
    if helpers.factors > 0 { level.add("factors", UInt128(3 * helpers.factorBits)) }
    level.add("columns", UInt128(2 * shape.columnBits))
    level.add("ends", UInt128(counts.pieces))
    level.add("input", UInt128(inputBits))
    // Three equations a product, four that are not, one more of a masked row; ten and the values of
    // pieces on the witness; of lookups four and that bits are bits, of products both factors.
    level.add("products", UInt128(layout.products))
    let more =
      (hidesWeights ? 1 : 0) + (helpers.lookups > 0 ? 5 : 0) + (helpers.factors > 0 ? 2 : 0)
    level.add("claims", UInt128(14 + 3 * layout.products + layerPieces + more))
    level.add("witness", UInt128(2 * own.variables + 1))
    level.add("witnessEnds", UInt128(layout.pieces))
    level.add(
      "combination",
      UInt128(counts.variables + counts.pieces - (hidesWeights ? 0 : 1)) * UInt128(shape.length)
        + UInt128(layout.rowVariables + layout.pieces) * UInt128(own.length))
    // Whatever is false by then is false in one matrix, and that one has to pass.
    let weights = SecurityLevel.queryUnits(
      columns: UInt64(shape.rowLength), length: UInt64(shape.length), queries: shape.workQueries)
    let witness = SecurityLevel.queryUnits(
      columns: UInt64(1 << own.columnBits + own.tail), length: UInt64(own.length),
      queries: own.queries)
    level.add("queries", max(weights, witness))
    return level
  }
}
