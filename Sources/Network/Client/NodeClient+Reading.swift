// Reading what is alive on the ledger, in its own types.

public import Chain
public import Kernel
public import Market
public import Primitives

/// What a node says of itself.
public struct NodeStatus: Hashable, Sendable {
  public var network: Bytes32
  public var chainID: UInt64
  public var operatorAddress: Address
  public var height: UInt64
  /// Of the last block.
  public var time: Time
  /// What deadlines count.
  public var marketTime: Time
  public var version: String
  public var isStepped: Bool
}

/// An account as the ledger has it.
public struct AccountStatus: Hashable, Sendable {
  public var height: UInt64
  public var address: Address
  public var isOpen: Bool
  public var balance: Amount
  /// The next sequence of each lane that was used; a lane that was not begins with 0.
  public var next: [UInt8: UInt64]
  public var row: Account?

  public func nextSequence(lane: UInt8 = 0) -> UInt64 { next[lane] ?? 0 }
}

/// An order, its auction and what came of it.
public struct OrderStatus: Hashable, Sendable {
  public var height: UInt64
  public var id: OrderID
  /// Nil once the order is over.
  public var order: Order?
  /// Nil once a lease was made.
  public var tender: Tender?
  /// By which ranking it is answered; nil where anybody may bid.
  public var route: Market.Route?
  public var settled: [SettledRun]
}

public struct LeaseStatus: Hashable, Sendable {
  public var height: UInt64
  public var id: LeaseID
  /// Nil once the lease is over.
  public var lease: Lease?
  public var settled: [SettledRun]
}

public struct RunStatus: Hashable, Sendable {
  public var height: UInt64
  public var id: RunID
  public var lease: LeaseID
  public var index: UInt64
  /// Nil once the run is settled.
  public var run: Run?
  public var settled: [SettledRun]
}

/// A page of a list; a cursor asks for the next.
public struct ListPage<Item: Sendable>: Sendable {
  public var height: UInt64
  public var items: [Item]
  public var cursor: String?
}

/// A row with its id.
public struct Listed<Row: Sendable>: Sendable {
  public var id: Bytes32
  public var row: Row
}

extension NodeClient {
  public func status(atLeast height: UInt64? = nil) async throws(ClientError) -> NodeStatus {
    let json = try await get("/api/status", atLeast: height)
    let network = try field(json["network"]?.string, "network")
    let named = try field(json["operator"]?.string, "operator")
    return NodeStatus(
      network: try field(Bytes32(hex: network), "network"),
      chainID: try field(json["chainId"]?.uint64, "chainId"),
      operatorAddress: try field(Address(hex: named), "operator"),
      height: try field(json["height"]?.uint64, "height"),
      time: Time(try field(json["time"]?.uint64, "time")),
      marketTime: Time(try field(json["marketTime"]?.uint64, "marketTime")),
      version: json["version"]?.string ?? "", isStepped: json["stepped"]?.bool ?? false)
  }

  public func terms() async throws(ClientError) -> Terms {
    let json = try await get("/api/terms")
    return try field(try row(Terms.self, json["terms"]), "terms")
  }

  public func account(
    _ address: Address, atLeast height: UInt64? = nil
  ) async throws(ClientError) -> AccountStatus {
    let json = try await get("/api/accounts/\(address)", atLeast: height)
    var next: [UInt8: UInt64] = [:]
    for lane in json["lanes"]?.array ?? [] {
      let number = try field(lane["lane"]?.uint64.flatMap { UInt8(exactly: $0) }, "lane")
      next[number] = try field(lane["next"]?.uint64, "next")
    }
    return AccountStatus(
      height: try field(json["height"]?.uint64, "height"), address: address,
      isOpen: json["open"]?.bool ?? false,
      balance: Amount(try field(json["balance"]?.uint64, "balance")), next: next,
      row: try row(Account.self, json["account"]))
  }

  /// The message by which an account published its sealing key, with its signature.
  public func keyNotice(of account: Address) async throws(ClientError) -> SignedMessage {
    let json = try await get("/api/accounts/\(account)/key")
    let bytes = try field(json["signed"]?.string.flatMap(Hex.decode), "signed")
    return try decoding { () throws(Refusal) in
      try CBOR.decode(SignedMessage.self, from: bytes)
    }
  }

  public func order(
    _ id: OrderID, atLeast height: UInt64? = nil
  ) async throws(ClientError) -> OrderStatus {
    let json = try await get("/api/orders/\(id.digest)", atLeast: height)
    return OrderStatus(
      height: try field(json["height"]?.uint64, "height"), id: id,
      order: try row(Order.self, json["order"]), tender: try row(Tender.self, json["tender"]),
      route: try row(Market.Route.self, json["route"]), settled: try settled(json))
  }

  public func lease(
    _ id: LeaseID, atLeast height: UInt64? = nil
  ) async throws(ClientError) -> LeaseStatus {
    let json = try await get("/api/leases/\(id.digest)", atLeast: height)
    return LeaseStatus(
      height: try field(json["height"]?.uint64, "height"), id: id,
      lease: try row(Lease.self, json["lease"]), settled: try settled(json))
  }

  public func run(
    _ id: RunID, atLeast height: UInt64? = nil
  ) async throws(ClientError) -> RunStatus {
    let json = try await get("/api/runs/\(id.digest)", atLeast: height)
    let text = try field(json["lease"]?.string, "lease")
    let lease = try decoding { () throws(Refusal) in
      try PrintedID.parse(LeaseKind.prefix, text)
    }
    return RunStatus(
      height: try field(json["height"]?.uint64, "height"), id: id, lease: LeaseID(lease),
      index: try field(json["index"]?.uint64, "index"), run: try row(Run.self, json["run"]),
      settled: try settled(json))
  }

  /// The receipt file of a settled run, as it is; `verify` is for whoever holds it.
  public func receipt(of run: RunID) async throws(ClientError) -> [UInt8] {
    try await send(HTTPCall(.GET, "/api/receipts/\(run.digest)")).body
  }

  func settled(_ json: JSONValue) throws(ClientError) -> [SettledRun] {
    var runs: [SettledRun] = []
    for entry in json["settled"]?.array ?? [] {
      runs.append(try field(try row(SettledRun.self, entry["run"]), "run"))
    }
    return runs
  }
}

extension NodeClient {
  public func orders(
    of buyer: Address? = nil, cursor: String? = nil, limit: Int = 50
  ) async throws(ClientError) -> ListPage<Listed<Order>> {
    try await list(Order.self, "orders", "order", owner: buyer, cursor, limit)
  }

  public func offers(
    of provider: Address? = nil, cursor: String? = nil, limit: Int = 50
  ) async throws(ClientError) -> ListPage<Listed<Offer>> {
    try await list(Offer.self, "offers", "offer", owner: provider, cursor, limit)
  }

  /// Leases of a buyer, or those in which a provider has a seat or stands by for one.
  public func leases(
    of buyer: Address? = nil, for provider: Address? = nil, cursor: String? = nil, limit: Int = 50
  ) async throws(ClientError) -> ListPage<Listed<Lease>> {
    try await list(
      Lease.self, "leases", "lease", owner: buyer, provider: provider, cursor, limit)
  }

  private func list<Row: Fielded>(
    _ type: Row.Type, _ path: String, _ kind: String, owner: Address?, provider: Address? = nil,
    _ cursor: String?, _ limit: Int
  ) async throws(ClientError) -> ListPage<Listed<Row>> {
    var query = "/api/\(path)?limit=\(limit)"
    if let owner { query += "&account=\(owner)" }
    if let provider { query += "&provider=\(provider)" }
    if let cursor { query += "&cursor=\(cursor)" }
    let json = try await get(query)
    var items: [Listed<Row>] = []
    for item in try field(json[path]?.array, path) {
      let digest = try field(item["digest"]?.string.flatMap(Bytes32.init(hex:)), "digest")
      items.append(Listed(id: digest, row: try field(try row(type, item[kind]), kind)))
    }
    return ListPage(
      height: try field(json["height"]?.uint64, "height"), items: items,
      cursor: json["cursor"]?.string)
  }

  /// The bids of an order, in the order in which they came.
  public func bids(
    of order: OrderID
  ) async throws(ClientError) -> [(bidder: Address, bid: Bid)] {
    let json = try await get("/api/bids?order=\(order.digest)")
    var bids: [(bidder: Address, bid: Bid)] = []
    for item in try field(json["bids"]?.array, "bids") {
      let bidder = try field(item["bidder"]?.string.flatMap(Address.init(hex:)), "bidder")
      bids.append((bidder, try field(try row(Bid.self, item["bid"]), "bid")))
    }
    return bids
  }
}
