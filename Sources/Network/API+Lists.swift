// Lists of what is alive, in pages: orders, offers, leases, bids.

import Archive
import Hummingbird
import Kernel
import Market
import Primitives

extension API {
  func listRoutes(_ api: RouterGroup<Context>) {
    read(api, "orders") { try list($0, "orders", "order", Order.self) { $0.buyer } }
    read(api, "offers") { try list($0, "offers", "offer", Offer.self) { $0.provider } }
    read(api, "leases") { try list($0, "leases", "lease", Lease.self) { $0.buyer } }
    read(api, "bids") { try bids($0) }
    read(api, "accounts") { try accounts($0) }
  }

  /// Rows whose keys are ids, in their order.
  ///
  /// `limit` and `cursor` page; `account` keeps those of one owner. The cursor of a page is what
  /// to send for the next; without one the list is over.
  private func list<Row: Fielded>(
    _ asked: Asked, _ table: String, _ kind: String, _ type: Row.Type,
    _ owner: (Row) -> Address
  ) throws -> Response {
    let wanted = try query("account", asked.request).map { try address($0) }
    var items: [JSONValue] = []
    let page = try walk(asked, table) { entry in
      let row = try CBOR.decode(type, from: entry.row)
      if let wanted, owner(row) != wanted { return false }
      let id = try Bytes32(keyBytes: entry.key)
      items.append(
        .object([
          .init(name: "id", value: .string(PrintedID.full(kind, id))),
          .init(name: "digest", value: .string("\(id)")),
          .init(name: kind, value: row.json),
        ]))
      return true
    }
    return answer(
      [.init(name: table, value: .array(items)), .init(name: "cursor", value: page.value)],
      height: page.height)
  }

  private func bids(_ asked: Asked) throws -> Response {
    guard let text = query("order", asked.request) else {
      throw Problem(400, "missingOrder", "whose bids is not said", hint: "add ?order=order_…")
    }
    let order = try resolve(text, "order") { try hasSent(PlaceOrder.self, $0) }
    let tender = try row(Tender.self, "tenders", order.keyBytes)
    var bids: [JSONValue] = []
    for bidder in tender.value?.bidders ?? [] {
      let key = BidKey(OrderID(order), bidder).keyBytes
      guard let bid = try row(Bid.self, "bids", key).value else { continue }
      bids.append([
        "id": .string("\(bid.id)"), "bidder": .string(bidder.checksummed), "bid": bid.json,
      ])
    }
    return answer("bids", .array(bids), height: tender.height)
  }

  private func accounts(_ asked: Asked) throws -> Response {
    var items: [JSONValue] = []
    let page = try walk(asked, "accounts") { entry in
      let address = try Address(keyBytes: entry.key)
      items.append([
        "address": .string(address.checksummed),
        "balance": .unsigned(try balance(.account(address))),
      ])
      return true
    }
    return answer(
      [.init(name: "accounts", value: .array(items)), .init(name: "cursor", value: page.value)],
      height: page.height)
  }

  /// Walks a page of a table. Rows that `take` leaves out do not count, but a page looks at a
  /// bounded number of rows.
  func walk(
    _ asked: Asked, _ table: String, _ take: (RecordedRow) throws -> Bool
  ) throws -> AsOf<JSONValue> {
    let wanted = try number("limit", asked.request) ?? UInt64(API.listLength)
    let limit = min(Int(clamping: wanted), API.listLimit)
    guard limit > 0 else { throw Problem.malformed("limit", hint: "limit is at least 1") }
    var after: [UInt8]?
    if let text = query("cursor", asked.request) {
      guard let bytes = Hex.decode(text) else {
        throw Problem.malformed("the cursor", hint: "send the cursor of the page before")
      }
      after = bytes
    }
    let page = try node.records.rows(table, after: after, limit: API.listLimit)
    var taken = 0
    for entry in page.value {
      if try take(entry) { taken += 1 }
      if taken == limit, entry.key != page.value.last?.key {
        return AsOf(.string(Hex.encode(entry.key)), height: page.height)
      }
    }
    let isFull = page.value.count == API.listLimit
    let last = page.value.last.map { JSONValue.string(Hex.encode($0.key)) }
    return AsOf(isFull ? last ?? .null : .null, height: page.height)
  }
}
