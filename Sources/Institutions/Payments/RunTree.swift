// A tree of sold runs whose nodes carry sums: what a claim of vouchers says of them.

public import Primitives

/// A hash and the prices below it.
public struct RunNode: Fielded, Hashable {
  public static let typeName = "RunNode"
  public var hash = Bytes32.zero
  public var sum = Amount()

  public init() {}

  public init(_ hash: Bytes32, _ sum: Amount) {
    self.hash = hash
    self.sum = sum
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("hash", &hash)
    try v("sum", &sum)
  }
}

/// The Merkle tree over the runs that one claim pays for. Every node has the sum of the prices
/// below it, so the root fixes which run each millionth of the claim was paid for, and a run can be
/// called up by value: a cheat who fakes only the dear ones gains nothing by their being few.
public struct RunTree: Sendable {
  public typealias Node = RunNode

  /// More siblings than this no path has: a count has 64 bits.
  public static let longestPath = 64

  private let levels: [[Node]]

  public init(_ leaves: [Node]) throws(Refusal) {
    var levels = [leaves]
    while let last = levels.last, last.count > 1 {
      var next: [Node] = []
      for left in stride(from: 0, to: last.count - 1, by: 2) {
        next.append(try RunTree.node(last[left], last[left + 1]))
      }
      if last.count % 2 == 1 { next.append(last[last.count - 1]) }
      levels.append(next)
    }
    self.levels = levels
  }

  public var count: Int { levels[0].count }
  public var sum: Amount { levels[levels.count - 1].first?.sum ?? .zero }

  /// What a claim carries: how many runs, what they cost, and the top of the tree.
  public var root: Bytes32 {
    guard let top = levels[levels.count - 1].first else { return .zero }
    return RunTree.root(top, of: UInt64(count))
  }

  /// The siblings from the leaf up to the root; nil where there is no such leaf.
  public func path(to index: Int) -> [Node]? {
    guard levels[0].indices.contains(index) else { return nil }
    var path: [Node] = []
    var position = index
    for level in levels {
      let sibling = position ^ 1
      if sibling < level.count { path.append(level[sibling]) }
      position >>= 1
    }
    return path
  }

  /// The run for which the millionth at `value` was paid; nil where so much was not.
  public func index(at value: UInt64) -> Int? {
    guard value < sum.units else { return nil }
    var rest = value
    for (index, leaf) in levels[0].enumerated() {
      if rest < leaf.sum.units { return index }
      rest -= leaf.sum.units
    }
    return nil
  }

  // MARK: - Hashes

  /// A run as a leaf: its canonical bytes, and its price.
  public static func leaf(_ run: SoldRun) -> Node {
    Node(MerkleTree.leaf(tag: "tolsey/run/1", of: run), run.price)
  }

  static func node(_ left: Node, _ right: Node) throws(Refusal) -> Node {
    var hasher = SHA256()
    hasher.update(1 as UInt8)
    for side in [left, right] {
      hasher.update(side.hash)
      hasher.update(side.sum.units)
    }
    return Node(hasher.finalize(), try left.sum.adding(right.sum))
  }

  static func root(_ top: Node, of count: UInt64) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/runs/1")
    hasher.update(count)
    hasher.update(top.hash)
    hasher.update(top.sum.units)
    return hasher.finalize()
  }

  /// The millionths of the claim that paid for a leaf; nil where it does not stand there.
  public static func interval(
    of leaf: Node, at index: UInt64, of count: UInt64, path: [Node], root: Bytes32
  ) -> Range<UInt64>? {
    place(of: leaf, at: index, of: count, path: path, root: root)?.interval
  }

  /// The same, and the sum of all prices in the tree.
  public static func place(
    of leaf: Node, at index: UInt64, of count: UInt64, path: [Node], root: Bytes32
  ) -> (interval: Range<UInt64>, sum: Amount)? {
    guard index < count, count > 0 else { return nil }
    var (position, last) = (index, count - 1)
    var node = leaf
    var before = Amount.zero
    do throws(Refusal) {
      for sibling in path {
        guard last > 0 else { return nil }
        if position & 1 == 1 || position == last {
          before = try before.adding(sibling.sum)
          node = try self.node(sibling, node)
          // A node without a sibling rises unchanged until it has one on its left.
          while position & 1 == 0 && position > 0 {
            position >>= 1
            last >>= 1
          }
        } else {
          node = try self.node(node, sibling)
        }
        position >>= 1
        last >>= 1
      }
      guard last == 0, self.root(node, of: count) == root else { return nil }
      return (before.units..<(try before.adding(leaf.sum).units), node.sum)
    } catch { return nil }
  }
}
