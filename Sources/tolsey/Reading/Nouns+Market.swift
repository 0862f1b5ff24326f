// The nouns of the market as lists and lines: orders, leases, accounts.

import Chain
import Market
import Primitives

enum OrderNoun: ListedNoun {
  typealias Filters = RoadFilters
  static let noun = "order"
  static let listAbstract = "List the orders that are open."
  static let listPath = "/api/orders"
  static let empty = "no open orders"
  static let columns: [TextTable.Column] = [
    .left("order"), .left("check"), .right("limit"), .left("model"), .left("buyer"),
  ]

  static func cells(_ item: JSONValue) -> [TextTable.Cell] {
    guard let json = item["order"], let order = try? Order(json: json) else {
      return [.init(ShortID.text(item["id"]), .handle)]
    }
    let request = order.request
    return [
      .init(ShortID.text(item["id"]), .handle), .init(CheckName.text(request.check)),
      .init(Offers.rate(request.limit)), .init(Offers.model(request.spec)),
      .init(order.buyer.checksummed),
    ]
  }
}

enum OfferNoun: ListedNoun {
  typealias Filters = RoadFilters
  static let noun = "offer"
  static let listAbstract = "List what is on offer."
  static let listPath = "/api/offers"
  static let empty = "nothing is on offer; 'tolsey sell' puts something there"
  static let columns: [TextTable.Column] = [
    .left("offer"), .left("model"), .left("check"), .right("price"), .right("free"),
    .right("busy"), .left("provider"),
  ]

  static func cells(_ item: JSONValue) -> [TextTable.Cell] {
    guard let json = item["offer"], let offer = try? Offer(json: json) else {
      return [.init(ShortID.text(item["id"]), .handle)]
    }
    return [
      .init(ShortID.text(item["id"]), .handle), .init(Offers.model(offer.spec)),
      .init(CheckName.text(offer.check)), .init(Offers.rate(offer.rate)), .init("\(offer.free)"),
      .init("\(offer.tied)"),
      .init(offer.provider.checksummed),
    ]
  }
}

enum LeaseNoun: ListedNoun, ShownNoun {
  typealias Filters = LeaseFilters
  static let noun = "lease"
  static let listAbstract = "List the leases that are alive."
  static let listPath = "/api/leases"
  static let empty = "no leases are alive"
  static let columns: [TextTable.Column] = [
    .left("lease"), .left("check"), .right("runs"), .right("open"), .right("seats"),
    .right("escrow"), .left("buyer"),
  ]
  static let showAbstract = "Show a lease, its seats and its runs."
  static let wordHelp = "Its id, or the start of it."

  static func cells(_ item: JSONValue) -> [TextTable.Cell] {
    guard let json = item["lease"], let lease = try? Lease(json: json) else {
      return [.init(ShortID.text(item["id"]), .handle)]
    }
    return [
      .init(ShortID.text(item["id"]), .handle), .init(CheckName.text(lease.check)),
      .init("\(lease.started) of \(lease.runs)"), .init("\(lease.open)"),
      .init("\(lease.seats.count)"), .init(Dollars.text(lease.escrow)),
      .init(lease.buyer.checksummed),
    ]
  }

  static func path(of word: String) throws -> String {
    try NodeLink.check(id: word)
    return "/api/leases/" + word
  }

  static func text(_ json: JSONValue, now: Time, _ paint: Paint) -> String {
    RoadText.text(json, "lease", now: now, paint)
  }
}

enum AccountNoun: ListedNoun {
  typealias Filters = NoFilters
  static let noun = "account"
  static let listAbstract = "List the accounts of a network with their balances."
  static let listPath = "/api/accounts"
  static let empty = "no accounts are open"
  static let columns: [TextTable.Column] = [.left("account"), .right("balance")]

  static func cells(_ item: JSONValue) -> [TextTable.Cell] {
    [
      .init(item["address"]?.string ?? "", .handle),
      .init(Dollars.text(Amount(item["balance"]?.uint64 ?? 0))),
    ]
  }
}

/// The printed form of an id as a table shows it.
enum ShortID {
  static func text(_ json: JSONValue?) -> String {
    let text = json?.string ?? ""
    guard let bar = text.lastIndex(of: "_") else { return text }
    return String(text[...bar]) + text[text.index(after: bar)...].prefix(10)
  }
}
