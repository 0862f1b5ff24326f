// Lists of what is alive, in pages: orders, offers, leases, bids, accounts.

import Archive
import Hummingbird
import Inference
import Kernel
import Market
import Primitives

extension API {
  /// The states of rows, as filters name them.
  static let tenderStates: [(name: String, state: TenderState)] =
    TenderState.allCases.map { ("\($0)", $0) }
  static let leaseStates: [(name: String, state: LeaseState)] =
    LeaseState.allCases.map { ("\($0)", $0) }

  func orders(_ asked: Asked) throws -> Response {
    let filter = RowFilter(asked)
    let state = asked.value("state").flatMap { name in
      API.tenderStates.first { $0.name == name }?.state
    }
    return try page(asked, "orders", Order.self) { entry, order in
      guard filter.takes(buyer: order.buyer, check: order.request.check) else { return nil }
      guard filter.takes(order.request.work, order.request.spec) else { return nil }
      if let state {
        guard try row(Tender.self, "tenders", entry.key).value?.state == state else { return nil }
      }
      return try named("order", entry, order.json)
    }
  }

  func offers(_ asked: Asked) throws -> Response {
    let filter = RowFilter(asked)
    let withdrawn = asked.value("state").map { $0 == "withdrawn" }
    return try page(asked, "offers", Offer.self) { entry, offer in
      guard filter.takes(buyer: offer.provider, check: offer.check) else { return nil }
      guard filter.takes(offer.work, offer.spec) else { return nil }
      if let withdrawn, offer.withdrawn != withdrawn { return nil }
      return try named("offer", entry, offer.json)
    }
  }

  func leases(_ asked: Asked) throws -> Response {
    let filter = RowFilter(asked)
    let state = asked.value("state").flatMap { name in
      API.leaseStates.first { $0.name == name }?.state
    }
    return try page(asked, "leases", Lease.self) { entry, lease in
      guard filter.takes(buyer: lease.buyer, check: lease.check) else { return nil }
      if let state, lease.state != state { return nil }
      if let provider = filter.provider {
        // Who stands by may be called to a seat, and has its bond at stake as well.
        guard (lease.seats + lease.reserve).contains(where: { $0.provider == provider }) else {
          return nil
        }
      }
      if filter.model != nil {
        let job = try job(of: lease)
        guard filter.takes(job.work, job.spec) else { return nil }
      }
      return try named("lease", entry, lease.json)
    }
  }

  /// What a lease is about: it says so itself only where a court may have to read it.
  private func job(of lease: Lease) throws -> (work: String, spec: [UInt8]) {
    if !lease.spec.isEmpty { return (lease.work, lease.spec) }
    let order = try row(Order.self, "orders", lease.order.digest.keyBytes).value
    if let order { return (order.request.work, order.request.spec) }
    let offer = try row(Offer.self, "offers", lease.offer.digest.keyBytes).value
    return (offer?.work ?? "", offer?.spec ?? [])
  }

  func bids(_ asked: Asked) throws -> Response {
    let order = try resolve(asked.value("order") ?? "", "order") {
      try hasSent(PlaceOrder.self, $0)
    }
    let wanted = asked.address("account")
    let revealed = asked.value("state").map { $0 == "revealed" }
    let tender = try row(Tender.self, "tenders", order.keyBytes)
    var bids: [JSONValue] = []
    for bidder in tender.value?.bidders ?? [] where wanted == nil || wanted == bidder {
      let key = BidKey(OrderID(order), bidder).keyBytes
      guard let bid = try row(Bid.self, "bids", key).value else { continue }
      if let revealed, bid.revealed != revealed { continue }
      bids.append([
        "id": .string("\(bid.id)"), "bidder": .string(bidder.checksummed), "bid": bid.json,
      ])
    }
    return answer("bids", .array(bids), height: tender.height)
  }

  func accounts(_ asked: Asked) throws -> Response {
    try page(asked, "accounts", Account.self) { entry, _ in
      let address = try Address(keyBytes: entry.key)
      return [
        "address": .string(address.checksummed),
        "balance": .unsigned(try balance(.account(address))),
      ]
    }
  }

  private func named(
    _ kind: String, _ entry: RecordedRow, _ row: JSONValue
  ) throws -> JSONValue {
    let id = try Bytes32(keyBytes: entry.key)
    return .object([
      .init(name: "id", value: .string(PrintedID.full(kind, id))),
      .init(name: "digest", value: .string("\(id)")), .init(name: kind, value: row),
    ])
  }
}

/// The filters that several lists share.
private struct RowFilter {
  var account: Address?
  var provider: Address?
  var model: Bytes32?
  var check: String?

  init(_ asked: Asked) {
    account = asked.address("account")
    provider = asked.address("provider")
    model = asked.hash("model")
    check = asked.value("check")
  }

  func takes(buyer: Address, check terms: CheckTerms) -> Bool {
    (account == nil || account == buyer) && (check == nil || check == terms.kind)
  }

  func takes(_ work: String, _ spec: [UInt8]) -> Bool {
    guard let model else { return true }
    guard work == InferenceWork.name else { return false }
    return (try? CBOR.decode(InferenceSpec.self, from: spec))?.model == model
  }
}

// MARK: - Pages

extension API {
  /// A page of a table, in the order of the keys. Rows that `take` leaves out do not count, but a
  /// page looks at a bounded number of rows, so that it may be short and still name a cursor.
  func page<Row: Fielded>(
    _ asked: Asked, _ table: String, _ type: Row.Type, as name: String? = nil,
    _ take: (RecordedRow, Row) throws -> JSONValue?
  ) throws -> Response {
    let limit = asked.number("limit").map { Int(clamping: $0) } ?? API.listLength
    let cursor = PageCursor(asked, node.facts.network)
    let after = try asked.value("cursor").map { try cursor.key(in: $0) }
    let found = try node.records.rows(table, after: after, limit: API.listLimit)
    var items: [JSONValue] = []
    var next = found.value.count == API.listLimit ? found.value.last?.key : nil
    for entry in found.value {
      guard let item = try take(entry, try CBOR.decode(type, from: entry.row)) else { continue }
      items.append(item)
      if items.count == limit {
        next = entry.key == found.value.last?.key ? next : entry.key
        break
      }
    }
    return answer(
      [
        .init(name: name ?? table, value: .array(items)),
        .init(name: "cursor", value: next.map { .string(cursor.text(after: $0)) } ?? .null),
      ], height: found.height)
  }
}
