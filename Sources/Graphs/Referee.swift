// The referee: computes one block of one tile again from what an opening shows, and nothing else.

public import Primitives

/// What a dispute has come down to.
public struct BlockClaim: Hashable, Sendable {
  /// The model's id: the hash of its manifest.
  public var model: Bytes32
  /// The root of the defender's trace.
  public var root: Bytes32
  /// By which the salt of the input proves itself.
  public var keyHash: Bytes32
  public var picks: [UInt8]
  /// The hash of the tile before the block; zero before the first.
  public var before: Bytes32
  /// The hash of the tile after the block, as the defender says.
  public var disputed: Bytes32

  public init(
    model: Bytes32, root: Bytes32, keyHash: Bytes32, picks: [UInt8], before: Bytes32,
    disputed: Bytes32
  ) {
    self.model = model
    self.root = root
    self.keyHash = keyHash
    self.picks = picks
    self.before = before
    self.disputed = disputed
  }
}

/// Judges the last move of a dispute.
public enum Referee {
  /// Whether the disputed hash is right. An opening that does not open is refused: it proves
  /// nothing, and who owes one runs out of time.
  public static func redo(
    _ claim: BlockClaim, opening bytes: [UInt8]
  ) throws(Refusal) -> Bool {
    guard bytes.count <= BlockCut.mostOpening else {
      throw Refusal(
        "openingTooLarge",
        ["bytes": UInt64(bytes.count), "most": UInt64(BlockCut.mostOpening)])
    }
    let opening = try CBOR.decode(StepOpening.self, from: bytes)
    // Many small vertices would cost more to hash than their bytes pay for.
    let most = BlockCut.mostOpening / OpeningBound.vertexBytes
    guard opening.vertices.count <= most else {
      throw Refusal.wrongOpening("vertices", got: opening.vertices.count, wanted: most)
    }
    guard SHA256.hash(opening.manifest) == claim.model else { throw Refusal("wrongManifest") }
    let manifest = try Manifest(decoding: opening.manifest)
    let plan = try TracePlan(try manifest.graph())
    guard case .step(let place) = try plan.shape.place(at: claim.picks) else {
      throw Refusal("notAStep", ["picks": UInt64(claim.picks.count)])
    }
    let salt = ContentSalt(value: opening.salt)
    guard salt.keyHash == claim.keyHash else { throw Refusal("wrongSalt") }
    let step = try BlockStep(plan.graph, place)
    let operands = try OpenedOperands(opening, step, plan, salt, claim.root, manifest)
    let before = try start(opening, step, plan, salt, operands, claim.before)
    let result = step.type.bytes(step.result(operands, before: before))
    let stands: ChunkPlace =
      step.isLast
      ? plan.place(place.tensor, place.tile) : sums(place, after: place.block + 1)
    return salt.leaf(stands, result) == claim.disputed
  }

  private static func sums(_ place: BlockPlace, after: Int) -> ChunkPlace {
    .sums(tensor: UInt64(place.tensor), tile: UInt64(place.tile), block: UInt64(after))
  }

  /// The tile before the block: the biases, or sums that both sides agreed on.
  private static func start(
    _ opening: StepOpening, _ step: BlockStep, _ plan: TracePlan, _ salt: ContentSalt,
    _ operands: OpenedOperands, _ before: Bytes32
  ) throws(Refusal) -> [Int32] {
    let wanted = step.place.block == 0 ? 0 : step.elements.count * step.type.element.byteCount
    guard opening.sums.count == wanted else {
      throw .wrongLength(got: opening.sums.count, wanted: wanted)
    }
    if step.place.block == 0 { return step.start(operands) }
    guard salt.leaf(sums(step.place, after: step.place.block), opening.sums) == before else {
      throw Refusal("wrongSums", ["block": UInt64(step.place.block)])
    }
    return step.type.values(opening.sums)
  }
}

/// The operands of a block as an opening shows them, proven.
private struct OpenedOperands: BlockOperands {
  private let types: [TensorType]
  private let places: [TilePlace]
  private let values: [[Int32]]
  /// A column of tiles of the matrix, from this tile of rows down.
  private let firstTileRow: Int
  private let matrix: [[UInt8]]
  private let firstBias: Int
  private let biases: [Int32]

  init(
    _ opening: StepOpening, _ step: BlockStep, _ plan: TracePlan, _ salt: ContentSalt,
    _ root: Bytes32, _ manifest: Manifest
  ) throws(Refusal) {
    types = plan.graph.types
    places = step.reads
    guard opening.tiles.count == places.count else {
      throw Refusal.wrongOpening("tiles", got: opening.tiles.count, wanted: places.count)
    }
    var ways = OpenedVertices(opening.vertices)
    var values: [[Int32]] = []
    for (place, tile) in zip(places, opening.tiles) {
      let type = types[place.tensor]
      let wanted = type.bytes(ofTile: place.tile).count
      guard tile.bytes.count == wanted else {
        throw .wrongLength(got: tile.bytes.count, wanted: wanted)
      }
      let leaf = salt.leaf(plan.place(place.tensor, place.tile), tile.bytes)
      guard try ways.leaf(at: place, in: plan.shape, root) == leaf else {
        throw Refusal(
          "operandNotProven",
          ["tensor": UInt64(place.tensor), "tile": UInt64(place.tile)])
      }
      values.append(type.values(tile.bytes))
    }
    self.values = values
    guard ways.used == opening.vertices.count else {
      throw Refusal.wrongOpening("vertices", got: opening.vertices.count, wanted: ways.used)
    }
    let leaves = step.weightLeaves
    let tiles = try Self.weights(opening.weights, at: leaves, plan.graph, manifest)
    let isFirst = step.place.block == 0
    let rows = step.rows
    firstTileRow = rows.lowerBound / WeightTiles.side
    let column = leaves.isEmpty ? 0 : (rows.upperBound - 1) / WeightTiles.side - firstTileRow + 1
    matrix = Array(tiles[..<column])
    let each = WeightTiles.byteCount / 4
    firstBias = rows.lowerBound / each * each
    biases = isFirst ? tiles[column...].flatMap { Tensor.words($0) } : []
  }

  /// The tiles of weights, each proven under the root that the manifest names.
  private static func weights(
    _ opened: [OpenedWeights], at leaves: [Int], _ graph: Graph, _ manifest: Manifest
  ) throws(Refusal) -> [[UInt8]] {
    guard opened.count == leaves.count else {
      throw Refusal.wrongOpening("weights", got: opened.count, wanted: leaves.count)
    }
    if leaves.isEmpty { return [] }
    let root = try manifest.tileRoot(of: graph)
    let count = UInt64(WeightTiles.count(of: graph))
    for (leaf, own) in zip(leaves, opened) {
      guard own.bytes.count == WeightTiles.byteCount else {
        throw .wrongLength(got: own.bytes.count, wanted: WeightTiles.byteCount)
      }
      guard
        MerkleTree.verify(
          leaf: WeightTiles.leaf(own.bytes), at: UInt64(leaf), of: count, path: own.path,
          root: root)
      else { throw Refusal("weightsNotProven", ["leaf": UInt64(leaf)]) }
    }
    return opened.map(\.bytes)
  }

  func value(_ tensor: Int, _ index: Int) -> Int32 {
    let each = types[tensor].elementsPerTile
    let wanted = TilePlace(tensor: tensor, tile: index / each)
    var (low, high) = (0, places.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return values[low][index % each]
  }

  func weights(_ row: Int, _ columns: Range<Int>) -> [Int32] {
    let side = WeightTiles.side
    let first = row % side * side - columns.lowerBound / side * side
    return matrix[row / side - firstTileRow][
      first + columns.lowerBound..<first + columns.upperBound
    ].map { Int32(Int8(bitPattern: $0)) }
  }

  func bias(_ row: Int) -> Int32 { biases[row - firstBias] }
}

/// The vertices of an opening, found by their hashes.
private struct OpenedVertices {
  private let vertices: [Vertex]
  private var places: [Bytes32: Int] = [:]
  private var isUsed: [Bool]
  /// How many vertices lay on a way.
  private(set) var used = 0

  init(_ vertices: [Vertex]) {
    self.vertices = vertices
    isUsed = [Bool](repeating: false, count: vertices.count)
    for (index, vertex) in vertices.enumerated() { places[vertex.hash] = index }
  }

  /// The leaf of a tile; nil where a vertex is missing or has another number of children.
  mutating func leaf(
    at place: TilePlace, in shape: TraceShape, _ root: Bytes32
  ) throws(Refusal) -> Bytes32? {
    guard let tensor = descend(UInt64(place.tensor), of: shape.tensors, root) else { return nil }
    return descend(UInt64(place.tile), of: shape.tiles[place.tensor], tensor)
  }

  private mutating func descend(
    _ index: UInt64, of count: UInt64, _ root: Bytes32
  ) -> Bytes32? {
    let width = UInt64(WideTree.width)
    var hash = root
    for below in (0..<WideTree.depth(of: count)).reversed() {
      // How many leaves a child of this vertex spans.
      var span: UInt64 = 1
      for _ in 0..<below { span *= width }
      guard let found = places[hash] else { return nil }
      if !isUsed[found] {
        isUsed[found] = true
        used += 1
      }
      let children = vertices[found].children
      let position = index / span
      guard children.count == WideTree.children(at: position, of: (count - 1) / span + 1) else {
        return nil
      }
      hash = children[Int(position % width)]
    }
    return hash
  }
}

extension Manifest {
  /// The root of the weights' tiles. A manifest that does not commit to this graph's is refused.
  public func tileRoot(of graph: Graph) throws(Refusal) -> Bytes32 {
    guard let own = commitment(WeightTiles.scheme) else { throw Refusal("noTileCommitment") }
    let wanted = [
      Number("side", UInt64(WeightTiles.side)),
      Number("tiles", UInt64(WeightTiles.count(of: graph))),
    ]
    guard own.parameters == wanted else { throw Refusal("noTileCommitment") }
    return own.root
  }
}

extension Refusal {
  /// An opening shows more or fewer parts than its block needs.
  static func wrongOpening(_ part: String, got: Int, wanted: Int) -> Refusal {
    Refusal(
      "wrongOpening",
      [Number(part, UInt64(clamping: got)), Number("wanted", UInt64(clamping: wanted))])
  }
}
