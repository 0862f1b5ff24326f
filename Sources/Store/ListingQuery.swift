// Every statement that the lists are read and written with, in one place, so that one test can ask
// of each of them whether it finds its rows by an index.

/// A table whose lines are listed by filters.
enum ListingTable: String, CaseIterable, Hashable {
  case road, run, game, offer

  /// Whether lines come and go from the list of those that are alive.
  var hasAlive: Bool { self != .run }
  /// Whether lines have seats beside the party.
  var hasSeats: Bool { self != .offer }
}

/// Which index a list is read by.
enum ListingIndex: CaseIterable, Hashable {
  /// The numbers themselves.
  case all
  case party, seat, subject, kind, alive
}

/// A statement.
enum ListingQuery: Hashable {
  case begin, beginWriting, commit, rollback
  case progress, putProgress
  case words, addWord
  case partyByStem, partyByNumber, addParty, changeParty, parties, leaders
  case subjectByStem, addSubject, changeSubject, subjects
  case roadByStem, roadByLease, addRoad, changeRoad
  case runByStem, addRun
  case openRun, putOpenRun, dropOpenRun
  case gameByStem, gamesOfRun, openGamesOfRun, addGame, changeGame
  case offerByStem, addOffer, changeOffer
  case addBlock, blocks
  case lastMoments, moments, putMoments
  case trade, putTrade
  case addSeat(ListingTable), dropSeat(ListingTable)
  case list(ListingTable, ListingIndex)

  var sql: String {
    switch self {
    case .begin: "BEGIN"
    case .beginWriting: "BEGIN IMMEDIATE"
    case .commit: "COMMIT"
    case .rollback: "ROLLBACK"
    case .progress: "SELECT height, body FROM progress WHERE only = 0"
    case .putProgress: "REPLACE INTO progress VALUES (0, ?, ?)"
    case .words: "SELECT code, word FROM word WHERE code > ? ORDER BY code"
    case .addWord: "INSERT INTO word VALUES (?, ?)"
    case .partyByStem: ListingQuery.byStem("party")
    case .partyByNumber: "SELECT body FROM party WHERE number = ?"
    case .addParty: "INSERT INTO party VALUES (?, ?, ?, ?)"
    case .changeParty: "UPDATE party SET served = ?2, body = ?3 WHERE number = ?1"
    case .parties: ListingQuery.newest("party", "number")
    case .leaders:
      "SELECT body FROM party WHERE served > 0 ORDER BY served DESC, number DESC LIMIT ?"
    case .subjectByStem: ListingQuery.byStem("subject")
    case .addSubject: "INSERT INTO subject VALUES (?, ?, ?)"
    case .changeSubject: "UPDATE subject SET body = ?2 WHERE number = ?1"
    case .subjects: ListingQuery.newest("subject", "number")
    case .roadByStem, .roadByLease, .addRoad, .changeRoad, .runByStem, .addRun, .openRun,
      .putOpenRun, .dropOpenRun:
      roadSQL
    case .gameByStem, .gamesOfRun, .openGamesOfRun, .addGame, .changeGame, .offerByStem,
      .addOffer, .changeOffer:
      courtSQL
    case .addBlock: "INSERT INTO block VALUES (?, ?)"
    case .blocks: ListingQuery.newest("block", "height")
    case .lastMoments: "SELECT page, body FROM moment WHERE road = ? ORDER BY page DESC LIMIT ?"
    case .moments: "SELECT body FROM moment WHERE road = ? AND page >= ? ORDER BY page LIMIT ?"
    case .putMoments: "REPLACE INTO moment VALUES (?, ?, ?)"
    case .trade: "SELECT paid FROM trade WHERE provider = ? AND buyer = ?"
    case .putTrade: "REPLACE INTO trade VALUES (?, ?, ?)"
    case .addSeat(let table): "INSERT OR IGNORE INTO \(table.rawValue)Seat VALUES (?, ?)"
    case .dropSeat(let table):
      "DELETE FROM \(table.rawValue)Seat WHERE seated = ? AND line = ?"
    case .list(let table, let index): ListingQuery.list(table, index)
    }
  }

  private var roadSQL: String {
    switch self {
    case .roadByLease: "SELECT body FROM road WHERE lease = ? ORDER BY number LIMIT 64"
    case .addRoad: "INSERT INTO road VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    case .changeRoad:
      "UPDATE road SET lease = ?2, alive = ?3, body = ?4 WHERE number = ?1"
    case .runByStem: ListingQuery.byStem("run")
    case .addRun: "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)"
    case .openRun: "SELECT body FROM openRun WHERE run = ?"
    case .putOpenRun: "REPLACE INTO openRun VALUES (?, ?)"
    case .dropOpenRun: "DELETE FROM openRun WHERE run = ?"
    default: ListingQuery.byStem("road")
    }
  }

  private var courtSQL: String {
    switch self {
    case .gamesOfRun: "SELECT body FROM game WHERE runStem = ? ORDER BY number LIMIT ?"
    case .openGamesOfRun:
      "SELECT body FROM game WHERE runStem = ? AND alive = 1 ORDER BY number"
    case .addGame: "INSERT INTO game VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    case .changeGame: "UPDATE game SET alive = ?2, body = ?3 WHERE number = ?1"
    case .offerByStem: ListingQuery.byStem("offer")
    case .addOffer: "INSERT INTO offer VALUES (?, ?, ?, ?, ?, ?, ?)"
    case .changeOffer: "UPDATE offer SET alive = ?2, body = ?3 WHERE number = ?1"
    default: ListingQuery.byStem("game")
    }
  }

  private static func byStem(_ table: String) -> String {
    "SELECT body FROM \(table) WHERE stem = ? ORDER BY number LIMIT 64"
  }

  private static func newest(_ table: String, _ key: String) -> String {
    "SELECT \(key), body FROM \(table) WHERE \(key) < ? ORDER BY \(key) DESC LIMIT ?"
  }

  /// The columns that filters look at stand before the body, which is read only where they fit.
  /// Parameters: the number before which to read, how many to look at, and the filter's own.
  private static func list(_ table: ListingTable, _ index: ListingIndex) -> String {
    let alive = table.hasAlive ? "alive" : "0"
    let columns = "SELECT number, party, subject, kind, \(alive), body FROM "
    let name = table.rawValue
    let end = "number < ?1 ORDER BY number DESC LIMIT ?2"
    switch index {
    case .seat where table.hasSeats:
      return columns + "\(name)Seat CROSS JOIN \(name) ON number = line"
        + " WHERE seated = ?3 AND line < ?1 ORDER BY line DESC LIMIT ?2"
    case .party: return columns + "\(name) WHERE party = ?3 AND " + end
    case .subject: return columns + "\(name) WHERE subject = ?3 AND " + end
    case .kind: return columns + "\(name) WHERE kind = ?3 AND " + end
    case .alive where table.hasAlive: return columns + "\(name) WHERE alive = 1 AND " + end
    case .all, .seat, .alive: return columns + "\(name) WHERE " + end
    }
  }
}

extension ListingQuery: CaseIterable {
  /// What no test has looked at is not prepared in a debug build.
  static let known = Set(allCases)

  static var allCases: [ListingQuery] {
    let plain: [ListingQuery] = [
      .begin, .beginWriting, .commit, .rollback, .progress, .putProgress, .words, .addWord,
      .partyByStem, .partyByNumber, .addParty, .changeParty, .parties, .leaders,
      .subjectByStem, .addSubject, .changeSubject, .subjects,
      .roadByStem, .roadByLease, .addRoad, .changeRoad, .runByStem, .addRun, .openRun,
      .putOpenRun, .dropOpenRun, .gameByStem, .gamesOfRun, .openGamesOfRun, .addGame,
      .changeGame, .offerByStem, .addOffer, .changeOffer, .addBlock, .blocks, .lastMoments,
      .moments, .putMoments, .trade, .putTrade,
    ]
    let tables = ListingTable.allCases
    let seated = tables.filter(\.hasSeats)
    return plain + seated.map { .addSeat($0) } + seated.map { .dropSeat($0) }
      + tables.flatMap { table in ListingIndex.allCases.map { .list(table, $0) } }
  }
}
