// A node as providers and buyers use it: their protocol, carried out by the HTTP client.

public import Agents
import Archive
public import Chain
public import Kernel
public import Market
public import NetworkRoom
public import Primitives

/// `MarketClient` over the API of a node.
public struct NodeMarket: MarketClient {
  public let client: NodeClient
  /// By which requests are signed. It is the node's wall clock, not the ledger's time.
  let clock: any NodeClock
  /// Whose reading it is, where that is an account that gave the reader's key a session.
  let account: Address?

  public init(
    _ client: NodeClient, clock: any NodeClock = WallClock(), for account: Address? = nil
  ) {
    self.account = account
    self.client = client
    self.clock = clock
  }

  public func genesis() async throws -> Genesis { try await client.genesis() }

  public func height() async throws -> UInt64 { try await client.status().height }

  public func block(_ height: UInt64) async throws -> BlockNews? {
    guard let json = try await found({ try await client.get("/api/blocks/\(height)") }),
      let block = json["block"], let header = block["header"]
    else { return nil }
    let head = try Header(json: header)
    var events: [Event] = []
    for event in block["events"]?.array ?? [] { events.append(try Event(json: event)) }
    let clock = Clock(height: head.height, time: head.time, paused: head.paused)
    return BlockNews(
      height: head.height, time: head.time, now: clock.marketTime, events: events)
  }

  public func events(
    _ names: [String], of account: Address, after height: UInt64
  ) async throws -> [PlacedEvent] {
    try await events(names, mentioning: account.padded, after: height)
      .filter { $0.event.parties.contains(account) }
  }

  private func events(
    _ names: [String], mentioning subject: Bytes32, after height: UInt64
  ) async throws -> [PlacedEvent] {
    let filter = EventsFilter(names: names, subjects: [subject])
    var found: [PlacedEvent] = []
    var cursor = FeedCursor(height: height)
    while true {
      let page = try await client.history(after: cursor, filter: filter, limit: 5_000)
      found += page.events.map { PlacedEvent(height: $0.height, event: $0.event) }
      guard !page.isAll, let last = page.events.last else { return found }
      cursor = last.cursor
    }
  }

  public func nextSequences(of account: Address) async throws -> [UInt8: UInt64] {
    try await client.account(account).next
  }

  public func balance(of account: Address) async throws -> Amount {
    try await client.account(account).balance
  }

  public func sealingKey(of account: Address) async throws -> Bytes32 {
    guard let signed = try await found({ try await client.keyNotice(of: account) }) else {
      return .zero
    }
    return try NodeMarket.sealingKey(in: signed, of: account, try await genesis().domain)
  }

  /// The key in a message that its owner signed. A node that named a key of its own would read all
  /// that is sealed to it.
  static func sealingKey(
    in signed: SignedMessage, of account: Address, _ domain: EIP712.Domain
  ) throws(FalseAnswer) -> Bytes32 {
    guard case .publishKey(let m) = signed.message, m.head.from == account,
      (try? VerifiedMessage(signed, domain: domain))?.signer == account
    else { throw FalseAnswer(what: "the sealing key of \(account.checksummed)") }
    return m.sealingKey
  }

  public func session(of account: Address, key: Address) async throws -> Session? {
    let path = "/api/sessions/\(Sessions.id(of: account, key))"
    guard let json = try await found({ try await client.get(path) }), let row = json["session"],
      row != .null
    else { return nil }
    return try Session(json: row)
  }

  public func openOrders() async throws -> [OrderID] {
    var orders: [OrderID] = []
    var cursor: String?
    repeat {
      let page = try await client.orders(cursor: cursor)
      orders += page.items.map { OrderID($0.id) }
      cursor = page.cursor
    } while cursor != nil
    return orders
  }

  public func order(_ id: OrderID) async throws -> (order: Order, tender: Tender)? {
    guard let status = try await found({ try await client.order(id) }),
      let order = status.order, let tender = status.tender
    else { return nil }
    return (order, tender)
  }

  public func route(of order: OrderID) async throws -> Route? {
    try await found { try await client.order(order) }?.route
  }

  public func bid(_ key: BidKey) async throws -> Bid? {
    try await client.bids(of: key.order).first { $0.bidder == key.bidder }?.bid
  }

  public func lease(_ id: LeaseID) async throws -> Lease? {
    try await found { try await client.lease(id) }?.lease
  }

  public func leases(of provider: Address) async throws -> [(id: LeaseID, lease: Lease)] {
    var leases: [(id: LeaseID, lease: Lease)] = []
    var cursor: String?
    repeat {
      let page = try await client.leases(for: provider, cursor: cursor)
      leases += page.items.map { (LeaseID($0.id), $0.row) }
      cursor = page.cursor
    } while cursor != nil
    return leases
  }

  public func run(_ key: RunKey) async throws -> Run? {
    try await found { try await client.run(key.id) }?.run
  }

  public func settled(_ key: RunKey) async throws -> SettledRun? {
    try await found { try await client.run(key.id) }?.settled.first { $0.run == key.id }
  }

  public func offer(_ id: OfferID) async throws -> Offer? {
    guard let json = try await found({ try await client.get("/api/offers/\(id.digest)") }),
      let offer = json["offer"]
    else { return nil }
    return try Offer(json: offer)
  }

  public func offers(of provider: Address?) async throws -> [(id: OfferID, offer: Offer)] {
    var offers: [(id: OfferID, offer: Offer)] = []
    var cursor: String?
    repeat {
      let page = try await client.offers(of: provider, cursor: cursor)
      offers += page.items.map { (OfferID($0.id), $0.row) }
      cursor = page.cursor
    } while cursor != nil
    return offers
  }

  public func message(_ id: Bytes32) async throws -> Message? {
    guard let json = try await found({ try await client.get("/api/messages/\(id)") }),
      let message = json["message"]
    else { return nil }
    return try NodeMarket.message(message, of: id)
  }

  /// A message is known by the hash of its bytes: a node can hold one back, and show no other.
  static func message(_ json: JSONValue, of id: Bytes32) throws -> Message {
    let message = try Message(json: json)
    guard message.id == id else { throw FalseAnswer(what: "message \(id)") }
    return message
  }

  public func outcome(of id: Bytes32) async throws -> MessageOutcome? {
    try await client.outcome(of: id)?.outcome
  }

  public func submit(_ message: SignedMessage) async throws {
    _ = try await client.post(message)
  }

  public func put(
    _ blob: [UInt8], readers: [Address], by owner: PrivateKey, at time: Time
  ) async throws -> Custody {
    // Among actors the zero address stands for everybody; on the wire that is said in words.
    try await client.put(
      blob: blob, readers: readers, isPublic: readers.contains(.zero), by: owner, at: clock.now
    ).custody
  }

  public func get(
    _ root: Bytes32, by reader: PrivateKey, at time: Time
  ) async throws -> [UInt8] {
    try await client.blob(root, by: reader, for: account, at: clock.now)
  }

  public func allow(
    _ readers: [Address], toRead root: Bytes32, by owner: PrivateKey, at time: Time
  ) async throws {
    try await client.allow(readers, toRead: root, by: owner, at: clock.now)
  }

  public func game(_ id: GameID) async throws -> GameView? {
    guard let status = try await found({ try await client.dispute(id) }),
      let dispute = status.dispute
    else { return nil }
    return GameView(dispute, root: status.root, opening: status.opening)
  }

  public func games(about run: RunKey) async throws -> [GameID] {
    try await events(["gameBegun"], mentioning: run.id.digest, after: 0)
      .filter { $0.event.subject == run.id.digest }
      .compactMap { $0.event.objects.first.map { GameID($0) } }
  }

  public func messages(about run: RunKey) async throws -> [SignedMessage] {
    try await found { try await client.messages(about: run.id) }?.map(\.signed) ?? []
  }

  public func auditor(_ account: Address) async throws -> Auditor? {
    try await found { try await client.auditor(account) }
  }

  public func isPublished(model: Bytes32) async throws -> Bool {
    try await found { try await client.get("/api/models/\(model)") } != nil
  }

  public func receipt(_ key: RunKey) async throws -> [UInt8] {
    try await client.receipt(of: key.id)
  }

  /// Nil where the node knows nothing of that name.
  private func found<Value>(_ ask: () async throws -> Value) async throws -> Value? {
    do { return try await ask() } catch let error as ClientError where error.code == "notFound" {
      return nil
    }
  }
}

/// A node answered with something else than was asked for. It is no refusal: another try, or
/// another node, may bring what is true.
struct FalseAnswer: Error, Equatable {
  let what: String
}
