// Defenders who lie: at every level of a trace, in every way that the game leaves open.

import Primitives

@testable import Graphs

/// A defender who answers from a false trace, and at some places with what it likes.
struct Liar: Defender {
  var root: Bytes32
  var trace: Trace
  var honest: Trace
  var random: RandomGraph
  /// The weights that it claims to have run.
  var weights: [LayerWeights]
  /// Vertices that it shows instead of the trace's.
  var shown: [[UInt8]: [Bytes32]] = [:]
  /// A tensor whose tree lacks its last leaf.
  var short: Int?
  /// What it adds to one element of one tile's sums from a block on.
  var drift: (tensor: Int, tile: Int, element: Int, from: Int, by: Int32)?

  init(_ trace: Trace, _ random: RandomGraph, _ honest: Trace) {
    self.trace = trace
    self.random = random
    self.honest = honest
    weights = random.weights
    root = trace.root
  }

  func children(at picks: [UInt8]) throws -> [Bytes32]? {
    if let own = shown[picks] { return own }
    if let drift, case .blocks(let own) = try trace.plan.shape.place(at: picks),
      own.tensor == drift.tensor, own.tile == drift.tile
    {
      return try drifting(own)
    }
    if let short, case .vertex(let own) = try trace.plan.shape.place(at: picks),
      own.tensor == short
    {
      return misshapen(own, trace.leaves(of: short).dropLast())
    }
    return try trace.children(at: picks, weights)
  }

  /// The vertex of a tree that has too few leaves, nearest to the place asked for.
  private func misshapen(_ own: TraceVertex, _ leaves: [Bytes32]) -> [Bytes32] {
    var leaf = Int(own.position)
    for _ in 0..<own.height { leaf *= WideTree.width }
    let path = WideTree.path(to: min(leaf, leaves.count - 1), in: leaves) ?? []
    return path.dropLast(own.height - 1).last?.children ?? leaves
  }

  /// The hashes of sums that are right up to a block and wrong from there.
  private func drifting(_ own: BlockRange) throws -> [Bytes32] {
    var hashes: [Bytes32] = []
    try honest.run(own.tensor, own.tile, blocks: own.range.upperBound, weights) { after, values in
      guard own.ends.contains(after) else { return }
      hashes.append(
        after == trace.plan.shape.blocks[own.tensor]
          ? trace.leaves(of: own.tensor)[own.tile]
          : trace.salt.leaf(
            .sums(tensor: UInt64(own.tensor), tile: UInt64(own.tile), block: UInt64(after)),
            drifted(own, values, after)))
    }
    return hashes
  }

  private func drifted(_ own: BlockRange, _ values: [Int32], _ after: Int) -> [UInt8] {
    var values = values
    if let drift, after >= drift.from { values[drift.element] &+= drift.by }
    return trace.plan.graph.types[own.tensor].bytes(values)
  }

  /// What it can show of its own trace and of the true one, and each of that forged.
  func openings(at picks: [UInt8]) throws -> [[UInt8]] {
    var forged: [[UInt8]] = []
    for (trace, weights) in [
      (trace, weights), (trace, random.weights), (honest, random.weights),
    ] {
      let own = try trace.opening(at: picks, manifest: random.manifest, weights)
      forged.append(own.encoded)
      forged += Forgeries.all(of: own, seed: UInt64(picks.count)).map(\.encoded)
    }
    return forged
  }
}

extension RandomGraph {
  /// A tensor with one element changed to another of its range.
  func changing(_ tensor: Tensor, _ draw: inout Draw) -> Tensor {
    var values = tensor.values
    let at = draw.below(values.count)
    let element = tensor.type.element
    let by = Int32(1 + draw.below(3))
    values[at] = values[at] > element.lowest + 3 ? values[at] - by : values[at] + by
    return Tensor(unchecked: tensor.type, values)
  }

  /// The run whose tensor was exchanged: all that follows is computed from it.
  func continuing(_ tensors: [Tensor], after tensor: Int) throws -> [Tensor] {
    var tensors = tensors
    for node in tensor..<graph.nodes.count {
      let own = graph.nodes[node]
      let x = own.inputs.map { tensors[$0] }
      let layer = graph.layers.firstIndex { $0.node == node } ?? 0
      let type = graph.types[node + 1]
      switch own.operation {
      case .linear(let o): tensors[node + 1] = o.run(x[0], weights[layer], to: type)
      case .convolution(let o): tensors[node + 1] = o.run(x[0], weights[layer], to: type)
      case .embedding(let o): tensors[node + 1] = o.run(x[0], weights[layer], to: type)
      default: tensors[node + 1] = try own.operation.run(x, to: type)
      }
    }
    return tensors
  }
}

/// The lies, each a defender who plays on as well as it can.
enum Lie: CaseIterable {
  /// An element is changed and what follows computed from it.
  case element
  /// An element is changed and everything else is true, the evidence with it.
  case hiddenElement
  /// A tile's leaf is no hash of anything.
  case leaf
  /// Two tiles change places.
  case swappedTiles
  /// A tensor's root is no hash of anything.
  case tensorRoot
  /// A vertex of a tensor's tree has children that are no leaves of anything.
  case vertex
  /// A weight is changed.
  case weight
  /// The sums are wrong from one block on.
  case sums
  /// A tile stands under the binding of another place.
  case binding
  /// A tensor's leaves stand under another salt.
  case salt
  /// The root has a child too few.
  case narrowRoot
  /// The root has a child too many, or the last twice.
  case wideRoot
  /// A tensor's tree has a leaf too few.
  case shortTensor

  /// The liar, or nil where the graph has no room for this lie.
  func liar(_ random: RandomGraph, _ honest: Trace, _ draw: inout Draw) throws -> Liar? {
    let tensors = try random.tensors()
    let tensor = 1 + draw.below(tensors.count - 1)
    switch self {
    case .element, .hiddenElement:
      var own = tensors
      own[tensor] = random.changing(own[tensor], &draw)
      if self == .element { own = try random.continuing(own, after: tensor) }
      return Liar(try Trace(honest.plan, salt: random.salt, tensors: own), random, honest)
    case .leaf, .swappedTiles, .binding, .salt:
      return leaves(random, honest, tensors, tensor, &draw)
    case .tensorRoot, .vertex, .narrowRoot, .wideRoot, .shortTensor:
      return vertices(random, honest, tensor, &draw)
    case .weight: return try weight(random, honest, &draw)
    case .sums: return try sums(random, honest, tensors, &draw)
    }
  }

  private func leaves(
    _ random: RandomGraph, _ honest: Trace, _ tensors: [Tensor], _ tensor: Int,
    _ draw: inout Draw
  ) -> Liar? {
    var leaves = honest.leaves
    let own = honest.plan.leaves(of: tensor)
    let tile = draw.below(own.count)
    let type = tensors[tensor].type
    let bytes = tensors[tensor].bytes
    switch self {
    case .leaf: leaves[own.lowerBound + tile] = Bytes32(words: draw.word(), 1, 2, 3)
    case .swappedTiles:
      guard own.count > 1 else { return nil }
      leaves.swapAt(own.lowerBound, own.upperBound - 1)
    case .binding:
      leaves[own.lowerBound + tile] = random.salt.leaf(
        .tile(tensor: UInt64(tensor), UInt64(tile + 1)), bytes[type.bytes(ofTile: tile)])
    default:
      let salt = ContentSalt(contentKey: Bytes32(words: 9, 9, 9, draw.word()))
      for tile in 0..<own.count {
        leaves[own.lowerBound + tile] = salt.leaf(
          honest.plan.place(tensor, tile), bytes[type.bytes(ofTile: tile)])
      }
    }
    let trace = Trace(
      plan: honest.plan, salt: random.salt, leaves: leaves, bytes: honest.bytes)
    return Liar(trace, random, honest)
  }

  /// The upper tree over other roots, and what the liar shows below them.
  private func vertices(
    _ random: RandomGraph, _ honest: Trace, _ tensor: Int, _ draw: inout Draw
  ) -> Liar? {
    var liar = Liar(honest, random, honest)
    var roots = honest.roots
    switch self {
    case .tensorRoot: roots[tensor] = Bytes32(words: draw.word(), 4, 5, 6)
    case .vertex:
      let own = honest.plan.leaves(of: tensor)
      guard own.count > 1, roots.count <= WideTree.width else { return nil }
      let count = min(WideTree.width, own.count)
      let children = (0..<count).map { Bytes32(words: draw.word(), UInt64($0), 8, 9) }
      roots[tensor] = WideTree.vertex(children)
      liar.shown[[UInt8(tensor)]] = children
    case .shortTensor:
      guard honest.plan.leaves(of: tensor).count > 1 else { return nil }
      roots[tensor] = WideTree.root(of: honest.leaves(of: tensor).dropLast())
      liar.short = tensor
    case .narrowRoot: roots.removeLast()
    default: roots.append(roots[roots.count - 1])
    }
    // Its upper tree, as the roots give it.
    var level = roots
    var below = WideTree.depth(of: UInt64(roots.count))
    while level.count > 1 {
      var above: [Bytes32] = []
      below -= 1
      for first in stride(from: 0, to: level.count, by: WideTree.width) {
        let children = Array(level[first..<min(first + WideTree.width, level.count)])
        let position = first / WideTree.width
        liar.shown[below == 0 ? [] : [UInt8(position)]] = children
        above.append(WideTree.vertex(children))
      }
      level = above
    }
    liar.root = level[0]
    return liar
  }

  private func weight(
    _ random: RandomGraph, _ honest: Trace, _ draw: inout Draw
  ) throws -> Liar? {
    guard !random.weights.isEmpty else { return nil }
    var weights = random.weights
    let layer = draw.below(weights.count)
    let at = draw.below(weights[layer].matrix.count)
    weights[layer].matrix[at] ^= 1
    let tensors = try random.graph.trace(weights, on: random.input)
    let trace = try Trace(honest.plan, salt: random.salt, tensors: tensors)
    // The weight may meet nothing but zeros and pads.
    guard trace.root != honest.root else { return nil }
    var liar = Liar(trace, random, honest)
    liar.weights = weights
    return liar
  }

  private func sums(
    _ random: RandomGraph, _ honest: Trace, _ tensors: [Tensor], _ draw: inout Draw
  ) throws -> Liar? {
    let cut = tensors.indices.filter { honest.plan.shape.blocks[$0] > 1 }
    guard !cut.isEmpty else { return nil }
    let tensor = cut[draw.below(cut.count)]
    guard tensors[tensor].type.element == .int32 else { return nil }
    let tile = draw.below(honest.plan.leaves(of: tensor).count)
    let elements = tensors[tensor].type.elements(ofTile: tile)
    let element = draw.below(elements.count)
    let from = 1 + draw.below(Int(honest.plan.shape.blocks[tensor]))
    var own = tensors
    var values = own[tensor].values
    values[elements.lowerBound + element] &+= 77
    own[tensor] = Tensor(unchecked: own[tensor].type, values)
    own = try random.continuing(own, after: tensor)
    var liar = Liar(try Trace(honest.plan, salt: random.salt, tensors: own), random, honest)
    liar.drift = (tensor, tile, element, from, 77)
    return liar
  }
}
