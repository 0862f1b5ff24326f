// The auction of a road, from its events: who bid, what they asked, and who won at which price.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct RoadBids {
  struct Bid {
    var id: Bytes32
    var bidder: Address
    var at: Time
    var height: UInt64
    var bond: UInt64
    /// Nil while it is sealed.
    var price: UInt64?
    var isShut = false
    /// Its place among the seats; nil where it won none.
    var seat: Int?
    var isReserve = false
    /// Whether it gave way to one of a greater weight.
    var isDisplaced = false
  }

  private(set) var bids: [Bid] = []
  /// What a run of each seat costs at most, in the order of the seats.
  private(set) var prices: [UInt64] = []
  let limit: UInt64
  private let opens: Time
  private let closes: Time

  init(_ story: RoadStory) {
    limit = story.road.limit
    opens = story.road.placedAt
    let closed = story.first("orderRevealing")?.time
    // What is still to come counts market time, and the bids stand at times of blocks.
    let due = story.tender.flatMap { Deadline($0.deadline, story.clock, in: story.house)?.wall }
    closes = closed ?? due ?? opens
    for happening in story.happenings { add(happening) }
    let promises =
      story.lease?.seats.map(\.promise) ?? story.settled.last?.run.promises
      ?? story.first("leaseAwarded").map { Array($0.event.objects.prefix(story.road.seats.count)) }
      ?? []
    for (seat, promise) in promises.enumerated() {
      guard let bid = bids.firstIndex(where: { $0.id == promise }) else { continue }
      bids[bid].seat = seat
      bids[bid].isReserve = false
    }
    prices = RoadBids.prices(story)
  }

  private static func prices(_ story: RoadStory) -> [UInt64] {
    if let run = story.settled.last?.run { return run.prices }
    if let lease = story.lease {
      return lease.seats.map { (try? $0.rate.price(of: lease.units).units) ?? 0 }
    }
    guard let award = story.first("leaseAwarded")?.event else { return [] }
    return award.numbers.filter { $0.name == "price" }.map(\.value)
  }

  private mutating func add(_ happening: RoadStory.Happening) {
    let event = happening.event
    func number(_ name: String) -> UInt64? { event.numbers.first { $0.name == name }?.value }
    switch event.name {
    case "bidPlaced":
      bids.append(
        Bid(
          id: event.subject, bidder: event.parties.first ?? Address(), at: happening.time,
          height: happening.height, bond: number("bond") ?? 0))
    case "bidRevealed":
      guard let bid = bids.firstIndex(where: { $0.id == event.subject }) else { return }
      bids[bid].price = number("price")
    case "bidNotRevealed":
      guard let bid = bids.firstIndex(where: { $0.id == event.subject }) else { return }
      bids[bid].isShut = true
    case "bidDisplaced":
      guard let bid = bids.firstIndex(where: { $0.id == event.subject }) else { return }
      bids[bid].isDisplaced = true
    case "leaseAwarded":
      for bid in bids.indices where event.objects.contains(bids[bid].id) {
        bids[bid].isReserve = true
      }
    default: return
    }
  }

  var curve: BidCurve {
    BidCurve(
      bids: bids.map { bid in
        BidCurve.Bid(
          bidder: bid.bidder.brief, price: bid.price, isWinner: bid.seat != nil,
          isShut: bid.isShut, at: bid.at.milliseconds)
      },
      limit: limit, clearing: prices.max(), opens: opens.milliseconds,
      closes: max(closes.milliseconds, opens.milliseconds &+ 1))
  }

  var table: Markup {
    let sorted = bids.sorted { ($0.price ?? .max, $0.height) < ($1.price ?? .max, $1.height) }
    let rows: [[Markup]] = sorted.map { bid in
      let state: Markup =
        bid.seat.map { Parts.badge("won seat \($0 + 1)", .good) }
        ?? (bid.isShut
          ? Parts.badge("never opened: bond lost", .bad)
          : bid.isDisplaced
            ? Parts.badge("gave way: bond back", .plain)
            : bid.isReserve
              ? Parts.badge("in reserve", .wait)
              : bid.price == nil
                ? Parts.badge("sealed", .wait) : "not chosen")
      let paid: Markup =
        bid.seat.flatMap { prices.indices.contains($0) ? Parts.money(prices[$0]) : nil } ?? ""
      let asked: Markup = bid.price.map(Parts.money) ?? "sealed"
      return [
        Parts.account(bid.bidder), asked, paid, state, Parts.money(bid.bond),
        Parts.message(bid.id),
      ]
    }
    return Parts.table(
      "Bids", ["Bidder", "#Asked", "#Is paid", "What came of it", "#Bond", "Message"], rows,
      empty: "No bid has come in yet.")
  }

  var json: JSONValue {
    .array(
      bids.map { bid in
        [
          "bid": .string("\(bid.id)"), "bidder": .string(bid.bidder.checksummed),
          "height": .unsigned(bid.height), "bond": .unsigned(bid.bond),
          "price": bid.price.map { .unsigned($0) } ?? .null, "shut": .bool(bid.isShut),
          "displaced": .bool(bid.isDisplaced),
          "seat": bid.seat.map { .unsigned(UInt64($0)) } ?? .null,
        ]
      })
  }
}
