// The commitment to a run: every tensor in salted tiles, in a tree of trees.

public import Primitives

/// A graph with the shape of its traces, prepared once for many runs.
public struct TracePlan: Sendable {
  public let graph: Graph
  public let shape: TraceShape

  /// A graph with a step that no opening could show is refused.
  public init(_ graph: Graph) throws(Refusal) {
    self.graph = graph
    shape = try TraceShape(graph)
  }

  /// What a tile's leaf stands for. The input's and the output's tiles are the chunks of the
  /// run's input and evidence, so that the contents' roots are roots of the trace.
  func place(_ tensor: Int, _ tile: Int) -> ChunkPlace {
    if tensor == 0 { return .input(UInt64(tile)) }
    if tensor == graph.nodes.count { return .output(UInt64(tile)) }
    return .tile(tensor: UInt64(tensor), UInt64(tile))
  }
}

/// Takes the tensors of one run, in any order, and hashes them where they lie.
public struct TraceBuilder {
  public let plan: TracePlan
  public let salt: ContentSalt
  private var leaves: [[Bytes32]]
  private var tensors: [[UInt8]]

  public init(_ plan: TracePlan, salt: ContentSalt) {
    self.plan = plan
    self.salt = salt
    leaves = [[Bytes32]](repeating: [], count: plan.graph.types.count)
    tensors = [[UInt8]](repeating: [], count: plan.graph.types.count)
  }

  /// Adds the canonical bytes of a tensor: 0 is the input, `j + 1` the result of node `j`.
  public mutating func add(_ bytes: UnsafeRawBufferPointer, as tensor: Int) throws(Refusal) {
    guard tensors.indices.contains(tensor) else {
      throw Refusal("noSuchTensor", ["tensor": UInt64(clamping: tensor)])
    }
    let type = plan.graph.types[tensor]
    guard bytes.count == type.byteCount else {
      throw .wrongLength(got: bytes.count, wanted: type.byteCount)
    }
    tensors[tensor] = Array(bytes)
    leaves[tensor] = [Bytes32](unsafeUninitializedCapacity: type.tileCount) { own, count in
      for tile in 0..<type.tileCount {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[type.bytes(ofTile: tile)])
        own.initializeElement(at: tile, to: salt.leaf(plan.place(tensor, tile), piece))
      }
      count = type.tileCount
    }
  }

  public mutating func add(_ bytes: [UInt8], as tensor: Int) throws(Refusal) {
    let added = bytes.withUnsafeBytes { raw in
      Result { () throws(Refusal) in try add(raw, as: tensor) }
    }
    try added.get()
  }

  /// The trace; a tensor that was not added is refused.
  public func finish() throws(Refusal) -> Trace {
    if let missing = leaves.firstIndex(where: \.isEmpty) {
      throw Refusal("noSuchTensor", ["tensor": UInt64(missing)])
    }
    return Trace(plan: plan, salt: salt, leaves: leaves, tensors: tensors)
  }
}

/// A run that can answer for each of its numbers.
public struct Trace: Sendable {
  public let plan: TracePlan
  public let salt: ContentSalt
  /// The leaves of each tensor's tiles.
  public let leaves: [[Bytes32]]
  /// The root of each tensor.
  public let roots: [Bytes32]
  /// What the run's owner commits to.
  public let root: Bytes32
  /// The canonical bytes of each tensor.
  let tensors: [[UInt8]]

  init(plan: TracePlan, salt: ContentSalt, leaves: [[Bytes32]], tensors: [[UInt8]]) {
    self.plan = plan
    self.salt = salt
    self.leaves = leaves
    self.tensors = tensors
    roots = leaves.map { WideTree.root(of: $0) }
    root = WideTree.root(of: roots)
  }

  /// The trace of tensors that lie at hand, the reference executor's for instance.
  public init(
    _ plan: TracePlan, salt: ContentSalt, tensors: [Tensor]
  ) throws(Refusal) {
    var builder = TraceBuilder(plan, salt: salt)
    for (index, tensor) in tensors.enumerated() { try builder.add(tensor.bytes, as: index) }
    self = try builder.finish()
  }

  /// The vertices from the root to a tensor's root: what shows the input's and the output's.
  public func path(to tensor: Int) -> [Vertex]? { WideTree.path(to: tensor, in: roots) }

  /// How many tiles all tensors have together.
  public var tileCount: Int { leaves.reduce(0) { $0 + $1.count } }
}
