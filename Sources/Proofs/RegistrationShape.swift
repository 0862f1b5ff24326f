// What a registration commits to and says: bytes of biases, counts of all bytes, and their sizes.

import Arithmetic
import Graphs
import Primitives

/// All numbers under a root as bytes, the leaves of one tree of products: weights in the lower
/// half; in the upper how far each bias is above the least and below the greatest of its layer,
/// four bytes each. The committed vector holds these, behind them how often each byte occurs, in
/// bits, and blinds.
struct RegistrationShape {
  let shape: MatrixShape
  /// The greatest bias of each layer, at every place of a bias; zero where there is none.
  let bounds: [Int64]
  /// Biases with their padding, log2. Byte l of bias j lies at l·2^biasBits + j.
  let biasBits: Int
  /// Weights with their padding, and all leaves, log2.
  let weightBits: Int
  let leafBits: Int
  let counts: CountSpace
  /// Of the committed vector, blinds included.
  let entries: Int
  let layout: HidingLayout

  /// Bytes of a bias: above the least, then below the greatest.
  static let limbs = 8
  static let limbBits = 3
  static let limbsEach = 4
  static let mostBiasBits = 22
  /// What is added so that bytes of weights begin at zero.
  static let weightOffset: Int64 = 128

  init(_ shape: MatrixShape, _ graph: Graph) throws(Refusal) {
    self.shape = shape
    let biases = (shape.rows - shape.biasRow) << shape.columnBits
    biasBits = MatrixShape.bits(biases)
    // So that a small file cannot ask for much.
    guard biasBits <= Self.mostBiasBits else { throw Refusal("badProofParameters") }
    var bounds = [Int64](repeating: 0, count: biases)
    for (block, layer) in zip(shape.blocks, graph.layers) {
      for output in 0..<block.outputs { bounds[block.bias + output] = Int64(layer.biasBound) }
    }
    self.bounds = bounds
    weightBits = MatrixShape.bits(shape.biasRow) + shape.columnBits
    leafBits = max(weightBits, biasBits + Self.limbBits) + 1
    counts = CountSpace(
      counts: 256, total: 1 << leafBits, behind: 1 << (biasBits + Self.limbBits))
    entries = counts.end + WitnessShape.blinds
    let ranges = [0..<(1 << (biasBits + Self.limbBits)), counts.start..<entries]
    guard let own = Self.suitable(ranges) else { throw Refusal("badProofParameters") }
    // The root, two trees, the check of bits; two parts; rounds; an end a piece, and the mask.
    var talk = 1 + ProductTree.count(leafBits) + ProductTree.count(counts.bits)
    talk += WeightedSumcheck.Messages.count(counts.bits)
    talk += 2 + 2 * shape.columnBits + (1 + shape.rows - shape.biasRow) + 1
    layout = HidingLayout(
      columnBits: own.bits, tail: own.tail,
      entryRows: WitnessShape.matrixRows(ranges, own.bits),
      variables: max(MatrixShape.bits(entries), own.bits), talk: talk,
      products: leafBits + counts.bits + 1, morePads: 0)
  }

  /// The width at which a file takes the fewest bytes. Nobody gives a nonce, so that queries are of
  /// 128 bits.
  private static func suitable(_ ranges: [Range<Int>]) -> (bits: Int, tail: Int)? {
    var best: (bits: Int, tail: Int)?
    var least = Int.max
    for bits in 8...14 {
      let length = UInt64(1) << UInt64(bits + HidingLayout.rateBits)
      guard
        let tail = SecurityLevel.hidingQueries(
          columns: 1 << UInt64(bits), length: length, bits: 128 * 1024, work: 0)
      else { continue }
      let rows = WitnessShape.matrixRows(ranges, bits).count + 2 * (HidingLayout.masks + 1)
      let size = 8 * tail * rows + 16 * (1 << bits + tail)
      if size < least { (best, least) = ((bits, tail), size) }
    }
    return best
  }

  /// The steps' errors; docs/concepts/proofs.md has the reasons.
  var security: SecurityLevel {
    func tree(_ bits: Int) -> Int { (bits + 1) * (bits + 1) }
    var level = SecurityLevel()
    let pieces = 1 + shape.rows - shape.biasRow
    level.add(
      "bytes", UInt128(1) << UInt128(leafBits) + UInt128(tree(leafBits) + tree(counts.bits)))
    level.add("bits", UInt128(3 * counts.bits))
    level.add("points", UInt128(biasBits + 1))
    level.add("columns", UInt128(2 * shape.columnBits))
    level.add("ends", UInt128(pieces))
    level.add("products", UInt128(layout.products))
    // Three on the vector, three on the bits, three equations a product, three that are not.
    level.add("claims", UInt128(9 + 3 * layout.products))
    level.add("witness", UInt128(2 * layout.variables + 1))
    level.add("witnessEnds", UInt128(layout.pieces))
    let rows = UInt128(MatrixShape.bits(shape.biasRow) + pieces)
    level.add(
      "combination",
      rows * UInt128(shape.length)
        + UInt128(layout.rowVariables + layout.pieces) * UInt128(layout.length))
    let weights = SecurityLevel.queryUnits(
      columns: UInt64(shape.rowLength), length: UInt64(shape.length),
      queries: shape.linkQueries, work: 0)
    let own = SecurityLevel.queryUnits(
      columns: UInt64(layout.rowLength), length: UInt64(layout.length), queries: layout.tail,
      work: 0)
    level.add("queries", max(weights, own))
    return level
  }

  /// Everything that is fixed before the first challenge.
  func preamble(_ file: WeightRegistration, model: Bytes32, root: Bytes32) -> Preamble {
    var said = Preamble("tolsey/registration/1")
    said.add("model", model)
    said.add(
      "shape",
      [
        shape.columnBits, shape.rateBits, shape.budget, shape.rows, shape.biasRow,
        shape.linkQueries,
      ])
    said.add("root", root)
    said.add(
      "witnessShape",
      [
        biasBits, leafBits, counts.start, counts.bits, layout.columnBits, HidingLayout.rateBits,
        layout.tail, layout.messages, layout.products, layout.pads, layout.matrixRows,
      ])
    said.add("witness", file.witness)
    return said
  }

  func transcript(_ file: WeightRegistration, model: Bytes32, root: Bytes32) -> Transcript {
    preamble(file, model: model, root: root).transcript
  }

  /// What each list of the file has in bytes.
  var lengths: [(name: String, list: KeyPath<WeightRegistration, [UInt8]>, count: Int)] {
    [
      ("messages", \.messages, 16 * layout.messages),
      ("factors", \.factors, 32 * layout.products),
      ("row", \.row, 16 * shape.rowLength),
      ("columns", \.columns, 8 * shape.linkQueries * shape.matrixRows),
      ("rounds", \.rounds, 16 * (1 + 2 * layout.columnBits + layout.pieces)),
      ("witnessRow", \.witnessRow, 16 * layout.rowLength),
      ("witnessColumns", \.witnessColumns, 8 * layout.tail * layout.matrixRows),
    ]
  }
}
