// The root fund: what it holds, who shares it by which averages, and what it shared so far.

import Archive
import Arithmetic
import Kernel
import Primitives
import Subnets

struct RootPage {
  let house: House

  init(_ house: House) { self.house = house }

  /// Lines of averages that are drawn, and sharings and gifts that are listed.
  private static let mostLines = 8
  private static let mostListed = 24

  /// A subnet that shares.
  struct Line: Sendable {
    var number: UInt64
    var name: String
    var pool: AssetPool
    /// By what it shares, in ppm of all, and what it would draw if the fund were shared now.
    var part: UInt64 = 0
    var draw: UInt64 = 0
  }

  func sheet(_ visit: Visit) throws -> Sheet {
    let clock = try house.clock()
    let before = try visit.number("before")
    let root = try house.row(RootFund.self, "rootFund", UInt64(0).keyBytes) ?? RootFund()
    let lines = try RootPage.lines(root, house)
    let last = before.map { min(clock.height, $0 == 0 ? 0 : $0 - 1) } ?? clock.height
    let history = try RootHistory(house, upTo: last)
    let next = RootPage.next(after: history)
    return Sheet(
      title: "Root fund", section: .subnets, height: clock.height, feed: "/api/events",
      body: { [house] in
        """
        <h1>Root fund</h1>
        <p class="lead">Dollars that sponsors give to all subnets whose own asset has a pool. Each
        hour a thousandth of them is shared by the moving averages of what those assets cost.</p>
        \(Parts.live("live-root", RootPage.tiles(root, clock, house)))
        <h2>Who shares</h2>
        \(Parts.live("live-shares", RootPage.table(lines)))
        <p>A pool counts by the moving average of its value, and for no more than four times its
        dollars; a subnet draws no more than a thousandth of those at a time. What is not drawn
        stays.</p>
        <h2>Moving averages</h2>
        \(Parts.live("live-averages", RootPage.averages(lines, history)))
        <h2>What was shared</h2>
        \(Parts.live("live-sharings", RootPage.sharings(history)))
        <h2>Who gave</h2>
        \(Parts.live("live-gifts", RootPage.gifts(history)))
        <p><a href="/subnets">All subnets</a> ·
        <a href="/docs/concepts/subnets">The rules, each with the attack that it answers</a></p>
        """
      },
      twin: {
        (root.json.members ?? []) + [
          .init(name: "shares", value: .array(lines.map(\.json))),
          .init(
            name: "sharings",
            value: .array(history.sharings.prefix(RootPage.mostListed).map(\.json))),
          .init(
            name: "gifts", value: .array(history.gifts.prefix(RootPage.mostListed).map(\.json))),
          .init(name: "next", value: next.map { .unsigned($0) } ?? .null),
        ]
      })
  }

  /// The height before which the next page begins; nil where all is listed.
  private static func next(after history: RootHistory) -> UInt64? {
    guard history.sharings.count > mostListed else { return nil }
    return history.sharings[mostListed - 1].height
  }

  private static func lines(_ root: RootFund, _ house: House) throws -> [Line] {
    var lines: [Line] = []
    for number in root.subnets {
      guard
        let pool = try house.row(AssetPool.self, "subnetMarkets", number.keyBytes)
      else { continue }
      let subnet = try house.row(Subnet.self, "subnets", number.keyBytes)
      lines.append(Line(number: number, name: subnet?.name ?? "", pool: pool))
    }
    let all = lines.reduce(UInt128(0)) { $0 + $1.pool.weight }
    guard all > 0 else { return lines }
    for place in lines.indices {
      let (pool, weight) = (lines[place].pool, lines[place].pool.weight)
      lines[place].part = UInt64(truncatingIfNeeded: weight * UInt128(million) / all)
      let share = UInt64(
        truncatingIfNeeded: UInt128(root.toShare.units) * weight / all)
      lines[place].draw = min(share, pool.dollars.units / RootFund.part)
    }
    return lines.sorted { ($1.part, $0.number) < ($0.part, $1.number) }
  }

  // MARK: - Pieces

  private static func tiles(_ root: RootFund, _ clock: Clock, _ house: House) -> Markup {
    let next = Deadline(root.ends, clock, in: house)?.markup
    return Parts.tiles([
      .init(name: "It holds", value: Parts.sum(root.held.units)),
      .init(
        name: "It shares next", value: Parts.sum(root.toShare.units),
        note: next ?? "never: no subnet has a pool"),
      .init(
        name: "It gave so far", value: Parts.sum(root.given.units),
        note: "in \(Formats.plural(root.epoch, "sharing"))"),
      .init(name: "Subnets that share", value: "\(Formats.grouped(UInt64(root.subnets.count)))"),
    ])
  }

  private static func table(_ lines: [Line]) -> Markup {
    Parts.table(
      "Subnets that share",
      [
        "#Subnet", "Name", "#In the pool", "#Value", "#Average", "#Part", "#Would draw now",
        "#Drawn so far",
      ],
      lines.map { line in
        [
          "<a class=\"number\" href=\"/subnets/\(line.number)\">\(line.number)</a>",
          "<a href=\"/subnets/\(line.number)\">\(line.name)</a>",
          Parts.money(line.pool.dollars.units), Parts.money(line.pool.valueDollars.units),
          Parts.money(line.pool.averageDollars.units), "\(Formats.percent(ppm: line.part))",
          Parts.money(line.draw), Parts.money(line.pool.fed.units),
        ]
      }, empty: "No subnet shares: none has a pool that stays.")
  }

  private static func averages(_ lines: [Line], _ history: RootHistory) -> Markup {
    let drawn = lines.prefix(mostLines).map { line in
      EpochLines.Line(
        name: "subnet \(line.number)",
        points: history.sharings.reversed().compactMap { sharing in
          sharing.readings.first { $0.subnet == line.number }.map {
            (sharing.epoch, RootPage.dollars($0.average))
          }
        })
    }
    let chart = EpochLines(
      title: "Moving averages in dollars, by sharing", nothing: "Nothing has been shared yet.",
      lines: drawn)
    // Where nothing is drawn yet, the chart says so itself.
    guard !history.sharings.isEmpty else { return chart.markup }
    return chart.markup + "<p class=\"said\">\(chart.words)</p>"
  }

  /// Rounded up by what no page shows, so that a whole cent is not printed as a little less.
  private static func dollars(_ units: UInt64) -> Fixed64 {
    Fixed64(raw: (Int128(units) << 64 + 999_999) / 1_000_000)
  }

  private static func sharings(_ history: RootHistory) -> Markup {
    let table = Parts.table(
      "Latest sharings", ["#Sharing", "When", "Block", "#Subnets", "#Given", "#Left"],
      history.sharings.prefix(mostListed).map { sharing in
        [
          "\(grouped: sharing.epoch)", Parts.time(sharing.time), Parts.block(sharing.height),
          "\(sharing.readings.count { $0.share > 0 }) of \(sharing.readings.count)",
          Parts.money(sharing.paid), Parts.money(sharing.left),
        ]
      }, empty: "Nothing has been shared yet.")
    guard let next = next(after: history) else { return table }
    let more = history.sharings.count - mostListed
    return table + """
      <nav class="pager" aria-label="Pages">\
      <a href="/root?before=\(next)" rel="next">And \(more) before them</a></nav>
      """
  }

  private static func gifts(_ history: RootHistory) -> Markup {
    Parts.table(
      "Latest gifts", ["From", "#Amount", "Block"],
      history.gifts.prefix(mostListed).map {
        [Parts.account($0.from), Parts.money($0.amount), Parts.block($0.height)]
      }, empty: "Nobody has given anything lately: ‘tolsey root fund’ does.")
  }
}

extension RootPage.Line {
  var json: JSONValue {
    [
      "subnet": .unsigned(number), "name": .string(name),
      "dollars": .unsigned(pool.dollars.units), "value": .unsigned(pool.valueDollars.units),
      "average": .unsigned(pool.averageDollars.units), "part": .unsigned(part),
      "draw": .unsigned(draw), "fed": .unsigned(pool.fed.units),
    ]
  }
}
