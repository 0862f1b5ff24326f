// Reading single things: the node, accounts, and the nouns of the road by their ids.

import Archive
import Chain
import HTTPTypes
import Hummingbird
import Kernel
import Market
import Primitives
import Reputation

extension API {
  /// A row in its type; a row that does not decode is the node's fault.
  func row<Row: Fielded>(
    _ type: Row.Type, _ table: String, _ key: [UInt8]
  ) throws -> AsOf<Row?> {
    let found = try node.records.row(table, key: key)
    guard let bytes = found.value else { return AsOf(nil, height: found.height) }
    return AsOf(try CBOR.decode(type, from: bytes), height: found.height)
  }
}

// MARK: - The node

extension API {
  func status() throws -> Response {
    let clock = try row(Clock.self, "clock", UInt64(0).keyBytes)
    let now = clock.value ?? Clock()
    let facts = node.facts
    let health = node.health()
    let limits: JSONValue = [
      "message": .unsigned(UInt64(facts.messageLimit)),
      "blob": .unsigned(UInt64(facts.blobLimit)),
    ]
    return answer(
      [
        .init(name: "network", value: .string(facts.network.description)),
        .init(name: "chainId", value: .unsigned(facts.chainID)),
        .init(name: "operator", value: .string(facts.operatorAddress.checksummed)),
        .init(name: "time", value: .unsigned(now.time.milliseconds)),
        .init(name: "paused", value: .unsigned(now.paused.milliseconds)),
        .init(name: "marketTime", value: .unsigned(now.marketTime.milliseconds)),
        .init(name: "version", value: .string(facts.version)),
        .init(name: "stepped", value: .bool(facts.isStepped)),
        .init(name: "faucet", value: .bool(node.faucet != nil)),
        .init(name: "stopping", value: .bool(health.isStopping)),
        .init(name: "waiting", value: .unsigned(UInt64(health.waiting))),
        .init(name: "limits", value: limits),
      ], height: clock.height)
  }

  func genesis() throws -> Response {
    Response(json: node.facts.genesis.json)
  }

  func terms() throws -> Response {
    let newest = try node.records.lastRow(of: "terms")
    let pending = try row(PendingTerms.self, "pendingTerms", UInt64(0).keyBytes)
    guard let last = newest.value else {
      return answer("terms", Terms.standard.json, height: newest.height)
    }
    var members: [JSONValue.Member] = [
      .init(name: "version", value: .unsigned(try UInt64(keyBytes: last.key))),
      .init(name: "terms", value: try CBOR.decode(Terms.self, from: last.row).json),
    ]
    if let pending = pending.value {
      members.append(.init(name: "pending", value: pending.json))
    }
    return answer(members, height: newest.height)
  }

  func checks() -> Response {
    let list = Game.names.map { check -> JSONValue in
      [
        "name": .string(check.name),
        "numbers": .array(check.numbers.map { .string($0) }),
        "promise": .string(check.promise),
      ]
    }
    return answer("checks", .array(list), height: node.gate.height)
  }

  func block(_ asked: Asked) throws -> Response {
    let height = UInt64(asked.name) ?? .max
    let found = try node.records.block(height)
    guard let block = found.value else { throw Problem.notFound("block at height \(height)") }
    // Its own height, not the ledger's: the answer stays the same for ever.
    return answer("block", try json(block), height: block.height)
  }

  func json(_ block: RecordedBlock) throws -> JSONValue {
    var messages: [JSONValue] = []
    for (id, outcome) in zip(block.messages, block.outcomes) {
      messages.append(["id": .string("\(id)"), "outcome": json(outcome)])
    }
    return [
      "height": .unsigned(block.height), "id": .string("\(block.id)"),
      "header": try CBOR.decode(Header.self, from: block.header).json,
      "signature": .string(Hex.encode(block.signature)),
      "messages": .array(messages),
      "settled": .array(try block.settled.map { try CBOR.decode(SettledRun.self, from: $0).json }),
      "events": .array(try block.events.map { try CBOR.decode(Event.self, from: $0).json }),
    ]
  }
}

// MARK: - Accounts

extension API {
  func account(_ asked: Asked) throws -> Response {
    let address = try self.address(asked.name)
    let found = try row(Account.self, "accounts", address.keyBytes)
    var members: [JSONValue.Member] = [
      .init(name: "address", value: .string(address.checksummed)),
      .init(name: "open", value: .bool(found.value != nil)),
      .init(name: "balance", value: .unsigned(try balance(.account(address)))),
      .init(name: "lanes", value: .array(try lanes(of: address))),
    ]
    if let row = found.value {
      members.append(.init(name: "account", value: row.json))
    }
    if let record = try node.records.row("records", key: address.keyBytes).value {
      members.append(.init(name: "record", value: try CBOR.decode(Record.self, from: record).json))
    }
    return answer(members, height: found.height)
  }

  /// The message by which an account published the key that others seal to. Its owner signed it, so
  /// that nobody who seals has to take the node's word for a key.
  func sealingKey(_ asked: Asked) throws -> Response {
    let address = try self.address(asked.name)
    let row = try row(Account.self, "accounts", address.keyBytes).value ?? Account()
    let filter = EventsFilter(names: ["keyPublished"], subjects: [address.padded])
    var after = row.opened == 0 ? nil : row.opened - 1
    while let height = try node.records.events(after: after, filter, limit: 1).value.events
      .first?.height
    {
      for message in try node.records.messages(at: height) where message.outcome.isDone {
        let signed = try CBOR.decode(SignedMessage.self, from: message.bytes)
        guard case .publishKey(let m) = signed.message, m.head.from == address,
          m.sealingKey == row.sealingKey
        else { continue }
        return answer("signed", .string(Hex.encode(message.bytes)), height: height)
      }
      after = height
    }
    throw Problem.notFound("sealing key of \(address.checksummed)")
  }

  func balance(_ holder: Holder) throws -> UInt64 {
    let key = BalanceKey(holder, .dollar).keyBytes
    return try row(Balance.self, "balances", key).value?.amount.units ?? 0
  }

  /// The next sequence of every lane that the account has used. Keys begin with the signer, so
  /// that its lanes stand together.
  func lanes(of signer: Address) throws -> [JSONValue] {
    var lanes: [JSONValue] = []
    for lane in UInt8.min...UInt8.max {
      let found = try row(Lane.self, "lanes", LaneKey(signer, lane).keyBytes)
      if let next = found.value?.next {
        lanes.append(["lane": .unsigned(UInt64(lane)), "next": .unsigned(next)])
      }
    }
    return lanes
  }
}

// MARK: - The road

extension API {
  /// An order, or a road that began when an offer was taken: readers know both by this id.
  func order(_ asked: Asked) throws -> Response {
    let id = try resolve(asked.name, "order") { try isRoad($0) }
    let found = try row(Order.self, "orders", id.keyBytes)
    let tender = try row(Tender.self, "tenders", id.keyBytes)
    let settled = try node.records.settled(id)
    let isTaken = try hasSent(TakeOffer.self, id)
    let isKnown = try found.value != nil || isTaken || hasSent(PlaceOrder.self, id)
    guard isKnown || !settled.value.isEmpty else {
      throw Problem.notFound("order \(OrderID(id).short)")
    }
    let lease = isTaken ? LeaseID.of(take: id) : nil
    let isServed = try lease.map { try row(Lease.self, "leases", $0.keyBytes).value != nil }
    var members = named("order", id)
    members.append(.init(name: "alive", value: .bool(found.value != nil || isServed == true)))
    if let lease { members.append(.init(name: "lease", value: .string("\(lease)"))) }
    if let order = found.value { members.append(.init(name: "order", value: order.json)) }
    if let tender = tender.value { members.append(.init(name: "tender", value: tender.json)) }
    if found.value?.request.check.subnet != nil,
      let route = try row(Market.Route.self, "routes", id.keyBytes).value
    {
      members.append(.init(name: "route", value: route.json))
    }
    try add(settled.value, to: &members)
    return answer(members, height: found.height)
  }

  func offer(_ asked: Asked) throws -> Response {
    let id = try resolve(asked.name, "offer") { try hasSent(PostOffer.self, $0) }
    let found = try row(Offer.self, "offers", id.keyBytes)
    guard try found.value != nil || hasSent(PostOffer.self, id) else {
      throw Problem.notFound("offer \(OfferID(id).short)")
    }
    var members = named("offer", id)
    members.append(.init(name: "alive", value: .bool(found.value != nil)))
    if let offer = found.value { members.append(.init(name: "offer", value: offer.json)) }
    return answer(members, height: found.height)
  }

  func lease(_ asked: Asked) throws -> Response {
    let id = try resolve(asked.name, "lease") { try isLease($0) }
    let found = try row(Lease.self, "leases", id.keyBytes)
    let settled = try node.records.settled(id)
    guard try found.value != nil || isLease(id) else {
      throw Problem.notFound("lease \(LeaseID(id).short)")
    }
    var members = named("lease", id)
    members.append(.init(name: "alive", value: .bool(found.value != nil)))
    if let lease = found.value {
      members.append(.init(name: "lease", value: lease.json))
      members.append(.init(name: "runs", value: .array(try runs(of: LeaseID(id), lease))))
    }
    try add(settled.value, to: &members)
    return answer(members, height: found.height)
  }

  /// The runs of a lease that are alive.
  private func runs(of id: LeaseID, _ lease: Lease) throws -> [JSONValue] {
    var runs: [JSONValue] = []
    for index in 0..<lease.started {
      let key = RunKey(id, index)
      guard let run = try row(Run.self, "runs", key.keyBytes).value else { continue }
      runs.append([
        "id": .string("\(key.id)"), "index": .unsigned(index), "run": run.json,
      ])
    }
    return runs
  }

  func run(_ asked: Asked) throws -> Response {
    let id = try resolve(asked.name, "run") { try runKey($0) != nil }
    let settled = try node.records.settled(id)
    guard let key = try runKey(id) else { throw Problem.notFound("run \(RunID(id).short)") }
    let found = try row(Run.self, "runs", key.keyBytes)
    var members = named("run", id)
    members.append(.init(name: "lease", value: .string("\(key.lease)")))
    members.append(.init(name: "index", value: .unsigned(key.index)))
    members.append(.init(name: "alive", value: .bool(found.value != nil)))
    if let run = found.value { members.append(.init(name: "run", value: run.json)) }
    try add(settled.value, to: &members)
    return answer(members, height: found.height)
  }

  func receipt(_ asked: Asked) throws -> Response {
    let name = asked.name
    let kind = name.contains("_") ? String(name.prefix { $0 != "_" }) : "run"
    let id = try resolve(name, kind) { try node.records.settled($0).value.isEmpty == false }
    let runs = try node.records.settled(id).value.map {
      try CBOR.decode(SettledRun.self, from: $0.bytes).run
    }
    guard runs.count < 2 || runs.contains(RunID(id)) else {
      throw Problem(
        409, "ambiguous", "\(runs.count) runs of it have a receipt each", hint: "name the run",
        candidates: runs.map(\.description))
    }
    let found = try node.records.receipt(id)
    guard let bytes = found.value else {
      throw Problem.notFound(
        "receipt of \(PrintedID.short(kind, id))", hint: "a run has one once it is settled")
    }
    var response = Response(bytes: bytes, type: "application/cbor")
    response.headers[.init(API.heightField)!] = String(found.height)
    return response
  }

  private func named(_ kind: String, _ id: Bytes32) -> [JSONValue.Member] {
    [
      .init(name: "id", value: .string(PrintedID.full(kind, id))),
      .init(name: "digest", value: .string("\(id)")),
    ]
  }

  private func add(
    _ settled: [RecordedRun], to members: inout [JSONValue.Member]
  ) throws {
    let list = try settled.map { run -> JSONValue in
      [
        "height": .unsigned(run.height),
        "run": try CBOR.decode(SettledRun.self, from: run.bytes).json,
      ]
    }
    members.append(.init(name: "settled", value: .array(list)))
  }

  /// Whether the id is that of a message of this kind.
  func hasSent<M: MessageContent>(_ type: M.Type, _ id: Bytes32) throws -> Bool {
    try kind(ofMessage: id)?.rawValue == M.kind
  }

  private func isRoad(_ id: Bytes32) throws -> Bool {
    let kind = try kind(ofMessage: id)
    return kind == .placeOrder || kind == .takeOffer
  }

  private func kind(ofMessage id: Bytes32) throws -> MessageKind? {
    guard let found = try node.records.message(id).value else { return nil }
    return try CBOR.decode(SignedMessage.self, from: found.bytes).message.kind
  }

  private func isLease(_ id: Bytes32) throws -> Bool {
    if try node.records.row("leases", key: id.keyBytes).value != nil { return true }
    let filter = EventsFilter(subjects: [id])
    for event in try node.records.events(after: nil, filter, limit: 8).value.events {
      if try CBOR.decode(Event.self, from: event.bytes).lease == id { return true }
    }
    return false
  }

  /// The lease and place of a run, from the first event or receipt that names it.
  func runKey(_ id: Bytes32) throws -> RunKey? {
    if let settled = try node.records.settled(id).value.first {
      let run = try CBOR.decode(SettledRun.self, from: settled.bytes)
      if run.run.digest == id { return RunKey(run.lease, run.index) }
    }
    let filter = EventsFilter(names: ["runStarted"], subjects: [id])
    for event in try node.records.events(after: nil, filter, limit: 1).value.events {
      let event = try CBOR.decode(Event.self, from: event.bytes)
      let index = event.numbers.first { $0.name == "index" }?.value
      if event.subject == id, let index { return RunKey(LeaseID(event.lease), index) }
    }
    return nil
  }
}
