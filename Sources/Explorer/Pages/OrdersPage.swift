// All roads, newest first, by who buys, what is bought, how it is checked and whether it goes on.

import Archive
import Primitives

struct OrdersPage {
  let house: House

  init(_ house: House) { self.house = house }

  static let length = 50

  func sheet(_ visit: Visit) throws -> Sheet {
    let list = try house.listings.roads(
      try visit.filter(), before: try visit.number("before"), limit: OrdersPage.length)
    let house = house
    return Sheet(
      title: "Orders", section: .orders, height: list.height, feed: "/api/events",
      body: {
        let subjects = try house.listings.subjects(before: nil, limit: 100).lines
        let table = Parts.roads(
          list.lines, "Orders, newest first", now: house.now(), empty: "Nothing fits.")
        return """
          <h1>Orders</h1>
          <p class="lead">Everything that was ever asked for here: orders that providers bid for, \
          and offers that somebody took.</p>
          \(OrdersPage.filters(visit, subjects, list.lines))
          \(Parts.live("roads", table))
          \(Parts.pager("/orders", visit, next: list.next))
          """
      },
      twin: {
        [
          .init(name: "orders", value: .array(list.lines.map(\.json))),
          .init(name: "next", value: list.next.map { .unsigned($0) } ?? .null),
        ]
      })
  }

  private static func filters(
    _ visit: Visit, _ subjects: [SubjectLine], _ roads: [Road]
  ) -> Markup {
    Parts.filters(
      "/orders",
      [
        Parts.Choice(
          name: "state", label: "State",
          options: [("", "any state"), ("alive", "going on"), ("over", "over")],
          chosen: visit.value("state") ?? ""),
        Parts.checkChoice(visit), Parts.modelChoice(visit, subjects),
        Parts.accountChoice("buyer", "Buyer", "any buyer", visit, roads.map(\.buyer)),
        Parts.accountChoice("provider", "Provider", "any provider", visit, roads.flatMap(\.seats)),
      ])
  }
}

extension Parts {
  /// - Parameter met: the accounts that the list shows, each offered once.
  static func accountChoice(
    _ name: String, _ label: String, _ anybody: String, _ visit: Visit, _ met: [Address]
  ) -> Choice {
    var options: [(value: String, text: String)] = [("", anybody)]
    let chosen = visit.value(name).flatMap { Address(hex: $0) }
    for account in (chosen.map { [$0] } ?? []) + met {
      let value = account.checksummed
      if options.count < 30, !options.contains(where: { $0.value == value }) {
        options.append((value, account.brief))
      }
    }
    return Choice(
      name: name, label: label, options: options, chosen: chosen?.checksummed ?? "")
  }
}
