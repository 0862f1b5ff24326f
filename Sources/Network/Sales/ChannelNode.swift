// What a seller of channels asks of a node: rows, deposits, claims, and who wants its money back.

import Archive
public import Chain
import Kernel
public import Payments
public import Primitives

/// What became of a message of the seller's own.
public enum ChannelSending: Hashable, Sendable {
  case done(Bytes32)
  case refused(Refusal, Bytes32)
  /// Nobody knows; the rows will tell.
  case unknown
}

/// A node as a seller of channels needs it.
public protocol ChannelNode: Sendable {
  /// The channels as the ledger has them; nil where there is none with money in it.
  func standings(of channels: [Bytes32]) async throws -> [ChannelStanding?]
  /// Lets the facilitator carry a deposit.
  func deposit(_ payload: JSONValue, _ offer: PaymentRequirements) async throws -> DepositAnswer
  func claim(_ claims: [VoucherClaim], root: Bytes32) async throws -> ChannelSending
  func refund(
    _ channel: Bytes32, _ amount: Amount, nonce: UInt64
  ) async throws -> ChannelSending
  /// What stands behind a door of the seller; nil where nothing does.
  func bond(behind door: Address) async throws -> DoorBond?
  /// Opens a run that was drawn.
  func open(_ opening: RunOpening) async throws -> ChannelSending
  /// The claim that paid for a millionth of a channel; nil where none did that names its runs.
  func sealedClaim(of channel: Bytes32, at value: UInt64) async throws -> SealedClaim?
  /// Of the last block.
  func height() async throws -> UInt64
  /// Calls for every payer who asked for its money back after a height, until it is cancelled or
  /// the node is lost.
  func watch(
    after height: UInt64, _ seen: @escaping @Sendable (Bytes32) async -> Void
  ) async throws
}

/// A node that knows nothing of bonds, nor of blocks.
extension ChannelNode {
  public func bond(behind door: Address) async throws -> DoorBond? { nil }
  public func open(_ opening: RunOpening) async throws -> ChannelSending { .unknown }
  public func sealedClaim(
    of channel: Bytes32, at value: UInt64
  ) async throws -> SealedClaim? { nil }
}

/// What a facilitator says of a deposit.
public struct DepositAnswer: Hashable, Sendable {
  public var reason: X402Reason?
  public var message: String?
  public var transaction: Bytes32?
  public var amount: Amount?

  public init(
    _ reason: X402Reason? = nil, _ message: String? = nil, transaction: Bytes32? = nil,
    amount: Amount? = nil
  ) {
    self.reason = reason
    self.message = message
    self.transaction = transaction
    self.amount = amount
  }
}

/// A node over HTTP, and the seller's key that signs what it sends.
public struct RemoteChannels: ChannelNode {
  let client: NodeClient
  private let facilitator: RemoteFacilitator
  let key: PrivateKey

  private let lane: UInt8

  /// The first of the lanes of doors; nothing else of a seller's uses them.
  private static let lanes: UInt8 = 201

  /// - Parameter door: names what is sold: two doors of one seller seldom share a lane, and who
  ///   loses a place in it tries again.
  public init(_ client: NodeClient, key: PrivateKey, door: String) {
    let place = SHA256.hash(Array(door.utf8)).bytes[0] % (UInt8.max - RemoteChannels.lanes)
    lane = RemoteChannels.lanes + place
    self.client = client
    self.key = key
    facilitator = RemoteFacilitator(client)
  }

  public func deposit(
    _ payload: JSONValue, _ offer: PaymentRequirements
  ) async throws -> DepositAnswer {
    try await facilitator.deposit(payload, offer)
  }

  public func standings(of channels: [Bytes32]) async throws -> [ChannelStanding?] {
    try await client.standings(of: channels)
  }

  // MARK: - Messages

  public func claim(_ claims: [VoucherClaim], root: Bytes32) async throws -> ChannelSending {
    try await send { .claimVouchers(ClaimVouchers($0, claims, root: root)) }
  }

  public func refund(
    _ channel: Bytes32, _ amount: Amount, nonce: UInt64
  ) async throws -> ChannelSending {
    try await send { .refundChannel(RefundChannel($0, channel, amount, nonce: nonce)) }
  }

  func send(_ write: (Head) -> Message) async throws -> ChannelSending {
    let account = try await client.account(key.address)
    let genesis = try await client.genesis()
    let head = Head(
      from: key.address, lane: lane, sequence: account.nextSequence(lane: lane),
      validUntil: .never)
    let signed = SignedMessage.signing(write(head), with: key, domain: genesis.domain)
    do throws(ClientError) {
      let settlement = try await client.submit(signed)
      guard let refusal = settlement.outcome.refusal else { return .done(settlement.id) }
      return .refused(refusal, settlement.id)
    } catch {
      // What the door refused never entered a block.
      if case .refused(let problem) = error, !problem.isTemporary { throw error }
      return .unknown
    }
  }

  // MARK: - Watching

  public func height() async throws -> UInt64 { try await client.status().height }

  public func watch(
    after height: UInt64, _ seen: @escaping @Sendable (Bytes32) async -> Void
  ) async throws {
    let filter = EventsFilter(names: ["withdrawalRequested"], subjects: [key.address.padded])
    try await client.follow(after: FeedCursor(height: height), filter: filter) { found in
      await seen(found.event.subject)
      return true
    }
  }
}

extension RemoteFacilitator {
  /// Lets a node carry a deposit, as the payer wrote it. The same deposit is carried once, so an
  /// answer that was lost is asked for again.
  func deposit(
    _ payload: JSONValue, _ offer: PaymentRequirements
  ) async throws -> DepositAnswer {
    let body: JSONValue = [
      "x402Version": .unsigned(X402.version), "paymentPayload": payload,
      "paymentRequirements": offer.json,
    ]
    guard let json = try await settle(body: body) else { return DepositAnswer(.pending) }
    guard json["success"]?.bool == true else {
      let reason = (json["errorReason"]?.string).flatMap(X402Reason.init(rawValue:)) ?? .failed
      return DepositAnswer(reason, json["errorMessage"]?.string)
    }
    return DepositAnswer(
      transaction: (json["transaction"]?.string).flatMap { Bytes32(hex: $0) },
      amount: json["amount"].flatMap(X402.integer)?.uint64.map { Amount($0) })
  }
}
