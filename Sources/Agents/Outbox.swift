// Signs an account's messages and gives each its place in a lane.

public import Chain
public import Kernel
public import Primitives

/// Places in the lanes of one signer. Messages of one block lie in different lanes, so that none
/// waits for another.
public struct Outbox: Sendable {
  /// Lanes in use; the others are left to whoever else signs with the key.
  public static let lanes = 64
  /// How long a message may wait for its block, in seconds of block time.
  public static let patience: UInt64 = 3_600

  public let key: PrivateKey
  /// Whose messages they are: the key's own account, or one that gave it a session.
  public let address: Address
  public let domain: EIP712.Domain
  public let network: Bytes32
  private var next: [UInt8: UInt64]
  private var turn = 0

  public init(
    _ key: PrivateKey, _ genesis: Genesis, next: [UInt8: UInt64], for account: Address? = nil
  ) {
    self.key = key
    address = account ?? key.address
    domain = genesis.domain
    network = genesis.network
    self.next = next
  }

  /// Takes the next place.
  public mutating func head(at time: Time) throws(Refusal) -> Head {
    let lane = UInt8(turn % Outbox.lanes)
    turn += 1
    let sequence = next[lane] ?? 0
    next[lane] = sequence + 1
    return Head(
      from: address, lane: lane, sequence: sequence,
      validUntil: try time.after(seconds: Outbox.patience))
  }

  /// Gives a place back that was taken and not used, when none was taken after it.
  public mutating func giveBack(_ head: Head) {
    if next[head.lane] == head.sequence + 1 { next[head.lane] = head.sequence }
  }

  /// Starts again from what the node says.
  public mutating func resync(_ next: [UInt8: UInt64]) { self.next = next }

  public func sign(_ message: Message) -> SignedMessage {
    address == key.address
      ? SignedMessage.signing(message, with: key, domain: domain)
      : SignedMessage.signing(message, withSession: key, domain: domain)
  }
}
