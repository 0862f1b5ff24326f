// The time of a road: how long each stretch took, and every moment in order.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct RoadTime {
  let story: RoadStory

  init(_ story: RoadStory) { self.story = story }

  /// From one event to the first of those that end it.
  private static let stretches: [(label: String, from: [String], to: [String])] = [
    ("bidding", ["orderPlaced"], ["orderRevealing", "orderNoMatch", "orderCancelled"]),
    ("opening bids", ["orderRevealing"], ["orderClosed", "orderNoMatch"]),
    ("draw", ["orderClosed"], ["leaseAwarded", "orderSaltWithheld"]),
    ("locking bonds", ["leaseAwarded"], ["leaseFunded", "leaseNotHonoured"]),
    ("input", ["leaseFunded"], ["runStarted", "leaseInputWithheld"]),
    ("work", ["runStarted"], ["runSubmitted", "runUnsealed", "runSettled"]),
    ("check", ["runSubmitted", "runUnsealed"], ["runSettled"]),
  ]

  private static let bad: Set = [
    "orderNoMatch", "orderCancelled", "orderSaltWithheld", "leaseNotHonoured", "leaseInputWithheld",
  ]

  /// The first of each stretch: later runs of a lease are in the list.
  var chart: Timeline {
    var found: [Timeline.Stretch] = []
    for stretch in RoadTime.stretches {
      guard let first = story.happenings.first(where: { stretch.from.contains($0.event.name) })
      else { continue }
      let end = story.happenings.first {
        stretch.to.contains($0.event.name) && $0.time >= first.time && $0.event != first.event
      }
      // What an ended road left open was never done.
      if end == nil, !story.isAlive { continue }
      found.append(
        Timeline.Stretch(
          label: stretch.label, start: first.time.milliseconds, end: end?.time.milliseconds,
          isBad: end.map { RoadTime.bad.contains($0.event.name) } ?? false))
    }
    return Timeline(
      title: "How long each part took", stretches: found, now: story.clock.time.milliseconds)
  }

  var table: Markup {
    var places = PlaceCells(now: story.house.now())
    let rows: [[Markup]] = story.happenings.reversed().map { entry in
      let place = places.of(entry)
      return [
        place.when, place.block,
        "<span title=\"\(entry.event.name)\">\(EventWords.text(entry.event.name))</span>",
        Parts.account(RoadTime.actor(entry.event)),
        "\(RoadTime.numbers(entry.event))",
      ]
    }
    return Parts.table(
      "Events, newest first", ["When", "Block", "What", "Who", "Numbers"], rows,
      empty: "The log has no events of it.")
  }

  /// Who did it. Events of a game name the challenger first, and the provider moves in some.
  static func actor(_ event: Event) -> Address {
    let isProviders = event.name == "traceShown" || event.name == "vertexOpened"
    return (isProviders ? event.parties.dropFirst().first : event.parties.first) ?? Address()
  }

  private static let amounts: Set = [
    "bond", "price", "limit", "escrow", "locked", "lost", "returned", "paid", "amount", "tolls",
  ]

  private static func outcome(_ event: Event) -> String {
    let number = event.numbers.first { $0.name == "outcome" }?.value
    return number.flatMap { UInt8(exactly: $0) }.flatMap { Outcome(rawValue: $0) }?.title ?? ""
  }

  /// The numbers of an event, money as dollars; deadlines are market time and left out.
  static func numbers(_ event: Event) -> String {
    if event.name == "runSettled" { return outcome(event) }
    return event.numbers.filter { $0.name != "deadline" }.prefix(12).map { number in
      amounts.contains(number.name)
        ? "\(number.name) \(Formats.dollars(number.value))" : "\(number.name) \(number.value)"
    }.joined(separator: ", ")
  }
}

/// When and in which block, as cells of a table. What happened in one block has the same.
struct PlaceCells {
  let now: Time
  private var last: (height: UInt64, when: Markup, block: Markup)?

  init(now: Time) { self.now = now }

  mutating func of(_ entry: RoadStory.Happening) -> (when: Markup, block: Markup) {
    if let last, last.height == entry.height { return (last.when, last.block) }
    let made = (entry.height, Parts.age(entry.time, now: now), Parts.block(entry.height))
    last = made
    return (made.1, made.2)
  }
}
