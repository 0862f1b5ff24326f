// How far a road has come, learnt from its events and from the rows that are alive.

import Archive
import Chain
import Kernel
import Market
import Primitives

/// One road as somebody who watches it sees it.
struct RoadProgress: Sendable {
  enum Mark: String, Sendable { case ahead, now, done, failed }

  /// Where the road stands; nil before its first event.
  private(set) var station: Station?
  /// The last that happened at each station, and in which block.
  private(set) var last: [Station: (words: String, height: UInt64)] = [:]
  private(set) var isOffer = false
  /// The event that ended it.
  private(set) var ending: String?
  private(set) var bids = 0
  private(set) var outcomes: [RunID: Outcome] = [:]
  /// Settled runs in their order.
  private(set) var settled: [RunID] = []
  /// The next moment at which silence has a consequence, in market time.
  var deadline: Time?

  mutating func take(_ event: Event, at height: UInt64) {
    switch event.name {
    case "offerTaken": isOffer = true
    case "bidPlaced": bids += 1
    case "runSettled":
      let number = event.numbers.first { $0.name == "outcome" }?.value
      outcomes[RunID(event.subject)] =
        number.flatMap { UInt8(exactly: $0) }.flatMap(Outcome.init(rawValue:))
      settled.append(RunID(event.subject))
    default: break
    }
    if EventWords.endings.contains(event.name) { ending = event.name }
    guard let place = EventWords.station(event.name) else { return }
    var words = EventWords.text(event.name)
    if event.name == "bidPlaced", bids > 1 { words = "\(bids) sealed bids came in" }
    last[place] = (words, height)
    // A second run of a lease begins before the stations of the first.
    station =
      event.name == "runStarted" || place.rawValue > (station?.rawValue ?? 0) ? place : station
  }

  /// What is between a station and its end.
  func mark(_ each: Station) -> Mark {
    guard let station else { return .ahead }
    if ending != nil {
      if each == station, !isGood { return .failed }
      return each.rawValue <= station.rawValue ? .done : .ahead
    }
    // The stations after the match are passed together with the last of them.
    if each.rawValue < station.rawValue { return .done }
    return each == station ? .now : .ahead
  }

  /// Whether every run that was settled gave the buyer what it paid for.
  var isGood: Bool {
    !settled.isEmpty && settled.allSatisfy { outcomes[$0]?.isGood ?? false }
  }
}

/// Reads the deadlines that count for a road now.
enum RoadDeadline {
  /// The earliest deadline of the rows in an answer of the API about an order or a lease.
  static func first(in answers: [JSONValue]) -> Time? {
    var found: [UInt64] = []
    for json in answers {
      found += [json["tender"]?["deadline"], json["lease"]?["deadline"]].compactMap { $0?.uint64 }
      for run in json["runs"]?.array ?? [] {
        if let time = run["run"]?["deadline"]?.uint64 { found.append(time) }
      }
    }
    return found.filter { $0 != UInt64.max && $0 > 0 }.min().map { Time($0) }
  }
}
