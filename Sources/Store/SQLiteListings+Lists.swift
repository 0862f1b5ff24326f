// Pages of lists, newest first: found by the index of the rarest field, filtered by the others.

public import Archive
import Market
public import Primitives

extension SQLiteListings {
  /// Lines of a page at most, and lines that are looked at for one.
  static let longestPage = 500
  static let mostLooked = 1_000
  /// Games about one run that are shown together.
  static let gamesOfRun = 256

  public func roads(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<Road> {
    try list(.road, filter, before, limit) { line, provider in line.seats.contains(provider) }
  }

  public func runs(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<RunLine> {
    var filter = filter
    filter.isAlive = nil
    return try list(.run, filter, before, limit) { $0.providers.contains($1) }
  }

  public func games(_ filter: ListFilter, before: UInt64?, limit: Int) throws -> Listed<GameLine> {
    try list(.game, filter, before, limit) { $0.defenders.contains($1) }
  }

  /// An offer has one party, its provider, and no buyer.
  public func offers(
    _ filter: ListFilter, before: UInt64?, limit: Int
  ) throws -> Listed<OfferLine> {
    var filter = filter
    filter.buyer = filter.provider
    filter.provider = nil
    return try list(.offer, filter, before, limit) { _, _ in true }
  }

  /// The first `gamesOfRun` of them.
  public func games(ofRun run: Bytes32) throws -> [GameLine] {
    try reading { source, _ in
      let statement = try source.connection(.gamesOfRun)
      defer { statement.reset() }
      try statement.bind(1, Stem.of(run))
      try statement.bind(2, Int64(SQLiteListings.gamesOfRun))
      var games: [GameLine] = []
      while try statement.step() {
        let game = try ListingBody.open(GameLine.self, statement.bytes(0))
        if game.run == run { games.append(game) }
      }
      return games
    }
  }

  public func subjects(before: UInt64?, limit: Int) throws -> Listed<SubjectLine> {
    try newest(.subjects, before, limit)
  }

  public func parties(before: UInt64?, limit: Int) throws -> Listed<PartyLine> {
    try newest(.parties, before, limit)
  }

  public func blocks(before: UInt64?, limit: Int) throws -> Listed<BlockLine> {
    try newest(.blocks, before, limit)
  }

  public func leaders(limit: Int) throws -> [PartyLine] {
    try reading { source, _ in
      let statement = try source.connection(.leaders)
      defer { statement.reset() }
      try statement.bind(1, Int64(SQLiteListings.page(limit)))
      var lines: [PartyLine] = []
      while try statement.step() {
        lines.append(try ListingBody.open(PartyLine.self, statement.bytes(0)))
      }
      return lines
    }
  }

  private static func page(_ limit: Int) -> Int { min(max(1, limit), longestPage) }

  /// A list without filters.
  private func newest<Line: Fielded>(
    _ query: ListingQuery, _ before: UInt64?, _ limit: Int
  ) throws -> Listed<Line> {
    let limit = SQLiteListings.page(limit)
    return try reading { source, height in
      let statement = try source.connection(query)
      defer { statement.reset() }
      try statement.bind(1, before ?? .max)
      try statement.bind(2, Int64(limit + 1))
      var lines: [Line] = []
      var last: UInt64 = 0
      while try statement.step() {
        if lines.count == limit { return Listed(lines, next: last, height: height) }
        last = UInt64(clamping: statement.number(0))
        lines.append(try ListingBody.open(Line.self, statement.bytes(1)))
      }
      return Listed(lines, next: nil, height: height)
    }
  }

  /// A list with filters.
  private func list<Line: Fielded>(
    _ table: ListingTable, _ filter: ListFilter, _ before: UInt64?, _ limit: Int,
    _ hasSeat: (Line, Address) -> Bool
  ) throws -> Listed<Line> {
    let limit = SQLiteListings.page(limit)
    return try reading { source, height in
      guard let wanted = try Wanted(filter, source) else {
        return Listed([], next: nil, height: height)
      }
      let statement = try source.connection(.list(table, wanted.index))
      defer { statement.reset() }
      try statement.bind(1, before ?? .max)
      try statement.bind(2, Int64(SQLiteListings.mostLooked + 1))
      if let key = wanted.key { try statement.bind(3, key) }
      var lines: [Line] = []
      var (last, looked) = (UInt64(0), 0)
      while try statement.step() {
        if lines.count == limit || looked == SQLiteListings.mostLooked {
          return Listed(lines, next: last, height: height)
        }
        last = UInt64(clamping: statement.number(0))
        looked += 1
        guard wanted.matches(statement) else { continue }
        let line = try ListingBody.open(Line.self, statement.bytes(5))
        if wanted.index != .seat, let provider = filter.provider, !hasSeat(line, provider) {
          continue
        }
        lines.append(line)
      }
      return Listed(lines, next: nil, height: height)
    }
  }
}

/// A filter in the numbers of the file, and the index that has the fewest lines for it.
private struct Wanted {
  var party: Int64?
  var subject: Int64?
  var kind: Int64?
  var isAlive: Bool?
  var index = ListingIndex.all
  /// What the index is asked for.
  var key: Int64?

  /// Nil: the filter names what no line has.
  init?(_ filter: ListFilter, _ source: ListingSource) throws {
    var fewest = UInt64.max
    if let account = filter.buyer {
      guard let line = try source.party(account) else { return nil }
      party = Int64(clamping: line.number)
      take(.party, party, max(line.roads, line.games), &fewest)
    }
    if let account = filter.provider {
      guard let line = try source.party(account) else { return nil }
      take(.seat, Int64(clamping: line.number), line.served, &fewest)
    }
    if let id = filter.subject {
      guard let line = try source.subject(id) else { return nil }
      subject = Int64(clamping: line.number)
      take(.subject, subject, max(line.roads, line.runs), &fewest)
    }
    if let name = filter.check {
      guard let code = try source.connection.code(of: name) else { return nil }
      kind = code
    }
    isAlive = filter.isAlive
    // Lines that are alive are few beside all that ever were; names of checks are few, and the
    // lines of each many.
    if isAlive == true, fewest > 64 { take(.alive, nil, min(fewest - 1, 1_000), &fewest) }
    if index == .all, let kind { take(.kind, kind, fewest - 1, &fewest) }
  }

  private mutating func take(
    _ index: ListingIndex, _ key: Int64?, _ lines: UInt64, _ fewest: inout UInt64
  ) {
    guard lines < fewest else { return }
    fewest = lines
    self.index = index
    self.key = key
  }

  func matches(_ row: ListingStatement) -> Bool {
    if let party, row.number(1) != party { return false }
    if let subject, row.number(2) != subject { return false }
    if let kind, row.number(3) != kind { return false }
    if let isAlive, (row.number(4) == 1) != isAlive { return false }
    return true
  }
}
