// Merkle trees over SHA-256 with tagged leaves and nodes: what commitments and receipts open.

/// The tree of RFC 6962: leaves are hashed behind 0x00, nodes behind 0x01, and a list of n splits
/// at the largest power of two below n. The root of no leaves is SHA-256 of nothing.
public struct MerkleTree: Sendable {
  /// The leaves, then each level above them, up to the root alone.
  private let levels: [[Bytes32]]

  /// A tree over the hashes that `leaf` made, in order.
  public init(leaves: [Bytes32]) {
    var levels = [leaves]
    while let last = levels.last, last.count > 1 { levels.append(MerkleTree.level(above: last)) }
    self.levels = levels
  }

  public var count: Int { levels[0].count }

  public var root: Bytes32 { levels[levels.count - 1].first ?? MerkleTree.emptyRoot }

  /// The siblings from the leaf up to the root; nil where there is no such leaf.
  public func proof(at index: Int) -> [Bytes32]? {
    guard index >= 0, index < count else { return nil }
    var path: [Bytes32] = []
    var position = index
    for level in levels {
      let sibling = position ^ 1
      if sibling < level.count { path.append(level[sibling]) }
      position >>= 1
    }
    return path
  }
}

extension MerkleTree {
  @usableFromInline static let leafTag: UInt8 = 0
  private static let nodeTag: UInt8 = 1

  /// The root of a tree without leaves: SHA-256 of nothing, which no leaf or node can be.
  public static let emptyRoot = SHA256.hash([])

  /// The root alone: every level is written over the one below it, the long ones in batches.
  public static func root(of leaves: [Bytes32]) -> Bytes32 {
    var level = leaves
    var batch = SHA256Batch()
    var count = level.count
    while count >= 2 * SHA256Batch.lanes {
      for start in stride(from: 0, to: count / 2, by: 1_024) {
        for pair in start..<min(start + 1_024, count / 2) {
          batch.add(tag: nodeTag, level[2 * pair], level[2 * pair + 1])
        }
        for (place, node) in batch.digests().enumerated() { level[start + place] = node }
      }
      if count % 2 == 1 { level[count / 2] = level[count - 1] }
      count = (count + 1) / 2
    }
    while count > 1 {
      for pair in 0..<count / 2 { level[pair] = node(level[2 * pair], level[2 * pair + 1]) }
      if count % 2 == 1 { level[count / 2] = level[count - 1] }
      count = (count + 1) / 2
    }
    return level.first ?? emptyRoot
  }

  /// A leaf's hash: SHA-256(0x00 ‖ bytes).
  public static func leaf(_ bytes: [UInt8]) -> Bytes32 {
    var hasher = SHA256()
    hasher.update(leafTag)
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// A leaf of a named kind: SHA-256(0x00 ‖ length of the tag ‖ tag ‖ bytes). The length, one
  /// byte, keeps one tag's leaf from being read as that of another; tags are at most 255 bytes.
  public static func leaf(tag: String, _ bytes: [UInt8]) -> Bytes32 {
    precondition(tag.utf8.count <= 255, "a leaf's tag is at most 255 bytes")
    var hasher = SHA256()
    hasher.update(leafTag)
    hasher.update(UInt8(tag.utf8.count))
    hasher.update(tag)
    hasher.update(bytes)
    return hasher.finalize()
  }

  /// The same of a value's canonical bytes, which are hashed where they are written.
  @inlinable
  public static func leaf<T: Fielded>(tag: String, of value: T) -> Bytes32 {
    precondition(tag.utf8.count <= 255, "a leaf's tag is at most 255 bytes")
    var value = value
    var tag = tag
    return CBOREncoder.write { encoder throws(Refusal) in
      encoder.byte(leafTag)
      encoder.byte(UInt8(tag.utf8.count))
      tag.withUTF8 { encoder.append($0) }
      try encoder.structure(&value)
    } then: {
      SHA256.hash($0)
    }
  }

  /// Adds the same leaf to a batch. The value is shown as its field list wants it and stays as it
  /// is: that saves its copy.
  @inlinable
  public static func add<T: Fielded>(
    leafOf value: inout T, tag: String, to batch: inout SHA256Batch
  ) {
    precondition(tag.utf8.count <= 255, "a leaf's tag is at most 255 bytes")
    var tag = tag
    CBOREncoder.write { encoder throws(Refusal) in
      encoder.byte(leafTag)
      encoder.byte(UInt8(tag.utf8.count))
      tag.withUTF8 { encoder.append($0) }
      try encoder.structure(&value)
    } then: {
      batch.add($0)
    }
  }

  public static func node(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
    SHA256.hash(tag: nodeTag, left, right)
  }

  /// Whether the leaf stands at `index` of `count` under the root (RFC 9162, 2.1.3.2). A path of
  /// another length than that place has is false.
  public static func verify(
    leaf: Bytes32, at index: UInt64, of count: UInt64, path: [Bytes32], root: Bytes32
  ) -> Bool {
    guard let found = self.root(from: leaf, at: index, of: count, path: path) else { return false }
    return found == root
  }

  /// The root that the path leads to; nil where index, count and path do not fit together.
  public static func root(
    from leaf: Bytes32, at index: UInt64, of count: UInt64, path: [Bytes32]
  ) -> Bytes32? {
    guard index < count else { return nil }
    var position = index
    var last = count - 1
    var hash = leaf
    for sibling in path {
      guard last > 0 else { return nil }
      if position & 1 == 1 || position == last {
        hash = node(sibling, hash)
        // A node without a sibling rises unchanged until it has one on its left.
        while position & 1 == 0 && position > 0 {
          position >>= 1
          last >>= 1
        }
      } else {
        hash = node(hash, sibling)
      }
      position >>= 1
      last >>= 1
    }
    return last == 0 ? hash : nil
  }

  /// Pairs become nodes; the odd one at the end rises as it is.
  private static func level(above level: [Bytes32]) -> [Bytes32] {
    var next: [Bytes32] = []
    next.reserveCapacity((level.count + 1) / 2)
    for left in stride(from: 0, to: level.count - 1, by: 2) {
      next.append(node(level[left], level[left + 1]))
    }
    if level.count % 2 == 1 { next.append(level[level.count - 1]) }
    return next
  }
}
