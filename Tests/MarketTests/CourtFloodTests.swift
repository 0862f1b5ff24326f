// Ten thousand challengers of one answer: no message costs more for it, and all bonds come home.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Ten thousand challengers")
struct CourtFloodTests {
  static let crowd = 10_000

  static func challenger(_ index: Int) -> Address {
    Address(lastBytesOf: Bytes32(words: 0, 0, 9, UInt64(index)))
  }

  static func challenged(by crowd: Int) throws -> CourtTable {
    var t = try CourtTable()
    try t.draw(audited: false)
    for index in 0..<crowd {
      try t.house.k.fund(challenger(index), Amount(30_000_000))
      var m = House.challenge("buyer", t.run, t.answer)
      m.head.from = challenger(index)
      let rows = try t.house.rowsChanged { house throws(Refusal) in try house.send(m) }
      // The game, its claim, its run, and two balances.
      #expect(rows <= 6)
    }
    return t
  }

  /// Games in one place after the other, so that each message's rows can be counted.
  private func game(_ t: borrowing CourtTable, _ index: Int) -> GameKey {
    GameKey(t.run, t.answer, Self.challenger(index))
  }

  @Test("one vertex serves them all; the first honest one fells the claim for a constant price")
  func oneWins() throws {
    var t = try Self.challenged(by: Self.crowd)
    let first = game(t, 0)
    try t.house.send(House.show(first, t.trace))
    try t.house.send(House.open(first, t.trace.leaves))
    let (run, answer) = (t.run, t.answer)
    for index in stride(from: 0, to: Self.crowd, by: 100) {
      let rows = try t.house.rowsChanged { house throws(Refusal) in
        try house.send(House.pick(GameKey(run, answer, Self.challenger(index)), 0, 2))
      }
      #expect(rows <= 6)
    }
    #expect(t.house.market.openings.count == 1)
    let winner = game(t, 5_000)
    let rows = try t.house.rowsChanged { house throws(Refusal) in
      try house.send(House.step(winner, ToyTrace.falseOpening))
    }
    #expect(rows <= 20)
    #expect(t.isSettled == true)
    var blocks = 0
    while t.house.market.disputes.count > 0 {
      let before = t.house.market.disputes.count
      try t.house.block()
      #expect(before - t.house.market.disputes.count <= 256)
      blocks += 1
    }
    #expect(blocks == 40)
    t.expectNothingLeft()
    for index in 0..<Self.crowd where index != 5_000 {
      let balance = t.house.k.ledger.balance(.account(Self.challenger(index)))
      if balance != Amount(30_000_000) { Issue.record("\(index) has \(balance.units)") }
    }
    #expect(
      t.house.k.ledger.balance(.account(Self.challenger(5_000))) == Amount(60_000_000))
  }

  @Test("all of them silent: the defender opened one vertex, and earns half of every bond")
  func allSilent() throws {
    let crowd = 1_000
    var t = try Self.challenged(by: crowd)
    try t.house.send(House.show(game(t, 0), t.trace))
    try t.house.send(House.open(game(t, 0), t.trace.leaves))
    try t.house.block(seconds: 720)
    #expect(t.isSettled == false)
    try t.house.block(seconds: 3_720)
    #expect(t.settled?.verdict.outcome == .stands)
    #expect(t.gain("provider") == 997_500 + 15_000_000 * Int64(crowd))
    for _ in 0..<5 { try t.house.block() }
    t.expectNothingLeft()
  }
}

extension House {
  /// How many rows a message changes.
  mutating func rowsChanged(
    _ act: (inout House) throws(Refusal) -> some Any
  ) throws -> Int {
    var changes: [RowChange] = []
    k.drain(into: &changes)
    market.drain(into: &changes)
    changes.removeAll()
    _ = try act(&self)
    k.drain(into: &changes)
    market.drain(into: &changes)
    return changes.count
  }
}
