// What a proof of level `private` can be, by a manifest alone: its bytes, its verifier's work.

public import Graphs
public import Primitives

/// The bounds of a proof of one run that hides its input, known before there is one and without
/// laying anything out. Steps are those of `SuccinctBounds`.
public struct PrivateBounds: Sendable, Equatable {
  /// Bytes that every proof of the model has at least.
  public let leastBytes: Int
  /// Bytes that none exceeds.
  public let mostBytes: Int
  /// Steps of the verifier, never fewer than it takes.
  public let steps: Int

  /// Refuses models that the level does not prove.
  public init(_ manifest: Manifest, _ graph: Graph, _ shape: MatrixShape) throws(Refusal) {
    let counts = try WitnessCounts(graph)
    let rows = counts.rows + graph.input.shape.count
    guard rows <= WitnessPlan.mostRows else { throw .witnessTooLarge(rows) }
    let own = WitnessShape(
      rows: rows, pairs: counts.pairs, limbs: counts.shape.limbs, helpers: counts.helpers,
      isHidden: true)
    let sizes = try PrivateSizes(
      graph, shape, own, try SumSpace(graph, samples: 1), samples: 1, hiding: .input)
    try sizes.security.check()
    let head = manifest.encoded.count
    let lists = sizes.lengths.reduce(0) { $0 + $1.count }
    // Nonce, tag and two roots, of which one is zero, the root of the witness, and leaves' salts: a
    // hash takes 34 bytes.
    let least = head + lists + 34 * (4 + own.queries)
    let paths =
      SuccinctBounds.pathHashes(shape.workQueries, shape.lengthBits)
      + SuccinctBounds.pathHashes(own.queries, own.columnBits + own.rateBits)
    leastBytes = least
    // The heads of the fields and the small ones take less than 256.
    mostBytes = least + 34 * paths + 256
    var work = 2 * mostBytes + SuccinctBounds.manifestByte * head
    work += PrivateBounds.talk(sizes)
    work += SuccinctBounds.forms(counts, own, sizes.space)
    work += SuccinctBounds.layers(graph, shape, counts)
    work += SuccinctBounds.opening(shape.rows, shape.columnBits, shape.rateBits, shape.workQueries)
    work += PrivateBounds.opening(sizes)
    // eq of a point over all of the witness's rows, of which some are there.
    work += 2 << sizes.layout.rowVariables
    // The input's value, once for the claims and once where it is contested.
    work += 6 << sizes.inputBits
    steps = work
  }

  /// Messages and challenges, and what each equation carries of the pads before it: a round goes
  /// through all that its sum-check has read.
  private static func talk(_ sizes: PrivateSizes) -> Int {
    let own = sizes.own
    let helpers = own.helpers
    let tableBits = own.tableCounts?.bits ?? 0
    let points =
      own.rowBits + own.pairBits + sizes.outputBits + own.bitBits + sizes.inputBits
      + 2 * own.columnBits + helpers.relationBits + tableBits + 2
    let places = sizes.shape.workQueries + own.queries
    let talk = sizes.layout.messages + points + places + own.columnBits + 32
    func carried(_ rounds: Int, _ messages: Int) -> Int {
      messages * (rounds + 2) * (rounds + 2)
    }
    var carries = carried(own.bitBits, 2) + carried(own.rowBits, 3) + carried(own.pairBits, 2)
    for rounds in 0..<own.byteBits { carries += carried(rounds, 2) }
    for bits in [own.bitBits, helpers.lookupBits, tableBits] {
      for rounds in 0..<bits { carries += carried(rounds, 2) }
    }
    carries += carried(tableBits, 2) + carried(helpers.factorBits, 3)
    carries += carried(sizes.space.variables, 2) + carried(sizes.shape.columnBits, 2)
    // Each product's three equations, and those that are none.
    let equations = 4 * sizes.layout.messages + 8 * sizes.layout.products + 2 * sizes.layerPieces
    return talk * SuccinctBounds.challenge + 2 * (carries + equations)
      + sizes.layout.pads * (sizes.layout.rowVariables + 2)
  }

  /// The counts' bits, pads and masks, and the opening of the witness's matrix with its tails.
  private static func opening(_ sizes: PrivateSizes) -> Int {
    let own = sizes.own
    let bits = own.columnBits + own.rateBits
    let word = 2 * bits << bits + 8 * sizes.layout.rowLength
    let columns =
      4 * own.queries * sizes.layout.matrixRows + own.queries * (bits + 2) * SuccinctBounds.hash
    let pieces = sizes.layout.pieces * (4 << own.columnBits) + 4 * sizes.layout.matrixRows
    let bitSteps = 16 << own.bitBits + (own.tableCounts.map { 16 << $0.bits } ?? 0)
    return bitSteps + word + columns + pieces
  }
}
