// Opens the door of an agent.

public import Agents
public import Kernel
public import Logging
import NIOCore
public import Primitives

/// What an agent's door needs to know.
public struct AgentDoorOptions: Sendable {
  /// What the owner calls it.
  public var name: String
  /// Whom the owner named.
  public var sellers: [Seller]
  /// URLs of resources that somebody else lists; nil where only named sellers are asked.
  public var discovery: (@Sendable () async -> [String])?
  public var limits = SellerLimits()
  /// What the owner's pages ask for.
  public var token: Bytes32

  public init(name: String, sellers: [Seller], token: Bytes32) {
    self.name = name
    self.sellers = sellers
    self.token = token
  }
}

extension Server {
  /// Serves OpenAI's clients with what sellers sell, paid by an agent, and its owner's pages.
  public static func start(
    _ teller: Teller, _ options: AgentDoorOptions, clock: @escaping @Sendable () -> Time,
    host: String, port: Int, log: Logger
  ) async throws -> Server {
    let call = SellerCall(limits: options.limits)
    let door = AgentDoor(
      name: options.name, teller: teller,
      book: SellerBook(options.sellers, call, discovery: options.discovery), call: call,
      receipts: PurchaseShelf(teller.wallet, clock: clock),
      owner: OwnerDoor(name: options.name, token: options.token, teller: teller, clock: clock),
      isLocal: isLoopback(host), log: log)
    // A connection on which a seller thinks is not idle: whoever cuts it off has the answer, which
    // is paid, asked for again.
    let idle = TimeAmount.seconds(options.limits.whole.components.seconds + 60)
    return try await start(
      door, RateGuard(RequestLimits()), host: host, port: port, idle: idle, log: log)
  }

  /// Whether nobody but programs of this machine reach an address.
  public static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
  }
}
