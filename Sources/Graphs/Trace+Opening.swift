// The answers of a trace in a dispute: children of vertices, sums of blocks, the last opening.

public import Primitives

extension Trace {
  /// The hashes below a place: the defender's next move, and what a challenger compares it with.
  ///
  /// Sums of blocks are computed on the spot, by running the blocks of one tile. A step and the
  /// input have no children.
  public func children(
    at picks: [UInt8], _ weights: [LayerWeights]
  ) throws(Refusal) -> [Bytes32] {
    switch try plan.shape.place(at: picks) {
    case .vertex(let own):
      let leaves = own.tensor.map { self.leaves(of: $0) } ?? roots
      let level = Trace.level(own.height - 1, of: leaves)
      let first = Int(own.position) * WideTree.width
      return Array(level[first..<first + own.children])
    case .blocks(let own): return try sums(own, weights)
    case .step, .input: throw Refusal("noSuchPlace", ["step": UInt64(picks.count), "pick": 0])
    }
  }

  /// The first child that differs from this trace's own: what an honest challenger picks. Nil
  /// where all are equal.
  public func difference(
    from children: [Bytes32], at picks: [UInt8], _ weights: [LayerWeights]
  ) throws(Refusal) -> UInt8? {
    let own = try self.children(at: picks, weights)
    guard own.count == children.count else { return nil }
    return own.indices.first { own[$0] != children[$0] }.map { UInt8($0) }
  }

  /// Some levels above the leaves.
  private static func level(_ height: Int, of leaves: [Bytes32]) -> [Bytes32] {
    var level = leaves
    for _ in 0..<height {
      level = stride(from: 0, to: level.count, by: WideTree.width).map {
        WideTree.vertex(level[$0..<min($0 + WideTree.width, level.count)])
      }
    }
    return level
  }

  /// The hashes of a tile after some of its blocks.
  private func sums(
    _ own: BlockRange, _ weights: [LayerWeights]
  ) throws(Refusal) -> [Bytes32] {
    var hashes: [Bytes32] = []
    let ends = own.ends
    try run(own.tensor, own.tile, blocks: own.range.upperBound, weights) { after, values in
      guard ends.contains(after) else { return }
      let type = plan.graph.types[own.tensor]
      hashes.append(
        after == plan.shape.blocks[own.tensor]
          ? leaves[plan.firstLeaf[own.tensor] + own.tile]
          : salt.leaf(
            .sums(tensor: UInt64(own.tensor), tile: UInt64(own.tile), block: UInt64(after)),
            type.bytes(values)))
    }
    return hashes
  }

  /// Computes blocks of a tile from the first, and shows the tile after each.
  func run(
    _ tensor: Int, _ tile: Int, blocks: Int, _ weights: [LayerWeights],
    _ body: (Int, [Int32]) -> Void
  ) throws(Refusal) {
    try plan.graph.check(weights)
    var values: [Int32] = []
    for block in 0..<blocks {
      let step = try BlockStep(
        plan.graph, BlockPlace(tensor: tensor, tile: tile, block: block))
      let operands = RunOperands(self, step, weights)
      if block == 0 { values = step.start(operands) }
      values = step.result(operands, before: values)
      body(block + 1, values)
    }
  }

  /// The last move: the block that picks lead to, in canonical bytes.
  ///
  /// - Parameter manifest: that of the model, whose commitment `tiles/1` the weights have.
  public func opening(
    at picks: [UInt8], manifest: Manifest, _ weights: [LayerWeights]
  ) throws(Refusal) -> StepOpening {
    guard case .step(let place) = try plan.shape.place(at: picks) else {
      throw Refusal("notAStep", ["picks": UInt64(picks.count)])
    }
    let step = try BlockStep(plan.graph, place)
    var opening = StepOpening()
    opening.manifest = manifest.encoded
    opening.salt = salt.value
    let reads = step.reads
    opening.tiles = reads.map { OpenedTile(bytes(of: $0)) }
    opening.vertices = vertices(to: reads)
    if place.block > 0 {
      try run(place.tensor, place.tile, blocks: place.block, weights) { after, values in
        if after == place.block { opening.sums = step.type.bytes(values) }
      }
    }
    let leaves = step.weightLeaves
    if !leaves.isEmpty {
      let tree = MerkleTree(leaves: WeightTiles.leaves(of: weights, in: plan.graph))
      for leaf in leaves {
        opening.weights.append(
          OpenedWeights(
            WeightTiles.tile(at: leaf, of: weights, in: plan.graph),
            path: tree.proof(at: leaf) ?? []))
      }
    }
    return opening
  }

  private func bytes(of place: TilePlace) -> [UInt8] {
    let own = plan.graph.types[place.tensor].bytes(ofTile: place.tile)
    let first = plan.firstByte[place.tensor]
    return Array(bytes[first + own.lowerBound..<first + own.upperBound])
  }

  /// The vertices on the ways to the tiles, each once.
  private func vertices(to tiles: [TilePlace]) -> [Vertex] {
    var list: [Vertex] = []
    var known: Set<Vertex> = []
    for place in tiles {
      let upper = WideTree.path(to: place.tensor, in: roots) ?? []
      let lower = WideTree.path(to: place.tile, in: leaves(of: place.tensor)) ?? []
      for vertex in upper + lower where known.insert(vertex).inserted { list.append(vertex) }
    }
    return list
  }
}

/// The operands of a block within a whole run.
private struct RunOperands: BlockOperands {
  let trace: Trace
  let weights: LayerWeights
  let columns: Int

  init(_ trace: Trace, _ step: BlockStep, _ weights: [LayerWeights]) {
    self.trace = trace
    self.weights = step.layer.map { weights[$0] } ?? LayerWeights(matrix: [], bias: [])
    columns = step.layer.map { step.graph.layers[$0].columns } ?? 0
  }

  func value(_ tensor: Int, _ index: Int) -> Int32 {
    let bytes = trace.bytes
    let first = trace.plan.firstByte[tensor]
    switch trace.plan.graph.types[tensor].element {
    case .uint8: return Int32(bytes[first + index])
    case .int8: return Int32(Int8(bitPattern: bytes[first + index]))
    case .int32:
      let at = first + 4 * index
      let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
      let high = UInt32(bytes[at + 2]) | UInt32(bytes[at + 3]) << 8
      return Int32(bitPattern: low | high << 16)
    }
  }

  func weights(_ row: Int, _ part: Range<Int>) -> [Int32] {
    let first = row * columns
    return weights.matrix[first + part.lowerBound..<first + part.upperBound].map { Int32($0) }
  }

  func bias(_ row: Int) -> Int32 { weights.bias[row] }
}
