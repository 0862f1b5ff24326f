// The hash tree over the columns of an encoded matrix, and the openings of many at once.

import Primitives

/// Leaves are columns in their order; leaf and node hashes differ in their first byte, and a leaf
/// holds its column's index and length, so that no node passes for a leaf of another size.
struct ColumnTree: Sendable {
  /// 1 the root, 2i and 2i + 1 the children of i, from `count` on the leaves.
  private let nodes: [Bytes32]
  private let count: Int

  /// - Parameter leaves: a power of two of them.
  init(leaves: [Bytes32]) {
    count = leaves.count
    precondition(count > 0 && count & (count - 1) == 0)
    var nodes = [Bytes32](repeating: .zero, count: count) + leaves
    var batch = SHA256Batch()
    var first = count / 2
    while first > 0 {
      // A level at once, in parts that stay in the cache.
      for start in stride(from: first, to: 2 * first, by: 256) {
        let end = min(start + 256, 2 * first)
        for index in start..<end { batch.add(tag: 1, nodes[2 * index], nodes[2 * index + 1]) }
        nodes.replaceSubrange(start..<end, with: batch.digests())
      }
      first /= 2
    }
    self.nodes = nodes
  }

  var root: Bytes32 { nodes[1] }

  private static let leafTag = Array("tolsey/column/1".utf8)
  /// Of a column with a salt behind its letters; as long as the other.
  private static let saltedTag = Array("tolsey/column/2".utf8)

  /// What stands before a column's letters: tag, its index (zero here), its length.
  static func leafHead(count: Int, isSalted: Bool = false) -> [UInt8] {
    [0] + (isSalted ? saltedTag : leafTag) + [UInt8](repeating: 0, count: 8)
      + withUnsafeBytes(of: UInt64(count).bigEndian) { Array($0) }
  }

  /// Writes the index into a leaf that begins with `leafHead`.
  static func setPlace(_ index: Int, in leaf: UnsafeMutableRawPointer) {
    leaf.storeBytes(
      of: UInt64(index).bigEndian, toByteOffset: 1 + leafTag.count, as: UInt64.self)
  }

  /// - Parameter letters: as a proof holds them, eight bytes each.
  static func leaf(
    _ index: Int, _ letters: ArraySlice<UInt8>, salt: Bytes32? = nil
  ) -> Bytes32 {
    var leaf = leafHead(count: letters.count / 8, isSalted: salt != nil) + letters
    if let salt { leaf += salt.bytes }
    leaf.withUnsafeMutableBytes { bytes in
      if let base = bytes.baseAddress { setPlace(index, in: base) }
    }
    return SHA256.hash(leaf)
  }

  private static func node(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
    SHA256.hash(tag: 1, left, right)
  }

  /// The hashes that lead from several leaves to the root: level by level upwards, left to right,
  /// each that does not follow from those below it.
  func path(from places: [Int]) -> [Bytes32] {
    var path: [Bytes32] = []
    ColumnTree.climb(places.map { $0 + count }) { path.append(nodes[$0]) }
    return path
  }

  /// The root to which leaves and path lead. A path of another length is refused.
  static func root(
    of leaves: [(place: Int, leaf: Bytes32)], count: Int, path: [Bytes32]
  ) throws(Refusal) -> Bytes32 {
    var known: [Int: Bytes32] = [:]
    for leaf in leaves { known[leaf.place + count] = leaf.leaf }
    var at = 0
    var isShort = false
    climb(leaves.map { $0.place + count }) { node in
      guard at < path.count else {
        isShort = true
        return
      }
      known[node] = path[at]
      at += 1
    }
    guard !isShort, at == path.count else {
      throw Refusal(
        "wrongPath", ["got": UInt64(clamping: path.count), "wanted": UInt64(clamping: at)])
    }
    var level = Array(Set(leaves.map { $0.place + count })).sorted()
    while level.first != 1 {
      var above: [Int] = []
      for node in level {
        let parent = node / 2
        if above.last == parent { continue }
        guard let left = known[2 * parent], let right = known[2 * parent + 1] else {
          throw Refusal("wrongPath")
        }
        known[parent] = ColumnTree.node(left, right)
        above.append(parent)
      }
      level = above
    }
    guard let root = known[1] else { throw Refusal("wrongPath") }
    return root
  }

  /// Names each node that has to be given, in the order of the path.
  private static func climb(_ start: [Int], _ give: (Int) -> Void) {
    var level = start.sorted()
    while let first = level.first, first != 1 {
      var above: [Int] = []
      for (index, node) in level.enumerated() {
        let sibling = node ^ 1
        let isLeft = node & 1 == 0
        let isKnown =
          isLeft
          ? index + 1 < level.count && level[index + 1] == sibling
          : index > 0 && level[index - 1] == sibling
        if !isKnown { give(sibling) }
        if above.last != node / 2 { above.append(node / 2) }
      }
      level = above
    }
  }
}
