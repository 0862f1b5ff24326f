// Offers: prices that wait until somebody takes them.

import Archive
import Chain
import Inference
import Kernel
import Market
import Primitives

struct OffersPages {
  let house: House

  init(_ house: House) { self.house = house }

  private static let length = 50

  func list(_ visit: Visit) throws -> Sheet {
    let filter = try visit.filter()
    let found = try house.listings.offers(
      filter, before: try visit.number("before"), limit: OffersPages.length)
    let standings = try house.standings(of: found.lines)
    let subjects = try house.listings.subjects(before: nil, limit: 50).lines
    let now = house.now()
    return Sheet(
      title: "Offers", section: .market, height: found.height,
      body: {
        let state = Parts.Choice(
          name: "state", label: "State",
          options: [("", "any"), ("alive", "on offer"), ("over", "withdrawn")],
          chosen: visit.value("state") ?? "")
        return """
          <h1>Offers</h1>
          <p class="lead">A run at a posted price, backed by a bond for every run that may be open
          at once. Whoever takes one locks the price and sends the input in the same message.</p>
          \(Parts.filters(
            "/offers",
            [Parts.modelChoice(visit, subjects), Parts.checkChoice(visit), state]))
          \(OffersPages.table(standings, now: now))
          \(Parts.pager("/offers", visit, next: found.next))
          """
      },
      twin: {
        [
          .init(name: "offers", value: .array(standings.map(\.json))),
          .init(name: "next", value: found.next.map { .unsigned($0) } ?? .null),
        ]
      })
  }

  /// - Parameter left: columns that would say the same in every line.
  static func table(
    _ offers: [OfferStanding], now: Time, without left: [String] = [],
    empty: String = "Nothing fits. An offer would show its price and bond."
  ) -> Markup {
    let columns: [Parts.Column<OfferStanding>] = [
      .init(name: "Offer") { Parts.offer($0.line.offer) },
      .init(name: "#Price of a unit") { Parts.rate($0.line.rate) },
      .init(name: "Provider") { Parts.account($0.line.provider) },
      .init(name: "Its good runs") { proven($0.interval) },
      .init(name: "#Free") {
        $0.line.isWithdrawn ? Parts.badge("withdrawn") : "\(Formats.grouped($0.free))"
      },
      .init(name: "Checked by") { Parts.check($0.line.check) },
      .init(name: "Work") { Parts.subject($0.line.work, $0.line.subject) },
      .init(name: "#At work") { "\(Formats.grouped($0.tied))" },
      .init(name: "#Taken") { "\(Formats.grouped($0.line.taken))" },
      .init(name: "Posted") { Parts.age($0.line.postedAt, now: now) },
    ]
    return Parts.table("Offers, cheapest first", offers, columns, without: left, empty: empty)
  }

  /// How much a record proves, in a cell.
  static func proven(_ interval: WilsonInterval) -> Markup {
    if interval.count == 0 { return "<span class=\"none\">newcomer</span>" }
    // Of a few runs a bound says less than the runs themselves.
    let text =
      interval.count < 10
      ? "\(interval.good) of \(interval.count)"
      : "at least \(Formats.percent(ppm: interval.low))"
    return "<span title=\"\(DotWhisker(interval: interval).words)\">\(text)</span>"
  }

  // MARK: - One offer

  func one(_ text: String) throws -> Sheet {
    let id = try house.find(text, "offer", "offer") {
      try house.listings.offer($0).value != nil
    }
    let found = try house.listings.offer(id)
    guard let line = found.value else { throw Missing.unknown("offer") }
    let standing = try house.standings(of: [line])[0]
    let row = try house.row(Offer.self, "offers", id.keyBytes)
    let taken = try house.listings.roads(
      ListFilter(provider: line.provider, subject: line.subject), before: nil, limit: 200
    ).lines.filter { $0.offer == id }
    return Sheet(
      title: "Offer \(PrintedID.short("offer", id))", section: .market, height: found.height,
      feed: line.isWithdrawn ? nil : "/api/events",
      body: { body(standing, row, taken) },
      twin: {
        [
          .init(name: "id", value: .string(PrintedID.full("offer", id))),
          .init(name: "line", value: standing.json),
          .init(name: "offer", value: row?.json ?? .null),
          .init(name: "roads", value: .array(taken.map(\.json))),
        ]
      })
  }

  private func body(_ standing: OfferStanding, _ row: Offer?, _ taken: [Road]) -> Markup {
    let line = standing.line
    let now = house.now()
    let state =
      line.isWithdrawn
      ? Parts.badge("withdrawn")
      : standing.free > 0 ? Parts.badge("on offer", .good) : Parts.badge("fully taken", .wait)
    return """
      <p class="over">Offer</p>
      <h1>\(line.work) at \(Parts.priced(line.rate))</h1>
      <p class="lead">\(Parts.account(line.provider)) runs \
      \(Parts.subject(line.work, line.subject)) at this price for whoever takes it; the answer is
      checked by \(CheckWords.means(line.check)). \(state)</p>
      \(Parts.live("live-offer", fields(standing, row, now: now)))
      \(how(standing, row))
      <h2>Who took it</h2>
      \(Parts.roads(
        taken, "Roads on which it was taken", now: now,
        without: ["Work", "Checked by", "Providers"], empty: "Nobody has taken it yet."))
      """
  }

  private func fields(_ standing: OfferStanding, _ row: Offer?, now: Time) -> Markup {
    let line = standing.line
    var fields: [(name: String, value: Markup)] = [
      ("Id", Parts.whole(PrintedID.full("offer", line.offer))),
      ("Provider", Parts.account(line.provider)),
      (
        "Its good runs",
        "\(DotWhisker(interval: standing.interval).words)"
      ),
      ("Work", Parts.subject(line.work, line.subject)),
      ("Checked by", "\(Parts.check(line.check)): \(CheckWords.means(line.check))"),
      ("Price of a unit", Parts.rate(line.rate)),
      ("Most units of a run", "\(Formats.grouped(line.maxUnits))"),
      (
        "Places",
        """
        \(Formats.grouped(standing.free)) free, \(Formats.grouped(standing.tied)) at work, \
        \(Formats.grouped(line.capacity)) were posted
        """
      ),
      ("Taken", "\(Formats.plural(line.taken, "time"))"),
      (
        "Posted", "\(Parts.age(line.postedAt, now: now)) \(Parts.inBlock(line.postedHeight))"
      ),
      ("Message", Parts.message(line.offer)),
    ]
    if let row {
      fields += [
        ("Time for a run", "\(Formats.span(row.runTime &* 1000))"),
        ("Bond of each place", Parts.money(row.slotBond.units)),
        ("Serves", lists(row.lists)),
      ]
    }
    return Parts.fields(fields)
  }

  private func lists(_ lists: Lists) -> Markup {
    var parts: [Markup] = []
    if !lists.only.isEmpty { parts.append("only \(Parts.accounts(lists.only))") }
    if !lists.refuse.isEmpty { parts.append("not \(Parts.accounts(lists.refuse))") }
    parts.append("buyers who reject at most \(Formats.percent(ppm: lists.maxRejection))")
    if lists.minGood > .zero {
      parts.append("buyers with \(Parts.money(lists.minGood.units)) of confirmed work")
    }
    return parts.enumerated().markup { ($0 > 0 ? "; " : "") + $1 }
  }

  private func how(_ standing: OfferStanding, _ row: Offer?) -> Markup {
    guard standing.free > 0, !standing.line.isWithdrawn else { return "" }
    guard let command = BuyWords.command(standing.line, runTime: row?.runTime) else { return "" }
    return """
      <h2>Take it</h2>
      <p>The command takes the cheapest offer at or below its limit, waits for the verdict and
      writes the receipt. The model must lie on your machine, by
      <code>tolsey model add</code>; its id may be shortened.</p>
      <pre tabindex="0">\(command)</pre>
      """
  }
}
