// What a defender shows of one block: everything that the referee needs to compute it again.

public import Primitives

/// Bytes of a tile.
public struct OpenedTile: Fielded, Hashable {
  public static let typeName = "OpenedTile"
  public var bytes: [UInt8] = []

  public init() {}
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("bytes", &bytes)
  }
}

/// A tile of weights or biases, with its path to the root in the manifest (RFC 9162, 2.1.3).
public struct OpenedWeights: Fielded, Hashable {
  public static let typeName = "OpenedWeights"
  public var bytes: [UInt8] = []
  public var path: [Bytes32] = []

  public init() {}
  public init(_ bytes: [UInt8], path: [Bytes32]) {
    self.bytes = bytes
    self.path = path
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("bytes", &bytes)
    try v("path", &path)
  }
}

/// The last move of a dispute.
public struct StepOpening: Fielded, Hashable {
  public static let typeName = "StepOpening"
  /// The canonical manifest.
  public var manifest: [UInt8] = []
  /// The salt of the input, under which all leaves stand.
  public var salt = Bytes32()
  /// The tiles that the block reads, by tensor and tile.
  public var tiles: [OpenedTile] = []
  /// The tile as it stands before the block; empty before the first.
  public var sums: [UInt8] = []
  /// The tiles of the matrix that the block reads, from the first row down; at the first block
  /// then the biases.
  public var weights: [OpenedWeights] = []
  /// The vertices on the ways from the trace's root to the tiles, each once.
  public var vertices: [Vertex] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("manifest", &manifest)
    try v("salt", &salt)
    try v("tiles", &tiles)
    try v("sums", &sums)
    try v("weights", &weights)
    try v("vertices", &vertices)
  }
}
