// Simulated rows scatter around their exact expectations, by draws of the market's own.

import Primitives
import Testing

@testable import Cheats

@Suite struct SimulationTests {
  private static let runs = 2_000

  /// How many standard errors a mean lies off, squared, by the variance of the exact outcomes.
  private func offSquared(
    _ cheat: Cheat, exactIn setting: Setting, simulatedIn other: Setting, seed: UInt64
  ) throws -> Fraction? {
    guard let simulation = try Simulation(cheat, in: other, runs: Self.runs, seed: seed) else {
      return nil
    }
    let mean = try cheat.expectation(in: setting)
    // Rounded, so that the squares stay small.
    let outcomes = try cheat.outcomes(in: setting)
    let variance = outcomes.reduce(Fraction(0)) { sum, one in
      let off = Fraction((one.profit - mean).rounded, over: 1)
      return sum + one.chance * off * off
    }
    guard variance > 0 else { return simulation.mean == mean ? 0 : 1_000 }
    let off = Fraction((simulation.mean - mean).rounded, over: 1)
    return off * off * Fraction(Self.runs) / Fraction(max(1, variance.rounded), over: 1)
  }

  @Test(arguments: Catalogue.cheats.filter(\.isDrawn).map(\.title))
  func meansLieAroundTheExpectation(_ title: String) throws {
    let cheat = try #require(Catalogue.cheats.first { $0.title == title })
    let off = try offSquared(cheat, exactIn: Setting(), simulatedIn: Setting(), seed: 7)
    #expect(try #require(off) < 16, "\(title)")
  }

  /// A simulation of another market does not pass for this one.
  @Test func anotherMarketIsNoticed() throws {
    var other = Setting()
    other.owned = Fraction(6, over: 10)
    let cheat = try #require(Catalogue.cheats.first { $0.title == "lie.owned (call)" })
    let off = try offSquared(cheat, exactIn: Setting(), simulatedIn: other, seed: 7)
    #expect(try #require(off) > 100)
  }

  @Test func aSeedReplaysAndAnotherDoesNot() throws {
    let cheat = try #require(Catalogue.cheats.first { $0.name == "predator" })
    func mean(_ seed: UInt64) throws -> Fraction? {
      try Simulation(cheat, in: Setting(), runs: 500, seed: seed)?.mean
    }
    #expect(try mean(1) == mean(1))
    #expect(try mean(1) != mean(2))
  }

  /// Rows without chance are not simulated, and neither is anything in fewer than two runs.
  @Test func onlyDrawnRowsAreSimulated() throws {
    for cheat in Catalogue.cheats {
      let simulation = try Simulation(cheat, in: Setting(), runs: 2, seed: 1)
      #expect((simulation != nil) == cheat.isDrawn)
    }
    let drawn = try #require(Catalogue.cheats.first { $0.isDrawn })
    #expect(try Simulation(drawn, in: Setting(), runs: 1, seed: 1) == nil)
  }

  /// An interval that reaches zero proves no sign, and says so; a narrow one does.
  @Test func wideIntervalsAreTold() throws {
    func isWide(_ name: String) throws -> Bool {
      let cheat = try #require(Catalogue.cheats.first { $0.title == name })
      return try Judgement(cheat, in: Setting(), runs: Self.runs, seed: 7).isWide
    }
    #expect(try isWide("lie.bribe") && isWide("grind.silent"))
    for narrow in ["predator", "lie.owned (call)", "flood"] {
      #expect(try isWide(narrow) == false, "\(narrow)")
    }
  }

  /// Salts, beacons and seats come from the market's own draws, evenly.
  @Test func seatsAreDrawnEvenly() throws {
    var chance = Chance(seed: 3)
    var counts = [0, 0, 0, 0]
    for _ in 0..<4_000 {
      counts[try Seats.drawn(3, share: Fraction(1, over: 2), &chance)] += 1
    }
    for (own, count) in counts.enumerated() {
      let wanted = Seats.chance(of: own, among: 3, share: Fraction(1, over: 2)) * 4_000
      #expect((Fraction(count) - wanted).magnitude < 130, "\(own): \(count)")
    }
  }
}
