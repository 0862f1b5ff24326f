// Lines kept in memory, as a store would keep them.

import Archive
import Primitives

/// What projections change, entered one after the other.
final class MemoryLines: LineSource {
  var roads: [Bytes32: Road] = [:]
  var leases: [Bytes32: Bytes32] = [:]
  var runs: [RunLine] = []
  var openRuns: [Bytes32: OpenRun] = [:]
  var games: [Bytes32: GameLine] = [:]
  var offers: [Bytes32: OfferLine] = [:]
  var subjects: [Bytes32: SubjectLine] = [:]
  var parties: [Address: PartyLine] = [:]
  var blocks: [BlockLine] = []
  var moments: [Bytes32: [Moment]] = [:]
  var seats: [UInt64: Set<Address>] = [:]
  var trades: [TradeKey: UInt64] = [:]

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
    runs += changes.runs
    for run in changes.openRuns.keys { openRuns[run] = changes.openRuns[run] ?? nil }
    for game in changes.games.lines { games[game.game] = game }
    for offer in changes.offers.lines { offers[offer.offer] = offer }
    for subject in changes.subjects.lines { subjects[subject.subject] = subject }
    for party in changes.parties.lines { parties[party.account] = party }
    for (key, paid) in zip(changes.trades.keys, changes.trades.lines) { trades[key] = paid }
    blocks += changes.blocks
    for one in changes.moments { moments[one.road, default: []].append(one.moment) }
    for seating in changes.seatings {
      if seating.isSeated {
        seats[seating.road, default: []].insert(seating.provider)
      } else {
        seats[seating.road]?.remove(seating.provider)
      }
    }
  }
}
