// Who is drawn to audit, who never is, and what each party can do about it.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Draws of auditors")
struct CourtDrawTests {
  /// A table whose five auditors left after the offer was taken; those that a test adds are all.
  static func deserted(
    _ guests: [String], before: (inout House) throws -> Void = { _ in }
  ) throws -> CourtTable {
    var t = try CourtTable(guests: guests, first: before)
    try t.house.block()
    for name in House.auditors { try t.house.send(House.leave(name)) }
    return t
  }

  @Test("fewer operators than the terms want: no offer is taken, no order is placed")
  func tooFew() throws {
    var house = try House(["buyer", "provider", "boss"] + House.auditors)
    for name in House.auditors.dropFirst() {
      try house.k.accounts.declare(House.account(name), operator: House.account("boss"))
      try house.k.accounts.confirm(House.account(name), by: House.account("boss"))
    }
    for name in House.auditors { try house.send(House.register(name)) }
    let order = try house.order(House.disputable)
    do throws(Refusal) {
      try house.send(order)
      Issue.record("was not refused")
    } catch {
      #expect(error.code == "tooFewAuditors")
      #expect(error.numbers.map(\.value) == [2, 4])
    }
  }

  @Test("who registers after the evidence is not drawn for it")
  func late() throws {
    for isLate in [true, false] {
      var t = try Self.deserted(["newcomer"])
      if isLate {
        try t.house.send(t.evidence)
        try t.house.block()
        try t.house.send(House.register("newcomer"))
        try t.house.block(seconds: 1)
        try t.house.block(seconds: 600)
      } else {
        try t.house.send(House.register("newcomer"))
        try t.house.block()
        try t.house.send(t.evidence)
        for seconds in [1, 1, 600] as [UInt64] { try t.house.block(seconds: seconds) }
      }
      // The salt was withheld, so everybody is audited: over a later block, which it is in.
      for _ in 0..<3 { try t.house.block() }
      #expect(t.auditor == "newcomer")
    }
    var t = try Self.deserted(["newcomer"])
    try t.draw(audited: true) { try $0.send(House.register("newcomer")) }
    #expect(t.auditor == "")
    try t.house.block(seconds: 720)
    #expect(t.settled?.verdict.audit == AuditFinding.none)
    #expect(t.gain("provider") == 997_500)
  }

  @Test("neither a party's operator nor who has the same one audits it")
  func operators() throws {
    for owner in ["provider", "boss"] {
      var t = try Self.deserted(["boss", "puppet"]) { house in
        for name in ["puppet", "provider"] where name != owner {
          try house.k.accounts.declare(House.account(name), operator: House.account(owner))
          try house.k.accounts.confirm(House.account(name), by: House.account(owner))
        }
        try house.send(House.register("puppet"))
        if owner == "boss" { try house.send(House.register("boss")) }
      }
      try t.draw(audited: true)
      #expect(t.auditor == "")
    }
  }

  @Test("whose bond is not free has no turn; who is called ties D")
  func notFree() throws {
    var t = try Self.deserted(["small"]) { try $0.send(House.register("small", bond: 29_999_999)) }
    try t.draw(audited: true)
    #expect(t.auditor == "")
    t = try Self.deserted(["large"]) { try $0.send(House.register("large", bond: 30_000_000)) }
    try t.draw(audited: true)
    #expect(t.auditor == "large")
  }

  @Test("an auditor who leaves stays bound by what it audits, and has its bond back after")
  func leaving() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    try t.house.send(House.leave(auditor))
    refused("leavesAudits") { () throws(Refusal) in try t.house.send(House.leave(auditor)) }
    refused("leavesAudits") { () throws(Refusal) in try t.house.send(House.register(auditor)) }
    try t.audit(root: t.trace.root)
    try t.house.block(seconds: 720)
    #expect(t.house.escrow(Auditor.escrow(House.account(auditor))) == 300_000_000)
    try t.house.block(seconds: 604_800)
    #expect(t.house.escrow(Auditor.escrow(House.account(auditor))) == 0)
    #expect(t.gain(auditor) == 1_000_500)
    try t.house.send(House.register(auditor))
  }

  @Test("registrations that are refused")
  func registrations() throws {
    var house = try House(["auditor"])
    let (a, b) = (Bytes32.zero, House.subject)
    for (subjects, code) in [
      ([], "outOfRange"), ([b, a], "unsortedSubjects"), ([b, b], "unsortedSubjects"),
      ((0..<65).map { Bytes32(words: 0, 0, 0, $0) }, "outOfRange"),
    ] {
      let m = House.register("auditor", subjects)
      refused(code) { () throws(Refusal) in try house.send(m) }
    }
    refused("auditBondTooSmall") { () throws(Refusal) in
      try house.send(House.register("auditor", bond: 59_999))
    }
    refused("insufficient") { () throws(Refusal) in
      try house.send(House.register("auditor", bond: 1_000_000_001))
    }
    refused("notAnAuditor") { () throws(Refusal) in try house.send(House.leave("auditor")) }
    #expect(house.market.auditorLists.count == 0)
  }

  @Test("a full list gives up its least bond for a greater one, and keeps it from an equal one")
  func fullList() throws {
    var house = try House([])
    func send(_ index: UInt64, _ bond: UInt64) throws(Refusal) {
      var m = House.register("x", bond: bond)
      m.head.from = Address(lastBytesOf: Bytes32(words: 0, 0, 1, index))
      try house.send(m)
    }
    for index in 0..<UInt64(300) {
      let account = Address(lastBytesOf: Bytes32(words: 0, 0, 1, index))
      try house.k.fund(account, Amount(1_000_000))
      try house.k.accounts.publish(sealingKey: House.subject, of: account)
    }
    for index in 0..<UInt64(AuditorList.longest) { try send(index, 60_000 + index) }
    refused("auditBondTooSmall") { () throws(Refusal) in try send(290, 60_000) }
    try send(291, 60_001)
    let list = try #require(house.market.auditorLists[House.subject])
    #expect(list.standing.count == AuditorList.longest)
    #expect(list.operators == UInt64(AuditorList.longest))
    #expect(!list.standing.contains(Address(lastBytesOf: Bytes32(words: 0, 0, 1, 0))))
  }

  @Test("of the two blocks that a draw waits for the first writes no row, restarted or not")
  func beaconBlocks() throws {
    for isRestarted in [false, true] {
      var t = try CourtTable()
      func runRows(_ house: inout House) -> Int {
        var changes: [RowChange] = []
        house.market.drain(into: &changes)
        return changes.count { $0.table == "runs" }
      }
      try t.house.block()
      try t.house.send(t.evidence)
      if !isRestarted { #expect(runRows(&t.house) == 1) }
      try t.house.block()
      refused("notYourMove") { () throws(Refusal) in
        try t.house.send(House.drawAudit(t.run, House.salt("audit")))
      }
      if isRestarted { try t.restart() } else { #expect(runRows(&t.house) == 0) }
      #expect(t.house.k.timers.next.map { $0 <= t.house.k.now } == true)
      try t.house.block()
      guard case .disputable(let game) = t.house.market.runs[t.run]?.game else { return }
      #expect(game.stage == .drawing && game.draw.beacon == t.house.k.beaconValue)
      if !isRestarted { #expect(runRows(&t.house) == 1) }
    }
  }

  // MARK: - Biasing actors

  @Test("buyer: who keeps an unlucky salt is audited for certain, and pays F for it")
  func buyerKeepsSalt() throws {
    var t = try CourtTable()
    try t.submit()
    // Its own salt would spare it; it gains nothing by not opening it.
    for seconds in [600, 1, 1, 1] as [UInt64] { try t.house.block(seconds: seconds) }
    #expect(t.auditor != "")
  }

  @Test("provider: of a thousand forms of its evidence none is luckier than another")
  func providerGrinds() throws {
    var audited = 0
    let trials = 2_000
    for trial in 0..<UInt64(trials) {
      // It may choose its evidence, but has to before salt and beacon are known.
      let guess = Draw(
        object: .zero, fixed: Bytes32(words: 0, 0, 0, trial), salt: House.salt("a guess"),
        beacon: House.salt("a guess"))
      let fixed =
        (0..<16).map { Bytes32(words: 1, 0, trial, $0) }
        .max { a, b in
          SHA256.hash(guess.seed.bytes + a.bytes) < SHA256.hash(guess.seed.bytes + b.bytes)
        } ?? .zero
      let draw = Draw(
        object: .zero, fixed: fixed, salt: SHA256.hash(bigEndianBytes(trial)),
        beacon: SHA256.hash(bigEndianBytes(trial + 1_000_000)))
      if draw.isAudited(ppm: 50_000) { audited += 1 }
    }
    // Five in a hundred, within five deviations of 2,000 even draws.
    #expect((52...148).contains(audited))
  }
}
