// Routes that read the court: auditors, published models, games and the messages about a run.

import Inference
import Kernel
import Market
import Primitives

extension RouteTable {
  static let courtRoutes: [Route] = [
    .get(
      "/api/auditors", .court, "Who stands ready to do runs again.", .byHeight,
      [
        .query("model", .hash, "keeps those who can redo this model"),
        .query("state", .choice(["ready", "leaving"]), "keeps those in this state"),
        .limit, .cursor,
      ],
      gives: .json("a page of auditors", .page("auditors", of: auditor)),
      problems: [.badCursor]
    ) { api, asked in try api.auditors(asked) },
    .get(
      "/api/auditors/:address", .court, "An auditor: its bond, and what it can redo.", .byHeight,
      [.path("address", .address, "whose stand")],
      gives: .json(
        "the auditor",
        .answer(.must("address", .address), .must("auditor", .row(Auditor.self)))),
      problems: [.notFound("auditor 0x…", hint: "see 'tolsey check'")]
    ) { api, asked in try api.auditor(asked) },
    .get(
      "/api/models", .court, "Published models.", .byHeight,
      [.query("account", .address, "keeps those of this publisher"), .limit, .cursor],
      gives: .json("a page of models", .page("models", of: model)), problems: [.badCursor]
    ) { api, asked in try api.models(asked) },
    .get(
      "/api/models/:id", .court, "The card of a published model.", .byHeight,
      [.path("id", .hash, "the hash of its manifest")],
      gives: .json(
        "the card", .answer(.must("model", .hash), .must("card", .row(ModelCard.self)))),
      problems: [.notFound("published model 0x…")]
    ) { api, asked in try api.model(asked) },
    .get(
      "/api/models/:id/manifest", .court, "The canonical manifest of a published model.",
      .settled, [.path("id", .hash, "the hash of its manifest")],
      gives: .json("its bytes", .answer(.must("manifest", .hex))),
      problems: [.notFound("published model 0x…")]
    ) { api, asked in try api.manifest(asked) },
    .get(
      "/api/disputes", .court, "Games in the order in which they began.", .byHeight,
      [
        .query("after", .number(0...UInt64.max), "those that began after this block", example: "0"),
        .query("account", .address, "keeps those of this challenger"),
        .query("provider", .address, "keeps those against this provider"),
        .query("party", .address, "keeps those of this challenger or against this provider"),
        .query("run", .id("run"), "keeps those about this run: its id, or the start of it"),
        .query("state", .choice(Schema.gameStates), "keeps those in this state"), .cursor,
      ],
      gives: .json(
        "a page of games",
        .answer(
          .must("disputes", .list(.object(Schema.gameMembers))),
          .must("through", .anyNumber, "ask again after this block"),
          .must("cursor", .either([.nothing, .cursor]), "null at the end"))),
      problems: [.badCursor, .ambiguous(2, "run_abc")]
    ) { api, asked in try api.disputes(asked) },
    .get(
      "/api/disputes/:id", .court, "A game: how far it is, or how it ended.", .byHeight,
      [.path("id", .id("game"), "its id, or the first letters of it")],
      gives: .json(
        "the game",
        .object(
          (Schema.gameMembers + [
            .may("dispute", .row(Dispute.self)), .may("root", .hash),
            .may("opening", .row(Opening.self)),
          ]).withHeight)),
      problems: [.notFound("game game_…"), .ambiguous(2, "game_abc")]
    ) { api, asked in try api.dispute(asked) },
    .get(
      "/api/runs/:id/messages", .court, "The messages about a run, as they were signed.",
      .byHeight, [.path("id", .id("run"), "its id, or the first letters of it")],
      gives: .json("the messages, in the order of the log", .answer(.must("messages", messages))),
      problems: [.notFound("run run_…"), .ambiguous(2, "run_abc")]
    ) { api, asked in try api.messages(asked) },
  ]

  private static let auditor = Schema.object([
    .must("address", .address), .must("auditor", .row(Auditor.self)),
  ])

  private static let model = Schema.object([
    .must("model", .hash), .must("card", .row(ModelCard.self)),
  ])

  private static let messages = Schema.list(
    .object([
      .must("height", .anyNumber), .must("id", .hash),
      .must("code", .anyText, "empty where it was carried out"), .must("signed", .hex),
    ]))
}
