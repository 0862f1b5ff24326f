// What an audit is drawn from is fixed with the evidence: nobody thins or thickens it afterwards.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Who may be drawn")
struct CourtPopulationTests {
  static let puppets = ["puppet1", "puppet2", "puppet3", "puppet4"]
  static let other = SHA256.hash(Array("another subject".utf8))

  /// A run whose evidence lies in the last block, with a coalition among the auditors.
  static func table() throws -> CourtTable {
    var t = try CourtTable(guests: Self.puppets + ["newcomer", "boss"])
    for (place, name) in Self.puppets.enumerated() {
      try t.house.send(House.register(name, bond: 40_000_000 + 17_000_000 * UInt64(place)))
    }
    try t.house.block()
    try t.house.send(t.evidence)
    return t
  }

  /// The lines that so many seeds draw for evidence of that block.
  static func lines(_ t: borrowing CourtTable, _ fixedAt: UInt64) throws -> [[Address]] {
    let lease = try #require(t.house.market.leases[t.run.lease])
    return try (0..<400 as Range<UInt64>).map { seed in
      let draw = Draw(
        object: t.run.id.digest, fixed: .zero, salt: Bytes32(words: 0, 0, 0, seed),
        beacon: .zero)
      let call = AuditCall(draw: draw, fixedAt: fixedAt, line: nil, fined: nil)
      return try t.house.market.line(call, for: lease)
    }
  }

  @Test("all that a coalition can do after the evidence moves no draw, and counts for later ones")
  func nothingMoves() throws {
    var t = try Self.table()
    let fixedAt = t.house.k.height
    let before = try Self.lines(t, fixedAt)
    func share(_ lines: [[Address]]) -> Int {
      lines.count { line in Self.puppets.contains { House.account($0) == line.first } }
    }
    // 262 of 1,762 dollars of bonds: what the coalition is drawn with, and can make no more of.
    #expect((35...85).contains(share(before)))
    try t.house.block()
    let acts: [(String, (inout House) throws -> Void)] = [
      ("leaves", { try $0.send(House.leave("puppet1")) }),
      ("tops up", { try $0.send(House.register("puppet2", bond: 500_000_000)) }),
      ("changes its subjects", { try $0.send(House.register("puppet3", bond: 0, [Self.other])) }),
      ("comes", { try $0.send(House.register("newcomer", bond: 900_000_000)) }),
      (
        "loses of its bond",
        {
          try $0.market.tie(Amount(30_000_000), of: House.account("puppet4"))
          try $0.market.untie(
            Amount(30_000_000), of: House.account("puppet4"), lost: Amount(30_000_000),
            to: .treasury, &$0.k)
        }
      ),
      (
        "a party joins the operator of an auditor",
        { house in
          for name in ["provider", "buyer"] {
            try house.k.accounts.declare(House.account(name), operator: House.account("puppet4"))
            try house.k.accounts.confirm(House.account(name), by: House.account("puppet4"))
          }
        }
      ),
      (
        "joins a party's operator",
        { house in
          try house.k.accounts.declare(House.account("puppet2"), operator: House.account("boss"))
          try house.k.accounts.confirm(House.account("puppet2"), by: House.account("boss"))
          try house.send(House.register("puppet2", bond: 0))
        }
      ),
    ]
    for (name, act) in acts {
      try act(&t.house)
      let after = try Self.lines(t, fixedAt)
      #expect(zip(before, after).count { $0 != $1 } == 0, "\(name): draws moved")
      try t.house.block()
    }
    let later = try Self.lines(t, t.house.k.height)
    #expect(zip(before, later).count { $0 != $1 } > 100)
    #expect(!later.joined().contains(House.account("puppet1")))
    #expect(!later.joined().contains(House.account("puppet3")))
    #expect(later.joined().contains(House.account("newcomer")))
  }

  @Test("what is left to a coalition: honest auditors who are busy give their turn to the next")
  func busyAuditors() throws {
    let t = try Self.table()
    let lines = try Self.lines(t, t.house.k.height)
    /// Of 400 calls so many come to the coalition while those honest auditors have no bond free.
    func calls(busy: Int) -> Int {
      let away = House.auditors.prefix(busy).map(House.account)
      return lines.count { line in
        guard let called = line.first(where: { !away.contains($0) }) else { return false }
        return Self.puppets.contains { House.account($0) == called }
      }
    }
    // Drawn by 262 of 1,762 dollars of bonds; with k of five honest bonds of 300 tied it is
    // 262 of 1,762 − 300k. Each costs ten audits at once that really fall on that auditor.
    for (busy, expected) in [(0, 59), (1, 72), (3, 121), (5, 400)] {
      #expect(abs(calls(busy: busy) - expected) <= 30, "\(busy): \(calls(busy: busy))")
    }
  }

  @Test("everybody who stood when the evidence came stays drawable, called, bonded and slashable")
  func leavers() throws {
    for isSilent in [false, true] {
      var t = try CourtTable()
      try t.draw(audited: true) { house in
        for name in House.auditors { try house.send(House.leave(name)) }
      }
      let auditor = t.auditor
      #expect(House.auditors.contains(auditor))
      let row = try #require(t.house.market.auditors[House.account(auditor)])
      #expect(row.tied == Amount(30_000_000))
      if isSilent {
        try t.sealByProvider()
        try t.house.block(seconds: 720)
        #expect(t.gain(auditor) == -1_000_500)
        #expect(House.auditors.contains(t.auditor) && t.auditor != auditor)
        try t.sealByProvider()
        try t.house.send(House.sealTrace(t.auditor, t.run, t.trace.root))
      } else {
        try t.audit(root: t.trace.root)
      }
      try t.house.block(seconds: 604_800)
      for _ in 0..<6 { try t.house.block(seconds: 7_200) }
      #expect(t.house.market.auditors.count == 0)
      #expect(t.house.market.auditorLists.count == 0)
      for name in House.auditors {
        #expect(t.house.escrow(Auditor.escrow(House.account(name))) == 0)
      }
    }
  }

  @Test("a silent auditor is followed by who was next in line, whoever came or left meanwhile")
  func turns() throws {
    var t = try CourtTable(guests: ["newcomer"])
    try t.draw(audited: true)
    guard case .disputable(let game) = t.house.market.runs[t.run]?.game else { return }
    let line = game.draw.line
    #expect(line.count == 4)
    try t.house.send(House.register("newcomer", bond: 900_000_000))
    for name in House.auditors where name != t.auditor { try t.house.send(House.leave(name)) }
    for next in line.prefix(2) {
      try t.sealByProvider()
      try t.house.block(seconds: 720)
      #expect(House.account(t.auditor) == next)
    }
    try t.sealByProvider()
    try t.house.block(seconds: 720)
    // Three turns, then the window.
    guard case .disputable(let last) = t.house.market.runs[t.run]?.game else { return }
    #expect(last.stage == .window && last.audit == .silent)
  }

  @Test("who drops a subject does not come back to it before that is forgotten")
  func comingBack() throws {
    var house = try House(["auditor"])
    try house.send(House.register("auditor"))
    try house.block()
    try house.send(House.register("auditor", bond: 0, [Self.other]))
    // In the same block nothing was drawn between: the place is as it was.
    try house.send(House.register("auditor", bond: 0))
    #expect(house.market.auditorLists[House.subject]?.standing.count == 1)
    #expect(house.market.auditorLists[Self.other] == nil)
    try house.block()
    try house.send(House.register("auditor", bond: 0, [Self.other]))
    try house.block()
    refused("leftSubject") { () throws(Refusal) in
      try house.send(House.register("auditor", bond: 0))
    }
    try house.block(seconds: 604_799)
    try house.send(House.register("auditor", bond: 0))
    let row = try #require(house.market.auditors[House.account("auditor")])
    #expect(row.dropped == [Self.other] && row.subjects == [House.subject])
  }

  @Test("a row remembers sixteen changes and sixty-four subjects, then no more for a week")
  func bounded() throws {
    var house = try House(["auditor"])
    try house.send(House.register("auditor"))
    for _ in 0..<16 {
      try house.block()
      try house.send(House.register("auditor", bond: 1))
    }
    try house.block()
    refused("tooManyChanges") { () throws(Refusal) in
      try house.send(House.register("auditor", bond: 1))
    }
    try house.block(seconds: 604_800)
    try house.send(House.register("auditor", bond: 1))
    #expect(house.market.auditors[House.account("auditor")]?.past.count == 1)

    func many(_ from: UInt64) -> [Bytes32] {
      (from..<from + 64).map { Bytes32(words: 1, 0, 0, $0) }
    }
    house = try House(["auditor"])
    try house.send(House.register("auditor", many(0)))
    try house.block()
    try house.send(House.register("auditor", bond: 0, many(64)))
    try house.block()
    refused("tooManyChanges") { () throws(Refusal) in
      try house.send(House.register("auditor", bond: 0, many(128)))
    }
  }

  @Test("a bond that was lost draws less from then on")
  func losses() throws {
    var auditor = Auditor()
    (auditor.since, auditor.bond) = (5, Amount(100))
    auditor.age(height: 9, now: Time(50), memory: Time(1_000))
    auditor.bond = Amount(70)
    auditor.age(height: 9, now: Time(50), memory: Time(1_000))
    auditor.bond = Amount(60)
    auditor.age(height: 12, now: Time(80), memory: Time(1_000))
    auditor.bond = Amount(10)
    let bonds = [5, 8, 9, 11, 12, 40].map { auditor.stand(at: $0).bond.units }
    #expect(bonds == [100, 100, 60, 60, 10, 10])
    // What is forgotten is as it was when memory begins.
    auditor.age(height: 13, now: Time(1_060), memory: Time(1_000))
    #expect(auditor.past.map(\.since) == [9, 12])
    #expect(auditor.stand(at: 6).bond.units == 60)
  }
}
