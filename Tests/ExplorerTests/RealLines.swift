// The lists of a real network in memory, as its blocks make them.

import Archive
import Primitives

/// What projections change, entered one after the other.
final class RealLines: LineSource {
  private var roads: [Bytes32: Road] = [:]
  private var leases: [Bytes32: Bytes32] = [:]
  private var openRuns: [Bytes32: OpenRun] = [:]
  private var games: [Bytes32: GameLine] = [:]
  private var offers: [Bytes32: OfferLine] = [:]
  private var subjects: [Bytes32: SubjectLine] = [:]
  private var parties: [Address: PartyLine] = [:]
  private var trades: [TradeKey: UInt64] = [:]
  private var runs: [RunLine] = []
  private var blocks: [BlockLine] = []
  private var moments: [Bytes32: [Moment]] = [:]

  func road(_ id: Bytes32) -> Road? { roads[id] }
  func road(ofLease lease: Bytes32) -> Road? { leases[lease].flatMap { roads[$0] } }
  func openRun(_ id: Bytes32) -> OpenRun? { openRuns[id] }
  func game(_ id: Bytes32) -> GameLine? { games[id] }
  func openGames(ofRun run: Bytes32) -> [GameLine] {
    games.values.filter { $0.run == run && $0.state == .open }.sorted { $0.number < $1.number }
  }
  func offer(_ id: Bytes32) -> OfferLine? { offers[id] }
  func subject(_ id: Bytes32) -> SubjectLine? { subjects[id] }
  func party(_ account: Address) -> PartyLine? { parties[account] }
  func paid(_ trade: TradeKey) -> UInt64 { trades[trade] ?? 0 }

  func enter(_ changes: LineChanges) {
    for road in changes.roads.lines {
      roads[road.id] = road
      if road.lease != .zero { leases[road.lease] = road.id }
    }
    for run in changes.openRuns.keys { openRuns[run] = changes.openRuns[run] ?? nil }
    for game in changes.games.lines { games[game.game] = game }
    for offer in changes.offers.lines { offers[offer.offer] = offer }
    for subject in changes.subjects.lines { subjects[subject.subject] = subject }
    for party in changes.parties.lines { parties[party.account] = party }
    for (key, paid) in zip(changes.trades.keys, changes.trades.lines) { trades[key] = paid }
    runs += changes.runs
    blocks += changes.blocks
    for one in changes.moments { moments[one.road, default: []].append(one.moment) }
  }

  /// Everything so far, as pages read it.
  func listings(_ totals: Totals) -> MemoryListings {
    var lists = MemoryListings()
    lists.sums = totals
    lists.allRoads = roads.values.sorted { $0.number < $1.number }
    lists.allMoments = moments
    lists.allRuns = runs
    lists.allGames = games.values.sorted { $0.number < $1.number }
    lists.allOffers = offers.values.sorted { $0.number < $1.number }
    lists.allSubjects = subjects.values.sorted { $0.number < $1.number }
    lists.allParties = parties.values.sorted { $0.number < $1.number }
    lists.allBlocks = blocks
    return lists
  }
}
