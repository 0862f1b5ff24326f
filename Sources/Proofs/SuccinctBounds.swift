// What a proof of level `succinct` can be, by a manifest alone: its bytes, its verifier's work.

public import Graphs
public import Primitives

/// The bounds of a proof of one run, known before there is one and without laying anything out.
public struct SuccinctBounds: Sendable, Equatable {
  /// Bytes that every proof of the model has at least.
  public let leastBytes: Int
  /// Bytes that none exceeds.
  public let mostBytes: Int
  /// Steps of the verifier, never fewer than it takes: a step is a multiplication in the extension
  /// with an addition, or what takes as long.
  public let steps: Int
  /// Bytes of the witness that are entries of a rounding or a maximum, padding left out.
  public let witnessBytes: Int

  /// A hash of one or two blocks, in steps, and a challenge with what is absorbed before it.
  static let hash = 32
  static let challenge = 128
  /// What reading a byte of a manifest takes: a node of a graph has a dozen of them.
  static let manifestByte = 32

  /// Refuses models that the level does not prove.
  public init(_ manifest: Manifest, _ graph: Graph, _ shape: MatrixShape) throws(Refusal) {
    let counts = try WitnessCounts(graph)
    let own = counts.shape
    let space = try SumSpace(graph, samples: 1)
    try SuccinctStatement.security(
      shape, own, space, outputBits: MatrixShape.bits(graph.output.shape.count)
    ).check()
    witnessBytes = own.columnCount * own.rows + own.pairs
    let head = manifest.encoded.count
    let lists = SuccinctStatement.lengths(shape, own, space).reduce(0) { $0 + $1.count }
    let least = head + graph.input.byteCount + graph.output.byteCount + 1024 + lists
    let paths =
      SuccinctBounds.pathHashes(shape.workQueries, shape.lengthBits)
      + SuccinctBounds.pathHashes(own.queries, own.columnBits + own.rateBits)
    leastBytes = least
    // A hash takes 34 bytes; the heads of the fields and the small ones less than 256.
    mostBytes = least + 34 * paths + 256
    var work = 2 * mostBytes + SuccinctBounds.manifestByte * head
    work += SuccinctBounds.talk(graph, shape, own, space)
    work += SuccinctBounds.forms(counts, own, space)
    work += SuccinctBounds.layers(graph, shape, counts)
    work += SuccinctBounds.opening(shape.rows, shape.columnBits, shape.rateBits, shape.workQueries)
    work += SuccinctBounds.opening(
      own.matrixRows.count, own.columnBits, own.rateBits, own.queries)
    // eq of a point over all of the witness's rows, of which some are there.
    work += 2 << (own.variables - own.columnBits)
    steps = work
  }

  /// The hashes of all columns' paths together, at most: no more than half the nodes of a level.
  static func pathHashes(_ queries: Int, _ lengthBits: Int) -> Int {
    (0..<lengthBits).reduce(0) { $0 + min(queries, 1 << $1) }
  }

  /// Challenges, one a round and one a coordinate, and what the counts are raised to.
  private static func talk(
    _ graph: Graph, _ shape: MatrixShape, _ own: WitnessShape, _ space: SumSpace
  ) -> Int {
    let bytes = own.byteBits * (own.byteBits + 1) / 2
    let points = own.rowBits + own.pairBits + MatrixShape.bits(graph.output.shape.count)
    let rounds = own.rowBits + own.pairBits + space.variables + shape.columnBits + own.variables
    let places = shape.workQueries + own.queries
    let helpers = own.helpers
    let wide =
      helpers.lookupBits * (helpers.lookupBits + 1) / 2 + helpers.relationBits
      + helpers.factorBits + 4
    return (bytes + points + rounds + places + wide + 16) * challenge
      + 256 * 64 * (1 + helpers.tables)
  }

  /// The equation and the claims: coefficients of all tensors, twice, and eq at their points.
  static func forms(
    _ counts: WitnessCounts, _ own: WitnessShape, _ space: SumSpace
  ) -> Int {
    let tables = 4 << own.rowBits + 8 << own.pairBits
    let lists = 2 * counts.reads + counts.terms
    let both = 4 * counts.elements + 2 * counts.reads + 4 * own.rows + 6 * own.pairs
    return tables + lists + both + 6 << space.variables + helpers(counts, own)
  }

  /// Relations, lookups and products, and the coefficients of what they are committed to as.
  private static func helpers(_ counts: WitnessCounts, _ own: WitnessShape) -> Int {
    let helpers = own.helpers
    if helpers.isEmpty { return 0 }
    let points =
      4 << helpers.relationBits + 4 << helpers.lookupBits + 8 << helpers.factorBits
      + 4 << own.extraBits + 4 << own.looseBits
    let lists = 6 * (helpers.extras + helpers.loose) + 4 * helpers.lookups
    // Twice: for the equation and for the claims.
    return points + lists + 2 * counts.helperTerms + 4 * helpers.factors
  }

  /// Points of layers, their pieces, and the inputs that a sum is spread over.
  static func layers(
    _ graph: Graph, _ shape: MatrixShape, _ counts: WitnessCounts
  ) -> Int {
    var work = counts.folds
    for (layer, block) in zip(graph.layers, shape.blocks) {
      let places = graph.types[layer.node + 1].shape.count / layer.rows
      work += 4 << block.outputBits + 4 << MatrixShape.bits(places) + layer.columns
    }
    let pieces = RowPieces.counts(shape).pieces
    return work + 8 * pieces * shape.columns + 4 * shape.rows + 64 * pieces
  }

  /// A row at a point, its codeword, and each column against it and up to the root.
  static func opening(_ rows: Int, _ columnBits: Int, _ rateBits: Int, _ queries: Int)
    -> Int
  {
    let bits = columnBits + rateBits
    let word = 2 * bits << bits + 8 << columnBits
    return word + 4 * queries * rows + queries * (bits + 1) * hash + 4 * rows
  }
}
