// The way from a leaf of a block up to a root of its header.

public import Primitives

/// The hashes beside the way, and on which side each stands. Index and number of leaves would say
/// more than a path can prove: the same path fits several numbers of leaves.
public struct LeafPath: Fielded, Hashable {
  public static let typeName = "LeafPath"
  public var hashes: [Bytes32] = []
  /// Bit i says that hash i stands on the left.
  public var sides: UInt64 = 0

  public init() {}

  init(to index: Int, in leaves: [Bytes32]) {
    hashes = MerkleTree(leaves: leaves).proof(at: index) ?? []
    sides = Receipt.sides(of: index, in: leaves.count)
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("hashes", &hashes)
    try v("sides", &sides)
  }

  /// Whether it leads from the leaf to the root, with no bit to spare.
  func leads(from leaf: Bytes32, to root: Bytes32) -> Bool {
    guard hashes.count < 64, sides >> UInt64(hashes.count) == 0 else { return false }
    var hash = leaf
    for (step, sibling) in hashes.enumerated() {
      let isLeft = sides >> UInt64(step) & 1 == 1
      hash = isLeft ? MerkleTree.node(sibling, hash) : MerkleTree.node(hash, sibling)
    }
    return hash == root
  }
}
