// Everything that the pages of one road tell, read once: its line, its events, its rows, its runs.

import Archive
import Chain
import Kernel
import Market
import Primitives

/// A road with what the log and the rows say of it.
struct RoadStory {
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
  private(set) var happenings: [Happening] = []
  private(set) var settled: [Settled] = []
  /// Rows, while it is alive.
  private(set) var tender: Tender?
  private(set) var lease: Lease?
  private(set) var open: [(key: RunKey, run: Run)] = []
  /// What was asked for; nil for an offer.
  private(set) var request: Request?
  /// The first message of the road.
  private(set) var first: SignedMessage?

  /// Nil where no such road is known.
  init?(_ id: Bytes32, in house: House) throws {
    guard let road = try house.listings.road(id).value else { return nil }
    try self.init(road, in: house)
  }

  init(_ road: Road, in house: House) throws {
    self.house = house
    self.road = road
    clock = try house.clock()
    first = try house.signed(road.id)?.message
    if case .placeOrder(let order)? = first?.message { request = order.request }
    happenings = try RoadStory.happenings(of: road, in: house)
    settled = try house.records.settled(road.id).value.map {
      Settled(height: $0.height, run: try CBOR.decode(SettledRun.self, from: $0.bytes))
    }
    if road.state != .over { try readRows() }
  }

  private mutating func readRows() throws {
    tender = try house.row(Tender.self, "tenders", road.id.keyBytes)
    guard road.lease != .zero else { return }
    let id = LeaseID(road.lease)
    lease = try house.row(Lease.self, "leases", id.keyBytes)
    guard let lease, lease.open > 0 else { return }
    let ended = Set(settled.map(\.run.index))
    // Open runs are the last ones, mostly: from the end on until all are found.
    for index in (0..<min(lease.started, RoadStory.mostRuns)).reversed()
    where !ended.contains(index) {
      guard UInt64(open.count) < lease.open else { break }
      let key = RunKey(id, index)
      if let run = try house.row(Run.self, "runs", key.keyBytes) { open.insert((key, run), at: 0) }
    }
  }

  /// More runs of a road are not looked at for its page.
  static let mostRuns: UInt64 = 10_000
  private static let mostEvents = 2_000

  /// The events that name the order, or the lease where an offer was taken, in order.
  private static func happenings(of road: Road, in house: House) throws -> [Happening] {
    let object = road.isOffer ? road.lease : road.id
    guard object != .zero else { return [] }
    var times: [UInt64: Time] = [:]
    for moment in try house.listings.moments(of: road.id) { times[moment.height] = moment.time }
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
