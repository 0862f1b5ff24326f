// What the operator signs of a block: its place, its time, and the roots of all that it holds.

public import Primitives

/// The head of a block. The SHA-256 of its canonical bytes is the block's id.
public struct Header: Fielded, Hashable {
  public static let typeName = "Header"
  public static let currentFormat: UInt64 = 1
  /// The version of the rules by which this code replays.
  public static let currentRules: UInt64 = 1

  public private(set) var format = Header.currentFormat
  public var network = Bytes32()
  public var height: UInt64 = 0
  /// The id of the block before; for the first block the network's id.
  public var parent = Bytes32()
  /// Milliseconds since 1970.
  public var time = Time()
  /// How much of that time market clocks stood still, in all.
  public var paused = Time()
  /// The next link of the operator's hash chain.
  public var link = Bytes32()
  public var rules = Header.currentRules
  /// Messages with their authorisations.
  public var bodyRoot = Bytes32()
  /// Outcomes of the messages, then settled runs.
  public var receiptsRoot = Bytes32()
  public var eventsRoot = Bytes32()
  /// The rows after the block.
  public var stateRoot = Bytes32()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try Format.check(format, known: Header.currentFormat)
    try v("network", &network)
    try v("height", &height)
    try v("parent", &parent)
    try v("time", &time)
    try v("paused", &paused)
    try v("link", &link)
    try v("rules", &rules)
    try v("bodyRoot", &bodyRoot)
    try v("receiptsRoot", &receiptsRoot)
    try v("eventsRoot", &eventsRoot)
    try v("stateRoot", &stateRoot)
  }

  public var id: Bytes32 { contentHash }
}
