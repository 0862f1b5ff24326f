// The commitment to a run: every tensor in salted tiles, in a tree of trees.

public import Primitives

/// A graph with the shape of its traces, prepared once for many runs.
public struct TracePlan: Sendable {
  public let graph: Graph
  public let shape: TraceShape
  /// Where each tensor's leaves and bytes begin among those of all; behind them, all.
  let firstLeaf: [Int]
  let firstByte: [Int]

  /// A graph with a step that no opening could show is refused.
  public init(_ graph: Graph) throws(Refusal) {
    self.graph = graph
    shape = try TraceShape(graph)
    var (leaves, bytes) = ([0], [0])
    for (index, type) in graph.types.enumerated() {
      leaves.append(leaves[index] + type.tileCount)
      bytes.append(bytes[index] + type.byteCount)
    }
    (firstLeaf, firstByte) = (leaves, bytes)
  }

  /// What a tile's leaf stands for. The input's and the output's tiles are the chunks of the
  /// run's input and evidence, so that the contents' roots are roots of the trace.
  func place(_ tensor: Int, _ tile: Int) -> ChunkPlace {
    if tensor == 0 { return .input(UInt64(tile)) }
    if tensor == graph.nodes.count { return .output(UInt64(tile)) }
    return .tile(tensor: UInt64(tensor), UInt64(tile))
  }

  func leaves(of tensor: Int) -> Range<Int> { firstLeaf[tensor]..<firstLeaf[tensor + 1] }
  func bytes(of tensor: Int) -> Range<Int> { firstByte[tensor]..<firstByte[tensor + 1] }
}

/// Takes the tensors of one run, in any order, and hashes them where they lie.
public struct TraceBuilder {
  public let plan: TracePlan
  public let salt: ContentSalt
  private var hasher: TileHasher
  /// Zero, which is no digest, where no tensor was added yet.
  private var leaves: [Bytes32]
  private var bytes: [UInt8]

  public init(_ plan: TracePlan, salt: ContentSalt) {
    self.plan = plan
    self.salt = salt
    hasher = TileHasher(salt)
    leaves = [Bytes32](repeating: .zero, count: plan.firstLeaf[plan.graph.types.count])
    bytes = [UInt8](repeating: 0, count: plan.firstByte[plan.graph.types.count])
  }

  /// Adds the canonical bytes of a tensor: 0 is the input, `j + 1` the result of node `j`.
  public mutating func add(_ added: UnsafeRawBufferPointer, as tensor: Int) throws(Refusal) {
    guard tensor >= 0, tensor <= plan.graph.nodes.count else {
      throw Refusal("noSuchTensor", ["tensor": UInt64(clamping: tensor)])
    }
    let own = plan.bytes(of: tensor)
    guard added.count == own.count, let base = added.baseAddress else {
      throw .wrongLength(got: added.count, wanted: own.count)
    }
    bytes.withUnsafeMutableBytes {
      ($0.baseAddress! + own.lowerBound).copyMemory(from: base, byteCount: own.count)
    }
    let first = plan.firstLeaf[tensor]
    for tile in 0..<plan.firstLeaf[tensor + 1] - first {
      let from = tile * TraceShape.tileBytes
      leaves[first + tile] = hasher.leaf(
        plan.place(tensor, tile),
        UnsafeRawBufferPointer(
          start: base + from, count: min(TraceShape.tileBytes, own.count - from)))
    }
  }

  public mutating func add(_ bytes: [UInt8], as tensor: Int) throws(Refusal) {
    let span = bytes.span
    try span.withUnsafeBytes { (raw) throws(Refusal) in try add(raw, as: tensor) }
  }

  /// The trace; a tensor that was not added is refused.
  public func finish() throws(Refusal) -> Trace {
    for tensor in plan.graph.types.indices where leaves[plan.firstLeaf[tensor]] == .zero {
      throw Refusal("noSuchTensor", ["tensor": UInt64(tensor)])
    }
    return Trace(plan: plan, salt: salt, leaves: leaves, bytes: bytes)
  }
}

/// A run that can answer for each of its numbers.
public struct Trace: Sendable {
  public let plan: TracePlan
  public let salt: ContentSalt
  /// The root of each tensor.
  public let roots: [Bytes32]
  /// What the run's owner commits to.
  public let root: Bytes32
  /// The leaves of all tensors' tiles, one tensor after the other.
  let leaves: [Bytes32]
  /// The canonical bytes of all tensors.
  let bytes: [UInt8]

  init(plan: TracePlan, salt: ContentSalt, leaves: [Bytes32], bytes: [UInt8]) {
    self.plan = plan
    self.salt = salt
    self.leaves = leaves
    self.bytes = bytes
    roots = plan.graph.types.indices.map { tensor in
      let own = plan.leaves(of: tensor)
      return own.count == 1 ? leaves[own.lowerBound] : WideTree.root(of: Array(leaves[own]))
    }
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

  /// The leaves of a tensor's tiles.
  public func leaves(of tensor: Int) -> [Bytes32] { Array(leaves[plan.leaves(of: tensor)]) }

  /// The vertices from the root to a tensor's root: what shows the input's and the output's.
  public func path(to tensor: Int) -> [Vertex]? { WideTree.path(to: tensor, in: roots) }

  /// How many tiles all tensors have together.
  public var tileCount: Int { leaves.count }
}
