// Changes a batch of leaves in one walk, so that every node above them is hashed once.

public import Primitives

/// What becomes of one leaf.
public struct TreeChange: Hashable, Sendable {
  public var key: Bytes32
  /// Nil takes the leaf away.
  public var value: Bytes32?

  public init(_ key: Bytes32, _ value: Bytes32?) {
    self.key = key
    self.value = value
  }
}

extension TreeChange {
  /// Sorts by key.
  public static func sort(_ changes: inout [TreeChange]) {
    changes.sort {
      $0.key.leadingWord
    } _: {
      $0.key < $1.key
    }
  }
}

extension Tree {
  /// Applies the changes of a block, sorted by key, each key once. Taking away what is not there
  /// changes nothing.
  public mutating func apply(_ sorted: [TreeChange]) {
    for index in sorted.indices.dropFirst() {
      precondition(sorted[index - 1].key < sorted[index].key, "changes are sorted, keys unique")
    }
    reserve(for: sorted.count)
    sorted.withUnsafeBufferPointer { top = update(top, depth: 0, $0[...]) }
    hashStale()
  }

  /// From the deepest level up, each in batches: the nodes of one level do not need each other.
  private mutating func hashStale() {
    var batch = SHA256Batch()
    for nodes in stale.reversed() {
      for start in stride(from: 0, to: nodes.count, by: 1_024) {
        hash(nodes[start..<min(start + 1_024, nodes.count)], &batch)
      }
    }
    stale = []
  }

  /// Hashes the leaves below some nodes, then the nodes.
  private mutating func hash(_ nodes: ArraySlice<UInt32>, _ batch: inout SHA256Batch) {
    for node in nodes {
      let inner = inners[Int(node)]
      if inner.left.isLeaf { batch.add(leaves[inner.left.leafIndex]) }
      if inner.right.isLeaf { batch.add(leaves[inner.right.leafIndex]) }
    }
    var hashes = batch.digests()[...]
    for node in nodes {
      let inner = inners[Int(node)]
      let left = inner.left.isLeaf ? hashes.removeFirst() : hash(of: inner.left)
      let right = inner.right.isLeaf ? hashes.removeFirst() : hash(of: inner.right)
      batch.add(tag: Tree.innerTag, left, right)
    }
    for (node, hash) in zip(nodes, batch.digests()) { inners[Int(node)].hash = hash }
  }

  /// A tree of so many leaves has about 1.44 times as many inner nodes.
  private mutating func reserve(for added: Int) {
    guard leaves.isEmpty, added > 1024 else { return }
    leaves.reserveCapacity(added)
    inners.reserveCapacity(added + added / 2)
  }

  private typealias Changes = Slice<UnsafeBufferPointer<TreeChange>>

  private mutating func update(
    _ node: Reference, depth: Int, _ changes: Changes
  ) -> Reference {
    if changes.isEmpty { return node }
    if node == .empty { return fill(depth: depth, changes) }
    if node.isLeaf { return update(leaf: node, depth: depth, changes) }
    let inner = inners[node.innerIndex]
    let middle = split(changes, at: depth)
    let left = update(inner.left, depth: depth + 1, changes[..<middle])
    let right = update(inner.right, depth: depth + 1, changes[middle...])
    return join(left, right, depth: depth, in: node)
  }

  /// A leaf among changes: it is one of those changed, or it moves down until a bit parts it from
  /// them.
  private mutating func update(
    leaf node: Reference, depth: Int, _ changes: Changes
  ) -> Reference {
    let key = leaves[node.leafIndex].key
    if changes.count == 1 {
      let change = changes[changes.startIndex]
      if change.key == key {
        guard let value = change.value else {
          freeLeaves.append(UInt32(node.leafIndex))
          return .empty
        }
        leaves[node.leafIndex].value = value
        return node
      }
      if change.value == nil { return node }
    }
    let middle = split(changes, at: depth)
    let isRight = key.bit(depth)
    let left = update(isRight ? .empty : node, depth: depth + 1, changes[..<middle])
    let right = update(isRight ? node : .empty, depth: depth + 1, changes[middle...])
    return join(left, right, depth: depth, in: .empty)
  }

  /// The subtree of new leaves alone.
  private mutating func fill(depth: Int, _ changes: Changes) -> Reference {
    if changes.isEmpty { return .empty }
    if changes.count == 1 {
      let change = changes[changes.startIndex]
      guard let value = change.value else { return .empty }
      return add(Leaf(key: change.key, value: value))
    }
    let middle = split(changes, at: depth)
    let left = fill(depth: depth + 1, changes[..<middle])
    let right = fill(depth: depth + 1, changes[middle...])
    return join(left, right, depth: depth, in: .empty)
  }

  /// Where the keys begin whose bit at this depth is 1.
  private func split(_ changes: Changes, at depth: Int) -> Int {
    var low = changes.startIndex
    var high = changes.endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if changes[middle].key.bit(depth) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The node over two subtrees, in the old node's place if there was one. A single leaf rises,
  /// and nothing over nothing is nothing.
  private mutating func join(
    _ left: Reference, _ right: Reference, depth: Int, in old: Reference
  ) -> Reference {
    if left == .empty, right == .empty || right.isLeaf { return discard(old, for: right) }
    if right == .empty, left.isLeaf { return discard(old, for: left) }
    let node = place(Inner(hash: .zero, left: left, right: right), in: old)
    while stale.count <= depth { stale.append([]) }
    stale[depth].append(UInt32(node.innerIndex))
    return node
  }

  private mutating func place(_ inner: Inner, in old: Reference) -> Reference {
    if old != .empty {
      inners[old.innerIndex] = inner
      return old
    }
    if let free = freeInners.popLast() {
      inners[Int(free)] = inner
      return .inner(Int(free))
    }
    inners.append(inner)
    return .inner(inners.count - 1)
  }

  private mutating func discard(_ old: Reference, for node: Reference) -> Reference {
    if old != .empty { freeInners.append(UInt32(old.innerIndex)) }
    return node
  }

  private mutating func add(_ leaf: Leaf) -> Reference {
    if let free = freeLeaves.popLast() {
      leaves[Int(free)] = leaf
      return .leaf(Int(free))
    }
    leaves.append(leaf)
    return .leaf(leaves.count - 1)
  }
}

extension SHA256Batch {
  fileprivate mutating func add(_ leaf: Tree.Leaf) {
    add(tag: Tree.leafTag, leaf.key, leaf.value)
  }
}
