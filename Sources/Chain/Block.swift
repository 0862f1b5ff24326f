// A block: messages in order, what came of them, and the operator's word for it.

public import Kernel
public import Market
public import Primitives

/// What became of a message.
public struct MessageOutcome: Fielded, Hashable {
  public static let typeName = "MessageOutcome"
  public var id: Bytes32
  /// The refusal's code; empty when the message was carried out.
  public var code: String
  public var numbers: [Number]
  public var toll: Amount

  public init() { self.init(id: .zero, refusal: nil, toll: .zero) }

  public init(id: Bytes32, refusal: Refusal?, toll: Amount) {
    self.id = id
    code = refusal?.code ?? ""
    numbers = refusal?.numbers ?? []
    self.toll = toll
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("id", &id)
    try v("code", &code)
    try v("numbers", &numbers)
    try v("toll", &toll)
  }

  public var isDone: Bool { code.isEmpty }
  public var refusal: Refusal? { isDone ? nil : Refusal(code, numbers) }

  static let leafTag = "outcome"

  public var leaf: Bytes32 { MerkleTree.leaf(tag: MessageOutcome.leafTag, of: self) }
}

/// What a block made: everything that its header commits to beside the messages and the rows.
public struct BlockResults: Fielded, Hashable {
  public static let typeName = "BlockResults"
  /// One a message, in the order of the body.
  public var outcomes: [MessageOutcome] = []
  /// Roads that ended, in order.
  public var settled: [SettledRun] = []
  public var events: [Event] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("outcomes", &outcomes)
    try v("settled", &settled)
    try v("events", &events)
  }

  /// The leaves of the receipts tree: outcomes, then settled runs.
  public var receiptLeaves: [Bytes32] {
    var leaves: [Bytes32] = []
    leaves.reserveCapacity(outcomes.count + settled.count)
    // By index, here and below: `map` would copy every element, and they hold many arrays.
    for index in outcomes.indices { leaves.append(outcomes[index].leaf) }
    for index in settled.indices { leaves.append(settled[index].leaf) }
    return leaves
  }

  public var receiptsRoot: Bytes32 { MerkleTree.root(of: receiptLeaves) }

  /// Both roots at once, hashed in batches; nothing changes.
  mutating func roots() -> (receipts: Bytes32, events: Bytes32) {
    var batch = SHA256Batch()
    for index in outcomes.indices {
      MerkleTree.add(leafOf: &outcomes[index], tag: MessageOutcome.leafTag, to: &batch)
    }
    for index in settled.indices {
      MerkleTree.add(leafOf: &settled[index], tag: SettledRun.leafTag, to: &batch)
    }
    let receipts = MerkleTree.root(of: batch.digests())
    for index in events.indices {
      MerkleTree.add(leafOf: &events[index], tag: Event.leafTag, to: &batch)
    }
    return (receipts, MerkleTree.root(of: batch.digests()))
  }

  public var eventsRoot: Bytes32 {
    var leaves: [Bytes32] = []
    leaves.reserveCapacity(events.count)
    for index in events.indices { leaves.append(events[index].leaf) }
    return MerkleTree.root(of: leaves)
  }
}

/// A block as it is stored and sent.
public struct Block: Fielded, Hashable {
  public static let typeName = "Block"
  public var header = Header()
  /// The operator's signature of the id.
  public var signature: [UInt8] = []
  public var body: [SignedMessage] = []
  public var results = BlockResults()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("header", &header)
    try v("signature", &signature)
    try v("body", &body)
    try v("results", &results)
  }

  public var id: Bytes32 { header.id }
  public var height: UInt64 { header.height }

  public static func bodyRoot(of body: [SignedMessage]) -> Bytes32 {
    MerkleTree.root(of: body.map(\.leaf))
  }

  public mutating func sign(with key: PrivateKey) { signature = key.sign(digest: id).bytes }

  /// Refuses a block whose signature is not that operator's.
  public func checkSignature(by operator: Address) throws(Refusal) {
    let signer = try Signature(signature).recover(digest: id)
    guard signer == `operator` else { throw .notTheOperator }
  }
}

extension SettledRun {
  static var leafTag: String { "settled" }

  public var leaf: Bytes32 { MerkleTree.leaf(tag: SettledRun.leafTag, of: self) }
}

extension Event {
  static var leafTag: String { "event" }

  public var leaf: Bytes32 { MerkleTree.leaf(tag: Event.leafTag, of: self) }
}

extension Refusal {
  /// The signature of the block is not the operator's of this network.
  static var notTheOperator: Refusal { Refusal("notTheOperator") }
}
