// One road from start to end: what was bought, from whom, for how much, and what came of it.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct OrderPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String) throws -> Sheet {
    var known: RoadLines?
    let id = try house.find(name, "order", "order") { id in
      known = try house.listings.lines(of: id)
      return known?.road.id == id
    }
    // The last that was looked at need not be the one that was found.
    if known?.road.id != id { known = try house.listings.lines(of: id) }
    guard let lines = known, lines.road.id == id else { throw Missing.unknown("order") }
    let (road, story) = (lines.road, try RoadStory(lines, in: house))
    let object = road.isOffer ? road.lease : road.id
    return Sheet(
      title: road.isOffer ? "Taken offer" : "Order", section: .orders, height: story.clock.height,
      feed: story.isAlive ? "/api/events?object=\(object)" : nil,
      body: { OrderBody(story).markup }, twin: { try OrderBody(story).twin() })
  }
}

/// The body of the page.
struct OrderBody {
  let story: RoadStory
  let bids: RoadBids
  let money: RoadMoney
  var road: Road { story.road }
  var now: Time { story.house.now() }

  init(_ story: RoadStory) {
    self.story = story
    bids = RoadBids(story)
    money = RoadMoney(story)
  }

  var markup: Markup {
    let noun = road.isOffer ? "Taken offer" : "Order"
    var sections: [(id: String, name: String)] = [("overview", "Overview")]
    if !road.isOffer { sections.append(("bids", "Bids")) }
    sections += [
      ("evidence", "Evidence"), ("money", "Money"), ("events", "Events"), ("raw", "Raw"),
    ]
    return """
      \(Parts.heading(noun, PrintedID.full("order", road.id)))
      \(Parts.live("sentence", "<p class=\"lead\">\(RoadSentence(story, bids).markup)</p>"))
      \(Parts.live("strip", RoadTrack(story: story).strip.markup))
      \(Parts.live("awaited", awaited))
      \(Parts.tabs(sections))
      \(Parts.section("overview", "Overview", Parts.live("fields", overview)))
      \(road.isOffer ? "" : Parts.section("bids", "Bids", Parts.live("auction", auction)))
      \(Parts.section("evidence", "Evidence", Parts.live("runs", seats + runs)))
      \(Parts.section("money", "Money", Parts.live("flow", flow)))
      \(Parts.section("events", "Events", Parts.live("moments", events)))
      \(Parts.section("raw", "Raw", raw))
      """
  }

  /// What happens next, and when silence about it has a consequence.
  var awaited: Markup {
    guard story.isAlive else { return "" }
    let until: Markup = story.deadline.map { " Until \($0.markup)." } ?? ""
    return """
      <p class="note">\(Parts.badge(story.stage.title, .wait)) \(story.stage.sentence)\(until)</p>
      """
  }

  private var overview: Markup {
    let hasSeats = CheckWords.seats(road.check) > 1
    var rows: [(name: String, value: Markup)] = [
      ("State", Parts.state(road)),
      ("Buyer", Parts.account(road.buyer)),
      ("What", what),
      ("Checked by", "\(Parts.check(road.check)): \(CheckWords.means(road.check))"),
      (
        road.isOffer ? "Price" : "At most",
        "\(Parts.money(road.limit)) \(hasSeats ? "for a run of each seat" : "for a run")"
      ),
      (
        "Runs",
        "\(Formats.grouped(road.settled)) settled of \(Formats.grouped(road.runs)) asked for"
      ),
      ("Lease", Parts.lease(road.lease)),
    ]
    if road.work == "labels", !road.isOffer {
      let path = "/labels/\(PrintedID.full("order", road.id))"
      rows.append(("Labels", "<a href=\"\(path)\">item by item</a>"))
    }
    if let route = OrderRoute(story) { rows.append(("Routed to", route.field)) }
    if road.units > 1 { rows.append(("Units in a run", "\(Formats.grouped(road.units))")) }
    if road.isOffer { rows.append(("Offer", Parts.offer(road.offer))) }
    rows.append(
      ("Placed", "\(Parts.time(road.placedAt)) in block \(Parts.block(road.placedHeight))"))
    if !story.isAlive {
      rows.append(
        ("Ended", "\(Parts.time(road.closedAt)) in block \(Parts.block(road.closedHeight))"))
      rows.append(("How", "\(EndingWords.sentence(of: road))"))
    }
    return Parts.fields(rows)
  }

  /// The model, or what is asked of each item.
  private var what: Markup {
    let work = Parts.subject(road.work, road.subject)
    return OrderQuestion.find(road, in: story.house).map {
      "\(work): <bdi class=\"prose\">\($0)</bdi>"
    } ?? work
  }

  private var auction: Markup {
    let words: Markup =
      bids.prices.isEmpty
      ? """
      <p>Bids are sealed until bidding closes, so that nobody can copy another's. A bid that is \
      not opened loses its bond.</p>
      """
      : """
      <p>Whoever wins is paid the highest price with which it would still have won, not the one \
      it asked: saying the true cost is best (Vickrey, 1961).\
      \(CheckWords.seats(road.check) > 1 ? " The seats are drawn by lot among the lowest." : "")</p>
      """
    return words + bids.curve.markup + bids.table + (OrderRoute(story)?.table ?? "")
  }

  var seats: Markup {
    let prices = bids.prices
    let rows: [[Markup]] = road.seats.enumerated().map { index, provider in
      let seat = story.lease.flatMap { $0.seats.indices.contains(index) ? $0.seats[index] : nil }
      let bond: Markup? =
        seat.map { $0.honoured || road.isOffer ? Parts.money($0.locked.units) : "awaited" }
      return [
        "\(index + 1)", Parts.account(provider),
        prices.indices.contains(index) ? Parts.money(prices[index]) : "",
      ] + (bond.map { [$0] } ?? [])
    }
    let heads = ["Seat", "Provider", "#Price of a run"]
    return Parts.table(
      "Seats", story.lease == nil ? heads : heads + ["#Bond locked"], rows,
      empty: "Nobody has a seat yet.")
  }

  private static let longest = 100

  var runs: Markup {
    let open: [[Markup]] = story.open.map { entry in
      [
        Parts.run(entry.key.id.digest), Parts.badge(StageWords(entry.run.game).title, .wait), "",
        "", "", Deadline(entry.run.deadline, story.clock, in: story.house)?.markup ?? "",
      ]
    }
    let ended: [[Markup]] = story.settled.suffix(OrderBody.longest).reversed().map { entry in
      let verdict = entry.run.verdict
      let shown = verdict.seats.count { $0.evidence != EvidenceID() }
      return [
        Parts.run(entry.run.run.digest), Parts.badge(verdict.outcome.title, verdict.outcome.tone),
        "\(shown) of \(verdict.seats.count)",
        verdict.audit == .none ? "" : Parts.account(verdict.auditor),
        """
        <a href="/receipts/\(PrintedID.full("run", entry.run.run.digest))">receipt</a>
        """, Parts.block(entry.height),
      ]
    }
    let more: Markup =
      story.settled.count > OrderBody.longest
      ? "<p>The last \(OrderBody.longest) of \(story.settled.count) settled runs.</p>" : ""
    return more
      + Parts.table(
        "Runs", ["Run", "State", "Answers", "Auditor", "Receipt", "When"], open + ended,
        empty: "No run has begun.")
  }

  private var flow: Markup {
    let tiles = Parts.tiles([
      .init(name: "Locked by the buyer", value: Parts.money(money.escrow)),
      .init(name: "Used of it", value: Parts.money(money.spent)),
      .init(name: "Back to the buyer", value: Parts.money(money.returned)),
      .init(name: "Still in escrow", value: Parts.money(money.locked)),
      .init(name: "Bonds lost", value: Parts.money(road.slashed)),
    ])
    return money.flow.markup + tiles
      + """
      <p>Used, back and still in escrow add up to what the buyer locked. Why each run was paid as \
      it was stands on the run's own page.</p>
      """
  }

  private var events: Markup {
    RoadTime(story).chart.markup + RoadTime(story).table
  }

  private var raw: Markup {
    """
    <p><a href="/orders/\(PrintedID.full("order", road.id)).json">All of it as JSON</a>: every \
    field of the road, of its events, of its lease and of its runs. \
    <a href="/messages/\(road.id.description)">The first message</a>, as it was signed.</p>
    """
  }

  func twin() throws -> [JSONValue.Member] {
    let message = try story.message()
    var request: Request?
    if case .placeOrder(let order)? = message { request = order.request }
    return [
      .init(name: "id", value: .string(PrintedID.full("order", road.id))),
      .init(name: "sentence", value: .string(RoadSentence(story, bids).plain)),
      .init(name: "road", value: road.json),
      .init(name: "request", value: request?.json ?? .null),
      .init(name: "message", value: message?.json ?? .null),
      .init(name: "route", value: OrderRoute(story)?.json ?? .null),
      .init(name: "bids", value: bids.json),
      .init(name: "lease", value: story.lease?.json ?? .null),
      .init(name: "open", value: .array(story.open.map { .string($0.key.id.description) })),
      .init(
        name: "settled",
        value: .array(
          story.settled.map { ["height": .unsigned($0.height), "run": $0.run.json] })),
      .init(name: "money", value: money.json),
      .init(
        name: "events",
        value: .array(
          story.happenings.map {
            [
              "height": .unsigned($0.height), "time": .unsigned($0.time.milliseconds),
              "event": $0.event.json,
            ]
          })),
    ]
  }
}
