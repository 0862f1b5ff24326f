// How a tile's computation is cut into blocks that one opening can show: a public function of the
// graph alone.

public import Primitives

/// The cut of one node.
///
/// A linear layer, a convolution or an embedding is cut by columns of its matrix, a product of
/// matrices by places of its inner axis: 64 of them, or half as many as often as their operands
/// would not fit. Requantisation, addition and reshape are one block. Everything else is cut by
/// elements of its tile in the same way. The bytes are a bound in closed form over all tiles and
/// blocks, so that a ledger can judge a graph of any size at once.
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
    case .linear, .convolution, .embedding: operation.weightSize(on: from[0])?.columns
    case .matMul: product?.size.inner
    case .requantise, .add, .reshape: nil
    default: elements
    }
  }

  var widest: Int {
    operation.hasWeights || product != nil ? WeightTiles.side : TraceShape.tileBytes
  }

  private var product: (own: MatrixProduct, size: MatrixProduct.Size)? {
    guard case .matMul(let own) = operation,
      let size = try? own.size(from[0].shape, from[1].shape)
    else { return nil }
    return (own, size)
  }

  private var frame: Frame { Frame(from: from, to: to) }

  /// Elements of a full tile of the result.
  private var elements: Int {
    min(to.shape.count, TraceShape.tileBytes / to.element.byteCount)
  }

  func work(width: Int) -> Int {
    switch operation {
    case .linear, .convolution, .embedding, .matMul: 2 * elements * width
    case .maxPool(let own): min(width, elements) * own.window.height * own.window.width
    case .requantise, .add, .reshape: 4 * elements
    default: operation.elementwise?.work(min(width, elements), frame) ?? 0
    }
  }

  func bytes(width: Int) -> Int {
    // The manifest's head, the salt, the heads of the lists.
    var bytes = 64
    // The tile before the block, where that is no bias.
    if columns != nil, !operation.hasWeights { bytes += TraceShape.tileBytes + 8 }
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

  /// What a block reads of each operand.
  func reads(width: Int) -> [BlockReads] {
    switch operation {
    case .linear, .reshape: return [BlockReads(tiles: 1, runs: 1)]
    case .convolution(let own): return [convolutionReads(own.window, width)]
    case .embedding: return [BlockReads(elements, of: from[0])]
    case .maxPool(let own): return [own.window.poolReads(min(width, elements), frame)]
    case .requantise: return [BlockReads(tiles: 4, runs: 1)]
    case .add: return [BlockReads(tiles: 1, runs: 1), BlockReads(tiles: 1, runs: 1)]
    case .matMul:
      guard let product else { return [] }
      return product.own.reads(elements, width: width, frame, product.size)
    default: return operation.elementwise?.reads(min(width, elements), frame) ?? []
    }
  }

  /// The vertices of an operand's tree that prove its tiles: of each level no more than there are
  /// below.
  func vertices(_ reads: BlockReads, _ type: TensorType) -> Int {
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
    case .convolution(let own): return weightTiles(outputs: own.outputs)
    case .embedding(let own): return weightTiles(outputs: own.outputs)
    default: return nil
    }
  }

  private func weightTiles(outputs: Int) -> (matrix: Int, biases: Int) {
    let side = WeightTiles.side
    let plane = to.shape.elementsPerChannel
    let rows = min(outputs, (elements + plane - 2) / plane + 1)
    // With one element a channel the rows of a tile begin at a multiple of 256.
    if plane == 1 { return ((rows - 1) / side + 1, 1) }
    return ((rows + side - 2) / side + 1, rows == 1 ? 1 : 2)
  }

  private func convolutionReads(_ window: Window, _ width: Int) -> BlockReads {
    let dims = from[0].shape.dims
    let area = window.height * window.width
    let channels =
      width % area == 0
      ? width / area : area % width == 0 ? 1 : (width + area - 2) / area + 1
    let count = min(dims[0], channels)
    let kernelRows = min(window.height, (width + window.width - 2) / window.width + 1)
    let each = TraceShape.tileBytes
    let own = window.piece(kernelRows: kernelRows, count: elements, frame)
    let apart = BlockReads(elements: count * own.elements, runs: count * own.runs, each: each)
    let together = BlockReads(elements: count * dims[1] * dims[2], runs: 1, each: each)
    return together.tiles <= apart.tiles ? together : apart
  }
}

extension Window {
  /// The elements of a plane, and the runs of rows, under a window whose results are `count`
  /// neighbours: one piece of a plane, or the end of one and the beginning of the next.
  fileprivate func piece(
    kernelRows: Int, count: Int, _ at: Frame
  ) -> (elements: Int, runs: Int) {
    let from = at.from[0].shape
    let plane = from.elementsPerChannel
    guard count < at.to.shape.elementsPerChannel else { return (plane, 1) }
    let (wide, across) = (at.to.shape.dims[2], from.dims[2])
    let rows = (count - 1) / wide + 2
    let one = (rows - 1) * strideY + kernelRows
    let two = max(0, rows - 2) * strideY + 2 * kernelRows
    return (min(2 * plane, max(one, two) * across), 2)
  }

  /// What a pool reads for so many neighbouring results.
  func poolReads(_ count: Int, _ at: Frame) -> BlockReads {
    let dims = at.from[0].shape.dims
    let each = TraceShape.tileBytes
    let plane = at.to.shape.elementsPerChannel
    let channels = min(dims[0], (count + plane - 2) / plane + 1)
    let together = BlockReads(elements: channels * dims[1] * dims[2], runs: 1, each: each)
    guard count < plane else { return together }
    let own = piece(kernelRows: height, count: count, at)
    let apart = BlockReads(elements: own.elements, runs: own.runs, each: each)
    return together.tiles <= apart.tiles ? together : apart
  }
}
