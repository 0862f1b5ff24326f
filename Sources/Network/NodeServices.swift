// What the API asks of the node behind it; Node gives these to it.

public import Archive
public import Chain
public import Primitives

/// What the door made of a message.
public enum Delivery: Sendable {
  /// It waits for a block.
  case waiting
  case done(RecordedMessage)
}

/// Where messages enter. Whoever is let in has signed, and is answered once it is durable.
public protocol MessageDoor: Sendable {
  /// - Parameter waits: false returns once the message is in the queue.
  func deliver(_ message: SignedMessage, waits: Bool) async throws(Problem) -> Delivery
  /// Whether the message is in the queue now.
  func isWaiting(_ id: Bytes32) -> Bool
  /// What a message would do to the state after the last block; nothing of it happens.
  /// Which rows would change is not told.
  func rehearse(_ message: UnsignedMessage) async throws(Problem) -> Rehearsal
}

/// A blob on its way in.
public struct BlobDelivery: Sendable {
  public var bytes: [UInt8]
  public var owner: Address
  public var readers: [Address]
  /// Anyone may read it who signs for what he asks.
  public var isPublic: Bool

  public init(bytes: [UInt8], owner: Address, readers: [Address], isPublic: Bool = false) {
    self.bytes = bytes
    self.owner = owner
    self.readers = readers
    self.isPublic = isPublic
  }
}

/// A custodian's word for a blob, and until when it is kept.
public struct BlobReceipt: Hashable, Sendable {
  public var root: Bytes32
  /// The root of the content, built by the plain leaves in the boxes.
  public var content: Bytes32
  public var size: UInt64
  public var custodian: Address
  public var signature: [UInt8]
  public var expires: Time

  public init(
    root: Bytes32, content: Bytes32, size: UInt64, custodian: Address, signature: [UInt8],
    expires: Time
  ) {
    self.root = root
    self.content = content
    self.size = size
    self.custodian = custodian
    self.signature = signature
    self.expires = expires
  }
}

/// Bytes that the ledger only knows by their root.
public protocol BlobShelf: Sendable {
  func put(_ upload: BlobDelivery) async throws(Problem) -> BlobReceipt
  func get(_ root: Bytes32, for reader: Address) async throws(Problem) -> [UInt8]
  func addReaders(_ root: Bytes32, _ readers: [Address], by owner: Address) async throws(Problem)
}

/// Test money.
public protocol Faucet: Sendable {
  func pour(to address: Address) async throws(Problem) -> RecordedMessage
}
