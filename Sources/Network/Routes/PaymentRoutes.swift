// Routes of the x402 facilitator, by which anybody's server is paid in dollars of this network.

import Primitives

extension RouteTable {
  static let paymentRoutes: [Route] = [
    .get(
      "/x402/supported", .money, "What this facilitator settles (x402 version 2).", .never,
      gives: .json(
        "schemes and networks",
        .object([
          .must("kinds", .list(.anyObject)), .must("extensions", .list(.anyText)),
          .must("signers", .anyObject, "who carries the payments, by family of networks"),
        ])), problems: [.noFacilitator]
    ) { api, _ in try api.supportedPayments() },
    .send(
      .post, "/x402/verify", .money, "Whether a payment would settle now.", body: request,
      gives: .json(
        "the verdict, good or bad",
        .object([
          .must("isValid", .flag), .may("invalidReason", .anyText),
          .may("invalidMessage", .anyText), .may("payer", .address),
          .may("extra", .anyObject, "of a channel: what is in it and what was claimed"),
        ])), problems: [.noFacilitator]
    ) { api, asked in try await api.verifyPayment(asked) },
    .send(
      .post, "/x402/settle", .money,
      "Carries a payment to the ledger; the same one again gets the same transaction.",
      body: request,
      gives: .json(
        "what became of it, good or bad",
        .object([
          .must("success", .flag), .may("errorReason", .anyText), .may("errorMessage", .anyText),
          .may("payer", .address),
          .must("transaction", .anyText, "the id of the message that paid, or nothing"),
          .must("network", .anyText), .may("amount", .anyText),
          .may("extra", .anyObject, "of a channel: its state after the message"),
        ])), problems: [.noFacilitator]
    ) { api, asked in try await api.settlePayment(asked) },
    .get(
      "/x402/discovery/resources", .money, "Resources that were paid through here.", .never,
      filters + [
        .query("offset", .number(0...1_000_000), "how many to leave out", example: "0")
      ],
      gives: .json(
        "newest first",
        .object([
          .must("x402Version", .anyNumber), .must("items", .list(.anyObject)),
          .must(
            "pagination",
            .object([
              .must("limit", .anyNumber), .must("offset", .anyNumber), .must("total", .anyNumber),
            ])),
        ])), problems: [.noFacilitator]
    ) { api, asked in try api.discoverResources(asked) },
    .get(
      "/x402/discovery/search", .money, "Resources by words of their description.", .never,
      [
        .query("query", .words(200), "words that all occur", isRequired: true, example: "digits")
      ] + filters,
      gives: .json(
        "newest first",
        .object([
          .must("x402Version", .anyNumber), .must("resources", .list(.anyObject)),
          .must("partialResults", .flag),
        ])), problems: [.noFacilitator]
    ) { api, asked in try api.searchResources(asked) },
  ]

  private static let request = RouteBody(
    types: [("application/json", .anyObject)], limit: .bytes(64 << 10))

  private static let filters: [Parameter] = [
    .query("type", .words(32), "the kind of resource", example: "http"),
    .query("payTo", .address, "who is paid"),
    .query("scheme", .words(32), "how it is paid", example: "exact"),
    .query("network", .words(64), "where it is paid", example: "eip155:1"),
    .query("extensions", .words(64), "an extension that it has", example: "bazaar"),
    .query("limit", .number(1...500), "how many at most", example: "50"),
  ]
}

extension Problem {
  static let noFacilitator = Problem(
    404, "noFacilitator", "this node carries no payments for others",
    hint: "its operator gives it a facilitator's key; see docs/howto/be-paid-by-x402.md")
}
