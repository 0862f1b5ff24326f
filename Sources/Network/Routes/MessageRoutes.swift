// Routes by which messages enter, and by which one asks what became of them.

import Chain
import Primitives

extension RouteTable {
  static let messageRoutes: [Route] = [
    .send(
      .post, "/api/messages", .messages,
      "Sends a signed message; answers when it is durable.",
      [
        .query(
          "wait", .choice(["0", "1"]), "0 answers once the door has it", example: "1")
      ],
      body: RouteBody(
        types: [("application/json", .signedMessage), ("application/cbor", .bytes)],
        limit: .messages(1)),
      gives: .json("a block holds it; it may still have been refused there", .delivered),
      .json(202, "it waits for a block", .waiting), problems: doorProblems
    ) { api, asked in try await api.post(asked) },
    .send(
      .post, "/api/messages/batch", .messages,
      "Sends up to \(API.batchLimit) messages; answers each.",
      body: RouteBody(types: [("application/cbor", .bytes)], limit: .messages(4)),
      gives: .json(
        "an answer for each, in order",
        .answer(.must("answers", .list(.either([.delivered, .problem]))))),
      problems: [Problem(Refusal("batchTooLong", ["got": 1001, "limit": 1000])), .slowDown(1)]
    ) { api, asked in try await api.postBatch(asked) },
    .get(
      "/api/messages/:id", .messages, "A message, and what came of it.", .settled,
      [.path("id", .id("message"), "the id that the sender computed")],
      gives: .json(
        "a block holds it",
        .answer(
          .must("id", .hash), .must("outcome", .outcome), .must("message", .message),
          .must("authorisation", .row(Authorisation.self)))),
      .json(202, "it waits for a block", .waiting),
      problems: [
        .notFound("message 0x…", hint: "it never entered a block: send it, or send it again"),
        .ambiguous(2, "0x1234"),
      ]
    ) { api, asked in try api.message(asked) },
    .get(
      "/api/messages/:id/sealed", .messages,
      "A message in its block, with what shows it offline.", .settled,
      [.path("id", .hash, "its id")],
      gives: .bytes("application/cbor", "the message in its block"),
      problems: [.notFound("message 0x…", hint: "no block holds it: ask again later")]
    ) { api, asked in try api.sealedMessage(asked) },
  ]

  /// What the door says to those it does not let in; the codes are those of the rules.
  private static let doorProblems: [Problem] = [
    Problem(Refusal("notTheSigner"), status: 401),
    Problem(Refusal("insufficient", ["has": 0, "needs": 40]), status: 402),
    Problem(Refusal("staleSequence", ["got": 3, "next": 4]), status: 409),
    Problem(Refusal("expired", ["validUntil": 1, "now": 2]), status: 422),
    .slowDown(1), .busy(100_000), .stopping,
  ]
}

extension Problem {
  /// Several ids begin with what was typed.
  static func ambiguous(_ count: Int, _ text: String, _ candidates: [String] = []) -> Problem {
    Problem(
      409, "ambiguous", "\(count) of that kind begin with \(text)", hint: "type more letters",
      candidates: candidates)
  }
}
