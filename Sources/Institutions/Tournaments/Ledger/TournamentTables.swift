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

extension TournamentTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&tournaments)
    v(&counted)
    v(&work)
    v(&entries)
    v(&places)
    v(&sponsors)
    v(&awaited)
  }
}
