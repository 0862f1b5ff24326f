// Where each weight of a model lies in the committed matrix: a public function of the graph.

public import Graphs
public import Primitives

/// Rows and columns of the matrix, and the rows of each layer.
///
/// A layer's matrix is padded to powers of two, r̂ outputs by n̂ inputs, and laid out row after
/// row; matrix rows of `columns` entries are cut from that. So the index of a weight is its
/// output's bits followed by its input's bits, and the lowest bits are its column. The biases of
/// all layers share the last rows, each layer at a multiple of its own padded length.
public struct MatrixShape: Sendable, Equatable {
  public struct Block: Sendable, Equatable {
    /// Outputs and inputs of the layer.
    public var outputs: Int
    public var inputs: Int
    /// log2 of their padded counts; the outputs are padded until a matrix row is full.
    public var outputBits: Int
    public var inputBits: Int
    /// The first matrix row, and how many.
    public var row: Int
    public var rows: Int
    /// Where the biases lie among all biases.
    public var bias: Int
  }

  public let columnBits: Int
  public let rateBits: Int
  public let blocks: [Block]
  /// The first row of biases.
  public let biasRow: Int
  /// Of weights and biases.
  public let rows: Int
  /// Proofs that may open hidden weights; 0 where weights are not hidden.
  public let budget: Int
  /// Columns to open at level `open`; behind work, as at the others; and in a re-commitment.
  public let queries: Int
  let workQueries: Int
  let linkQueries: Int
  /// Random entries behind each row: as many as columns of hidden weights are ever opened.
  let tail: Int

  public var columns: Int { 1 << columnBits }
  /// Letters of a codeword.
  public var length: Int { 1 << (columnBits + rateBits) }
  public var lengthBits: Int { columnBits + rateBits }

  /// 2^12 … 2^14 columns keep a proof near its least size; others are for tests.
  public static let columnBitsRange = 4...16
  /// Opened columns of weights are most of a file, and the rate 1/2 asks for five in the place of
  /// three.
  public static let rateBitsRange = 2...4
  /// Entries of the encoded matrix, at most: 2 GiB of words.
  public static let mostEntries = 1 << 28
  public static let mostBudget = 4096

  public init(
    _ graph: Graph, columnBits: Int, rateBits: Int, budget: Int = 0
  ) throws(Refusal) {
    guard Self.columnBitsRange.contains(columnBits), Self.rateBitsRange.contains(rateBits),
      !graph.layers.isEmpty
    else {
      throw Refusal(
        "badProofParameters",
        ["columns": UInt64(clamping: columnBits), "rate": UInt64(clamping: rateBits)])
    }
    self.columnBits = columnBits
    self.rateBits = rateBits
    self.budget = budget
    (workQueries, linkQueries, tail) = try MatrixShape.openings(columnBits, rateBits, budget)
    queries = min(
      1 << (columnBits + rateBits),
      SecurityLevel.queries(
        columns: 1 << UInt64(columnBits), length: 1 << UInt64(columnBits + rateBits), work: 0))
    var blocks: [Block] = []
    var row = 0
    var bias = 0
    for layer in graph.layers {
      let inputBits = Self.bits(layer.columns)
      let outputBits = max(Self.bits(layer.rows), columnBits - inputBits)
      let rows = 1 << (outputBits + inputBits - columnBits)
      // Aligned, so that the layer's biases are the values of a polynomial of their own.
      let padded = 1 << Self.bits(layer.rows)
      bias = (bias + padded - 1) / padded * padded
      blocks.append(
        Block(
          outputs: layer.rows, inputs: layer.columns, outputBits: outputBits,
          inputBits: inputBits, row: row, rows: rows, bias: bias))
      row += rows
      bias += padded
      guard row << (columnBits + rateBits) <= Self.mostEntries else {
        throw Refusal("matrixTooLarge", ["rows": UInt64(clamping: row)])
      }
    }
    self.blocks = blocks
    biasRow = row
    rows = row + (bias + (1 << columnBits) - 1) >> columnBits
    guard budget == 0 || matrixRows << lengthBits <= Self.mostEntries else {
      throw Refusal("matrixTooLarge", ["rows": UInt64(clamping: matrixRows)])
    }
  }

  /// Columns to open, columns of a re-commitment, and the length of a tail.
  private static func openings(
    _ columnBits: Int, _ rateBits: Int, _ budget: Int
  ) throws(Refusal) -> (queries: Int, links: Int, tail: Int) {
    let (columns, length) = (UInt64(1) << UInt64(columnBits), 1 << (columnBits + rateBits))
    guard budget != 0 else {
      let count = SecurityLevel.queries(columns: columns, length: UInt64(length))
      return (min(length, count), 0, 0)
    }
    guard (1...mostBudget).contains(budget) else {
      throw Refusal("budgetTooLarge", ["got": UInt64(clamping: budget)])
    }
    guard
      let own = SecurityLevel.budgetQueries(
        columns: columns, length: UInt64(length), budget: budget)
    else { throw Refusal("budgetTooLarge", ["got": UInt64(budget)]) }
    return own
  }

  /// The number of bits of a padded count.
  static func bits(_ count: Int) -> Int {
    count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
  }

  /// The rate that suits a model: 1/8 opens a fifth fewer columns than 1/4, for twice the memory of
  /// the codewords; large models keep to 1/4.
  public static func suitableRateBits(_ graph: Graph) -> Int {
    paddedWeights(graph) <= 1 << 23 ? 3 : 2
  }

  /// The columns that suit a model: a proof holds a row of 16-byte elements, and of each opened
  /// column 8-byte letters and the hashes of its path.
  public static func suitableColumnBits(_ graph: Graph, rateBits: Int) -> Int {
    let weights = paddedWeights(graph)
    var best = columnBitsRange.lowerBound
    var least = Int.max
    for k in 6...14 {
      let queries = SecurityLevel.queries(
        columns: 1 << UInt64(k), length: 1 << UInt64(k + rateBits), work: 0)
      // Paths meet about log2(queries) levels below the root.
      let path = queries * max(1, k + rateBits - 7) * 32
      let rows = weights >> k + graph.layers.count + 1
      let size = 16 << k + queries * 8 * rows + path
      if size < least, queries < 1 << (k + rateBits) { (best, least) = (k, size) }
    }
    return best
  }

  private static func paddedWeights(_ graph: Graph) -> Int {
    graph.layers.reduce(0) { $0 + 1 << (bits($1.rows) + bits($1.columns)) }
  }
}
