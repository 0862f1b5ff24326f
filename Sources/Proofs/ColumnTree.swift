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

  /// Leaves of opened columns.
  ///
  /// - Parameters:
  ///   - letters: as a proof holds them, `rows` of eight bytes for each place.
  ///   - salts: one a place, or none.
  static func leaves(
    _ places: [Int], rows: Int, _ letters: [UInt8], salts: [Bytes32]
  ) -> [(place: Int, leaf: Bytes32)] {
    var leaf = leafHead(count: rows, isSalted: !salts.isEmpty)
    let head = leaf.count
    leaf += [UInt8](repeating: 0, count: rows * 8 + (salts.isEmpty ? 0 : 32))
    var batch = SHA256Batch()
    for (index, place) in places.enumerated() {
      leaf.withUnsafeMutableBytes { bytes in
        letters.withUnsafeBytes { all in
          guard let base = bytes.baseAddress, let from = all.baseAddress else { return }
          setPlace(place, in: base)
          (base + head).copyMemory(from: from + 8 * index * rows, byteCount: 8 * rows)
          if !salts.isEmpty { salts[index].store(to: base + head + 8 * rows) }
        }
        batch.add(UnsafeRawBufferPointer(bytes))
      }
    }
    return zip(places, batch.digests()).map { (place: $0, leaf: $1) }
  }

  /// The hashes that lead from several leaves to the root: level by level upwards, left to right,
  /// each that does not follow from those below it.
  func path(from places: [Int]) -> [Bytes32] {
    var path: [Bytes32] = []
    ColumnTree.climb(places.map { $0 + count }) { path.append(nodes[$0]) }
    return path
  }

  /// The root to which leaves and path lead. A path of another length is refused.
  ///
  /// - Parameter leaves: in the order of their places, which are distinct.
  static func root(
    of leaves: [(place: Int, leaf: Bytes32)], count: Int, path: [Bytes32]
  ) throws(Refusal) -> Bytes32 {
    var level = leaves.map { (node: $0.place + count, hash: $0.leaf) }
    var given = path.makeIterator()
    var taken = 0
    var batch = SHA256Batch()
    while let first = level.first, first.node != 1 {
      var parents: [Int] = []
      var at = 0
      while at < level.count {
        let (node, hash) = level[at]
        at += 1
        if at < level.count, node & 1 == 0, level[at].node == node + 1 {
          batch.add(tag: 1, hash, level[at].hash)
          at += 1
        } else {
          guard let sibling = given.next() else { throw .wrongPath(path.count, taken + 1) }
          taken += 1
          let (left, right) = node & 1 == 0 ? (hash, sibling) : (sibling, hash)
          batch.add(tag: 1, left, right)
        }
        parents.append(node / 2)
      }
      level = zip(parents, batch.digests()).map { (node: $0, hash: $1) }
    }
    guard taken == path.count, let root = level.first else { throw .wrongPath(path.count, taken) }
    return root.hash
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

extension Refusal {
  fileprivate static func wrongPath(_ got: Int, _ wanted: Int) -> Refusal {
    Refusal("wrongPath", ["got": UInt64(clamping: got), "wanted": UInt64(clamping: wanted)])
  }
}
