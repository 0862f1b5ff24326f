// A market that has forgotten a rule or halved a bond is found out: the catalogue can fail.

import Kernel
import Primitives
import Testing

@testable import Cheats

@Suite struct MutationTests {
  /// A broken market, and rows that pay in it and nowhere else.
  struct Mutant: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let pays: [String]
    let change: @Sendable (inout Setting) -> Void

    init(
      _ name: String, _ pays: [String], _ change: @escaping @Sendable (inout Setting) -> Void
    ) {
      testDescription = name
      self.pays = pays
      self.change = change
    }

    init(without defences: Set<Defence>, _ pays: [String]) {
      self.init("without \(defences.map(\.rawValue).sorted().joined(separator: ", "))", pays) {
        $0.missing = defences
      }
    }
  }

  static let mutants: [Mutant] = [
    Mutant("half of the seat bond", ["lie.bribe", "lie.rare.bribe"]) { $0.seatBondPpm = 500_000 },
    Mutant(
      "a third of the seat bond",
      ["lie.owned", "lie.cheap", "lie.rare", "silent.drawn", "all.seats", "lie.bribe"]
    ) { $0.seatBondPpm = 300_000 },
    Mutant("half of the slice", ["lie.bribe (call)", "lie.rare.bribe (call)"]) {
      $0.sliceBondPpm = 500_000
    },
    Mutant("a tenth of the slice", ["lie.owned (call)", "lie.cheap (call)", "overload (call)"]) {
      $0.sliceBondPpm = 100_000
    },
    Mutant("a third of the challenge bond", ["predator", "lazy.copy"]) {
      $0.challengeBondPpm = 333_333
    },
    Mutant("bonds for no coalition", ["lie.bribe", "lie.bribe (call)"]) { $0.terms.coalition = 0 },
    Mutant("the coalition owns half of the bonds", ["lie.bribe", "lie.bribe (call)"]) {
      $0.owned = Fraction(1, over: 2)
    },
    Mutant("salts are forgotten for free", ["salt.reroll"]) { $0.terms.saltForfeit = 0 },
    Mutant("nobody baits", ["lazy.copy"]) { $0.bait = 0 },
    Mutant("two in a hundred bait", ["lazy.copy"]) { $0.bait = Fraction(2, over: 100) },
    Mutant("weights from 0.9 on", ["wash.audited"]) { $0.terms.weightFloor = 900_000 },
    Mutant("no idle share, no tolls", ["input.withheld"]) {
      $0.terms.idle = 0
      $0.missing = [.tolls]
    },
    Mutant("no bid bond, no tolls", ["not.honoured", "not.revealed", "no.evidence"]) {
      $0.terms.bidBond = 0
      $0.terms.bidBondFloor = 0
      $0.missing = [.tolls]
    },
    Mutant("no take, no tolls", ["dilute", "fake.review"]) {
      $0.terms.take = 0
      $0.missing = [.tolls]
    },
    Mutant(without: [.burn], ["reject.good", "reject.extort"]),
    Mutant(
      without: [.tolls],
      ["reject.good", "false.demand", "copycat", "state.bloat", "fill.window"]),
    Mutant(without: [.court], ["free.work"]),
    Mutant(without: [.auditorFirst], ["copycat"]),
    Mutant(without: [.auditWithoutSalt], ["salt.skip"]),
    Mutant(without: [.buyersSalt], ["grind.silent"]),
    Mutant(without: [.capacity], ["overload (call)"]),
    Mutant(without: [.signedLeaves], ["equivocate (call)"]),
    Mutant(without: [.voucherFirst], ["unpaid.call (call)"]),
    Mutant(
      without: [.inertItems],
      ["labels.script (HTML as text)", "labels.script (SVG as SVG)", "labels.script (SVG as PNG)"]),
  ]

  private func holds(_ cheat: Cheat, in setting: Setting) throws -> Bool {
    try Judgement(cheat, in: setting, runs: 0, seed: 0).holds
  }

  @Test(arguments: mutants) func theCatalogueFails(_ mutant: Mutant) throws {
    var setting = Setting()
    mutant.change(&setting)
    for title in mutant.pays {
      let cheat = try #require(Catalogue.cheats.first { $0.title == title })
      #expect(try holds(cheat, in: setting) == false, "\(title)")
      #expect(try holds(cheat, in: Setting()), "\(title)")
    }
  }

  /// Every defence that can be taken away is missed by some row.
  @Test func everyDefenceIsNeeded() throws {
    for defence in Defence.allCases {
      var setting = Setting()
      setting.missing = [defence]
      let isMissed = try Catalogue.cheats.contains { try holds($0, in: setting) == false }
      #expect(isMissed, "\(defence)")
    }
  }

  /// With the whole of a bond for its winner, catching oneself costs no more than the tolls.
  @Test func aGreedyWinnerFeedsCatchingOneself() throws {
    let cheat = try #require(Catalogue.cheats.first { $0.name == "self.catch" })
    #expect(try cheat.expectation(in: Setting()) < -30_000_000)
    var setting = Setting()
    setting.terms.winner = 1_000_000
    #expect(try cheat.expectation(in: setting) > -30_000)
  }

  /// Copying a handed trace pays below 2.6 % bait and not from there on.
  @Test func baitDecidesAboutCopying() throws {
    let cheat = try #require(Catalogue.cheats.first { $0.name == "lazy.copy" })
    var setting = Setting()
    setting.bait = Fraction(257, over: 10_000)
    #expect(try cheat.expectation(in: setting) > 0)
    setting.bait = Fraction(259, over: 10_000)
    #expect(try cheat.expectation(in: setting) < 0)
  }

  /// Junk stops paying more than work when 80.2 % of the buyers look.
  @Test func lookingDecidesAboutJunk() throws {
    let setting = Setting()
    let work = try setting.open(.accepted).net(of: .provider) - Fraction(setting.cost)
    let sold = try setting.open(.accepted).net(of: .provider)
    #expect(sold * Fraction(1_981, over: 10_000) > work)
    #expect(sold * Fraction(1_979, over: 10_000) < work)
  }
}
