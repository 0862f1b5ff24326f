// One line by its id, with the height that it reflects.

public import Archive
import Kernel
import Market
public import Primitives

extension SQLiteListings: Listings {
  public func totals() throws -> Totals {
    try reading { source, _ in try totals(source) }
  }

  private func totals(_ source: ListingSource) throws -> Totals {
    let statement = try source.connection(.progress)
    defer { statement.reset() }
    guard try statement.step() else { throw StoreError.corrupt(detail: "no progress") }
    var totals = try ListingBody.open(Progress.self, statement.bytes(1)).totals
    totals.escrow = escrow.withLock { $0.sum }
    return totals
  }

  public func road(_ id: Bytes32) throws -> AsOf<Road?> {
    try reading { AsOf(try $0.road(id), height: $1) }
  }

  public func road(of object: Bytes32) throws -> AsOf<Road?> {
    try reading { source, height in
      if let road = try source.road(ofLease: object) { return AsOf(road, height: height) }
      let id =
        try source.run(object)?.road ?? source.openRun(object)?.road
        ?? source.game(object)?.road
      return AsOf(try id.flatMap { try source.road($0) }, height: height)
    }
  }

  public func run(_ id: Bytes32) throws -> AsOf<RunLine?> {
    try reading { AsOf(try $0.run(id), height: $1) }
  }

  public func game(_ id: Bytes32) throws -> AsOf<GameLine?> {
    try reading { AsOf(try $0.game(id), height: $1) }
  }

  public func offer(_ id: Bytes32) throws -> AsOf<OfferLine?> {
    try reading { AsOf(try $0.offer(id), height: $1) }
  }

  public func subject(_ id: Bytes32) throws -> AsOf<SubjectLine?> {
    try reading { AsOf(try $0.subject(id), height: $1) }
  }

  public func party(_ account: Address) throws -> AsOf<PartyLine?> {
    try reading { AsOf(try $0.party(account), height: $1) }
  }

  /// What happened on a road last, in order: at most `momentPages` pages of it.
  public func moments(of road: Bytes32) throws -> [Moment] {
    try reading { source, _ in
      try source.road(road).map { try moments(of: $0, source) } ?? []
    }
  }

  private func moments(of road: Road, _ source: ListingSource) throws -> [Moment] {
    let last = try source.connection(.lastMoments)
    defer { last.reset() }
    try last.bind(1, road.number)
    try last.bind(2, Int64(SQLiteListings.momentPages))
    var pages: [MomentPage] = []
    while try last.step() { pages.append(try MomentPage(ListingBody.open(last.bytes(1)))) }
    var moments: [Moment] = []
    for page in pages.reversed() {
      for entry in page.entries {
        moments.append(try Moment(entry, of: road, source.connection))
      }
    }
    return moments
  }

  public func lines(of object: Bytes32) throws -> RoadLines? {
    try reading { source, _ in
      guard let road = try source.road(object) ?? source.road(ofLease: object) else { return nil }
      return RoadLines(
        road: road, moments: try moments(of: road, source), totals: try totals(source))
    }
  }

  /// Pages of moments that one reading takes: some two thousand moments.
  static let momentPages = 32
}

extension Moment {
  init(_ entry: MomentPage.Entry, of road: Road, _ connection: ListingConnection) throws {
    let ids = MomentIDs(road: road, connection: connection)
    var event = Event(
      try ids.name(entry.code, entry.name), subject: ids.id(entry.subject),
      parties: try entry.parties.map(ids.account))
    event.order = entry.order.map(ids.id) ?? .zero
    event.lease = entry.lease.map(ids.id) ?? .zero
    event.objects = entry.objects.map(ids.id)
    event.numbers = try entry.numbers.map { Number(try ids.name($0.code, $0.name), $0.value) }
    self.init(
      whole: event, isWhole: entry.isWhole, height: entry.height, position: entry.position,
      time: Time(entry.time))
  }
}

/// What the codes of a moment stand for.
private struct MomentIDs {
  let road: Road
  let connection: ListingConnection

  func name(_ code: UInt64, _ name: String) throws -> String {
    if code == 0 { return name }
    guard let word = try connection.word(Int64(clamping: code)) else {
      throw StoreError.corrupt(detail: "a name of a moment")
    }
    return word
  }

  func id(_ subject: MomentPage.Subject) -> Bytes32 {
    switch subject {
    case .road: road.id
    case .lease: road.lease
    case .offer: road.offer
    case .run(let index): RunID.of(LeaseID(road.lease), index: index).digest
    case .other(let id): id
    }
  }

  func account(_ party: MomentPage.Party) throws -> Address {
    switch party {
    case .nobody: .zero
    case .other(let account): account
    case .known(let number): try connection.account(number)
    }
  }
}
