// Routes about the node itself: how it is, what it obeys, and this API.

import Chain
import Hummingbird
import Kernel
import Market
import Primitives

extension RouteTable {
  static let nodeRoutes: [Route] = [
    .get(
      "/health", .node, "Whether the node makes blocks.", .never,
      gives: .json(
        "it does",
        .answer(
          .must("ok", .flag), .may("listed", .anyNumber, "the last block that the lists know"),
          .may("behind", .anyNumber, "blocks that the lists have yet to take in"))),
      problems: [.stalled(waiting: 3), .stopping]
    ) { api, _ in try api.health() },
    .get(
      "/metrics", .node, "What the node counts, for Prometheus.", .never,
      gives: .bytes(Metrics.mediaType, "the exposition format")
    ) { api, _ in api.metrics() },
    .get(
      "/api", .node, "The list of routes.", .byContent,
      gives: .json("each route in a line", .answer(.must("routes", .list(line))))
    ) { api, _ in api.index() },
    .get(
      "/api/openapi.json", .node, "This API as an OpenAPI 3.1 document.", .byContent,
      gives: RouteAnswer(
        status: 200, about: "the document", type: "application/json", schema: .document)
    ) { api, _ in Response(bytes: api.document, type: "application/json") },
    .get(
      "/api/status", .node, "Network, operator, height, times and limits.", .byContent,
      [.atLeast], gives: .json("how it stands", status)
    ) { api, _ in try api.status() },
    .get(
      "/api/genesis", .node, "The genesis, the hash of which is the network's id.", .settled,
      gives: .json("the genesis", .row(Genesis.self))
    ) { api, _ in try api.genesis() },
    .get(
      "/api/terms", .node, "The terms in force, and those that come.",
      gives: .json(
        "the terms",
        .answer(
          .may("version", .anyNumber), .must("terms", .row(Terms.self)),
          .may("pending", .row(PendingTerms.self))))
    ) { api, _ in try api.terms() },
    .get(
      "/api/checks", .node, "The checks that an order may name.",
      gives: .json("the checks", .answer(.must("checks", .list(check))))
    ) { api, _ in api.checks() },
  ]

  private static let line = Schema.object([
    .must("method", .anyText), .must("path", .anyText), .must("answer", .anyText),
  ])

  private static let check = Schema.object([
    .must("name", .anyText), .must("numbers", .list(.anyText)), .must("promise", .anyText),
  ])

  private static let status = Schema.answer(
    .must("network", .hash), .must("chainId", .anyNumber), .must("operator", .address),
    .must("time", .anyNumber, "of the last block, unix milliseconds"),
    .must("paused", .anyNumber), .must("marketTime", .anyNumber, "what deadlines count"),
    .must("version", .anyText), .must("stepped", .flag), .must("faucet", .flag),
    .must("stopping", .flag), .must("waiting", .anyNumber),
    .must("limits", .object([.must("message", .anyNumber), .must("blob", .anyNumber)])))
}

extension Problem {
  static func stalled(waiting: Int) -> Problem {
    Problem(
      503, "stalled", "messages wait and no block comes",
      hint: "look at the disk and at the node's log",
      numbers: [Number("waiting", UInt64(clamping: waiting))])
  }
}
