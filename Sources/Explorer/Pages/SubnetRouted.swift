// What was routed to a subnet: on its own page, and on that of an order.

import Kernel
import Market
import Primitives
import Subnets

extension SubnetPage {
  /// What its members earned by orders that named it, and what came of that into the budget.
  static func routed(_ standing: SubnetStanding) -> Markup {
    guard let routing = standing.routing else {
      return "<p class=\"empty\">No order has named this subnet yet, and it asks no share.</p>"
    }
    let share: Markup =
      routing.share == 0
      ? "It asks no share of them."
      : "Buyers pay \(Formats.percent(ppm: routing.share)) beside the price into its budget."
    let tiles = Parts.tiles([
      .init(name: "Runs", value: "\(Formats.grouped(routing.runs))"),
      .init(name: "Earned by members", value: Parts.money(routing.earned.units)),
      .init(name: "Came to the budget", value: Parts.money(routing.paid.units)),
      .init(name: "Of it for this epoch", value: Parts.money(routing.waiting.units)),
      .init(name: "From the root for it", value: Parts.money(routing.root.units)),
    ])
    let table = Parts.table(
      "The last runs", ["Order", "Run", "#Earned", "#For the budget"],
      routing.latest.map { run in
        [
          Parts.road(run.order), Parts.run(run.run), Parts.money(run.earned.units),
          Parts.money(run.paid.units),
        ]
      }, empty: "No run that was routed here has been settled.")
    return "<p>\(share)</p>\(tiles)\(table)"
  }
}

/// By which ranking the seats of an order were picked, as its events tell it for good.
struct OrderRoute {
  struct Place {
    var provider: Address
    var rank: UInt64
    var weight: UInt64
    var hasSeat: Bool
  }

  let subnet: UInt64
  let epoch: UInt64
  let share: UInt64
  var places: [Place] = []

  /// Nil where the order names no subnet.
  init?(_ story: RoadStory) {
    guard let event = story.first("orderRouted")?.event else { return nil }
    func number(_ name: String) -> UInt64 {
      event.numbers.first { $0.name == name }?.value ?? 0
    }
    (subnet, epoch, share) = (number("subnet"), number("epoch"), number("share"))
    guard let ranked = story.first("seatsRanked")?.event else { return }
    let ranks = ranked.numbers.filter { $0.name == "rank" }.map(\.value)
    let weights = ranked.numbers.filter { $0.name == "weight" }.map(\.value)
    for (place, provider) in ranked.parties.enumerated()
    where place < ranks.count && place < weights.count {
      places.append(
        Place(
          provider: provider, rank: ranks[place], weight: weights[place],
          hasSeat: story.road.seats.contains(provider)))
    }
  }

  /// In the order's table of fields.
  var field: Markup {
    let beside: Markup =
      share == 0 ? "" : ", which gets \(Formats.percent(ppm: share)) beside the price"
    return """
      members of <a href="/subnets/\(subnet)">subnet \(subnet)</a>, by the ranking of its epoch \
      \(epoch)\(beside)
      """
  }

  var table: Markup {
    Parts.table(
      "Picked by rank", ["#Rank", "Provider", "#Weight", "Has a seat"],
      places.map { place in
        [
          "\(place.rank)", Parts.account(place.provider),
          "\(Formats.percent(ppm: place.weight))", place.hasSeat ? "yes" : "stood by",
        ]
      }, empty: "No seat has been awarded yet.")
        + """
        <p>A bid counts by its price divided by its place's weight: half the rank must ask half \
        the price. Who does not honour a seat loses its bond, and the next who stood by is \
        called.</p>
        """
  }

  var json: JSONValue {
    [
      "subnet": .unsigned(subnet), "epoch": .unsigned(epoch), "share": .unsigned(share),
      "places": .array(
        places.map {
          [
            "provider": .string($0.provider.checksummed), "rank": .unsigned($0.rank),
            "weight": .unsigned($0.weight), "hasSeat": .bool($0.hasSeat),
          ]
        }),
    ]
  }
}
