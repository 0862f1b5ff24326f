// Routes that read the log: blocks, receipts and the feed.

import Kernel
import Primitives

extension RouteTable {
  static let logRoutes: [Route] = [
    .get(
      "/api/blocks/:height", .log, "A block: header, messages, outcomes, events.", .settled,
      [.path("height", .number(0...UInt64.max), "its height")],
      gives: .json("the block", .answer(.must("block", .block))),
      problems: [.notFound("block at height 7")]
    ) { api, asked in try api.block(asked) },
    .get(
      "/api/receipts/:id", .log, "The receipt file of a settled run.", .settled,
      [
        .path(
          "id", .anyID(["run", "lease", "order"]), "the run, or the road that has one run only")
      ],
      gives: .bytes("application/cbor", "the receipt"),
      problems: [
        .notFound("receipt of run_…", hint: "a run has one once it is settled"),
        .ambiguous(2, "run_abc"),
      ]
    ) { api, asked in try api.receipt(asked) },
    .get(
      "/api/events", .log, "The feed: what happens, as server-sent events.", .never,
      [
        .query(
          "after", .feedPlace, "begins after this place; without it, with the next block"),
        .query("name", .name, "keeps events of these names", isRepeated: true),
        .query("account", .address, "keeps events of these accounts", isRepeated: true),
        .query(
          "object", .wholeID(API.eventObjects), "keeps events of these objects; whole ids",
          isRepeated: true),
        .query(
          "wait", .choice(["0", "1"]), "0 ends the feed where nothing more is known",
          example: "0"),
        .header("Last-Event-ID", .feedPlace, "stands for after when a reader comes back"),
      ],
      gives: RouteAnswer(
        status: 200, about: "frames, one an event", type: "text/event-stream", schema: frame),
      problems: [
        .cursorAhead(FeedCursor(height: 9), height: 7), .tooManyFilters, .tooManyFeeds,
      ]
    ) { api, asked in try await api.events(asked) },
  ]
  private static let frame = Schema.named(
    "Frame",
    .object([
      .may("id", .anyText, "a place in the feed, to come back to"),
      .may("event", .choice(["message"]), "the standard's default"),
      .may("data", .anyText, "an Event as JSON, with height and index before its fields"),
    ]))
}
