// The row of a published model: what a dispute's descent needs to know without the manifest.

import Graphs
public import Primitives

/// What the ledger keeps of a model. The manifest itself stands in the message that published it.
public struct ModelCard: Fielded, Hashable {
  public static let typeName = "ModelCard"
  /// Who published it.
  public var publisher = Address()
  /// Bytes of the canonical manifest.
  public var manifestBytes: UInt64 = 0
  /// Bytes of an input and of an output.
  public var inputBytes: UInt64 = 0
  public var outputBytes: UInt64 = 0
  /// The tiles of each tensor of a run, the input's first.
  public var tiles: [UInt64] = []
  /// The blocks in which each tile of the tensor is computed.
  public var blocks: [UInt64] = []
  /// The root of the weights' tiles.
  public var weights = Bytes32()
  /// The most bytes that the last opening of a dispute takes.
  public var openingBytes: UInt64 = 0
  /// The levels at which runs can be proved to the ledger, each with the most bytes of a proof.
  public var proofs: [Number] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("publisher", &publisher)
    try v("manifestBytes", &manifestBytes)
    try v("inputBytes", &inputBytes)
    try v("outputBytes", &outputBytes)
    try v("tiles", &tiles)
    try v("blocks", &blocks)
    try v("weights", &weights)
    try v("openingBytes", &openingBytes)
    try v("proofs", &proofs)
  }
}

extension ModelCard {
  /// Reads a manifest, and refuses one whose runs could not be disputed to the end: too long,
  /// without tiles of its weights, or with a step that no opening could show.
  public init(manifest bytes: [UInt8], publisher: Address) throws(Refusal) {
    guard bytes.count <= BlockCut.mostManifest else {
      throw Refusal(
        "manifestTooLarge",
        ["bytes": UInt64(bytes.count), "most": UInt64(BlockCut.mostManifest)])
    }
    let manifest = try Manifest(decoding: bytes)
    let graph = try manifest.graph()
    let cuts = try BlockCut.all(of: graph)
    let shape = TraceShape(graph, cuts)
    self.publisher = publisher
    manifestBytes = UInt64(bytes.count)
    inputBytes = UInt64(graph.input.byteCount)
    outputBytes = UInt64(graph.output.byteCount)
    tiles = shape.tiles
    blocks = shape.blocks
    weights = try manifest.tileRoot(of: graph)
    openingBytes = manifestBytes + UInt64(cuts.map(\.openingBytes).max() ?? 0)
    proofs = ModelCard.proofs(of: manifest, graph)
  }

  /// The shape of a run's trace.
  var shape: TraceShape {
    get throws(Refusal) {
      guard let shape = TraceShape(tiles: tiles, blocks: blocks) else { throw .malformed(at: 0) }
      return shape
    }
  }
}
