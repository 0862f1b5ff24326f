// Routes that read accounts and the nouns of the road, alive or over.

import Chain
import Kernel
import Market
import Primitives
import Reputation

extension RouteTable {
  static let accountRoutes: [Route] = [
    .get(
      "/api/accounts", .accounts, "Accounts and their balances.", .byHeight,
      [.limit, .cursor],
      gives: .json(
        "a page of accounts",
        .page("accounts", of: .object([.must("address", .address), .must("balance", .anyNumber)]))),
      problems: [.badCursor]
    ) { api, asked in try api.accounts(asked) },
    .get(
      "/api/accounts/:address", .accounts, "An account: balance, next sequences, record.",
      .byHeight, [.path("address", .address, "whose account")],
      gives: .json(
        "the account, open or not",
        .answer(
          .must("address", .address), .must("open", .flag), .must("balance", .anyNumber),
          .must(
            "lanes",
            .list(.object([.must("lane", .number(0...255)), .must("next", .anyNumber)]))),
          .may("account", .row(Account.self)), .may("record", .row(Record.self))))
    ) { api, asked in try api.account(asked) },
    .get(
      "/api/accounts/:address/key", .accounts,
      "The signed message by which an account published its sealing key.", .byHeight,
      [.path("address", .address, "whose key")],
      gives: .json("the message, in its envelope", .answer(.must("signed", .hex))),
      problems: [.notFound("sealing key of 0x…")]
    ) { api, asked in try api.sealingKey(asked) },
  ]

  private static let model = Parameter.query(
    "model", .hash, "keeps those that are about this model")
  private static let check = Parameter.query(
    "check", .choice(Game.names.map(\.name)), "keeps those under this check")
  private static func account(_ whose: String) -> Parameter {
    .query("account", .address, "keeps those of this \(whose)")
  }
  private static func provider(_ whose: String) -> Parameter {
    .query("provider", .address, "keeps those \(whose)")
  }
  private static func state(_ words: [String]) -> Parameter {
    .query("state", .choice(words), "keeps those in this state")
  }
  private static func id(_ kind: String) -> Parameter {
    .path("id", .id(kind), "its id, or the first letters of it")
  }
  private static func unknown(_ kind: String) -> [Problem] {
    [.notFound("\(kind) \(kind)_…"), .ambiguous(2, "\(kind)_abc")]
  }

  static let marketRoutes: [Route] = [
    .get(
      "/api/orders", .market, "Orders that are alive.", .byHeight,
      [account("buyer"), model, check, state(API.tenderStates.map(\.name)), .limit, .cursor],
      gives: .json("a page of orders", .page("orders", of: .listed("order", Order.self))),
      problems: [.badCursor]
    ) { api, asked in try api.orders(asked) },
    .get(
      "/api/orders/:id", .market, "An order or a taken offer: its auction, its settled runs.",
      .byHeight,
      [id("order")],
      gives: .json(
        "the order",
        .noun(
          "order", .must("alive", .flag), .may("lease", .id("lease")),
          .may("order", .row(Order.self)),
          .may("tender", .row(Tender.self)), .may("route", .row(Market.Route.self)),
          .must("settled", .settled))),
      problems: unknown("order")
    ) { api, asked in try api.order(asked) },
    .get(
      "/api/bids", .market, "The bids of an order.", .byHeight,
      [
        .query("order", .id("order"), "whose bids", isRequired: true),
        account("bidder"), state(["sealed", "revealed"]),
      ],
      gives: .json("the bids", .answer(.must("bids", .list(bid)))),
      problems: [.missingParameter("order")] + unknown("order")
    ) { api, asked in try api.bids(asked) },
    .get(
      "/api/offers", .market, "Offers that are alive.", .byHeight,
      [
        account("provider"), model, check, state(["posted", "withdrawn"]), .limit, .cursor,
      ],
      gives: .json("a page of offers", .page("offers", of: .listed("offer", Offer.self))),
      problems: [.badCursor]
    ) { api, asked in try api.offers(asked) },
    .get(
      "/api/offers/:id", .market, "An offer.", .byHeight, [id("offer")],
      gives: .json(
        "the offer",
        .noun("offer", .must("alive", .flag), .may("offer", .row(Offer.self)))),
      problems: unknown("offer")
    ) { api, asked in try api.offer(asked) },
    .get(
      "/api/leases", .market, "Leases that are alive.", .byHeight,
      [
        account("buyer"), provider("in which this provider has a seat, or stands by for one"),
        model, check,
        state(API.leaseStates.map(\.name)), .limit, .cursor,
      ],
      gives: .json("a page of leases", .page("leases", of: .listed("lease", Lease.self))),
      problems: [.badCursor]
    ) { api, asked in try api.leases(asked) },
    .get(
      "/api/leases/:id", .market, "A lease, its runs, its settled runs.", .byHeight,
      [id("lease")],
      gives: .json(
        "the lease",
        .noun(
          "lease", .must("alive", .flag), .may("lease", .row(Lease.self)),
          .may("runs", .list(run)), .must("settled", .settled))),
      problems: unknown("lease")
    ) { api, asked in try api.lease(asked) },
    .get(
      "/api/runs/:id", .market, "A run, or how it was settled.", .byHeight, [id("run")],
      gives: .json(
        "the run",
        .noun(
          "run", .must("lease", .id("lease")), .must("index", .anyNumber),
          .must("alive", .flag), .may("run", .row(Run.self)), .must("settled", .settled))),
      problems: unknown("run")
    ) { api, asked in try api.run(asked) },
  ]

  private static let bid = Schema.object([
    .must("id", .id("bid")), .must("bidder", .address), .must("bid", .row(Bid.self)),
  ])

  private static let run = Schema.object([
    .must("id", .id("run")), .must("index", .anyNumber), .must("run", .row(Run.self)),
  ])
}
