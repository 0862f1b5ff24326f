// Every cheat of the facts is a row, earns what they print, and pays only where they say so.

import Kernel
import Primitives
import Testing

@testable import Cheats

@Suite struct CatalogueTests {
  /// The names of the facts' table, with the number of figures that each has there.
  private static let names: [(String, Int)] = [
    ("lie.owned", 2), ("lie.bribe", 2), ("lie.cheap", 2), ("lie.rare", 2),
    ("lie.rare.bribe", 2), ("silent.drawn", 1), ("withhold.output", 1), ("self.shield", 1),
    ("self.catch", 1), ("not.honoured", 1), ("not.revealed", 1), ("no.evidence", 1),
    ("overload", 1), ("equivocate", 1), ("whitewash", 1), ("junk.open", 4), ("last.call", 1),
    ("reject.good", 1), ("reject.extort", 1), ("salt.skip", 1), ("salt.reroll", 1),
    ("free.work", 1), ("free.work.p0", 1), ("input.withheld", 1), ("never.fetches", 2),
    ("false.demand", 1), ("dilute", 1), ("unpaid.call", 1), ("shill.bid", 2),
    ("lazy.copy", 1), ("lazy.junk", 2), ("extort.audit", 2), ("silent.auditor", 2),
    ("frivolous", 1), ("delay", 1), ("flood", 1), ("copycat", 1), ("predator", 1),
    ("predator.sure", 1), ("censor.salt", 1), ("front.run", 1), ("grind.silent", 1),
    ("fill.window", 1), ("majority.p0", 3), ("majority.court", 3), ("all.seats", 1),
    ("share.run", 1), ("wash.audited", 1), ("wash.p0", 1), ("drain.auditors", 1),
    ("bad.mouth", 1), ("state.bloat", 1), ("fake.review", 1),
  ]

  /// The rows that the facts print in bold, two that come to nothing, and one of ours.
  private static let bounded: Set<String> = [
    "junk.open", "last.call", "free.work.p0", "shill.bid", "predator.sure", "censor.salt",
    "front.run", "majority.p0", "share.run", "wash.p0", "unpaid.call", "grind.silent",
    "lie.bribe.least", "labels.colluders", "labels.two.seats",
    "labels.leaked", "labels.told", "panel.obeyed",
    "panel.colluders", "panel.skipped", "censor.opening",
    "topics.majority", "topics.late.copy", "topics.forecast.copy", "topics.forecaster.keys",
    "topics.inferer.keys", "routed.bought.rank", "routed.jury.ring", "subnet.cabal",
    "subnet.relay", "tournaments.told",
    "asset.pump.held", "asset.root.farm", "asset.sandwich", "asset.drain", "asset.self.issue",
  ]

  /// Rows that the facts lack.
  private static let ours: Set = [
    "lie.bribe.least", "false.proof", "other.input", "stuff.proofs", "equivocate.own",
    "labels.clicker", "labels.constant", "labels.copier", "labels.told", "labels.colluders",
    "labels.two.seats", "labels.false.gold", "labels.keeps.gold", "labels.leaked",
    "labels.puppets", "labels.script", "labels.flood", "panel.obeyed",
    "panel.always.five", "panel.guesses", "panel.copies", "panel.silent",
    "panel.colluders", "panel.second.key", "panel.false.gold", "panel.skipped",
    "panel.quiet.bench", "censor.opening", "topics.colluders", "topics.majority", "topics.veto",
    "topics.guess", "topics.copied.truth", "topics.late.copy", "topics.forecast.copy",
    "topics.forecaster.keys", "topics.inferer.keys", "topics.picky", "topics.puppets",
    "routed.bought.rank", "routed.pump", "routed.jury.ring", "routed.sniper", "routed.refuses",
    "subnet.cabal", "subnet.copier", "subnet.sniper", "subnet.sybils", "subnet.relay",
    "subnet.two.keys", "subnet.flight", "subnet.owner", "tournaments.late",
    "tournaments.told", "tournaments.leaked", "tournaments.copies",
    "asset.pump.reading", "asset.pump.held", "asset.root.farm", "asset.sandwich", "asset.drain",
    "asset.self.issue", "asset.wash",
  ]

  /// Where ours is another number than the facts', to a millionth, in the unit of the row.
  private static let others: [String: String] = [
    "silent.drawn": "−1.122572", "lie.rare.bribe (call)": "−0.400001",
    "drain.auditors": "−3495.939140", "equivocate (call)": "−1000.003300",
  ]

  private func judged() throws -> [Judgement] {
    try Catalogue.judge(runs: 0, seed: 0)
  }

  @Test func everyCheatOfTheFactsIsARow() {
    for (name, count) in Self.names {
      #expect(Catalogue.cheats.count { $0.name == name } == count, "\(name)")
    }
    let extra = Catalogue.cheats.filter { cheat in !Self.names.contains { $0.0 == cheat.name } }
    #expect(
      extra.map(\.title) == [
        "lie.bribe.least", "false.proof", "other.input (half contest)", "stuff.proofs",
        "lie.bribe.least (call)", "equivocate.own (call)",
        "labels.clicker", "labels.constant", "labels.copier", "labels.told",
        "labels.colluders (with gold)", "labels.colluders (without gold)", "labels.leaked",
        "labels.two.seats", "labels.false.gold", "labels.keeps.gold", "labels.puppets",
        "labels.script (HTML as text)", "labels.script (SVG as SVG)",
        "labels.script (SVG as PNG)", "labels.flood",
        "panel.always.five", "panel.guesses", "panel.copies", "panel.silent",
        "panel.colluders (10 % of the bonds)", "panel.colluders (20 % of the bonds)",
        "panel.colluders (30 % of the bonds)", "panel.colluders (50 % of the bonds)",
        "panel.colluders (30 %, half of the items gold)", "panel.obeyed (30 % obey)",
        "panel.obeyed (30 % obey, half of the items gold)", "panel.second.key", "panel.false.gold",
        "panel.skipped", "panel.quiet.bench", "censor.opening", "topics.colluders (10 %)",
        "topics.colluders (20 %)", "topics.colluders (30 %)", "topics.colluders (40 %)",
        "topics.colluders (50 %)", "topics.majority", "topics.veto", "topics.guess",
        "topics.copied.truth", "topics.late.copy", "topics.forecast.copy",
        "topics.forecaster.keys", "topics.inferer.keys", "topics.picky", "topics.puppets",
        "routed.bought.rank", "routed.pump (earns 50 % of the subnet)",
        "routed.pump (earns 100 % of the subnet)", "routed.jury.ring (30 % of the stake)",
        "routed.jury.ring (50 % of the stake)", "routed.sniper",
        "routed.refuses (honours every seat)", "routed.refuses (honours none)",
        "subnet.cabal (10 % of the stake)", "subnet.cabal (20 % of the stake)",
        "subnet.cabal (30 % of the stake)", "subnet.cabal (40 % of the stake)",
        "subnet.cabal (50 % of the stake)", "subnet.cabal (60 % of the stake)",
        "subnet.copier", "subnet.sniper", "subnet.sybils",
        "subnet.relay (validators compare answers)", "subnet.relay (nobody compares)",
        "subnet.two.keys", "subnet.flight", "subnet.owner", "tournaments.late",
        "tournaments.told", "tournaments.leaked", "tournaments.copies",
        "asset.pump.reading (by a trader)", "asset.pump.reading (by the pool's owner)",
        "asset.pump.held", "asset.root.farm", "asset.sandwich (the victim bears 1 %)",
        "asset.sandwich (the victim bears nothing)", "asset.drain (holders sell)",
        "asset.drain (holders sleep)", "asset.self.issue (nobody buys)",
        "asset.self.issue (others bought for $200)",
        "asset.self.issue (they sleep through the notice)", "asset.wash (by a trader)",
        "asset.wash (by the pool's owner)",
      ])
    #expect(Set(Catalogue.cheats.map(\.title)).count == Catalogue.cheats.count)
  }

  @Test func everyFigureIsThatOfTheFacts() throws {
    for one in try judged() {
      let title = one.cheat.title
      let own = (one.exact / one.cheat.measure.scale).text(places: 6)
      if let other = Self.others[title] {
        #expect(own == other, "\(title)")
        #expect(one.agrees == false && one.cheat.note != nil, "\(title)")
      } else {
        #expect(one.agrees ?? (Self.ours.contains(one.cheat.name)), "\(title): \(own)")
      }
    }
  }

  @Test func nothingPaysButWhatIsListedWithABound() throws {
    for one in try judged() {
      #expect(one.holds, "\(one.cheat.title)")
      #expect((one.limit != nil) == (one.cheat.bound != nil))
    }
    let paying = try judged().filter { $0.verdict == .bounded }.map(\.cheat.name)
    #expect(Set(paying) == Self.bounded)
  }

  @Test func chancesOfARowAddUpToOne() throws {
    for cheat in Catalogue.cheats {
      let outcomes = try cheat.outcomes(in: Setting())
      #expect(outcomes.reduce(0) { $0 + $1.chance } == 1, "\(cheat.title)")
      #expect(outcomes.allSatisfy { $0.chance >= 0 }, "\(cheat.title)")
    }
  }

  /// A row above its bound, and one without a bound at zero, are told from those that hold.
  @Test func aRowThatPaysIsFound() throws {
    func verdict(_ profit: Int, bound: Int?) throws -> Judgement.Verdict {
      let cheat = Cheat("x", by: .buyer, "", figure: nil) { _ in .certain(Fraction(profit)) }
        .with { row in
          row.bound = bound.map { most in Cheat.Bound("") { _ in Fraction(most) } }
        }
      return try Judgement(cheat, in: Setting(), runs: 0, seed: 0).verdict
    }
    #expect(try verdict(-1, bound: nil) == .loses)
    #expect(try verdict(0, bound: nil) == .pays)
    #expect(try verdict(1, bound: nil) == .pays)
    #expect(try verdict(0, bound: 0) == .bounded)
    #expect(try verdict(5, bound: 5) == .bounded)
    #expect(try verdict(6, bound: 5) == .exceeds)
    #expect(try verdict(-1, bound: -2) == .loses)
  }

  @Test func figuresRoundAsPrinted() {
    #expect(Figure("−1.12").isMet(by: -1_122_436))
    #expect(Figure("−1.12").isMet(by: -1_125_000) && !Figure("−1.12").isMet(by: -1_125_001))
    #expect(!Figure("−1.12").isMet(by: 1_122_436))
    #expect(Figure("−3,499").isMet(by: -3_499_400_000))
    #expect(!Figure("−3,499").isMet(by: -3_499_600_000))
    #expect(Figure("< 0").isMet(by: -1) && !Figure("< 0").isMet(by: 0))
    #expect(Figure("0").isMet(by: 0) && !Figure("0").isMet(by: 1))
    #expect(Figure.micro("+99").isMet(by: 99) && !Figure.micro("+99").isMet(by: 100))
  }

  /// What an auditor can be bought for lies below the share of the bond that it could win, since
  /// it has the fee and saves the work: inventing answers then earns a little, honest work more.
  @Test func theLeastBribeIsBelowTheOneThatBondsAreComputedFor() throws {
    let cheat = try #require(Catalogue.cheats.first { $0.title == "lie.bribe.least" })
    #expect(try cheat.expectation(in: Setting()).rounded == 25_600)
    let honest = try #require(try cheat.limit(in: Setting()))
    #expect(honest.rounded == 212_338)
    var more = Setting()
    more.seatBondPpm = 1_025_000
    #expect(try cheat.expectation(in: more) < 0)
    more.seatBondPpm = 1_024_000
    #expect(try cheat.expectation(in: more) > 0)
  }
}
