// What a block has room for, and tournaments that end without scores.

import Kernel
import Primitives
import Testing

@testable import Tournaments

@Suite struct TournamentEndTests {
  private static let rising: [UInt64] = [1, 2, 3, 4]
  private static let falling: [UInt64] = [4, 3, 2, 1]

  /// Boards that are due at once are scored a block after the other.
  @Test func aFullBoardFillsABlock() throws {
    var rules = TournamentRules.quick
    rules.values = 256
    rules.entries = 256
    let people = (0..<3).map { "p\($0)" }
    var t = try TournamentLedger(people: people)
    let forecast = (0..<256).map { UInt64($0) }
    for number in UInt64(1)...4 {
      #expect(t.create(rules) == nil)
      for name in people {
        #expect(t.enter(name, forecast, TournamentLedger.dollars(1), number) == nil)
      }
    }
    try t.pass(seconds: 60)
    for number in UInt64(1)...4 {
      for name in people { #expect(t.reveal(name, forecast, number) == nil) }
    }
    try t.pass(seconds: 60)
    for number in UInt64(1)...4 { #expect(t.truth((0..<256).map { $0 }, number) == nil) }
    func paid() -> Int {
      (UInt64(1)...4).count { t.room.tournament($0)?.state == .paid }
    }
    // Others have used the block up but for three of the four, and a unit less than the fourth.
    let board = TournamentWork.board(values: 256, revealed: 3, rows: 4)
    #expect(board == 56_960)
    t.fill(leaving: 4 * board - 1)
    try t.pass(seconds: 1)
    #expect(paid() == 3)
    try t.pass(seconds: 1)
    #expect(paid() == 4)
    #expect(t.isBalanced == true)
  }

  /// Tournaments that end without scores, and rows that go, take their share of a block too.
  @Test func givingBackFillsABlockAsWell() throws {
    var rules = TournamentRules.quick
    rules.entries = 256
    rules.quorum = 256
    let people = (0..<255).map { "p\($0)" }
    let rows: UInt64 = 256
    var t = try TournamentLedger(people: people)
    for number in UInt64(1)...3 {
      #expect(t.create(rules) == nil)
      for name in people {
        #expect(t.enter(name, Self.rising, TournamentLedger.dollars(1), number) == nil)
      }
    }
    func count(_ state: TournamentState?) -> Int {
      (UInt64(1)...3).count { t.room.tournament($0)?.state == state }
    }
    // The same, with two of three.
    t.fill(leaving: 3 * rows * TournamentWork.payment - 1)
    try t.pass(seconds: 120)
    #expect(count(.void) == 2)
    #expect(t.room.work(at: t.k.height) == TournamentWork.unitsOfBlock - 32_767)
    try t.pass(seconds: 1)
    #expect(count(.void) == 3)
    t.fill(leaving: 2 * rows * TournamentWork.removal)
    try t.pass(seconds: Tournament.keepTime)
    #expect(count(nil) == 2)
    try t.pass(seconds: 1)
    #expect(count(nil) == 3)
    #expect(t.isBalanced == true)
  }

  /// What cannot be scored is given back; but who stayed shut, once the truth is open, loses.
  @Test func aFrozenTournamentBurnsWhatStayedShut() throws {
    var t = try TournamentLedger(people: ["a", "shut"])
    #expect(t.create() == nil)
    #expect(t.enter("shut", Self.falling) == nil)
    try t.play([("a", Self.rising, 10)])
    #expect(t.truth([1, 2, 3, 4]) == nil)
    t.room.freeze(TournamentTimer.key(1), because: .overflow, &t.k)
    t.forget()
    try t.pass(seconds: 1)
    #expect(t.room.tournament(1)?.state == .void && t.balance("a") == 1_000_000_000_000)
    #expect(t.balance("shut") == 1_000_000_000_000 - 500_000 && t.treasury == 500_000)
    #expect(t.isBalanced == true)
  }

  /// What cannot be scored is given back.
  @Test func aFrozenTournamentGivesBack() throws {
    var t = try TournamentLedger(people: ["a"])
    #expect(t.create() == nil)
    try t.play([("a", Self.rising, 10)])
    #expect(t.truth([1, 2, 3, 4]) == nil)
    t.room.freeze(TournamentTimer.key(1), because: .overflow, &t.k)
    t.forget()
    try t.pass(seconds: 1)
    #expect(t.room.tournament(1)?.state == .void && t.balance("a") == 1_000_000_000_000)
    // It came, so the bond does as well.
    #expect(t.balance("owner") == 1_000_000_000_000 && t.treasury == 0)
    #expect(t.isBalanced == true)
  }

  /// A full board has a block of its own, a short one is charged for its rows, and who only waits
  /// for reveals costs nothing.
  @Test func whatBoardsCost() {
    let t = TournamentTables()
    var row = Tournament()
    row.rules.values = 256
    (row.entries, row.revealed, row.state) = (256, 256, .scoring)
    #expect(t.units(for: row) == TournamentWork.unitsOfBlock)
    row.rules.values = 2
    let short = t.units(for: row)
    #expect(short > 256 * TournamentWork.payment && 8 * short < TournamentWork.unitsOfBlock)
    row.state = .paid
    #expect(t.units(for: row) == 256 * TournamentWork.removal)
    row.state = .waiting
    #expect(t.units(for: row) == 256 * TournamentWork.payment)
    row.state = .open
    #expect(t.units(for: row) == 0)
    row.rules.quorum = 300
    #expect(t.units(for: row) == 256 * TournamentWork.payment)
  }
}
