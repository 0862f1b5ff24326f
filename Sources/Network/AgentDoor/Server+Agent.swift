// Opens the door of an agent.

public import Agents
public import Kernel
public import Logging
public import Primitives

/// What an agent's door needs to know.
public struct AgentDoorOptions: Sendable {
  /// What the owner calls it.
  public var name: String
  /// Whom the owner named.
  public var sellers: [Seller]
  /// What somebody else lists; nil where only named sellers are asked.
  public var discovery: (@Sendable () async -> [ListedSeller])?
  public var limits = SellerLimits()
  /// Whether sellers that take vouchers get them.
  public var usesChannels = true
  /// Names by which clients know this door, beside localhost and its addresses.
  public var names: [String] = []
  /// What the path of the owner's pages holds.
  public var secret: Bytes32

  public init(name: String, sellers: [Seller], secret: Bytes32) {
    self.name = name
    self.sellers = sellers
    self.secret = secret
  }

  /// The path of the owner's first page, which is told to nobody else.
  public var ownerPath: String { OwnerDoor.path(secret) }
}

extension Server {
  /// Serves OpenAI's clients with what sellers sell, paid by an agent, and its owner's pages.
  public static func start(
    _ teller: Teller, _ options: AgentDoorOptions, clock: @escaping @Sendable () -> Time,
    host: String, port: Int, log: Logger
  ) async throws -> Server {
    let call = SellerCall(limits: options.limits)
    let wallet = teller.wallet
    let book = SellerBook(
      options.sellers, call,
      paid: { Set((try? wallet.log().filter { $0.kind == .allowed }.map(\.intent.origin)) ?? []) },
      discovery: options.discovery)
    let door = AgentDoor(
      name: options.name, teller: teller, book: book, call: call,
      receipts: PurchaseShelf(teller.wallet, clock: clock),
      owner: OwnerDoor(
        name: options.name, secret: options.secret, teller: teller, call: call, clock: clock),
      site: OwnSite(isLocal: isLoopback(host), names: options.names),
      named: options.sellers, usesChannels: options.usesChannels, log: log)
    return try await start(
      door, RateGuard(RequestLimits()), host: host, port: port, log: log)
  }

  /// Whether nobody but programs of this machine reach an address.
  public static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
  }
}
