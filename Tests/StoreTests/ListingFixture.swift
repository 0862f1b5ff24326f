// A log filled by a random walk, and the lists that follow it.

import Chain
import Market
import Primitives

@testable import Archive
@testable import Simulator
@testable import Store

/// A walk into a log, block by block.
struct ListingFixture {
  static let blocks = 90
  let folder = TemporaryFolder()
  let cast: Cast
  let log: SQLiteLog

  init(people: Int = 20) throws {
    cast = try Cast(people: people, blocks: Self.blocks)
    log = try SQLiteLog(folder: folder.path, network: cast.genesis.network)
  }

  /// The first seed, from one on, whose walk has a dispute early on: which it is hangs on how often
  /// the walker writes what.
  func seedWithDispute(from first: UInt64) throws -> UInt64 {
    for seed in first..<first + 60 {
      var walker = try Walker(seed: seed, cast: cast)
      for _ in 0..<55 { try walker.step() }
      if walker.coverage.events["gameBegun"] ?? 0 > 0 { return seed }
    }
    return first
  }

  /// Appends blocks of the walk until the log has so many. The last has every row of the state.
  func walk(_ walker: inout Walker, to height: UInt64) throws {
    while walker.state.height < height {
      try walker.step()
      let isLast = walker.state.height == height
      try log.append(walker.lastBlock, changes: isLast ? Array(walker.rows.values) : [])
    }
  }

  func lists(_ options: SQLiteListings.Options = SQLiteListings.Options()) -> SQLiteListings {
    SQLiteListings(folder: folder.path, genesis: cast.genesis, options: options)
  }

  /// Lets the lists catch up.
  func catchUp(_ lists: SQLiteListings) throws {
    while try lists.follow(log) > 0 {}
  }

  /// All pages of a list, a few lines each.
  static func all<Line>(_ page: (UInt64?) throws -> Listed<Line>) throws -> [Line] {
    var lines: [Line] = []
    var next: UInt64?
    repeat {
      let listed = try page(next)
      lines += listed.lines
      next = listed.next
    } while next != nil
    return lines
  }
}

/// The lines that the projection makes of a walk, in memory.
final class WalkLines: LineSource {
  var roads: [Bytes32: Road] = [:]
  var runs: [RunLine] = []
  var openRuns: [Bytes32: OpenRun] = [:]
  var games: [Bytes32: GameLine] = [:]
  var offers: [Bytes32: OfferLine] = [:]
  var subjects: [Bytes32: SubjectLine] = [:]
  var parties: [Address: PartyLine] = [:]
  var blocks: [BlockLine] = []
  var moments: [Bytes32: [Moment]] = [:]
  var trades: [TradeKey: UInt64] = [:]
  var progress = Progress()

  func road(_ id: Bytes32) -> Road? { roads[id] }
  func road(ofLease lease: Bytes32) -> Road? { roads.values.first { $0.lease == lease } }
  func openRun(_ id: Bytes32) -> OpenRun? { openRuns[id] }
  func game(_ id: Bytes32) -> GameLine? { games[id] }
  func openGames(ofRun run: Bytes32) -> [GameLine] {
    games.values.filter { $0.run == run && $0.state == .open }.sorted { $0.number < $1.number }
  }
  func offer(_ id: Bytes32) -> OfferLine? { offers[id] }
  func subject(_ id: Bytes32) -> SubjectLine? { subjects[id] }
  func party(_ account: Address) -> PartyLine? { parties[account] }
  func paid(_ trade: TradeKey) -> UInt64 { trades[trade] ?? 0 }

  /// Everything that is in a log.
  init(_ log: SQLiteLog, _ genesis: Genesis) throws {
    var projection = Projection(over: self, from: Progress())
    try projection.found(genesis)
    enter(projection.takeChanges())
    for stored in try log.blocks(from: 1, limit: .max).value {
      try projection.project(ProjectedBlock(try stored.decoded()))
      enter(projection.takeChanges())
    }
    progress = projection.progress
  }

  private func enter(_ changes: LineChanges) {
    for line in changes.roads.lines { roads[line.id] = line }
    runs += changes.runs
    for run in changes.openRuns.keys { openRuns[run] = changes.openRuns[run] ?? nil }
    for line in changes.games.lines { games[line.game] = line }
    for line in changes.offers.lines { offers[line.offer] = line }
    for line in changes.subjects.lines { subjects[line.subject] = line }
    for line in changes.parties.lines { parties[line.account] = line }
    for (key, paid) in zip(changes.trades.keys, changes.trades.lines) { trades[key] = paid }
    blocks += changes.blocks
    for one in changes.moments { moments[one.road, default: []].append(one.moment) }
  }
}
