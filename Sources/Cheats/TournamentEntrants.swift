// Cheats in a tournament: who bets when the truth has leaked, copies a seal, or hedges and shows
// only what wins.

import Kernel
import Primitives
import Tournaments

/// Each is played over one tournament by the ledger's own rules, the same every time: two honest
/// forecasts that see the truth through noise, a purse of $100, a limit of half of a stake.
enum TournamentEntrants {
  static let cheats: [Cheat] = [late, told, leaked, copied]

  private enum Plot: CaseIterable, Sendable { case late, told, leaked, copied }

  /// What came of a tournament, before the tolls of the messages that it took.
  private struct Haul {
    var gross: Fraction
    var messages: UInt64
  }

  private static let stake: UInt64 = 100

  private static let hauls: [Plot: Haul] = {
    var found: [Plot: Haul] = [:]
    // One that cannot be played has no outcomes, and the chances of its row no sum.
    for plot in Plot.allCases { found[plot] = try? play(plot) }
    return found
  }()

  private static func row(
    _ name: String, _ does: String, _ plot: Plot, _ defence: String, _ bound: Cheat.Bound? = nil
  ) -> Cheat {
    Cheat("tournaments.\(name)", by: .provider, does, figure: nil) { s in
      guard let haul = hauls[plot] else { return [] }
      return .certain(haul.gross - (try s.tolls(haul.messages)))
    }.with {
      $0.measure = .once
      $0.defence = defence
      $0.bound = bound
    }
  }

  private static let late = row(
    "late", "enters with the truth when it has leaked, after entries closed", .late,
    "entries close before anybody can know the truth; refused")

  private static let told = row(
    "told", "is told the truth before entries close, and stakes $100 on it", .told,
    "none: the ledger sees to it only that no commitment to the truth stood on it before",
    Cheat.Bound("the limit of its stake, and never more than the purse") { _ in
      Fraction(TournamentSeason.dollars(stake)) / 2
    })

  private static let leaked = row(
    "leaked",
    "seals two forecasts that mirror each other, and when the truth leaks reveals what wins",
    .leaked, "a forecast that stays shut loses as much as the worst can")

  private static let copied = row(
    "copies", "seals what another entrant sealed", .copied,
    "a seal opens for its account alone, and costs stake when it stays shut")
}

// MARK: - Played

extension TournamentEntrants {
  private static func play(_ plot: Plot) throws -> Haul {
    var season = try TournamentSeason(stake: TournamentSeason.dollars(stake))
    let sum = TournamentSeason.dollars(stake)
    switch plot {
    case .late:
      try season.closeEntries()
      do { try season.enter("cheat", TournamentSeason.truth, sum) } catch let refusal as Refusal {
        guard refusal.code == "entriesClosed" else { throw refusal }
      }
      try season.end(revealing: [])
    case .told:
      try season.enter("cheat", TournamentSeason.truth, sum)
      try season.closeEntries()
      try season.end(revealing: ["cheat"])
    case .leaked:
      let bet: [UInt64] = [9, 7, 8, 1, 6, 2, 3, 4]
      try season.enter("cheat", bet, sum)
      try season.enter("mirror", bet.map { 10 - $0 }, sum)
      try season.closeEntries()
      let isBetter = TournamentSeason.agreement(bet) > 0
      try season.end(revealing: [isBetter ? "cheat" : "mirror"])
    case .copied:
      try season.copy("cheat", sealOf: "ann", sum)
      try season.closeEntries()
      try season.end(revealing: [])
    }
    let names = ["cheat", "mirror"]
    return Haul(gross: try season.gain(names), messages: season.sent(names))
  }
}
