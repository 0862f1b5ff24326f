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

/// Shows the ledger one box that does not decrypt to its own leaf: the buyer one of the output, a
/// seat one of the input.
public struct ShowChunk: MessageContent {
  public static let typeName = "ShowChunk"
  public static let kind: UInt8 = 34
  public var head = Head()
  public var run = RunKey()
  /// Which chunk of the blob.
  public var index: UInt64 = 0
  public var box: [UInt8] = []
  /// From the root of the blob down to the box.
  public var path: [Vertex] = []

  public init() {}

  public init(_ head: Head, _ run: RunKey, _ shown: ShownBox) {
    self.head = head
    self.run = run
    index = shown.index
    box = shown.box
    path = shown.path
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("index", &index)
    try v("box", &box)
    try v("path", &path)
  }
}
