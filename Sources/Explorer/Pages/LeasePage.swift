// A lease: who serves whom, at which price, and what each has at stake.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct LeasePage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String) throws -> Sheet {
    let house = house
    var known: RoadLines?
    let id = try house.find(name, "lease", "lease") { id in
      known = try house.listings.lines(of: id)
      return known?.road.lease == id
    }
    // The last that was looked at need not be the one that was found.
    if known?.road.lease != id { known = try house.listings.lines(of: id) }
    guard let lines = known, lines.road.lease == id else { throw Missing.unknown("lease") }
    let story = try RoadStory(lines, in: house)
    return Sheet(
      title: "Lease", section: .orders, height: story.clock.height,
      feed: story.isAlive ? "/api/events?object=\(id)" : nil,
      body: { LeaseBody(story).markup }, twin: { LeaseBody(story).twin })
  }
}

struct LeaseBody {
  let story: RoadStory
  private let order: OrderBody
  private var road: Road { story.road }

  init(_ story: RoadStory) {
    self.story = story
    order = OrderBody(story)
  }

  var markup: Markup {
    let verb = story.isAlive ? "serve" : "served"
    let count = road.seats.count == 1 && story.isAlive ? "serves" : verb
    return """
      \(Parts.heading("Lease", PrintedID.full("lease", road.lease)))
      <p class="lead">\(Parts.accountList(road.seats)) \(count) \(Parts.account(road.buyer)) \
      \(Formats.plural(road.runs, "run")) of \(Parts.subject(road.work, road.subject)), checked by \
      \(CheckWords.means(road.check)).</p>
      \(Parts.live("strip", RoadTrack(story: story).strip.markup))
      \(Parts.live("awaited", order.awaited))
      \(Parts.section("seats", "Seats", Parts.live("seats-table", seats)))
      \(Parts.section("runs", "Runs", Parts.live("runs-table", order.runs)))
      \(Parts.section("terms", "What was agreed", terms))
      \(Parts.section("raw", "Raw", raw))
      """
  }

  private var seats: Markup {
    let words: Markup =
      story.isAlive
      ? "<p>What is locked is lost when the check finds against the seat.</p>"
      : "<p>The lease is over; bonds that were not lost have gone back.</p>"
    guard let lease = story.lease else { return words + order.seats }
    let rows: [[Markup]] = lease.seats.enumerated().map { index, seat in
      let price = (try? seat.rate.price(of: lease.units).units) ?? 0
      return [
        "\(index + 1)", Parts.account(seat.provider), Parts.money(price),
        Parts.money(seat.stake.units), Parts.money(seat.bidBond.units),
        Parts.money(seat.locked.units),
        seat.honoured || road.isOffer
          ? Parts.badge("locked", .good) : Parts.badge("bond awaited", .wait),
      ]
    }
    let reserve: [[Markup]] = lease.reserve.map { seat in
      let price = (try? seat.rate.price(of: lease.units).units) ?? 0
      return [
        "", Parts.account(seat.provider), Parts.money(price), Parts.money(seat.stake.units),
        Parts.money(seat.bidBond.units), Parts.money(seat.locked.units), "in reserve",
      ]
    }
    return words
      + Parts.table(
        "Seats",
        [
          "Seat", "Provider", "#Price of a run", "#At stake", "#Of it before an answer",
          "#Locked", "State",
        ], rows + reserve, empty: "No seats.")
  }

  private var terms: Markup {
    var rows: [(name: String, value: Markup)] = [
      (road.isOffer ? "Taken by" : "Order", Parts.road(road.id)),
      ("Buyer", Parts.account(road.buyer)),
      ("Checked by", "\(Parts.check(road.check)): \(CheckWords.means(road.check))"),
      ("Runs", "\(Formats.grouped(road.started)) begun of \(Formats.grouped(road.runs))"),
    ]
    if let lease = story.lease {
      rows += [
        ("At once", Parts.count(lease.parallel, "run")),
        ("Time for a run", "\(Formats.span(lease.runTime * 1000))"),
        ("The buyer's money here", Parts.money(lease.escrow.units)),
        ("Terms", "version \(lease.termsVersion)"),
      ]
    }
    if road.isOffer { rows.append(("Offer", Parts.offer(road.offer))) }
    return Parts.fields(rows)
  }

  private var raw: Markup {
    story.lease.map { Parts.raw("The row, as the ledger has it", $0.json) }
      ?? "<p>The row is gone: what is settled leaves the ledger, and stays in the log.</p>"
  }

  var twin: [JSONValue.Member] {
    [
      .init(name: "id", value: .string(PrintedID.full("lease", road.lease))),
      .init(name: "order", value: .string(PrintedID.full("order", road.id))),
      .init(name: "road", value: road.json),
      .init(name: "lease", value: story.lease?.json ?? .null),
      .init(name: "open", value: .array(story.open.map { .string($0.key.id.description) })),
      .init(
        name: "settled",
        value: .array(story.settled.map { .string($0.run.run.description) })),
    ]
  }
}

extension Parts {
  static func count(_ number: UInt64, _ noun: String) -> Markup {
    "\(Formats.plural(number, noun))"
  }
}
