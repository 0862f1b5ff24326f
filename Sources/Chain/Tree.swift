// The state tree: a Jellyfish Merkle tree over SHA-256, whole in memory, updated once a block.

public import Primitives

/// A binary Merkle tree over 256-bit keys in which a subtree of one leaf is that leaf
/// (Gao, Hu, Wu: "Jellyfish Merkle Tree", Diem 2021; here with binary hashing).
///
/// - leaf: SHA-256(0x00 ‖ key ‖ value), the value being the SHA-256 of the row;
/// - node: SHA-256(0x01 ‖ left ‖ right), left for a key whose next bit is 0;
/// - a subtree without leaves: 32 zero bytes, which is also the root of the empty tree.
///
/// The root depends on the leaves alone, never on the order in which they came or went. Nodes lie
/// in two arrays with lists of free places, since a million objects would cost the heap dearly.
public struct Tree: ~Copyable {
  /// Names a node: 0 is no leaf at all, an odd number a leaf, an even one an inner node.
  struct Reference: Equatable {
    var number: UInt32

    static let empty = Reference(number: 0)
    static func leaf(_ index: Int) -> Reference { Reference(number: UInt32(index) << 1 | 1) }
    static func inner(_ index: Int) -> Reference { Reference(number: UInt32(index + 1) << 1) }

    var isLeaf: Bool { number & 1 == 1 }
    var leafIndex: Int { Int(number >> 1) }
    var innerIndex: Int { Int(number >> 1) - 1 }
  }

  struct Leaf {
    var key: Bytes32
    var value: Bytes32

    var hash: Bytes32 { Tree.leafHash(key: key, value: value) }
  }

  struct Inner {
    var hash: Bytes32
    var left: Reference
    var right: Reference
  }

  var leaves: [Leaf] = []
  var inners: [Inner] = []
  var freeLeaves: [UInt32] = []
  var freeInners: [UInt32] = []
  var top = Reference.empty
  /// Inner nodes by depth whose hash is not that of what lies below them: within an update only.
  var stale: [[UInt32]] = []

  public init() {}

  /// How many leaves there are.
  public var count: Int { leaves.count - freeLeaves.count }

  public var root: Bytes32 { hash(of: top) }

  /// What stands for a subtree without leaves.
  public static let emptyHash = Bytes32.zero

  /// The bits of a key, and so the greatest depth of a leaf.
  public static let depthLimit = 256

  static let leafTag: UInt8 = 0
  static let innerTag: UInt8 = 1

  public static func leafHash(key: Bytes32, value: Bytes32) -> Bytes32 {
    SHA256.hash(tag: leafTag, key, value)
  }

  public static func innerHash(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
    SHA256.hash(tag: innerTag, left, right)
  }

  /// The value at a key.
  public subscript(_ key: Bytes32) -> Bytes32? {
    var node = top
    var depth = 0
    while node != .empty {
      if node.isLeaf {
        let leaf = leaves[node.leafIndex]
        return leaf.key == key ? leaf.value : nil
      }
      let inner = inners[node.innerIndex]
      node = key.bit(depth) ? inner.right : inner.left
      depth += 1
    }
    return nil
  }

  /// The hash of a leaf is computed when it is asked for: a stored one would make every leaf half
  /// as large again, and an update asks for one that it did not write only at the last level.
  func hash(of node: Reference) -> Bytes32 {
    if node == .empty { return Tree.emptyHash }
    return node.isLeaf ? leaves[node.leafIndex].hash : inners[node.innerIndex].hash
  }
}
