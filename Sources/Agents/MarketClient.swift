// What actors need of a node: to read rows, to send messages, to keep blobs. Node provides it.

public import Chain
public import Kernel
public import Market
public import Primitives

/// One block as actors learn of it.
public struct BlockNews: Sendable {
  public var height: UInt64
  /// Block time, which `validUntil` counts.
  public var time: Time
  /// Market time, which deadlines count.
  public var now: Time
  public var events: [Event]

  public init(height: UInt64, time: Time, now: Time, events: [Event]) {
    self.height = height
    self.time = time
    self.now = now
    self.events = events
  }
}

/// An event with the height of its block.
public struct PlacedEvent: Sendable {
  public var height: UInt64
  public var event: Event

  public init(height: UInt64, event: Event) {
    self.height = height
    self.event = event
  }
}

/// A node as its market's actors use it. Every reading may fail and may be asked again.
public protocol MarketClient: Sendable {
  func genesis() async throws -> Genesis
  /// The height of the last block.
  func height() async throws -> UInt64
  /// A block; nil while it does not exist.
  func block(_ height: UInt64) async throws -> BlockNews?
  /// Events of these names that have an account among their parties, after a height, in order: who
  /// comes back reads what concerns it, and not the whole log.
  func events(
    _ names: [String], of account: Address, after height: UInt64
  ) async throws -> [PlacedEvent]
  /// The next sequence of each lane that was used.
  func nextSequences(of account: Address) async throws -> [UInt8: UInt64]
  /// What an account can spend now.
  func balance(of account: Address) async throws -> Amount
  /// The key under which to seal what the account alone may read; zero when it published none.
  func sealingKey(of account: Address) async throws -> Bytes32
  /// What a key may say for an account; nil where it has no session.
  func session(of account: Address, key: Address) async throws -> Session?
  /// Orders whose auction is not over.
  func openOrders() async throws -> [OrderID]
  func order(_ id: OrderID) async throws -> (order: Order, tender: Tender)?
  /// By which ranking an order is answered; nil where anybody may bid.
  func route(of order: OrderID) async throws -> Route?
  func bid(_ key: BidKey) async throws -> Bid?
  func lease(_ id: LeaseID) async throws -> Lease?
  /// Leases that are alive in which an account has a seat, or stands by for one.
  func leases(of provider: Address) async throws -> [(id: LeaseID, lease: Lease)]
  func run(_ key: RunKey) async throws -> Run?
  func settled(_ key: RunKey) async throws -> SettledRun?
  func offer(_ id: OfferID) async throws -> Offer?
  /// Every offer, or those of one provider.
  func offers(of provider: Address?) async throws -> [(id: OfferID, offer: Offer)]
  /// A message that stands in a block.
  func message(_ id: Bytes32) async throws -> Message?
  /// What came of a message; nil while no block holds it.
  func outcome(of id: Bytes32) async throws -> MessageOutcome?
  /// Hands a message to the node's queue.
  func submit(_ message: SignedMessage) async throws
  /// Stores a blob for its owner and these readers; the answer is a custodian's word.
  func put(
    _ blob: [UInt8], readers: [Address], by owner: PrivateKey, at time: Time
  ) async throws -> Custody
  func get(_ root: Bytes32, by reader: PrivateKey, at time: Time) async throws -> [UInt8]
  /// Lets more accounts read a blob.
  func allow(
    _ readers: [Address], toRead root: Bytes32, by owner: PrivateKey, at time: Time
  ) async throws
  /// The receipt file of a settled run.
  func receipt(_ key: RunKey) async throws -> [UInt8]
  /// A game that is still on the table, as its players see it.
  func game(_ id: GameID) async throws -> GameView?
  /// Every game about a run, in the order in which they began.
  func games(about run: RunKey) async throws -> [GameID]
  /// Messages about one run, as blocks hold them, in their order.
  func messages(about run: RunKey) async throws -> [SignedMessage]
  /// The row of an auditor; nil for who is none.
  func auditor(_ account: Address) async throws -> Auditor?
  /// Whether the manifest of a model is on the ledger, so that runs of it can be disputed.
  func isPublished(model: Bytes32) async throws -> Bool
}

/// A game with what its defender has opened at the place that it has come to.
public struct GameView: Hashable, Sendable {
  public var dispute: Dispute
  /// The root of the defender's trace; zero until it is shown.
  public var root: Bytes32
  public var opening: Market.Opening?

  public init(_ dispute: Dispute, root: Bytes32, opening: Market.Opening?) {
    self.dispute = dispute
    self.root = root
    self.opening = opening
  }
}

/// Somebody who answers each block with messages. The same code runs under stepped time and
/// under the wall clock.
public protocol Reactor: Sendable {
  var address: Address { get }
  /// Learns what happened before this process began, and sends nothing.
  func resume(through height: UInt64) async throws
  func react(to news: BlockNews) async throws -> [SignedMessage]
  /// Reads its place in every lane anew, after a message did not get through.
  func resync() async throws
}

extension MarketClient {
  /// Stores content that was cut and encrypted.
  public func shelve(
    _ chunks: ContentChunks, readers: [Address], owner: PrivateKey, at time: Time
  ) async throws -> Content {
    Content(
      chunks, custody: try await put(chunks.blob, readers: readers, by: owner, at: time))
  }

  /// Fetches and decrypts content, asking a few times where it does not come.
  public func open(
    _ content: Content, as side: ContentSide, key: Bytes32, reader: PrivateKey, at time: Time
  ) async -> Opening {
    guard ContentSalt.keyHash(of: key) == content.keyHash else { return .wrongKey }
    for attempt in 0..<3 {
      if attempt > 0 { try? await Task.sleep(for: .milliseconds(50)) }
      guard let blob = try? await get(content.blob, by: reader, at: time),
        let opened = try? ContentChunks.open(blob, of: content, as: side, key: key)
      else { continue }
      switch opened {
      case .bytes(let bytes): return .opened(bytes)
      case .lie(let shown): return .lie(shown)
      // Somebody hands out other bytes than were signed for; those may still come.
      case .foreign: continue
      }
    }
    return .missing
  }
}

extension Reactor {
  /// Does what may fail because the node does not answer, three times before it gives up for
  /// now. What the rules refuse is not tried again.
  public func insist<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
  ) async throws -> Value {
    for _ in 0..<2 {
      do { return try await body() } catch let refusal as Refusal { throw refusal } catch {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    return try await body()
  }
}

/// What came of fetching and decrypting content.
public enum Opening: Hashable, Sendable {
  case opened([UInt8])
  /// The key is not the one that was promised.
  case wrongKey
  /// A box does not decrypt to its own leaf; shown to the ledger it proves so.
  case lie(ShownBox)
  /// Nobody hands out the bytes that were signed for.
  case missing

  public var bytes: [UInt8]? {
    if case .opened(let bytes) = self { bytes } else { nil }
  }
}
