// The rows of tournaments, and how their scopes begin and end.

public import Kernel
public import Primitives

/// Tournaments keep no money of their own: purse, stakes and bond of each lie in one escrow of the
/// ledger, and these rows say whose they are.
public struct TournamentTables: ~Copyable {
  var tournaments = Table<UInt64, Tournament>("tournaments")
  var counted = Table<UInt64, TournamentCounts>("tournamentCounts")
  var work = Table<UInt64, BlockWork>("tournamentWork")
  var entries = Table<PlaceKey, Entry>("tournamentEntries")
  var places = Table<EntryKey, Place>("tournamentPlaces")
  var sponsors = Table<PlaceKey, Sponsorship>("tournamentSponsors")
  var awaited = Table<Bytes32, AwaitedRun>("tournamentRuns")

  public init() {}
}

// MARK: - Reading

extension TournamentTables {
  public func tournament(_ number: UInt64) -> Tournament? { tournaments[number] }

  public func entry(_ number: UInt64, _ place: UInt64) -> Entry? {
    entries[PlaceKey(number, place)]
  }

  public func entry(of account: Address, in number: UInt64) -> Entry? {
    places[EntryKey(number, account)].flatMap { entries[PlaceKey(number, $0.number)] }
  }

  public func sponsorship(_ number: UInt64, _ place: UInt64) -> Sponsorship? {
    sponsors[PlaceKey(number, place)]
  }

  /// Rows in the order of their keys' bytes.
  public func forEachTournament(_ body: (UInt64, Tournament) -> Void) { tournaments.forEach(body) }
  public func forEachEntry(_ body: (PlaceKey, Entry) -> Void) { entries.forEach(body) }
  public func forEachSponsorship(_ body: (PlaceKey, Sponsorship) -> Void) {
    sponsors.forEach(body)
  }

  /// What the ledger must hold for each tournament, as its rows say. It walks every row.
  public func forEachEscrow(_ body: (Bytes32, Amount) throws(Refusal) -> Void) throws(Refusal) {
    var rows: [(UInt64, Tournament)] = []
    tournaments.forEach { if $1.isAlive { rows.append(($0, $1)) } }
    for (number, row) in rows {
      try body(
        Tournament.escrow(number), try row.purse.adding(row.staked).adding(row.rules.bond))
    }
  }

  func require(_ number: UInt64) throws(Refusal) -> Tournament {
    try tournaments.require(number, else: .noSuchTournament(number))
  }
}

// MARK: - Message, block and restart

extension TournamentTables {
  /// A position in every table.
  public struct Mark: Sendable {
    var places: [Int]
  }

  public func mark() -> Mark {
    Mark(places: [
      tournaments.mark(), counted.mark(), work.mark(), entries.mark(), places.mark(),
      sponsors.mark(), awaited.mark(),
    ])
  }

  public mutating func rollback(to mark: Mark) {
    tournaments.rollback(to: mark.places[0])
    counted.rollback(to: mark.places[1])
    work.rollback(to: mark.places[2])
    entries.rollback(to: mark.places[3])
    places.rollback(to: mark.places[4])
    sponsors.rollback(to: mark.places[5])
    awaited.rollback(to: mark.places[6])
  }

  public mutating func forgetUndo() {
    tournaments.forgetUndo()
    counted.forgetUndo()
    work.forgetUndo()
    entries.forgetUndo()
    places.forgetUndo()
    sponsors.forgetUndo()
    awaited.forgetUndo()
  }

  public func list(since mark: Mark, into changes: inout [RowChange]) {
    tournaments.list(since: mark.places[0], into: &changes)
    counted.list(since: mark.places[1], into: &changes)
    work.list(since: mark.places[2], into: &changes)
    entries.list(since: mark.places[3], into: &changes)
    places.list(since: mark.places[4], into: &changes)
    sponsors.list(since: mark.places[5], into: &changes)
    awaited.list(since: mark.places[6], into: &changes)
  }

  public mutating func drain(into changes: inout [RowChange]) {
    tournaments.drain(into: &changes)
    counted.drain(into: &changes)
    work.drain(into: &changes)
    entries.drain(into: &changes)
    places.drain(into: &changes)
    sponsors.drain(into: &changes)
    awaited.drain(into: &changes)
  }

  /// Takes a stored row at restart; false says that the table is another room's.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    switch table {
    case tournaments.name: try tournaments.load(key: key, row: row)
    case counted.name: try counted.load(key: key, row: row)
    case work.name: try work.load(key: key, row: row)
    case entries.name: try entries.load(key: key, row: row)
    case places.name: try places.load(key: key, row: row)
    case sponsors.name: try sponsors.load(key: key, row: row)
    case awaited.name: try awaited.load(key: key, row: row)
    default: return false
    }
    return true
  }
}
