// How a tile's computation is cut into blocks that one opening can show: a public function of the
// graph alone.

public import Primitives

/// The cut of one node.
///
/// A linear layer or a convolution is cut by columns of its matrix: 64 of them, or half as many as
/// often as their operands would not fit. A maximum is cut by elements of its tile in the same way.
/// Everything else is one block. The bytes are a bound in closed form over all tiles and blocks, so
/// that a ledger can judge a graph of any size at once.
public struct BlockCut: Hashable, Sendable {
  /// Columns of the matrix, or elements of the tile, that a block takes.
  public let width: Int
  /// Blocks of each tile.
  public let blocks: Int
  /// The most bytes that an opening of a block takes besides the manifest.
  public let openingBytes: Int

  /// The most bytes of a step's opening, manifest included.
  public static let mostOpening = 100_000
  /// The most bytes of a manifest whose runs can be disputed.
  public static let mostManifest = 49_152
  /// The most multiplications, additions and comparisons of a step.
  public static let mostWork = 1 << 17

  /// Cuts a node, or refuses it where even the narrowest block would be too much.
  public init(_ graph: Graph, node: Int) throws(Refusal) {
    try self.init(graph, node: node, weightLeaves: WeightTiles.count(of: graph))
  }

  /// - Parameter weightLeaves: the leaves of the weights' tree, counted once for all nodes.
  init(_ graph: Graph, node: Int, weightLeaves: Int) throws(Refusal) {
    let bound = OpeningBound(graph, node: node, weightLeaves: weightLeaves)
    let whole = bound.columns ?? 1
    var width = bound.columns == nil ? 1 : bound.widest
    while true {
      let bytes = bound.bytes(width: width)
      let work = bound.work(width: width)
      if bytes <= Self.mostOpening - Self.mostManifest, work <= Self.mostWork {
        self.width = width
        blocks = (whole - 1) / width + 1
        openingBytes = bytes
        return
      }
      guard width > 1 else {
        throw Refusal(
          "stepTooLarge",
          [
            "node": UInt64(node), "bytes": UInt64(clamping: bytes),
            "work": UInt64(clamping: work),
          ])
      }
      width /= 2
    }
  }

  /// The cuts of all nodes.
  public static func all(of graph: Graph) throws(Refusal) -> [BlockCut] {
    let leaves = WeightTiles.count(of: graph)
    var cuts: [BlockCut] = []
    for node in graph.nodes.indices {
      cuts.append(try BlockCut(graph, node: node, weightLeaves: leaves))
    }
    return cuts
  }
}

/// What the opening of any block of a node can take, from sizes alone.
struct OpeningBound {
  let operation: Operation
  let from: [TensorType]
  let to: TensorType
  let tensors: Int
  let weightLeaves: Int

  /// Canonical bytes of a full vertex.
  static let vertexBytes = 2 + 34 * WideTree.width

  init(_ graph: Graph, node: Int, weightLeaves: Int) {
    operation = graph.nodes[node].operation
    from = graph.nodes[node].inputs.map { graph.types[$0] }
    to = graph.types[node + 1]
    tensors = graph.types.count
    self.weightLeaves = weightLeaves
  }

  /// What is cut: columns of the matrix or elements of a tile; nil for one block.
  var columns: Int? {
    switch operation {
    case .linear, .convolution: operation.weightSize(on: from[0])?.columns
    case .maxPool: elements
    case .requantise, .add, .reshape: nil
    }
  }

  var widest: Int {
    if case .maxPool = operation { TraceShape.tileBytes } else { WeightTiles.side }
  }

  /// Elements of a full tile of the result.
  private var elements: Int {
    min(to.shape.count, TraceShape.tileBytes / to.element.byteCount)
  }

  func work(width: Int) -> Int {
    switch operation {
    case .linear, .convolution: 2 * elements * width
    case .maxPool(let own): min(width, elements) * own.window.height * own.window.width
    case .requantise, .add, .reshape: 4 * elements
    }
  }

  func bytes(width: Int) -> Int {
    // The manifest's head, the salt, the heads of the lists.
    var bytes = 64
    if case .maxPool = operation { bytes += TraceShape.tileBytes + 8 }
    if let weights = weightTiles {
      let path = 34 * (Int.bitWidth - max(0, weightLeaves - 1).leadingZeroBitCount)
      let tile = WeightTiles.byteCount + 16 + path
      bytes += weights.matrix * tile + max(TraceShape.tileBytes + 8, weights.biases * tile)
    }
    let upper = WideTree.depth(of: UInt64(tensors))
    for (read, type) in zip(reads(width: width), from) {
      let tiles = min(type.tileCount, read.tiles)
      bytes += tiles * (TraceShape.tileBytes + 4)
      bytes += (vertices(read, type) + upper) * Self.vertexBytes
    }
    return bytes
  }

  /// Tiles of an operand that a block reads, in so many runs of neighbours.
  struct Reads {
    var tiles: Int
    var runs: Int

    init(tiles: Int, runs: Int) {
      self.tiles = tiles
      self.runs = runs
    }

    /// Runs of so many elements together.
    init(elements: Int, runs: Int, each: Int) {
      self.init(tiles: (elements + runs * (each - 2)) / each + runs, runs: runs)
    }
  }

  /// What a block reads of each operand.
  func reads(width: Int) -> [Reads] {
    switch operation {
    case .linear, .reshape: [Reads(tiles: 1, runs: 1)]
    case .convolution(let own): [convolutionReads(own.window, width)]
    case .maxPool(let own): [poolReads(own.window, min(width, elements))]
    case .requantise: [Reads(tiles: 4, runs: 1)]
    case .add: [Reads(tiles: 1, runs: 1), Reads(tiles: 1, runs: 1)]
    }
  }

  /// The vertices of an operand's tree that prove its tiles: of each level no more than there are
  /// below.
  func vertices(_ reads: Reads, _ type: TensorType) -> Int {
    var all = type.tileCount
    var level = min(all, reads.tiles)
    let runs = min(level, reads.runs)
    var count = 0
    while all > 1 {
      all = (all - 1) / WideTree.width + 1
      level = min(all, level, (level + (WideTree.width - 2) * runs) / WideTree.width + runs)
      count += level
    }
    return count
  }

  /// Tiles of the matrix, one below the other, and at the first block of the biases.
  var weightTiles: (matrix: Int, biases: Int)? {
    let side = WeightTiles.side
    switch operation {
    case .linear: return ((elements - 1) / side + 1, 1)
    case .convolution(let own):
      let plane = to.shape.elementsPerChannel
      let rows = min(own.outputs, (elements + plane - 2) / plane + 1)
      // With one element a channel the rows of a tile begin at a multiple of 256.
      if plane == 1 { return ((rows - 1) / side + 1, 1) }
      return ((rows + side - 2) / side + 1, rows == 1 ? 1 : 2)
    case .requantise, .maxPool, .add, .reshape: return nil
    }
  }

  /// The elements of a plane, and the runs of rows, under a window whose results are `count`
  /// neighbours: one piece of a plane, or the end of one and the beginning of the next.
  private func piece(
    _ window: Window, kernelRows: Int, count: Int
  ) -> (elements: Int, runs: Int) {
    let plane = from[0].shape.elementsPerChannel
    guard count < to.shape.elementsPerChannel else { return (plane, 1) }
    let (wide, across) = (to.shape.dims[2], from[0].shape.dims[2])
    let rows = (count - 1) / wide + 2
    let one = (rows - 1) * window.strideY + kernelRows
    let two = max(0, rows - 2) * window.strideY + 2 * kernelRows
    return (min(2 * plane, max(one, two) * across), 2)
  }

  private func convolutionReads(_ window: Window, _ width: Int) -> Reads {
    let dims = from[0].shape.dims
    let area = window.height * window.width
    let channels =
      width % area == 0
      ? width / area : area % width == 0 ? 1 : (width + area - 2) / area + 1
    let count = min(dims[0], channels)
    let kernelRows = min(window.height, (width + window.width - 2) / window.width + 1)
    let each = TraceShape.tileBytes
    let own = piece(window, kernelRows: kernelRows, count: elements)
    let apart = Reads(elements: count * own.elements, runs: count * own.runs, each: each)
    let together = Reads(elements: count * dims[1] * dims[2], runs: 1, each: each)
    return together.tiles <= apart.tiles ? together : apart
  }

  private func poolReads(_ window: Window, _ count: Int) -> Reads {
    let dims = from[0].shape.dims
    let each = TraceShape.tileBytes
    let plane = to.shape.elementsPerChannel
    let channels = min(dims[0], (count + plane - 2) / plane + 1)
    let together = Reads(elements: channels * dims[1] * dims[2], runs: 1, each: each)
    guard count < plane else { return together }
    let own = piece(window, kernelRows: window.height, count: count)
    let apart = Reads(elements: own.elements, runs: own.runs, each: each)
    return together.tiles <= apart.tiles ? together : apart
  }
}
