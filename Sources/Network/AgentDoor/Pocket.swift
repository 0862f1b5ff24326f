// The account that an agent's payments come out of: small, and filled under the ledger's cap.

public import Payments
public import Primitives

/// Why there is not enough in a pocket.
public struct PocketProblem: Error, Hashable, Sendable {
  /// Stable and camel-cased.
  public var code: String
  /// Lower case, without a final stop.
  public var message: String
  /// Whether it may be different soon.
  public var isTemporary: Bool

  public init(_ code: String, _ message: String, isTemporary: Bool = false) {
    self.code = code
    self.message = message
    self.isTemporary = isTemporary
  }
}

/// What an owner is shown of an agent's money.
public struct PocketStanding: Hashable, Sendable {
  /// In the agent's account, which its session may draw on.
  public var account: Amount
  /// In the pocket, which payments come out of.
  public var pocket: Amount
  /// What the session may still draw now; nil where it has none on the ledger.
  public var left: Amount?

  public init(account: Amount, pocket: Amount, left: Amount?) {
    self.account = account
    self.pocket = pocket
    self.left = left
  }
}

/// Signs payments. What signs is not the key of the account: the pocket is filled from there by
/// messages that the ledger counts against the agent's session.
public protocol Pocket: Sendable {
  /// The account that pays.
  var address: Address { get }
  /// The agent's account, which the pocket is filled from.
  var account: Address { get }
  var chainID: UInt64 { get }
  func sign(_ authorisation: TransferAuthorisation) -> TransferAuthorisation
  /// The signature of a voucher: of this channel so much may be taken in all.
  func sign(_ channel: Bytes32, _ most: Amount) -> [UInt8]
  /// Words that nobody else can work out, and the same each time: a channel is found again by them
  /// though all that was written down about it is lost.
  func secret(_ words: [UInt8]) -> Bytes32
  /// Looks whether so much could lie in it, and moves nothing. Throws a `PocketProblem`.
  func require(_ amount: Amount) async throws
  /// Sees to it that so much lies in it. Throws a `PocketProblem`.
  func fill(to amount: Amount) async throws
  /// Whether a payment with this nonce was carried; nil where that is not known.
  func isSpent(_ nonce: Bytes32) async -> Bool?
  /// A channel as the ledger has it; nil where it has none with money in it.
  func channel(_ id: Bytes32) async throws -> ChannelStanding?
  /// Asks for money in a channel back: the ledger gives it when the channel's delay is over.
  func withdraw(_ channel: Bytes32, _ amount: Amount) async throws
  /// What the ledger would make of so much for a payee out of the agent's account, by its session;
  /// nil where no node answers.
  func rehearse(_ amount: Amount, to payee: Address) async -> Rehearsed?
  /// Nil where no node answers.
  func standing() async -> PocketStanding?
  /// Seconds since 1970 as the ledger counts them; nil where no node answers. No block that comes
  /// later has an earlier time.
  func ledgerSeconds() async -> UInt64?
  /// Whether the ledger has a session of the agent's; nil where no node answers.
  func hasSession() async -> Bool?
  /// Ends the session on the ledger, by the message that is returned. Nil where it has none.
  func revoke() async throws -> Bytes32?
  /// Takes what lies in the pocket back into the account, but for so much.
  func empty(keeping rest: Amount) async throws
}
