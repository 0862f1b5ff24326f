// The shape of every command's data, by the name that its envelope bears.

enum DataSchemas {
  static var names: [String] { all.keys.sorted() }

  static let all: [String: Shape] =
    mine
    .merging(market) { first, _ in first }
    .merging(checking) { first, _ in first }
    .merging(rules) { first, _ in first }
    .merging(upkeep) { first, _ in first }
    .merging(proofs) { first, _ in first }
    .merging(judged) { first, _ in first }.merging(topics) { first, _ in first }
    .merging(agents) { first, _ in first }
    .merging(panels) { first, _ in first }
    .merging(vouchers) { first, _ in first }

  /// What a message that was sent by hand came to.
  static let sent = Shape.object(["id": .text, "height": .count, "toll": .count])
  /// A page of a list of the API: its items, and what asks for the next page.
  static func page(_ member: String, of item: Shape) -> Shape {
    .members(
      [
        ShapeMember(name: member, shape: .list(item), isRequired: true),
        ShapeMember(name: "cursor", shape: .orNull(.text), isRequired: true),
        ShapeMember(name: "height", shape: .count, isRequired: true),
      ], isOpen: false)
  }
  static let settled = Shape.list(.open(["height": .count, "run": .open()]))

  // MARK: - Yours

  private static let key = Shape.object(["name": .text, "address": .text, "file": .text])
  static let model = Shape.object([
    "id": .text, "short": .text, "profile": .text, "inputShape": .list(.count),
    "outputCount": .count, "nodes": .count, "work": .count,
    "report": .open(["samples": .count, "labelled": .count]),
    "commitments": .list(.object(["scheme": .text, "root": .text])),
  ])

  static let mine: [String: Shape] = [
    "key.show/1": .object(
      ["name": .text, "address": .text, "file": .text, "sealingKey": .text]),
    "config.show/1": .object([
      "file": .orNull(.text),
      "settings": .list(.object(["name": .text, "value": .text, "origin": .text])),
    ]),
    "key.new/1": key, "key.import/1": key,
    "key.list/1": .object(["keys": .list(key)]),
    "key.address/1": .object(["address": .text]),
    "key.export/1": .object(["name": .text, "address": .text, "secret": .text]),
    "model.add/1": model, "model.show/1": model,
    "model.list/1": .object(["models": .list(model)]),
    "model.run/1": .open(["model": .text, "output": .list(.any), "best": .any]),
    "model.check/1": .open(["model": .text, "samples": .count]),
    "model.serve/1": .open(["event": .text, "url": .text, "model": .text]),
    "model.published.list/1": page(
      "models", of: .open(["model": .text, "card": .open(["publisher": .text])])),
    "model.published.show/1": .open(["model": .text, "card": .open(["publisher": .text])]),
  ]

  // MARK: - The market

  private static let run = Shape.object([
    "run": .text, "index": .count, "state": .choice(["alive", "settled"]),
    "outcome": .orNull(.text), "height": .orNull(.count), "price": .orNull(.count),
    "providers": .texts,
  ])
  private static let provider = Shape.object([
    "offers": .count, "freeSlots": .count, "busySlots": .count, "lockedInOffers": .count,
    "lockedInSeats": .count, "lockedInBids": .count, "auditBond": .count,
    "auditTied": .count, "runs": .count, "paidRuns": .count, "earned": .count,
    "lost": .count, "cost": .orNull(.count),
  ])
  private static let buyer = Shape.object([
    "orders": .count, "leases": .count, "lockedInOrders": .count, "lockedInLeases": .count,
    "runs": .count, "goodRuns": .count, "spent": .count,
    "days": .list(.object(["day": .text, "runs": .count, "spent": .count])),
  ])
  /// One of the runs that were wanted; `run` is missing where it never began.
  private static let bought = Shape.open(
    ["index": .count, "input": .text, "state": .text, "paid": .count, "receipt": .orNull(.text)],
    may: ["run": .text, "output": .list(.number), "best": .number, "character": .text])
  private static let offer = Shape.object(["id": .text, "digest": .text, "offer": .open()])

  static let market: [String: Shape] = [
    "account.list/1": page("accounts", of: .open(["address": .text, "balance": .count])),
    "account.show/1": .open([
      "address": .text, "open": .flag, "balance": .count, "lanes": .list(.open()),
      "height": .count,
    ]),
    "account.status/1": .object([
      "address": .text, "balance": .count, "height": .count,
      "provider": provider, "buyer": buyer,
    ]),
    "sell.status/1": .object([
      "address": .text, "balance": .count, "provider": provider,
      "offers": .list(
        .object([
          "id": .text, "check": .text, "price": .count, "per": .count, "free": .count,
          "busy": .count,
        ])), "height": .count,
    ]),
    "buy.status/1": .object(
      ["address": .text, "balance": .count, "buyer": buyer, "height": .count]),
    "account.fund/1": .object(["address": .text, "balance": .count, "height": .count]),
    "account.send/1": sent,
    "account.collect/1": sent, "account.declare/1": sent,
    "order.list/1": page("orders", of: .open(["id": .text, "digest": .text, "order": .open()])),
    "order.show/1": .open(
      ["id": .text, "digest": .text, "alive": .flag, "settled": settled, "height": .count],
      may: [
        "lease": .text, "order": .open(),
        "tender": .open(["state": .any, "deadline": .count]),
        "route": .open(["subnet": .count, "epoch": .count]),
      ]),
    "order.quote/1": .open([
      "seats": .count, "runs": .count, "parallel": .count, "most": .count, "bidBond": .count,
      "seatBond": .count,
      "tollsAbout": .count, "offers": .count, "cheapestOffer": .orNull(.count),
    ]),
    "order.create/1": .open([
      "id": .text, "digest": .text, "most": .count, "runs": .count, "bidWindow": .count,
    ]),
    "order.cancel/1": sent, "order.release/1": sent,
    "bid.list/1": .open([
      "bids": .list(.open(["id": .text, "bidder": .text, "bid": .open()])), "height": .count,
    ]),
    "bid.show/1": .object([
      "id": .text, "order": .text, "bidder": .text, "alive": .flag, "bid": .orNull(.open()),
    ]),
    "offer.list/1": page("offers", of: offer),
    "offer.show/1": .open(
      ["id": .text, "digest": .text, "alive": .flag, "height": .count], may: ["offer": .open()]),
    "offer.post/1": .object(["id": .text, "height": .count]),
    "offer.topup/1": sent, "offer.withdraw/1": sent,
    "lease.list/1": page("leases", of: .open(["id": .text, "digest": .text, "lease": .open()])),
    "lease.show/1": .open(
      ["id": .text, "digest": .text, "alive": .flag, "settled": settled, "height": .count],
      may: ["lease": .open(), "runs": .list(.open(["id": .text, "index": .count]))]),
    "lease.close/1": sent,
    "run.list/1": .object(["runs": .list(run)]),
    "run.show/1": .open(
      [
        "id": .text, "digest": .text, "lease": .text, "index": .count, "alive": .flag,
        "settled": settled, "height": .count,
      ], may: ["run": .open()]),
    "run.output/1": .object(
      ["run": .text, "bytes": .text], may: ["output": .list(.number), "best": .number]),
    "run.receipt/1": .object(["run": .text, "file": .text]),
    "run.accept/1": sent, "run.reject/1": sent,
    "buy/1": .open([
      "model": .text, "check": .text, "delivered": .flag, "paid": .count, "wanted": .count,
      "answers": .count, "runs": .list(bought),
    ]),
    "sell/1": .open(["event": .text]), "check/1": .open(["event": .text]),
    "watch/1": .either([
      .object([
        "event": .choice(["end"]), "ending": .text, "good": .flag,
        "runs": .list(.object(["run": .text, "outcome": .orNull(.text), "good": .flag])),
      ]),
      .object([
        "event": .text, "height": .count, "station": .orNull(.text), "subject": .text,
        "parties": .texts,
      ]),
    ]),
  ]
}
