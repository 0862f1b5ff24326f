// Tournaments on the ledger: what is taken and refused, who is paid, and that no unit is lost.

import Arithmetic
import Kernel
import Market
import Primitives
import Testing

@testable import Tournaments

@Suite struct TournamentLedgerTests {
  static let rising: [UInt64] = [1, 2, 3, 4]
  static let falling: [UInt64] = [4, 3, 2, 1]
  static let flat: [UInt64] = [7, 7, 7, 7]

  @Test func rulesKeepTheirRanges() throws {
    var t = try TournamentLedger()
    func refused(_ change: (inout TournamentRules) -> Void) -> String? {
      var rules = TournamentRules.quick
      change(&rules)
      return t.create(rules)?.code
    }
    #expect(refused { $0.values = 1 } == "outOfRange")
    #expect(refused { $0.values = 257 } == "outOfRange")
    #expect(refused { $0.entries = 257 } == "outOfRange")
    #expect(refused { $0.entries = .max } == "outOfRange")
    #expect(refused { $0.quorum = 5 } == "outOfRange")
    #expect(refused { $0.quorum = 0 } == "outOfRange")
    #expect(refused { $0.limit = 500_001 } == "outOfRange")
    #expect(refused { $0.entryTime = .max } == "outOfRange")
    #expect(refused { $0.nameTime = 0 } == "outOfRange")
    #expect(refused { $0.bond = .zero } == "outOfRange")
    #expect(t.create(purse: TournamentLedger.dollars(3))?.code == "outOfRange")
    for name in ["", "Rain", "a b", "<b>", "x23456789012345678901234567890123"] {
      #expect(t.create(name: name) == .badTournamentName)
    }
    #expect(t.create(TournamentRules(), purse: TournamentLedger.dollars(10)) == nil)
    #expect(t.isBalanced == true)
  }

  @Test func sourcesMakeSense() throws {
    var t = try TournamentLedger()
    func refused(_ change: (inout TruthSource) -> Void) -> String? {
      var source = TruthSource()
      change(&source)
      return t.create(.quick, source)?.code
    }
    #expect(refused { $0.width = 3 } == "badTruthSource")
    #expect(refused { $0.width = 8 } == "badTruthSource")
    #expect(refused { $0.check = CheckTerms("proved") } == "badTruthSource")
    #expect(refused { $0.spec = SHA256.hash([1]) } == "badTruthSource")
    #expect(refused { $0.kind = .run } == "badTruthSource")
  }

  /// No run may be named in advance that cannot end with one answer which anybody can open.
  @Test func onlyChecksThatGiveOneAnswerAreTaken() throws {
    var t = try TournamentLedger()
    func made(_ check: String, _ numbers: [Number], _ spec: [UInt8] = [1]) -> String? {
      t.create(.quick, TruthSource(runUnder: CheckTerms(check, numbers), spec: spec))?.code
    }
    #expect(made("proved", [Number("level", 1)]) == nil)
    #expect(made("proved", [Number("level", 2)]) == nil)
    #expect(made("proved", [Number("level", 3)]) == "truthUnchecked")
    #expect(made("disputable", [Number("audit", 50_000)]) == nil)
    #expect(made("replicated", [Number("replicas", 3), Number("audit", 50_000)]) == nil)
    // Without audits a lease keeps no spec, so that none could ever be named.
    #expect(made("replicated", [Number("replicas", 3), Number("audit", 0)]) == "truthUnchecked")
    #expect(made("open", []) == "truthUnchecked")
    #expect(made("judged", JudgedCheck.numbers.map { Number($0, 3) }) != nil)
    // Misspelt, and with numbers that the check does not take.
    #expect(made("disputible", [Number("audit", 50_000)]) == "unknownCheck")
    #expect(made("disputable", []) == "checkTermsDiffer")
    #expect(made("disputable", [Number("audit", 0)]) == "outOfRange")
    #expect(made("proved", [Number("level", 1)], []) == "badTruthSource")
  }

  @Test func valuesInBytesComeBack() {
    var source = TruthSource()
    for (width, isSigned, values) in [
      (1, true, [-128, -1, 0, 127]), (1, false, [0, 255, 128, 1]),
      (2, true, [-32_768, 32_767, -2, 258]), (4, true, [-2_147_483_648, 2_147_483_647, 0, -7]),
      (4, false, [4_294_967_295, 0, 1, 65_536]),
    ] as [(UInt64, Bool, [Int])] {
      source.width = width
      source.isSigned = isSigned
      let bytes = source.bytes(of: values)
      #expect(bytes.flatMap { source.values(in: $0, count: 4) } == values)
      #expect(bytes.flatMap { source.values(in: $0, count: 5) } == nil)
    }
    source.width = 1
    #expect(source.bytes(of: [256]) == nil && source.bytes(of: [-1]) == nil)
    source.width = 0
    #expect(source.values(in: [], count: 4) == nil)
  }

  /// A right forecast earns, a wrong one burns as much of its stake.
  @Test func theBoardIsPaidToTheLastUnit() throws {
    var t = try TournamentLedger(people: ["up", "down"])
    #expect(t.create() == nil)
    try t.play([("up", Self.rising, 100), ("down", Self.falling, 100)])
    let before = ["up", "down", "owner"].map { t.balance($0) }
    #expect(t.truth([10, 20, 30, 41]) == nil)
    try t.pass(seconds: 1)
    let gains = zip(["up", "down", "owner"], before).map { t.balance($0) - $1 }
    // Five percent of the stake, which the limit gives to a score of nearly 1.
    #expect(gains[0] == 105_000_000 || gains[0] == 104_999_999)
    #expect(gains[1] == 95_000_000 || gains[1] == 95_000_001)
    // The purse of 100 less what was won, and the bond.
    #expect(gains[2] == 300_000_000 - (gains[0] - 100_000_000))
    #expect(t.treasury == 100_000_000 - gains[1])
    let row = try #require(t.room.tournament(1) as Tournament?)
    #expect(row.state == .paid && row.paid.units == gains[0] - 100_000_000)
    let up = try #require(t.room.entry(of: TournamentLedger.account("up"), in: 1) as Entry?)
    #expect(up.score > 980_000_000 && !up.isBelow)
    #expect(t.isBalanced == true)
    // A month later readers have had their time.
    try t.pass(seconds: 30 * 86_400)
    #expect(t.room.tournament(1) == nil && t.room.entry(1, 0) == nil)
    #expect(t.room.sponsorship(1, 0) == nil)
  }

  /// However well everybody forecasts, a purse is never overdrawn: the factor is the same for all,
  /// for gains and for losses.
  @Test(arguments: [1, 7, 99, 1_000_000] as [UInt64])
  func aPurseIsNeverOverdrawn(dollars: UInt64) throws {
    var rules = TournamentRules.quick
    rules.limit = 333_333
    var t = try TournamentLedger(people: ["a", "b", "c", "d"])
    #expect(t.create(rules, purse: Amount(3_200_001)) == nil)
    #expect(t.fund(Amount(3_200_003)) == nil)
    let stake = min(dollars, 999_999)
    try t.play([
      ("a", Self.rising, stake), ("b", Self.rising, stake), ("c", Self.rising, stake),
      ("d", Self.falling, stake),
    ])
    #expect(t.truth([1, 2, 3, 4]) == nil)
    try t.pass(seconds: 1)
    let row = try #require(t.room.tournament(1) as Tournament?)
    #expect(row.state == .paid && row.paid <= row.purse)
    // Three win what one loses, to a unit.
    #expect(row.paid.units / 3 <= row.burnt.units && row.burnt.units <= row.paid.units / 3 + 1)
    if dollars > 99 { #expect(row.paid.units > row.purse.units / 4 * 3 - 4) }
    #expect(t.isBalanced == true)
  }

  @Test func eachStepHasItsTime() throws {
    var t = try TournamentLedger(people: ["a", "b"])
    #expect(t.enter("a", Self.rising) == .noSuchTournament(1))
    #expect(t.create() == nil)
    #expect(t.reveal("a", Self.rising) == .entriesOpen)
    #expect(t.enter("a", Self.rising, Amount(999_999))?.code == "outOfRange")
    #expect(t.enter("a", Self.rising) == nil)
    #expect(t.truth([1, 2, 3, 4]) == .revealsOpen)
    try t.pass(seconds: 60)
    // The purse is final and nobody comes in who could have seen anything.
    #expect(t.enter("b", Self.rising) == .entriesClosed)
    #expect(t.fund(TournamentLedger.dollars(1)) == .entriesClosed)
    #expect(t.reveal("b", Self.rising) == .notEntered)
    #expect(t.reveal("a", Self.falling) == .forecastDiffers)
    #expect(t.reveal("a", Self.rising, salt: .zero) == .forecastDiffers)
    #expect(t.truth([1, 2, 3, 4]) == .revealsOpen)
    #expect(t.reveal("a", Self.rising) == nil)
    #expect(t.reveal("a", Self.rising) == .revealedAlready)
    try t.pass(seconds: 60)
    #expect(t.reveal("a", Self.rising) == .revealsEnded)
    #expect(t.truth([1, 2, 3, 4], by: "a") == .notTournamentOwner)
    #expect(t.truth([1, 2, 3])?.code == "badTruth")
    #expect(t.truth([1, 2, 3, 4]) == nil)
    #expect(t.truth([4, 3, 2, 1]) == .truthTooLate)
    try t.pass(seconds: 1)
    #expect(t.truth([4, 3, 2, 1]) == .truthTooLate)
    #expect(t.isBalanced == true)
  }

  @Test func aForecastOfTheWrongShapeCannotBeRevealed() throws {
    var t = try TournamentLedger(people: ["a", "b"])
    #expect(t.create() == nil)
    #expect(t.enter("a", [1, 2, 3]) == nil)
    #expect(t.enter("b", [1, 2, 3, 65_536]) == nil)
    try t.pass(seconds: 60)
    #expect(t.reveal("a", [1, 2, 3])?.code == "badForecast")
    #expect(t.reveal("b", [1, 2, 3, 65_536])?.code == "badForecast")
    #expect(t.isBalanced == true)
  }

  /// It could neither win nor lose, and only take the factor down: it stays shut and burns.
  @Test func aFlatForecastCannotBeRevealed() throws {
    var t = try TournamentLedger(people: ["a", "flat"])
    #expect(t.create() == nil)
    #expect(t.enter("flat", Self.flat) == nil)
    try t.play([("a", Self.rising, 10)])
    #expect(t.room.entry(of: TournamentLedger.account("flat"), in: 1)?.isRevealed == false)
    #expect(t.truth([1, 2, 3, 5]) == nil)
    try t.pass(seconds: 1)
    #expect(t.balance("flat") == 1_000_000_000_000 - 500_000)
  }

  @Test func aFlatForecastIsRefusedAtItsReveal() throws {
    var t = try TournamentLedger(people: ["flat"])
    #expect(t.create() == nil)
    #expect(t.enter("flat", Self.flat) == nil)
    try t.pass(seconds: 60)
    #expect(t.reveal("flat", Self.flat) == .flatForecast)
  }

  /// Whoever sends again changes its mind: the last seal counts, the stakes add up.
  @Test func enteringAgainReplacesTheSeal() throws {
    var t = try TournamentLedger(people: ["a"])
    #expect(t.create() == nil)
    #expect(t.enter("a", Self.falling) == nil)
    #expect(t.enter("a", Self.rising, .zero) == nil)
    #expect(t.enter("a", Self.rising, TournamentLedger.dollars(5)) == nil)
    #expect(t.room.tournament(1)?.entries == 1)
    #expect(t.room.tournament(1)?.staked == TournamentLedger.dollars(15))
    try t.pass(seconds: 60)
    #expect(t.reveal("a", Self.falling) == .forecastDiffers)
    #expect(t.reveal("a", Self.rising) == nil)
    #expect(t.isBalanced == true)
  }

  @Test func tooFewForecastsEndItAtOnce() throws {
    var rules = TournamentRules.quick
    rules.quorum = 2
    var t = try TournamentLedger(people: ["a", "b"])
    #expect(t.create(rules) == nil)
    let before = [t.balance("a"), t.balance("b")]
    #expect(t.enter("a", Self.rising) == nil)
    try t.pass(seconds: 60)
    #expect(t.reveal("a", Self.rising) == nil)
    try t.pass(seconds: 60)
    #expect(t.room.tournament(1)?.state == .void)
    #expect([t.balance("a"), t.balance("b")] == before)
    #expect(t.balance("owner") == 1_000_000_000_000 && t.treasury == 0)
    #expect(t.truth([1, 2, 3, 4]) == .truthTooLate)
  }

  /// Truth that never comes: stakes and purses go back, the owner's bond does not.
  @Test func silenceOfTheKeeperCostsTheOwnerItsBond() throws {
    var t = try TournamentLedger(people: ["a", "b"])
    #expect(t.create() == nil)
    #expect(t.fund(TournamentLedger.dollars(7)) == nil)
    #expect(t.enter("b", Self.falling) == nil)
    try t.play([("a", Self.rising, 10)])
    try t.pass(seconds: 60)
    #expect(t.room.tournament(1)?.state == .void)
    // Who kept its forecast shut has its stake as well: there is nothing to measure it by.
    #expect(t.balance("a") == 1_000_000_000_000 && t.balance("b") == 1_000_000_000_000)
    #expect(t.balance("sponsor") == 1_000_000_000_000)
    #expect(t.treasury == 200_000_000)
    #expect(t.balance("owner") == 999_800_000_000)
    #expect(t.truth([1, 2, 3, 4]) == .truthTooLate)
    #expect(t.isBalanced == true)
  }

  @Test func sponsorsHaveBackWhatNobodyWon() throws {
    var t = try TournamentLedger(people: ["a"])
    #expect(t.create(purse: TournamentLedger.dollars(30)) == nil)
    #expect(t.fund(TournamentLedger.dollars(5)) == nil)
    #expect(t.fund(TournamentLedger.dollars(5)) == nil)
    // One row however often it pays.
    #expect(t.room.tournament(1)?.sponsors == 2)
    try t.play([("a", Self.rising, 100)])
    #expect(t.truth([6, 6, 6, 6]) == nil)
    try t.pass(seconds: 1)
    #expect(t.balance("sponsor") == 1_000_000_000_000 && t.balance("owner") == 1_000_000_000_000)
    #expect(t.balance("a") == 1_000_000_000_000 && t.treasury == 0)
  }

  /// A sponsorship is a part of the bond and the purse at most the bond: nobody fills the places
  /// of sponsors with small change, and there are never more than 64.
  @Test func noPurseOutgrowsTheBondThatAnswersForIt() throws {
    let people = (0..<63).map { "p\($0)" }
    var t = try TournamentLedger(people: people + ["late"])
    var rules = TournamentRules.quick
    rules.bond = TournamentLedger.dollars(128)
    let two = TournamentLedger.dollars(2)
    #expect(t.create(rules, purse: TournamentLedger.dollars(129))?.code == "purseOverBond")
    #expect(t.create(rules, purse: two) == nil)
    #expect(t.fund(Amount(1_999_999), by: "p0")?.code == "outOfRange")
    #expect(t.fund(TournamentLedger.dollars(127), by: "p0")?.code == "purseOverBond")
    for name in people { #expect(t.fund(two, by: name) == nil) }
    #expect(t.room.tournament(1)?.sponsors == Tournament.mostSponsors)
    #expect(t.fund(two, by: "late") == .purseOverBond(room: .zero))
    #expect(t.isBalanced == true)
  }

  /// A truth without variance tells nobody apart; nobody wins or loses.
  @Test func aFlatTruthPaysNobody() throws {
    var t = try TournamentLedger(people: ["a", "b"])
    #expect(t.create() == nil)
    try t.play([("a", Self.rising, 10), ("b", Self.falling, 10)])
    #expect(t.truth([5, 5, 5, 5]) == nil)
    try t.pass(seconds: 1)
    #expect(t.balance("a") == 1_000_000_000_000 && t.balance("b") == 1_000_000_000_000)
    #expect(t.treasury == 0)
  }

  /// Values at the ends of their range: powers stay numbers that fit.
  @Test func greatTruthsScoreAsSmallOnes() {
    let small = Scoring.Board(truth: Scoring.scaled([-2, 1, 0, 3]))
    let great = Scoring.Board(
      truth: Scoring.scaled([-2, 1, 0, 3].map { $0 * 1_000_000_000 }))
    var random = Seeded(state: 9)
    for _ in 0..<20 {
      let forecast = (0..<4).map { _ in random.below(65_536) }
      #expect((small.score(forecast) - great.score(forecast)).magnitude.double < 1e-12)
    }
  }

  /// The board computes once what forecasts share, and the same bits.
  @Test func theBoardScoresAsEachAlone() {
    var random = Seeded(state: 4)
    for count in [2, 3, 17, 256] {
      let truth = Scoring.scaled((0..<count).map { _ in Int(random.below(100)) - 40 })
      let board = Scoring.Board(truth: truth)
      for _ in 0..<4 {
        let forecast = (0..<count).map { _ in random.below(count < 10 ? 4 : 65_536) }
        let alone = Scoring.correlation(
          forecast.map { Fixed64(clamping: $0) }, truth
        ).clamped(-.one, .one)
        #expect(board.score(forecast) == alone)
      }
    }
  }
}
