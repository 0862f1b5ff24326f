// When a blob or its key does not arrive: a clock on the other side, and a chunk as proof.

public import Kernel
public import Primitives

/// Puts a clock on the other side: post the content key.
public struct DemandKey: MessageContent {
  public static let typeName = "DemandKey"
  public static let kind: UInt8 = 32
  public var head = Head()
  public var run = RunKey()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
  }
}

/// Answers a demand: the content key, for everybody to see.
public struct PostKey: MessageContent {
  public static let typeName = "PostKey"
  public static let kind: UInt8 = 33
  public var head = Head()
  public var run = RunKey()
  public var key = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("key", &key)
  }
}

/// Shows the ledger one encrypted chunk that does not decrypt to its leaf.
public struct ShowChunk: MessageContent {
  public static let typeName = "ShowChunk"
  public static let kind: UInt8 = 34
  public var head = Head()
  public var run = RunKey()
  /// Which chunk of the blob, of how many.
  public var index: UInt64 = 0
  public var count: UInt64 = 1
  public var box: [UInt8] = []
  /// The path of the encrypted chunk to the blob's root.
  public var boxPath: [Bytes32] = []
  /// The plain leaf that the commitment holds at that place, with its path.
  public var leaf = Bytes32()
  public var leafPath: [Bytes32] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("index", &index)
    try v("count", &count)
    try v("box", &box)
    try v("boxPath", &boxPath)
    try v("leaf", &leaf)
    try v("leafPath", &leafPath)
  }
}
