// One line by its id, with the height that it reflects.

public import Archive
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
    self.init()
    if entry.code == 0 {
      name = entry.name
    } else {
      guard let word = try connection.word(Int64(clamping: entry.code)) else {
        throw StoreError.corrupt(detail: "the name of a moment")
      }
      name = word
    }
    height = entry.height
    position = entry.position
    time = Time(entry.time)
    switch entry.subject {
    case .road: subject = road.id
    case .lease: subject = road.lease
    case .offer: subject = road.offer
    case .run(let index): subject = RunID.of(LeaseID(road.lease), index: index).digest
    case .other(let id): subject = id
    }
    switch entry.party {
    case .nobody: party = .zero
    case .other(let account): party = account
    case .known(let number): party = try connection.account(number)
    }
  }
}
