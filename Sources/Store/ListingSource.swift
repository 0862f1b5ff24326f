// The lines as they lie in the file, as the projection reads them.

import Archive
import Primitives

/// Reads through the connection that writes: what a batch wrote is seen by the next one.
struct ListingSource: LineSource {
  let connection: ListingConnection

  /// The line of an id, among the few whose ids begin alike.
  func line<Line: Fielded>(
    _ query: ListingQuery, stem: Int64, _ matches: (Line) -> Bool
  ) throws -> Line? {
    let statement = try connection(query)
    defer { statement.reset() }
    try statement.bind(1, stem)
    while try statement.step() {
      let line = try ListingBody.open(Line.self, statement.bytes(0))
      if matches(line) { return line }
    }
    return nil
  }

  func road(_ id: Bytes32) throws -> Road? {
    try line(.roadByStem, stem: Stem.of(id)) { $0.id == id }
  }

  func road(ofLease lease: Bytes32) throws -> Road? {
    try line(.roadByLease, stem: Stem.of(lease)) { $0.lease == lease }
  }

  func run(_ id: Bytes32) throws -> RunLine? {
    try line(.runByStem, stem: Stem.of(id)) { $0.run == id }
  }

  func openRun(_ id: Bytes32) throws -> OpenRun? {
    let statement = try connection(.openRun)
    defer { statement.reset() }
    try statement.bind(1, id.bytes)
    guard try statement.step() else { return nil }
    return try ListingBody.open(OpenRun.self, statement.bytes(0))
  }

  func game(_ id: Bytes32) throws -> GameLine? {
    try line(.gameByStem, stem: Stem.of(id)) { $0.game == id }
  }

  func openGames(ofRun run: Bytes32) throws -> [GameLine] {
    let statement = try connection(.openGamesOfRun)
    defer { statement.reset() }
    try statement.bind(1, Stem.of(run))
    var games: [GameLine] = []
    while try statement.step() {
      let game = try ListingBody.open(GameLine.self, statement.bytes(0))
      if game.run == run { games.append(game) }
    }
    return games
  }

  func offer(_ id: Bytes32) throws -> OfferLine? {
    try line(.offerByStem, stem: Stem.of(id)) { $0.offer == id }
  }

  func subject(_ id: Bytes32) throws -> SubjectLine? {
    try line(.subjectByStem, stem: Stem.of(id)) { $0.subject == id }
  }

  func party(_ account: Address) throws -> PartyLine? {
    try line(.partyByStem, stem: Stem.of(account.padded)) { $0.account == account }
  }

  func paid(_ trade: TradeKey) throws -> UInt64 {
    let statement = try connection(.trade)
    defer { statement.reset() }
    try statement.bind(1, trade.provider)
    try statement.bind(2, trade.buyer)
    return try statement.step() ? UInt64(clamping: statement.number(0)) : 0
  }
}
