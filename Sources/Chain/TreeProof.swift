// Proof that a key has a value, or has none, under a root that one trusts.

public import Primitives

/// The way from the root down to where a key is, or would be.
public struct TreeProof: Fielded, Hashable {
  public static let typeName = "TreeProof"

  /// What stands at the end of the way.
  public enum End: UInt8, ByteChoice {
    /// The leaf of the key itself.
    case leaf = 0
    /// Nothing: the key is absent.
    case empty = 1
    /// The leaf of another key, alone in its subtree: the key is absent.
    case other = 2
  }

  public var end = End.empty
  /// The other leaf; zero where the end is none.
  public var otherKey = Bytes32()
  public var otherValue = Bytes32()
  /// The hashes beside the way, from the root down.
  public var siblings: [Bytes32] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("end", &end)
    try v("otherKey", &otherKey)
    try v("otherValue", &otherValue)
    try v("siblings", &siblings)
  }

  /// Whether the tree with this root has that value at the key, or with nil no leaf there. Nothing
  /// but the root is needed, and no byte of the proof is free.
  public func verifies(key: Bytes32, value: Bytes32?, root: Bytes32) -> Bool {
    guard siblings.count <= Tree.depthLimit else { return false }
    guard end == .other || (otherKey == .zero && otherValue == .zero) else { return false }
    var hash: Bytes32
    switch (end, value) {
    case (.leaf, let value?): hash = Tree.leafHash(key: key, value: value)
    case (.empty, nil): hash = Tree.emptyHash
    case (.other, nil):
      guard otherKey != key, agrees(otherKey, key) else { return false }
      hash = Tree.leafHash(key: otherKey, value: otherValue)
    default: return false
    }
    for depth in siblings.indices.reversed() {
      let sibling = siblings[depth]
      hash = key.bit(depth) ? Tree.innerHash(sibling, hash) : Tree.innerHash(hash, sibling)
    }
    return hash == root
  }

  /// Whether both keys go the whole way together.
  private func agrees(_ l: Bytes32, _ r: Bytes32) -> Bool {
    siblings.indices.allSatisfy { l.bit($0) == r.bit($0) }
  }
}

extension Tree {
  /// The proof of what is, or is not, at the key.
  public func proof(of key: Bytes32) -> TreeProof {
    var proof = TreeProof()
    var node = top
    var depth = 0
    while node != .empty, !node.isLeaf {
      let inner = inners[node.innerIndex]
      let isRight = key.bit(depth)
      proof.siblings.append(hash(of: isRight ? inner.left : inner.right))
      node = isRight ? inner.right : inner.left
      depth += 1
    }
    guard node != .empty else { return proof }
    let leaf = leaves[node.leafIndex]
    if leaf.key == key {
      proof.end = .leaf
    } else {
      proof.end = .other
      proof.otherKey = leaf.key
      proof.otherValue = leaf.value
    }
    return proof
  }
}
