// All subnets: what each pays, how full it is, and when its epoch ends.

import Archive
import Kernel
import Primitives
import Subnets

struct SubnetsPage {
  let house: House

  init(_ house: House) { self.house = house }

  /// Subnets of a page; no more than 128 are open at a time.
  static let length = 200

  private static let empty = "No subnet has been made yet: ‘tolsey subnet create’ makes one."

  struct Line: Sendable {
    var number: UInt64
    var subnet: Subnet
    var price: Amount
  }

  func sheet(_ visit: Visit) throws -> Sheet {
    let now = try house.clock().marketTime
    let after = try visit.number("after")
    let rows = try house.records.rows(
      "subnets", after: after?.keyBytes, limit: SubnetsPage.length + 1)
    let lines = try rows.value.prefix(SubnetsPage.length).map { entry in
      let subnet = try CBOR.decode(Subnet.self, from: entry.row)
      return Line(
        number: try UInt64(keyBytes: entry.key), subnet: subnet, price: try subnet.price(at: now))
    }
    let next = rows.value.count > lines.count ? lines.last?.number : nil
    let counts =
      try house.row(Openings.self, "subnetCounts", UInt64(0).keyBytes) ?? Openings()
    let root = try house.row(RootFund.self, "rootFund", UInt64(0).keyBytes) ?? RootFund()
    let deposit = try counts.price(at: now)
    let table = try table(lines, now, visit)
    return Sheet(
      title: "Subnets", section: .subnets, height: rows.height, feed: "/api/events",
      body: { [open = counts.open] in
        """
        <h1>Subnets</h1>
        <p class="lead">Where work has no single right answer, validators with money at stake say
        under seal what each member’s work is worth. A consensus that no minority can bend shares
        the budget of every epoch among them.</p>
        \(SubnetsPage.tiles(open, deposit, lines))
        \(Parts.live("live-subnets", table.markup(empty: SubnetsPage.empty)))
        \(SubnetsPage.more(next))
        \(Parts.live("live-root", SubnetsPage.root(root)))
        <p><a href="/docs/concepts/subnets">The rules, each with the attack that it answers</a>
        · <a href="/docs/howto/run-a-subnet">How to make, fund and judge one</a>
        · <a href="/tournaments">Tournaments of forecasts</a>
        · <a href="/topics">Topics</a></p>
        """
      },
      twin: { [open = counts.open] in
        [
          .init(
            name: "subnets",
            value: .array(
              table.lines.map { .object(SubnetStanding.head($0.number, $0.subnet, $0.price)) })),
          .init(name: "open", value: .unsigned(open)),
          .init(name: "deposit", value: .unsigned(deposit.units)),
          .init(name: "marketTime", value: .unsigned(now.milliseconds)),
          .init(name: "next", value: next.map { .unsigned($0) } ?? .null),
          .init(name: "root", value: root.json),
        ]
      })
  }

  private static func tiles(_ open: UInt64, _ deposit: Amount, _ lines: [Line]) -> Markup {
    let rate = lines.reduce(UInt64.zero) { $0 &+ $1.subnet.rate.units }
    return Parts.tiles([
      .init(name: "Open", value: "\(Formats.grouped(open))", note: "of at most 128"),
      .init(
        name: "Paid an epoch", value: Parts.sum(rate), note: "by the sponsors of those below"),
      .init(
        name: "Deposit for the next", value: Parts.sum(deposit.units),
        note: "it comes back when the subnet closes"),
    ])
  }

  private static func more(_ next: UInt64?) -> Markup {
    guard let next else { return Markup() }
    return """
      <nav class="pager" aria-label="Pages"><a href="/subnets?after=\(next)" rel="next">More</a>\
      </nav>
      """
  }

  private func table(
    _ lines: [Line], _ now: Time, _ visit: Visit
  ) throws(Missing) -> SortedTable<Line> {
    return try SortedTable(
      "Subnets", "/subnets", lines,
      [
        SortedColumn(key: "number", title: "Number", rank: { $0.number }) {
          "<a class=\"number\" href=\"/subnets/\($0.number)\">\($0.number)</a>"
        },
        SortedColumn(key: "name", title: "Name", isNumber: false) {
          "<a href=\"/subnets/\($0.number)\">\($0.subnet.name)</a>"
        },
        SortedColumn(key: "state", title: "State", isNumber: false) {
          SubnetPage.badge($0.subnet.state)
        },
        SortedColumn(key: "members", title: "Members", rank: { $0.subnet.members }) {
          "\($0.subnet.members) of \($0.subnet.parameters.members)"
        },
        SortedColumn(key: "rate", title: "Paid an epoch", rank: { $0.subnet.rate.units }) {
          Parts.money($0.subnet.rate.units)
        },
        SortedColumn(key: "carried", title: "Carried", rank: { $0.subnet.carried.units }) {
          Parts.money($0.subnet.carried.units)
        },
        SortedColumn(key: "price", title: "A seat", rank: { $0.price.units }) {
          Parts.money($0.price.units)
        },
        SortedColumn(key: "epoch", title: "Epoch", rank: { $0.subnet.epoch }) {
          "\(grouped: $0.subnet.epoch)"
        },
        SortedColumn(
          key: "ends", title: "It ends", isNumber: false,
          rank: { $0.subnet.epochEnds.milliseconds }
        ) {
          $0.subnet.epochEnds == .never
            ? Parts.none : "\(Formats.age($0.subnet.epochEnds, now: now))"
        },
        SortedColumn(key: "owner", title: "Owner", isNumber: false) {
          Parts.account($0.subnet.owner)
        },
      ], usual: "number", visit)
  }
}
