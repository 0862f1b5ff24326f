// What a node says about itself, and what the API needs to know of it once.

public import Archive
public import Chain
public import Primitives

/// What does not change while a node runs.
public struct NodeFacts: Sendable {
  public var genesis: Genesis
  public var network: Bytes32
  public var chainID: UInt64
  public var operatorAddress: Address
  public var version: String
  /// Bytes of a blob, at most.
  public var blobLimit: Int
  /// Bytes of a message, at most.
  public var messageLimit: Int
  /// Whether time moves by steps, as in the demo.
  public var isStepped: Bool

  public init(
    genesis: Genesis, network: Bytes32, chainID: UInt64, operatorAddress: Address,
    version: String, blobLimit: Int, messageLimit: Int, isStepped: Bool
  ) {
    self.genesis = genesis
    self.network = network
    self.chainID = chainID
    self.operatorAddress = operatorAddress
    self.version = version
    self.blobLimit = blobLimit
    self.messageLimit = messageLimit
    self.isStepped = isStepped
  }
}

/// What changes: how the node is doing.
public struct NodeHealth: Hashable, Sendable {
  public var isStopping: Bool
  /// Messages that wait for a block.
  public var waiting: Int
  /// False when messages have waited too long for a block.
  public var isGrowing: Bool

  public init(isStopping: Bool, waiting: Int, isGrowing: Bool) {
    self.isStopping = isStopping
    self.waiting = waiting
    self.isGrowing = isGrowing
  }
}

/// Everything behind the API.
public struct NodeServices: Sendable {
  public var facts: NodeFacts
  public var records: any Records
  public var door: any MessageDoor
  public var blobs: (any BlobShelf)?
  public var faucet: (any Faucet)?
  /// Who carries x402 payments; nil where nobody pays for that.
  public var facilitator: Facilitator?
  /// Speaks to OpenAI's clients at `/v1`; nil where nobody does.
  public var side: SideDoor?
  public var gate: HeightGate
  public var health: @Sendable () -> NodeHealth
  /// The clock by which signed requests are judged.
  public var now: @Sendable () -> Time
  /// How much one address or account may ask.
  public var limits = RequestLimits.standard
  /// What the node counts; the server adds its answers.
  public var metrics = Metrics()
  public var gauges: @Sendable () -> Gauges = { Gauges() }
  /// Samples of the last hour, oldest first.
  public var vitals: @Sendable () -> [Vital] = { [] }
  /// The lists, and the height that they have reached: a page that must show a block waits there.
  public var listings: (any Listings)?
  public var listed = HeightGate()

  public init(
    facts: NodeFacts, records: any Records, door: any MessageDoor,
    blobs: (any BlobShelf)? = nil, faucet: (any Faucet)? = nil, gate: HeightGate,
    health: @escaping @Sendable () -> NodeHealth, now: @escaping @Sendable () -> Time
  ) {
    self.facts = facts
    self.records = records
    self.door = door
    self.blobs = blobs
    self.faucet = faucet
    self.gate = gate
    self.health = health
    self.now = now
  }
}
