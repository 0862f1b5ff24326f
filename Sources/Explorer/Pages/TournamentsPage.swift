// All tournaments: what can be won, who has entered, and what comes next.

import Archive
import Kernel
import Primitives
import Tournaments

struct TournamentsPage {
  let house: House
  static let length = 100

  init(_ house: House) { self.house = house }

  private struct Line: Sendable {
    var number: UInt64
    var row: Tournament
  }

  func sheet(_ visit: Visit) throws -> Sheet {
    let now = try house.clock().marketTime
    let after = try visit.number("after")
    let rows = try house.records.rows(
      "tournaments", after: after?.keyBytes, limit: TournamentsPage.length + 1)
    let lines = try rows.value.prefix(TournamentsPage.length).map { entry in
      Line(
        number: try UInt64(keyBytes: entry.key),
        row: try CBOR.decode(Tournament.self, from: entry.row))
    }
    let next = rows.value.count > lines.count ? lines.last?.number : nil
    let table = try table(lines, now, visit)
    return Sheet(
      title: "Tournaments", section: .subnets, height: rows.height, feed: "/api/events",
      body: {
        """
        <h1>Tournaments</h1>
        <p class="lead">Whoever forecasts best earns on its stake, whoever forecasts worse than
        chance loses by the same rule. Forecasts are sealed before the truth is known; no purse is
        ever overdrawn.</p>
        \(Parts.live("live-tournaments", table.markup(empty: TournamentsPage.empty)))
        \(TournamentsPage.more(next))
        <p>Those that are over stay for a month.
        <a href="/docs/concepts/tournaments">The rules, each with the attack that it answers</a> ·
        <a href="/docs/howto/run-a-tournament">How to make and enter one</a> ·
        <a href="/subnets">Subnets</a></p>
        """
      },
      twin: {
        [
          .init(
            name: "tournaments",
            value: .array(
              table.lines.map { .object(TournamentStanding.head($0.number, $0.row)) })),
          .init(name: "marketTime", value: .unsigned(now.milliseconds)),
          .init(name: "next", value: next.map { .unsigned($0) } ?? .null),
        ]
      })
  }

  private static let empty =
    "There is no tournament yet: ‘tolsey tournament create’ makes one."

  private static func more(_ next: UInt64?) -> Markup {
    guard let next else { return Markup() }
    return """
      <nav class="pager" aria-label="Pages"><a href="/tournaments?after=\(next)" rel="next">More\
      </a></nav>
      """
  }

  private func table(
    _ lines: [Line], _ now: Time, _ visit: Visit
  ) throws(Missing) -> SortedTable<Line> {
    try SortedTable(
      "Tournaments", "/tournaments", lines,
      [
        SortedColumn(key: "number", title: "Number", rank: { $0.number }) {
          "<a class=\"number\" href=\"/tournaments/\($0.number)\">\($0.number)</a>"
        },
        SortedColumn(key: "name", title: "Name", isNumber: false) {
          "<a href=\"/tournaments/\($0.number)\">\($0.row.name)</a>"
        },
        SortedColumn(key: "state", title: "State", isNumber: false) {
          TournamentPage.badge($0.row.state)
        },
        SortedColumn(key: "purse", title: "Purse", rank: { $0.row.purse.units }) {
          Parts.money($0.row.purse.units)
        },
        SortedColumn(key: "entries", title: "Entries", rank: { $0.row.entries }) {
          "\($0.row.entries) of \($0.row.rules.entries)"
        },
        SortedColumn(key: "staked", title: "Staked", rank: { $0.row.staked.units }) {
          Parts.money($0.row.staked.units)
        },
        SortedColumn(
          key: "closes", title: "Entries close", isNumber: false,
          rank: { $0.row.closes.milliseconds }
        ) {
          $0.row.state == .open && now < $0.row.closes
            ? "\(Formats.age($0.row.closes, now: now))" : Parts.none
        },
        SortedColumn(key: "owner", title: "Owner", isNumber: false) {
          Parts.account($0.row.owner)
        },
      ], usual: "number", visit)
  }
}
