// Cheats in a tournament: what a leak is worth before and after entries close.

import Primitives
import Testing

@testable import Cheats

@Suite struct TournamentRowTests {
  private func profit(_ title: String) throws -> Fraction {
    let cheat = try #require(
      TournamentEntrants.cheats.first { $0.title == "tournaments.\(title)" })
    return try cheat.expectation(in: Setting())
  }

  /// A leak is worth something to who can still enter, and costs a toll to who cannot.
  @Test func aLeakIsWorthNothingOnceEntriesAreClosed() throws {
    #expect(try profit("told") > 0)
    #expect(try profit("late") < 0 && profit("late") > -1_000)
  }

  /// The one that stays shut loses half of its stake; the other wins less.
  @Test func whoHedgesAndShowsTheWinnerLoses() throws {
    #expect(try profit("leaked") < -10_000_000)
    #expect(try profit("copies") < -50_000_000)
  }

  @Test func whatGoesWithTheTruthIsKnownByItsProducts() {
    #expect(TournamentSeason.agreement(TournamentSeason.truth) > 0)
    #expect(TournamentSeason.agreement(TournamentSeason.truth.reversed()) < 0)
  }
}
