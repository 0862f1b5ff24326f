// The two roots of a blob that comes in piece by piece, in memory that does not grow with it.

public import Primitives

/// What a custodian computes before it signs: the root of the boxes, and the root that the plain
/// leaves in them build.
public struct BlobRoots: Sendable {
  /// The box that is not whole yet.
  private var box: [UInt8] = []
  private var leaves = GrowingTree()
  private var names = GrowingTree()

  public init() {}

  /// Of a blob that is at hand whole.
  public init(of blob: [UInt8]) { update(blob[...]) }

  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    var left = bytes
    while !left.isEmpty {
      let part = left.prefix(ContentChunks.boxBytes - box.count)
      box += part
      left = left.dropFirst(part.count)
      if box.count == ContentChunks.boxBytes { close() }
    }
  }

  /// The name of the blob as far as it came.
  public var blob: Bytes32 { whole.names.root }

  /// The root of the content as far as it came.
  public var content: Bytes32 { whole.leaves.root }

  private var whole: BlobRoots {
    var copy = self
    if !copy.box.isEmpty { copy.close() }
    return copy
  }

  private mutating func close() {
    // A box too short for a leaf makes the blob's size one that no content has.
    leaves.append(Bytes32(box.prefix(ContentChunks.leafBytes)) ?? .zero)
    names.append(ContentChunks.boxLeaf(box))
    box.removeAll(keepingCapacity: true)
  }
}

/// A tree of sixteen whose leaves come one by one: at most fifteen hashes a level are kept.
struct GrowingTree: Sendable {
  private var levels: [[Bytes32]] = []

  mutating func append(_ leaf: Bytes32) {
    var risen: Bytes32? = leaf
    var level = 0
    while let hash = risen {
      if level == levels.count { levels.append([]) }
      levels[level].append(hash)
      risen = nil
      if levels[level].count == WideTree.width {
        risen = WideTree.vertex(levels[level])
        levels[level] = []
      }
      level += 1
    }
  }

  /// The root of what came so far, as `WideTree.root` has it.
  var root: Bytes32 {
    var carried: [Bytes32] = []
    for (height, level) in levels.enumerated() {
      let open = level + carried
      let isTop = height == levels.count - 1
      if isTop, open.count == 1 { return open[0] }
      carried = open.isEmpty ? [] : [WideTree.vertex(open)]
    }
    return carried.first ?? WideTree.vertex([])
  }
}
