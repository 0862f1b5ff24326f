// The shape of a run's trace: how many tiles each tensor has, in how many blocks each tile is
// computed, and what lies at a place that picks from the root lead to.

public import Primitives

/// All that a dispute's descent needs to know of a graph.
///
/// Tensor 0 is the input, `j + 1` the result of node `j`; each is cut into tiles of 1,024 bytes.
/// The trace's tree has the tensors' roots as leaves, a tensor's tree its tiles. Below a tile lies
/// the chain of blocks that compute it.
public struct TraceShape: Hashable, Sendable {
  /// The tiles of each tensor.
  public let tiles: [UInt64]
  /// The blocks of each tile of the tensor; the input, which nothing computes, counts one.
  public let blocks: [UInt64]

  /// Bytes of a tile; the last of a tensor may be shorter.
  public static let tileBytes = 1024

  /// A shape as a ledger's row keeps it; nil where the lists cannot be one.
  public init?(tiles: [UInt64], blocks: [UInt64]) {
    guard tiles.count == blocks.count, tiles.count > 1, !tiles.contains(0), !blocks.contains(0)
    else { return nil }
    self.tiles = tiles
    self.blocks = blocks
  }

  /// The shape of a graph's trace. A graph with a step that no opening could show is refused.
  public init(_ graph: Graph) throws(Refusal) {
    self.init(graph, try BlockCut.all(of: graph))
  }

  /// The shape of a graph whose nodes are cut so.
  public init(_ graph: Graph, _ cuts: [BlockCut]) {
    tiles = graph.types.map { UInt64($0.tileCount) }
    blocks = [1] + cuts.map { UInt64($0.blocks) }
  }

  /// How many tensors there are: the leaves of the trace's upper tree.
  public var tensors: UInt64 { UInt64(tiles.count) }
}

/// What lies at a place of a trace.
public enum TracePlace: Hashable, Sendable {
  /// A vertex of the upper tree, or of a tensor's.
  case vertex(TraceVertex)
  /// Blocks of a tile.
  case blocks(BlockRange)
  /// One block of a tile.
  case step(BlockPlace)
  /// The run's input, which nobody may dispute.
  case input
}

/// A vertex of the trace: its tree, how high above the leaves it lies, and where.
public struct TraceVertex: Hashable, Sendable {
  /// The tensor whose tiles are the leaves; nil for the tree whose leaves are the tensors.
  public let tensor: Int?
  public let height: Int
  public let position: UInt64
  public let children: Int
}

/// A block of a tile of a tensor.
public struct BlockPlace: Hashable, Sendable {
  public let tensor: Int
  public let tile: Int
  /// From 0.
  public let block: Int

  public init(tensor: Int, tile: Int, block: Int) {
    self.tensor = tensor
    self.tile = tile
    self.block = block
  }
}

/// Some blocks of a tile, cut into at most sixteen parts of one size, the last with what is left.
public struct BlockRange: Hashable, Sendable {
  public let tensor: Int
  public let tile: Int
  public let range: Range<Int>

  private var part: Int { (range.count - 1) / WideTree.width + 1 }
  /// How many parts there are.
  public var children: Int { (range.count - 1) / part + 1 }
  /// How many blocks of the tile are done after each part.
  public var ends: [Int] {
    (1...children).map { min(range.upperBound, range.lowerBound + $0 * part) }
  }

  fileprivate func part(_ pick: Int) -> Range<Int> {
    let first = range.lowerBound + pick * part
    return first..<min(range.upperBound, first + part)
  }
}

extension TraceShape {
  /// Follows picks from the root. Picks that lead nowhere, into the input or below a block are
  /// refused.
  public func place(at picks: [UInt8]) throws(Refusal) -> TracePlace {
    var place = node(of: nil, height: WideTree.depth(of: tensors), 0)
    for (index, pick) in picks.enumerated() {
      let pick = Int(pick)
      switch place {
      case .vertex(let own) where pick < own.children:
        place = node(
          of: own.tensor, height: own.height - 1, own.position * width + UInt64(pick))
      case .blocks(let own) where pick < own.children:
        place = blocks(own.tensor, own.tile, own.part(pick))
      case .vertex, .blocks, .step, .input:
        throw Refusal("noSuchPlace", ["step": UInt64(index), "pick": UInt64(pick)])
      }
    }
    return place
  }

  private var width: UInt64 { UInt64(WideTree.width) }

  private func node(of tensor: Int?, height: Int, _ position: UInt64) -> TracePlace {
    guard height == 0 else {
      var level = tensor.map { tiles[$0] } ?? tensors
      for _ in 1..<height { level = (level - 1) / width + 1 }
      return .vertex(
        TraceVertex(
          tensor: tensor, height: height, position: position,
          children: WideTree.children(at: position * width, of: level)))
    }
    let position = Int(position)
    guard let tensor else {
      if position == 0 { return .input }
      return node(of: position, height: WideTree.depth(of: tiles[position]), 0)
    }
    return blocks(tensor, position, 0..<Int(clamping: blocks[tensor]))
  }

  private func blocks(_ tensor: Int, _ tile: Int, _ range: Range<Int>) -> TracePlace {
    if range.count == 1 {
      return .step(BlockPlace(tensor: tensor, tile: tile, block: range.lowerBound))
    }
    return .blocks(BlockRange(tensor: tensor, tile: tile, range: range))
  }
}
