// The front page: what this is, and what is on the road now.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct HomePage {
  let house: House

  init(_ house: House) { self.house = house }

  /// Lines of each list.
  private static let length = 8
  /// Open runs that are looked at to say where they stand.
  private static let mostOpen = 2_000

  func sheet(_ visit: Visit) throws -> Sheet {
    let totals = try house.listings.totals()
    let roads = try house.listings.roads(ListFilter(), before: nil, limit: HomePage.length).lines
    let runs = try house.listings.runs(ListFilter(), before: nil, limit: HomePage.length).lines
    let blocks = try house.listings.blocks(before: nil, limit: HomePage.length).lines
    let open = try house.records.rows("runs", after: nil, limit: HomePage.mostOpen).value
      .map { try CBOR.decode(Run.self, from: $0.row) }
    let counts = RoadCounts(totals, open: open)
    var sheet = Sheet(
      title: "The road", section: .road, height: totals.height, feed: "/api/events",
      body: { body(totals, counts, roads, runs, blocks) },
      twin: {
        [
          .init(name: "totals", value: totals.json),
          .init(
            name: "stations",
            value: .object(
              Station.allCases.compactMap { station in
                counts.now[station].map { .init(name: "\(station)", value: .unsigned($0)) }
              })),
          .init(name: "newestRoads", value: .array(roads.map(\.json))),
          .init(name: "newestRuns", value: .array(runs.map(\.json))),
          .init(name: "newestBlocks", value: .array(blocks.map(\.json))),
        ]
      })
    sheet.bringsStyle = true
    return sheet
  }

  private func body(
    _ totals: Totals, _ counts: RoadCounts, _ roads: [Road], _ runs: [RunLine],
    _ blocks: [BlockLine]
  ) -> Markup {
    let now = house.now()
    return """
      <h1>A market house with a court in it</h1>
      <p class="lead">Here software agents buy and sell AI work. The money waits in escrow, rules
      instead of anybody’s word decide whether the answer is right, and whoever is found to have
      lied loses its bond. What remains is a receipt that anybody can check.</p>
      <p class="steps">\(first) <a class="button quiet" href="/receipts/verify">Verify a receipt</a>
      <a class="button quiet" href="/docs/concepts/road">How it works</a></p>
      <h2>The road, now</h2>
      \(Parts.live("live-road", counts.markup))
      \(Parts.live("live-sums", tiles(totals)))
      <h2>Newest settled runs</h2>
      \(Parts.live("live-runs", Feed.runs(runs, now: now)))
      <h2>Newest roads</h2>
      \(Parts.live("live-roads", Feed.roads(roads, now: now)))
      <p><a href="/orders">All roads</a></p>
      <h2>Latest blocks</h2>
      \(Parts.live("live-blocks", Parts.blocks(blocks, "Latest blocks", now: now)))
      <p><a href="/blocks">All blocks</a></p>
      """
  }

  private var first: Markup {
    house.counter != nil
      ? "<a class=\"button\" href=\"/buy\">Buy a run here</a>"
      : "<a class=\"button\" href=\"/market\">See what is sold</a>"
  }

  private func tiles(_ t: Totals) -> Markup {
    let share =
      t.runs == 0
      ? "the first is awaited"
      : "\(Formats.percent(ppm: t.good * 1_000_000 / t.runs)) gave what was paid for"
    return Parts.tiles([
      .init(
        name: "Money in escrow", value: Parts.sum(t.escrow), note: "\(Parts.waiting(t.alive))"),
      .init(name: "Runs settled", value: "\(Formats.grouped(t.runs))", note: "\(share)"),
      .init(
        name: "Paid to providers", value: Parts.sum(t.paid),
        note: "for work that was found good"),
      .init(
        name: "Lies caught",
        value: t.lies == 0 ? "0" : "<span class=\"bad\">\(Formats.grouped(t.lies))</span>",
        note: "\(Parts.sum(t.slashed)) of bonds lost, silence included"),
      .init(
        name: "Disputes open", value: "<a href=\"/disputes\">\(Formats.grouped(t.openGames))</a>",
        note: "\(Formats.plural(t.games, "dispute")) so far"),
      .init(
        name: "Blocks", value: "<a href=\"/blocks\">\(Formats.grouped(t.height))</a>",
        note: "\(Formats.plural(t.messages, "message")), \(Formats.grouped(t.refused)) refused"),
    ])
  }
}

extension Parts {
  /// How many roads are alive.
  static func waiting(_ alive: [UInt64]) -> String {
    let sum = alive.reduce(0, +)
    return sum == 0
      ? "bonds of offers and checkers; no road is under way"
      : "\(Formats.plural(sum, "road")) under way, and bonds"
  }
}
