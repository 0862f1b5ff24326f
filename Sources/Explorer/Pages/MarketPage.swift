// What is sold now, at which price and under which check, and what it cost so far.

import Archive
import Chain
import Inference
import Kernel
import Market
import Primitives

struct MarketPage {
  let house: House

  init(_ house: House) { self.house = house }

  /// Offers that are looked at, and settled runs whose prices are drawn.
  private static let mostOffers = 200
  private static let mostRuns = 300
  private static let mostCharts = 6

  func sheet(_ visit: Visit) throws -> Sheet {
    var filter = ListFilter(subject: try visit.hash("model"), check: try visit.check())
    let runs = try house.listings.runs(filter, before: nil, limit: MarketPage.mostRuns)
    filter.isAlive = true
    let offers = try house.listings.offers(filter, before: nil, limit: MarketPage.mostOffers)
    let asked = try house.listings.roads(filter, before: nil, limit: 20).lines.filter {
      $0.state == .bidding
    }
    let standings = try house.standings(of: offers.lines)
    let subjects = try house.listings.subjects(before: nil, limit: 50).lines
    return Sheet(
      title: "Market", section: .market, height: offers.height, feed: "/api/events",
      body: { body(visit, standings, runs.lines, asked, subjects) },
      twin: {
        [
          .init(name: "offers", value: .array(standings.map(\.json))),
          .init(name: "orders", value: .array(asked.map(\.json))),
          .init(name: "runs", value: .array(runs.lines.map(\.json))),
        ]
      })
  }

  private func body(
    _ visit: Visit, _ offers: [OfferStanding], _ runs: [RunLine], _ asked: [Road],
    _ subjects: [SubjectLine]
  ) -> Markup {
    let now = house.now()
    return """
      <h1>Market</h1>
      <p class="lead">Providers post offers at a fixed price; bigger jobs are put out to sealed
      bids. What a price buys depends on how the answer is checked.</p>
      \(Parts.filters(
        "/market", [Parts.modelChoice(visit, subjects), Parts.checkChoice(visit)]))
      \(Parts.live("live-market", tiles(offers, runs, asked)))
      <h2>On offer now</h2>
      \(Parts.live("live-offers", OffersPages.table(offers, now: now)))
      <p><a href="/offers">All offers, withdrawn ones too</a></p>
      <h2>Open for bids</h2>
      \(Parts.live(
        "live-asked",
        Parts.roads(
          asked, "Orders that take bids", now: now,
          empty: "No order takes bids now. Orders without a posted price would stand here.")))
      <h2>How much is on offer at which price</h2>
      <div class="charts">\(depths(offers))</div>
      <h2>What runs cost so far</h2>
      \(prices(runs, now: now))
      """
  }

  private func tiles(
    _ offers: [OfferStanding], _ runs: [RunLine], _ asked: [Road]
  ) -> Markup {
    let free = offers.reduce(UInt64(0)) { $0 &+ $1.free }
    let prices = runs.filter { $0.outcome.isGood }.map(\.price).sorted()
    let median = prices.isEmpty ? Parts.none : Parts.money(prices[(prices.count - 1) / 2])
    return Parts.tiles([
      .init(
        name: "Offers", value: "\(Formats.grouped(UInt64(offers.count)))",
        note: "\(Formats.plural(free, "run")) could begin at once"),
      .init(
        name: "Orders taking bids", value: "\(Formats.grouped(UInt64(asked.count)))",
        note: "anybody with a bond may bid"),
      .init(
        name: "Median price of a run", value: median,
        note: "of \(Formats.plural(UInt64(prices.count), "good run")) settled lately"),
    ])
  }

  // MARK: - Charts

  /// Lines of one model under one check: nothing else can be compared by price. Orders for other
  /// work ask each something else, and stand together.
  private static func groups<Line>(
    _ lines: [Line], _ kind: (Line) -> (work: String, subject: Bytes32, check: CheckTerms)
  ) -> [[Line]] {
    var groups: [[Line]] = []
    for line in lines {
      let own = kind(line)
      let at = groups.firstIndex { group in
        let other = kind(group[0])
        let isSame = own.subject == other.subject || own.work != InferenceWork.name
        return isSame && own.check == other.check && own.work == other.work
      }
      if let at { groups[at].append(line) } else { groups.append([line]) }
    }
    return groups.sorted { $1.count < $0.count }
  }

  private func depths(_ offers: [OfferStanding]) -> Markup {
    let groups = MarketPage.groups(offers.filter { $0.free > 0 }) {
      ($0.line.work, $0.line.subject, $0.line.check)
    }
    guard !groups.isEmpty else {
      return """
        <p class="empty">Nothing is on offer; a curve for each model and check would stand here.</p>
        """
    }
    return groups.prefix(MarketPage.mostCharts).markup { group in
      let line = group[0].line
      let per = group.map(\.line.rate.per).max() ?? 1
      let steps = DepthSteps(
        name: "\(line.work) under \(line.check.kind)", per: per,
        levels: group.map { .init(price: $0.price(for: per), runs: $0.free) })
      let unit: Markup = per == 1 ? "a unit" : "\(Formats.grouped(per)) units"
      return figure(
        line.work, line.subject, line.check, ", price of \(unit)", steps.markup, steps.words)
    }
  }

  private func prices(_ runs: [RunLine], now: Time) -> Markup {
    guard !runs.isEmpty else {
      return "<p class=\"empty\">No run is settled yet; each would be a dot over time.</p>"
    }
    let groups = MarketPage.groups(runs) { ($0.work, $0.subject, $0.check) }
    let figures = groups.prefix(MarketPage.mostCharts).markup { group in
      let line = PriceLine(
        points: group.reversed().map {
          .init(time: $0.time.milliseconds, price: $0.price, isGood: $0.outcome.isGood)
        })
      let first = group[0]
      return figure(
        first.work, first.subject, first.check, ", all seats of a run", line.markup, line.words)
    }
    return """
      <p>A dot is a settled run, red where its buyer did not get what it paid for; the line is the
      median.</p>
      <div class="charts">\(figures)</div>
      <details><summary>The runs as a table</summary>
      \(Parts.runs(Array(runs.prefix(50)), "Newest settled runs", now: now))</details>
      """
  }

  private func figure(
    _ work: String, _ subject: Bytes32, _ check: CheckTerms, _ note: Markup, _ chart: Markup,
    _ words: String
  ) -> Markup {
    """
    <figure><figcaption>\(Parts.subject(work, subject)), \(Parts.check(check))\(note)</figcaption>
    \(chart)<p class="said">\(words)</p></figure>
    """
  }
}
