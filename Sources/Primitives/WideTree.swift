// The tree of sixteen: what contents and traces commit to, and what a dispute descends.

/// A tree whose vertices have up to sixteen children, packed from the left.
///
/// A vertex is SHA-256(0x02 ‖ its children). Its shape follows from the number of leaves alone:
/// every sixteen of a level make one above, the last with what is left, until one remains. A
/// single leaf is its own root. Leaves are hashes of tagged bytes, which no vertex can be.
public enum WideTree {
  public static let width = 16

  /// The hash of a vertex.
  public static func vertex(_ children: some Sequence<Bytes32>) -> Bytes32 {
    var hasher = SHA256()
    hasher.update(vertexTag)
    for child in children { hasher.update(child) }
    return hasher.finalize()
  }

  /// The root of that many leaves; of none, that of an empty list.
  public static func root(of leaves: [Bytes32]) -> Bytes32 {
    var level = leaves
    while level.count > 1 { level = self.level(above: level) }
    return level.first ?? vertex([])
  }

  /// How many vertices lie between the root and a leaf, the root counted.
  public static func depth(of count: UInt64) -> Int {
    var depth = 0
    var left = count
    while left > 1 {
      left = (left - 1) / UInt64(width) + 1
      depth += 1
    }
    return depth
  }

  /// The vertices from the root down to the leaf; nil where there is no such leaf.
  public static func path(to index: Int, in leaves: [Bytes32]) -> [Vertex]? {
    guard leaves.indices.contains(index) else { return nil }
    var path: [Vertex] = []
    var level = leaves
    var position = index
    while level.count > 1 {
      let first = position / width * width
      path.append(Vertex(Array(level[first..<min(first + width, level.count)])))
      level = self.level(above: level)
      position /= width
    }
    return path.reversed()
  }

  /// Whether the leaf stands at `index` of `count` under the root.
  public static func verify(
    leaf: Bytes32, at index: UInt64, of count: UInt64, path: [Vertex], root: Bytes32
  ) -> Bool {
    guard index < count, path.count == depth(of: count) else { return false }
    var wanted = root
    for (step, vertex) in path.enumerated() {
      guard vertex.hash == wanted else { return false }
      // How many leaves a child of this vertex spans.
      var span: UInt64 = 1
      for _ in 0..<(path.count - 1 - step) { span *= UInt64(width) }
      let place = Int((index / span) % UInt64(width))
      guard vertex.children.count == children(at: index / span, of: (count - 1) / span + 1),
        vertex.children.indices.contains(place)
      else { return false }
      wanted = vertex.children[place]
    }
    return wanted == leaf
  }

  /// How many children the vertex has that holds a position of a level of so many.
  public static func children(at position: UInt64, of count: UInt64) -> Int {
    let first = position / UInt64(width) * UInt64(width)
    return Int(min(UInt64(width), count - min(count, first)))
  }

  private static let vertexTag: UInt8 = 2

  private static func level(above level: [Bytes32]) -> [Bytes32] {
    stride(from: 0, to: level.count, by: width).map {
      vertex(level[$0..<min($0 + width, level.count)])
    }
  }
}

/// The children of one vertex, as proofs and moves carry them.
public struct Vertex: Fielded, Hashable {
  public static let typeName = "Vertex"
  public var children: [Bytes32] = []

  public init() {}
  public init(_ children: [Bytes32]) { self.children = children }

  public var hash: Bytes32 { WideTree.vertex(children) }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("children", &children)
  }
}
