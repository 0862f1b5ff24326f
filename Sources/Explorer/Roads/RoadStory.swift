// Everything that the pages of one road tell, read once: its line, its events, its rows, its runs.

import Archive
import Chain
import Kernel
import Market
import Primitives

/// A road with what the log and the rows say of it. A page's pieces share it: a copy of so many
/// lists would cost more than some of the pieces.
final class RoadStory: Sendable {
  /// An event with its place and its time.
  struct Happening {
    var event: Event
    var height: UInt64
    var time: Time
  }

  struct Settled {
    var height: UInt64
    var run: SettledRun
  }

  let house: House
  let road: Road
  let clock: Clock
  let happenings: [Happening]
  let settled: [Settled]
  /// Rows, while it is alive.
  let tender: Tender?
  let lease: Lease?
  let open: [(key: RunKey, run: Run)]

  /// Nil where no such road is known.
  convenience init?(_ id: Bytes32, in house: House) throws {
    guard let lines = try house.listings.lines(of: id), lines.road.id == id else { return nil }
    try self.init(lines, in: house)
  }

  convenience init(_ road: Road, in house: House) throws {
    let moments = try house.listings.moments(of: road.id)
    let lines = RoadLines(road: road, moments: moments, totals: try house.listings.totals())
    try self.init(lines, in: house)
  }

  init(_ lines: RoadLines, in house: House) throws {
    let (road, moments) = (lines.road, lines.moments)
    self.house = house
    self.road = road
    // Nothing is awaited of a road that is over, so that no pause matters.
    clock =
      road.state == .over
      ? Clock(height: lines.totals.height, time: lines.totals.time) : try house.clock()
    if let settlements = RoadStory.settlements(of: road, moments) {
      happenings = try RoadStory.happenings(moments, of: road, in: house)
      settled =
        settlements.isEmpty
        ? [] : try RoadStory.decoded(try house.records.settled(road.id, at: settlements).value)
    } else {
      happenings = try RoadStory.searched(road, moments, in: house)
      settled = try RoadStory.decoded(try house.records.settled(road.id).value)
    }
    let isAlive = road.state != .over
    tender = isAlive ? try house.row(Tender.self, "tenders", road.id.keyBytes) : nil
    let id = LeaseID(road.lease)
    lease =
      isAlive && road.lease != .zero ? try house.row(Lease.self, "leases", id.keyBytes) : nil
    if let lease {
      open = try RoadStory.open(id, lease, besides: settled, in: house)
    } else {
      open = []
    }
  }

  private static func open(
    _ id: LeaseID, _ lease: Lease, besides settled: [Settled], in house: House
  ) throws -> [(key: RunKey, run: Run)] {
    let ended = Set(settled.map(\.run.index))
    var open: [(key: RunKey, run: Run)] = []
    // Open runs are the last ones, mostly: from the end on until all are found.
    for index in (0..<min(lease.started, RoadStory.mostRuns)).reversed()
    where !ended.contains(index) {
      guard UInt64(open.count) < lease.open else { break }
      let key = RunKey(id, index)
      if let run = try house.row(Run.self, "runs", key.keyBytes) { open.insert((key, run), at: 0) }
    }
    return open
  }

  /// More runs of a road are not looked at for its page.
  static let mostRuns: UInt64 = 10_000
  private static let mostEvents = 2_000

  /// The blocks that settled its runs. Nil where the lists do not know all of them: of a very long
  /// road they keep only the last moments.
  private static func settlements(of road: Road, _ moments: [Moment]) -> [UInt64]? {
    guard moments.count <= mostEvents, moments.first?.height == road.placedHeight else {
      return nil
    }
    let settlements = moments.filter { $0.name == "runSettled" }
    guard UInt64(settlements.count) == road.settled else { return nil }
    var heights: [UInt64] = []
    for moment in settlements where heights.last != moment.height { heights.append(moment.height) }
    return heights
  }

  /// What is asked about: the order, or the lease where an offer was taken.
  private static func object(of road: Road) -> Bytes32 { road.isOffer ? road.lease : road.id }

  /// The events of the moments, as far as they name the road. The lists have them; only what is too
  /// long for those is read from the log.
  private static func happenings(
    _ moments: [Moment], of road: Road, in house: House
  ) throws -> [Happening] {
    let object = object(of: road)
    guard object != .zero else { return [] }
    var found: [Happening] = []
    found.reserveCapacity(moments.count)
    for moment in moments {
      let event = moment.isWhole ? moment.event : try logged(moment, in: house)
      guard event.subject == object || event.order == object || event.lease == object else {
        continue
      }
      found.append(Happening(event: event, height: moment.height, time: moment.time))
    }
    return found
  }

  private static func logged(_ moment: Moment, in house: House) throws -> Event {
    let place = RecordedPlace(height: moment.height, position: moment.position)
    let bytes = try house.records.events(at: [place]).value.first?.bytes
    return try bytes.map { try CBOR.decode(Event.self, from: $0) } ?? moment.event
  }

  /// The events that name the road, in order: the first so many of a very long one.
  private static func searched(
    _ road: Road, _ moments: [Moment], in house: House
  ) throws -> [Happening] {
    let object = object(of: road)
    guard object != .zero else { return [] }
    var times: [UInt64: Time] = [:]
    for moment in moments { times[moment.height] = moment.time }
    var found: [Happening] = []
    var after = road.placedHeight > 0 ? road.placedHeight - 1 : nil
    while found.count < mostEvents {
      let page = try house.records.events(
        after: after, EventsFilter(subjects: [object]), limit: mostEvents)
      for entry in page.value.events {
        let event = try CBOR.decode(Event.self, from: entry.bytes)
        let time = try times[entry.height] ?? house.time(of: entry.height) ?? Time()
        times[entry.height] = time
        found.append(Happening(event: event, height: entry.height, time: time))
      }
      guard page.value.through < page.height, page.value.through != after else { break }
      after = page.value.through
    }
    return found
  }

  private static func decoded(_ runs: [RecordedRun]) throws -> [Settled] {
    try runs.map {
      Settled(height: $0.height, run: try CBOR.decode(SettledRun.self, from: $0.bytes))
    }
  }

  /// The message that began the road; read when it is asked for, since pages do not show it.
  func message() throws -> Message? {
    let found = try house.records.message(road.id, at: road.placedHeight).value
    if let bytes = found?.bytes {
      return try CBOR.decode(SignedMessage.self, from: bytes).message
    }
    return try house.signed(road.id)?.message.message
  }

  func first(_ name: String) -> Happening? { happenings.first { $0.event.name == name } }
  func last(_ name: String) -> Happening? { happenings.last { $0.event.name == name } }

  var isAlive: Bool { road.state != .over }
  /// Every run that was settled gave the buyer what it paid for, and there is one.
  var isGood: Bool { road.settled > 0 && road.good == road.settled }

  /// What is awaited next, and when silence about it has a consequence.
  var deadline: Deadline? {
    let times =
      [tender?.deadline, lease.flatMap { $0.open > 0 ? nil : $0.deadline }]
      .compactMap { $0 }
      + open.map(\.run.deadline)
    return times.filter { $0 > .zero }.min().flatMap { Deadline($0, clock, in: house) }
  }

  /// State of the road, or of the first of its runs that are open.
  var stage: StageWords {
    if let run = open.first, road.state == .running { return StageWords(run.run.game) }
    return StageWords(road.state)
  }
}
