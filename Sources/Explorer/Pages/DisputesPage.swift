// All disputes, newest first, by who challenges, who defends and whether it goes on.

import Archive
import Primitives

struct DisputesPage {
  let house: House

  init(_ house: House) { self.house = house }

  static let length = 50

  func sheet(_ visit: Visit) throws -> Sheet {
    let state = try visit.choice("state", of: ["alive", "over"])
    let filter = ListFilter(
      buyer: try visit.address("challenger"), provider: try visit.address("provider"),
      isAlive: state.map { $0 == "alive" })
    let list = try house.listings.games(
      filter, before: try visit.number("before"), limit: DisputesPage.length)
    let house = house
    return Sheet(
      title: "Disputes", section: .disputes, height: list.height, feed: "/api/events",
      body: {
        let table = Parts.games(
          list.lines, "Disputes, newest first", now: house.now(),
          empty: "No answer was ever disputed here.")
        return """
          <h1>Disputes</h1>
          <p class="lead">Whoever calls an answer false stakes a bond and plays a game: the \
          computation is narrowed down, part by part, to one small step that the ledger computes \
          itself. Whoever is wrong loses its bond.</p>
          \(DisputesPage.filters(visit, list.lines))
          \(Parts.live("games", table))
          \(Parts.pager("/disputes", visit, next: list.next))
          <p><a href="/docs/concepts/court">How the court works, and what it cannot do</a></p>
          """
      },
      twin: {
        [
          .init(name: "disputes", value: .array(list.lines.map(\.json))),
          .init(name: "next", value: list.next.map { .unsigned($0) } ?? .null),
        ]
      })
  }

  private static func filters(_ visit: Visit, _ games: [GameLine]) -> Markup {
    Parts.filters(
      "/disputes",
      [
        Parts.Choice(
          name: "state", label: "State",
          options: [("", "any state"), ("alive", "going on"), ("over", "over")],
          chosen: visit.value("state") ?? ""),
        Parts.accountChoice(
          "challenger", "Challenger", "anybody", visit, games.map(\.challenger)),
        Parts.accountChoice(
          "provider", "Provider", "anybody", visit, games.flatMap(\.defenders)),
      ])
  }
}
