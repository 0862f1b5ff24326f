// Cheats in a tournament, each an actor whose profit is printed: what loses, and what is bounded.

import Foundation
import Kernel
import Market
import Primitives
import Testing

@testable import Tournaments

@Suite struct TournamentAttackTests {
  private static let start: Int64 = 1_000_000_000_000
  private static let rising: [UInt64] = [1, 2, 3, 4]
  private static let falling: [UInt64] = [4, 3, 2, 1]

  /// What accounts have more than they began with, in millionths of a dollar.
  private static func profit(
    _ what: String, _ t: borrowing TournamentLedger, _ names: String...
  ) -> Int64 {
    let sum = names.reduce(Int64(0)) { $0 + Int64(t.balance($1)) - start }
    let text = "tournament: \(what): \(sum < 0 ? "−" : "")\(Amount(sum.magnitude))\n"
    FileHandle.standardError.write(Data(text.utf8))
    return sum
  }

  /// One forecast under many keys earns what it earns under one, less what rounding takes.
  @Test func sybilsEarnNoMore() throws {
    func earned(parts: UInt64) throws -> Int64 {
      var rules = TournamentRules.quick
      rules.entries = 10
      let names = (0..<parts).map { "s\($0)" }
      var t = try TournamentLedger(people: names + ["honest"])
      #expect(t.create(rules) == nil)
      try t.play(
        names.map { ($0, Self.rising, 80 / parts) } + [("honest", [1, 3, 2, 4], 100)])
      #expect(t.truth([1, 2, 3, 5]) == nil)
      try t.pass(seconds: 1)
      #expect(t.isBalanced == true)
      return names.reduce(0) { $0 + Int64(t.balance($1)) - Self.start }
    }
    let (one, many) = (try earned(parts: 1), try earned(parts: 8))
    #expect(one > 0 && many <= one && many > one - 16)
  }

  /// Forecasts that mirror each other win and lose the same.
  @Test func hedgingWithOneselfEarnsNothing() throws {
    var t = try TournamentLedger(people: ["x", "y"])
    #expect(t.create() == nil)
    try t.play([("x", Self.rising, 100), ("y", Self.falling, 100)])
    #expect(t.truth([1, 2, 3, 5]) == nil)
    try t.pass(seconds: 1)
    #expect((-2...0).contains(Self.profit("hedger", t, "x", "y")))
  }

  /// Somebody seals both, learns the truth before reveals end, and shows the winner only: what
  /// stays shut loses as much as the worst forecast.
  @Test func revealingOnlyTheWinnerEarnsNothing() throws {
    var t = try TournamentLedger(people: ["x", "y"])
    #expect(t.create() == nil)
    #expect(t.enter("x", Self.rising, TournamentLedger.dollars(100)) == nil)
    #expect(t.enter("y", Self.falling, TournamentLedger.dollars(100)) == nil)
    try t.pass(seconds: 60)
    #expect(t.reveal("x", Self.rising) == nil)
    try t.pass(seconds: 60)
    #expect(t.truth([1, 2, 3, 5]) == nil)
    try t.pass(seconds: 1)
    #expect(Self.profit("reveals the winner only", t, "x", "y") <= 0)
    #expect(t.isBalanced == true)
  }

  /// A seal that was copied opens for nobody but who made it.
  @Test func aCopiedSealCannotBeOpened() throws {
    var t = try TournamentLedger(people: ["a", "copier"])
    #expect(t.create() == nil)
    #expect(t.enter("a", Self.rising) == nil)
    let seal = try #require(t.room.entry(1, 0) as Entry?).seal
    #expect(t.enter("copier", seal: seal, TournamentLedger.dollars(10)) == nil)
    try t.pass(seconds: 60)
    #expect(t.reveal("a", Self.rising) == nil)
    // It knows forecast and salt now.
    let salt = TournamentLedger.salt("a")
    #expect(t.reveal("copier", Self.rising, salt: salt) == .forecastDiffers)
    try t.pass(seconds: 60)
    #expect(t.truth([1, 2, 3, 5]) == nil)
    try t.pass(seconds: 1)
    #expect(Self.profit("copier of a seal", t, "copier") == -500_000)
  }

  /// Whoever bets after the truth leaked comes too late; whoever knew it before entries closed
  /// gains at most the limit of its stake, and the purse. That is the bound.
  @Test func aBetAfterTheTruthLeaked() throws {
    var t = try TournamentLedger(people: ["late", "insider"])
    var rules = TournamentRules.quick
    rules.bond = TournamentLedger.dollars(2)
    #expect(t.create(rules, purse: rules.bond) == nil)
    #expect(t.enter("insider", Self.rising, TournamentLedger.dollars(100_000)) == nil)
    try t.pass(seconds: 60)
    #expect(t.enter("late", Self.rising) == .entriesClosed)
    #expect(t.reveal("insider", Self.rising) == nil)
    try t.pass(seconds: 60)
    #expect(t.truth([1, 2, 3, 4]) == nil)
    try t.pass(seconds: 1)
    #expect(Self.profit("bets late", t, "late") == 0)
    let insider = Self.profit("knew the truth in advance", t, "insider")
    #expect(insider > 1_900_000 && insider <= 2_000_000)
  }

  /// Many small entries fill a board; each gives way to a greater stake, with its money back.
  @Test func aFullBoardKeepsNobodyOut() throws {
    var t = try TournamentLedger(people: ["a", "b", "c", "d", "honest", "poor"])
    #expect(t.create() == nil)
    for name in ["a", "b", "c", "d"] {
      #expect(t.enter(name, Self.falling, TournamentLedger.dollars(1)) == nil)
    }
    #expect(
      t.enter("poor", Self.rising, TournamentLedger.dollars(1))
        == .boardIsFull(least: TournamentLedger.dollars(1)))
    #expect(t.enter("honest", Self.rising, TournamentLedger.dollars(2)) == nil)
    // Of equal stakes the last that came.
    #expect(t.room.entry(of: TournamentLedger.account("d"), in: 1) == nil)
    #expect(t.balance("d") == 1_000_000_000_000)
    #expect(t.room.tournament(1)?.staked == TournamentLedger.dollars(5))
    #expect(t.room.tournament(1)?.entries == 4)
    #expect(t.isBalanced == true)
  }

  /// The owner, whose word is the truth, under other names lets itself win: out of its own purse
  /// it gains nothing, out of a sponsor's at most that.
  @Test func anOwnerThatPaysItself() throws {
    for sponsored in [UInt64(0), 50] {
      var t = try TournamentLedger(people: ["puppet", "honest"])
      #expect(t.create(purse: TournamentLedger.dollars(50)) == nil)
      #expect(t.enter("owner", Self.falling) == .ownTournament)
      if sponsored > 0 { #expect(t.fund(TournamentLedger.dollars(sponsored)) == nil) }
      try t.play([("honest", Self.rising, 100), ("puppet", Self.falling, 10_000)])
      #expect(t.truth([4, 3, 2, 1]) == nil)
      try t.pass(seconds: 1)
      let gain = Self.profit(
        "owner that pays itself, sponsors with $\(sponsored)", t, "owner", "puppet")
      #expect(gain <= Int64(sponsored) * 1_000_000)
      if sponsored == 0 { #expect(gain <= 0) }
      #expect(t.isBalanced == true)
    }
  }

  /// The loser stays shut, so that too few are revealed: the round counts who entered, and it
  /// burns.
  @Test func aLoserCannotUndoTheRound() throws {
    var rules = TournamentRules.quick
    rules.quorum = 2
    var t = try TournamentLedger(people: ["winner", "loser"])
    #expect(t.create(rules) == nil)
    #expect(t.enter("loser", Self.falling, TournamentLedger.dollars(100)) == nil)
    try t.play([("winner", Self.rising, 100)])
    #expect(t.room.tournament(1)?.state == .waiting)
    #expect(t.truth([1, 2, 3, 5]) == nil)
    try t.pass(seconds: 1)
    #expect(Self.profit("loser that stays shut", t, "loser") == -5_000_000)
    #expect(Self.profit("winner beside it", t, "winner") > 4_900_000)
    #expect(t.isBalanced == true)
  }

  /// Where stakes outgrow the purse, a loser of one's own that stays shut does not raise the factor
  /// of the winner.
  @Test func stayingShutMovesNoFactor() throws {
    func won(_ isShut: Bool) throws -> Int64 {
      var t = try TournamentLedger(people: ["winner", "loser"])
      #expect(t.create(purse: TournamentLedger.dollars(5)) == nil)
      #expect(t.enter("winner", Self.rising, TournamentLedger.dollars(100)) == nil)
      #expect(t.enter("loser", Self.falling, TournamentLedger.dollars(900)) == nil)
      try t.pass(seconds: 60)
      #expect(t.reveal("winner", Self.rising) == nil)
      if !isShut { #expect(t.reveal("loser", Self.falling) == nil) }
      try t.pass(seconds: 60)
      #expect(t.truth([1, 2, 3, 5]) == nil)
      try t.pass(seconds: 1)
      #expect(t.isBalanced == true)
      return Int64(t.balance("winner")) - Self.start
    }
    let (shut, shown) = (try won(true), try won(false))
    #expect(shut == shown && shown > 0 && shown <= 500_000)
  }

  /// An owner that keeps the truth back loses its bond, which is never less than what it would have
  /// had to pay: also where the purse lies under another name of its own.
  @Test func anOwnerThatIsSilentLoses() throws {
    var t = try TournamentLedger(people: ["a"])
    #expect(t.create() == nil)
    try t.play([("a", Self.rising, 10)])
    try t.pass(seconds: 60)
    #expect(Self.profit("owner that keeps the truth back", t, "owner") == -200_000_000)
  }

  /// Great mirrored stakes take the factor down for everybody. It earns its maker nothing; what it
  /// takes from others is bounded by what it locks.
  @Test func whoDilutesGainsNothing() throws {
    func honest(_ diluted: UInt64) throws -> (Int64, Int64) {
      var t = try TournamentLedger(people: ["a", "x", "y"])
      #expect(t.create(purse: TournamentLedger.dollars(5)) == nil)
      var board = [("a", Self.rising, UInt64(100))]
      if diluted > 0 { board += [("x", Self.rising, diluted), ("y", Self.falling, diluted)] }
      try t.play(board)
      #expect(t.truth([1, 2, 3, 5]) == nil)
      try t.pass(seconds: 1)
      let paid = try #require(t.room.tournament(1) as Tournament?).paid.units
      // What the purse pays the pair's winner, the loser burns: at most half of it.
      let lost = Self.profit("owner beside a diluter with $\(diluted) on each side", t, "owner")
      #expect(lost == -Int64(paid))
      if diluted > 0 { #expect(Int64(paid) - (Int64(t.balance("a")) - Self.start) <= 2_500_000) }
      return (
        Int64(t.balance("a")) - Self.start, Self.profit("diluter", t, "x", "y")
      )
    }
    let alone = try honest(0)
    let diluted = try honest(200)
    #expect(diluted.1 <= 0)
    #expect(diluted.0 >= alone.0 / 5 - 2 && diluted.0 < alone.0)
  }

  /// No sponsor leaves before the end: there is no message for it, and the purse only grows.
  @Test func aPurseOnlyGrows() throws {
    var t = try TournamentLedger(people: ["a"])
    var rules = TournamentRules.quick
    rules.bond = TournamentLedger.dollars(10)
    #expect(t.create(rules, purse: TournamentLedger.dollars(1)) == nil)
    #expect(t.fund(TournamentLedger.dollars(9)) == nil)
    try t.play([("a", Self.rising, 100)])
    #expect(t.room.tournament(1)?.purse == TournamentLedger.dollars(10))
    #expect(t.truth([1, 2, 3, 5]) == nil)
    try t.pass(seconds: 1)
    // Five dollars were won, one part from the owner and nine from the sponsor.
    #expect((-4_500_001)...(-4_400_000) ~= Self.profit("sponsor", t, "sponsor"))
  }
}
