// Walk 3, step by step: a disputable run, its draw, its audit, and what each silence costs.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Walk 3: disputable")
struct CourtRoadTests {
  static let fee: Int64 = 1_000_500

  @Test("not drawn, not challenged: paid after the window")
  func undrawn() throws {
    var t = try CourtTable()
    #expect(t.house.escrow(t.offer.digest) == 0)
    #expect(t.house.escrow(t.run.lease.digest) == 62_000_500)
    #expect(t.house.gain("provider") == -60_000_000)
    try t.draw(audited: false)
    #expect(t.auditor == "")
    try t.house.block(seconds: 719)
    #expect(t.isSettled == false)
    try t.house.block(seconds: 1)
    #expect(t.isSettled == true)
    #expect(t.settled?.verdict.outcome == .stands)
    #expect(t.gain("provider") == 997_500)
    #expect(t.gain("buyer") == -1_000_000)
    #expect(t.house.treasury == 2_500)
    t.expectNothingLeft()
  }

  @Test("by auction: B, then 59.90 at honour, F of the limit locked")
  func auction() throws {
    var house = try House(["buyer", "provider", "bidder"] + House.auditors)
    for name in House.auditors { try house.send(House.register(name)) }
    let order = OrderID(try house.send(try house.order(House.disputable)))
    #expect(house.gain("buyer") == -2_000_500)
    try house.send(House.bid("provider", order, 500_000))
    try house.send(House.bid("bidder", order, 1_100_000))
    #expect(house.gain("provider") == -100_000)
    try house.block(seconds: 30)
    try house.send(House.reveal("provider", order, 500_000))
    try house.send(House.reveal("bidder", order, 1_100_000))
    try house.block(seconds: 30)
    try house.block()
    try house.block()
    var found: (LeaseID, Lease)?
    house.market.forEachLease { found = ($0, $1) }
    let (id, lease) = try #require(found)
    // Whoever bid is left out of the draw, also when it won nothing.
    #expect(lease.shunned.contains(House.account("bidder")) == true)
    #expect(house.gain("bidder") == 0)
    try house.send(House.honour("provider", id))
    #expect(house.gain("provider") == -60_000_000)
    let run = RunKey(id, 0)
    var input = try house.sendInput(run, to: ["provider"])
    input.auditSalt = SaltCommitment.of(House.salt("audit"))
    try house.send(input)
    #expect(house.gain("buyer") == -2_000_500)
    try house.send(try house.submit("provider", run, "4"))
    try house.block()
    try house.block()
    try house.send(House.drawAudit(run, House.salt("audit")))
    try house.block(seconds: 720)
    #expect(house.gain("provider") == 997_500)
    #expect(house.gain("buyer") == -1_000_000)
    #expect(house.treasury == 2_500)
    #expect(house.escrow(order.digest) == 0)
  }

  @Test("by auction, the input withheld: a tenth to the provider, F back")
  func inputNotSent() throws {
    var house = try House(["buyer", "provider"] + House.auditors)
    for name in House.auditors { try house.send(House.register(name)) }
    let order = OrderID(try house.send(try house.order(House.disputable)))
    try house.send(House.bid("provider", order, 500_000))
    try house.block(seconds: 30)
    try house.send(House.reveal("provider", order, 500_000))
    try house.block(seconds: 30)
    try house.block()
    try house.block()
    var found: LeaseID?
    house.market.forEachLease { id, _ in found = id }
    try house.send(House.honour("provider", try #require(found)))
    try house.block(seconds: 600)
    #expect(house.gain("provider") == 100_000)
    #expect(house.gain("buyer") == -100_000)
  }

  @Test("no evidence: B, and nothing more")
  func noEvidence() throws {
    var t = try CourtTable()
    try t.house.block(seconds: 60)
    #expect(t.settled?.verdict.outcome == .noEvidence)
    #expect(t.gain("provider") == -100_000)
    #expect(t.gain("buyer") == 0)
    #expect(t.house.treasury == 100_000)
    t.expectNothingLeft()
  }

  @Test("drawn, equal: F to the auditor, out of the buyer's escrow")
  func equal() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    #expect(House.auditors.contains(auditor))
    #expect(t.house.market.auditors[House.account(auditor)]?.tied == Amount(30_000_000))
    try t.audit(root: t.trace.root)
    try t.house.block(seconds: 720)
    #expect(t.settled?.verdict.audit == .equal)
    #expect(t.gain("provider") == 997_500)
    #expect(t.gain(auditor) == Self.fee)
    #expect(t.gain("buyer") == -2_000_500)
    #expect(t.house.treasury == 2_500)
    try t.house.block()
    t.expectNothingLeft()
  }

  @Test("three auditors silent: each loses F, the claim settles unaudited")
  func auditorsSilent() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    var called: [String] = []
    for _ in 0..<3 {
      called.append(t.auditor)
      try t.sealByProvider()
      try t.house.block(seconds: 720)
    }
    #expect(Set(called).count == 3)
    #expect(t.gain(called[0]) == -Self.fee)
    #expect(t.gain(called[1]) == -Self.fee)
    try t.house.block(seconds: 720)
    #expect(t.settled?.verdict.audit == .silent)
    for name in called { #expect(t.gain(name) == -Self.fee) }
    #expect(t.gain("provider") == 997_500)
    #expect(t.gain("buyer") == -1_000_000)
    #expect(t.house.treasury == 3 * 1_000_500 + 2_500)
    try t.house.block()
    t.expectNothingLeft()
  }

  @Test("a provider who is asked again keeps its word")
  func sameSealAgain() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    try t.sealByProvider()
    try t.house.block(seconds: 720)
    let called = try #require(t.house.market.runs[t.run]).auditor
    var other = House.sealTrace("provider", t.run, House.salt("another trace"), keyTo: called)
    refused("sealDiffers") { () throws(Refusal) in try t.house.send(other) }
    other = House.sealTrace("provider", t.run, t.trace.root, keyTo: House.account("buyer"))
    refused("badKeys") { () throws(Refusal) in try t.house.send(other) }
    other.key = WrappedKey(to: called, bytes: House.inputKey.bytes)
    refused("keyInClear") { () throws(Refusal) in try t.house.send(other) }
    try t.sealByProvider()
  }

  @Test("an auditor who sealed and does not open loses F; no next turn")
  func auditorShut() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    try t.sealByProvider()
    try t.house.send(House.sealTrace(auditor, t.run, t.trace.root))
    try t.house.send(House.unsealTrace("provider", t.run, t.trace.root, path: t.trace.path))
    try t.house.block(seconds: 3_600)
    #expect(t.isSettled == false)
    #expect(t.auditor == auditor)
    try t.house.block(seconds: 720)
    #expect(t.gain(auditor) == -Self.fee)
    #expect(t.gain("provider") == 997_500)
    #expect(t.house.treasury == 1_003_000)
    try t.house.block()
    t.expectNothingLeft()
  }

  @Test("a provider silent when it is to seal: S, and D back")
  func providerSilent() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    try t.house.block(seconds: 720)
    #expect(t.settled?.verdict.outcome == .leftSilent)
    #expect(t.gain("provider") == -60_000_000)
    #expect(t.gain(auditor) == 0)
    #expect(t.gain("buyer") == 0)
    #expect(t.house.treasury == 60_000_000)
    t.expectNothingLeft()
  }

  @Test("a provider silent when it is to open: of S, F to the auditor who had committed")
  func providerShut() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    try t.sealByProvider()
    try t.house.send(House.sealTrace(auditor, t.run, t.trace.root))
    try t.house.block(seconds: 3_600)
    #expect(t.settled?.verdict.outcome == .leftSilent)
    #expect(t.gain("provider") == -60_000_000)
    #expect(t.gain(auditor) == Self.fee)
    #expect(t.gain("buyer") == 0)
    #expect(t.house.treasury == 58_999_500)
    t.expectNothingLeft()
  }

  @Test("a salt that is kept: audited for certain, by zero and a later beacon")
  func saltWithheld() throws {
    var t = try CourtTable()
    try t.submit()
    try t.house.block(seconds: 598)
    #expect(t.auditor == "")
    try t.house.block(seconds: 1)
    try t.house.block()
    refused("notYourMove") { () throws(Refusal) in
      try t.house.send(House.drawAudit(t.run, House.salt("audit")))
    }
    try t.house.block()
    try t.house.block()
    #expect(House.auditors.contains(t.auditor) == true)
    try t.audit(root: t.trace.root)
    try t.house.block(seconds: 720)
    #expect(t.gain("buyer") == -2_000_500)
    #expect(t.gain("provider") == 997_500)
  }

  @Test("an input that the provider demands in vain: a tenth, F back")
  func inputWithheld() throws {
    var t = try CourtTable()
    try t.house.send(OfferRoadTests.demand("provider", t.run))
    try t.house.block(seconds: 3_600)
    #expect(t.settled?.verdict.outcome == .inputWithheld)
    #expect(t.gain("provider") == 100_000)
    #expect(t.gain("buyer") == -100_000)
    #expect(t.house.treasury == 0)
    t.expectNothingLeft()
  }

  @Test("an auditor without the input demands it of the provider: S at stake, once")
  func auditorDemands() throws {
    for answers in [true, false] {
      var t = try CourtTable()
      try t.draw(audited: true)
      let auditor = t.auditor
      let demand = OfferRoadTests.demand(auditor, t.run)
      refused("notDemandable") { () throws(Refusal) in try t.house.send(demand) }
      try t.sealByProvider()
      try t.house.send(demand)
      guard answers else {
        try t.house.block(seconds: 3_600)
        #expect(t.settled?.verdict.outcome == .leftSilent)
        #expect(t.gain("provider") == -60_000_000)
        #expect(t.gain(auditor) == 0)
        continue
      }
      try t.house.block(seconds: 3_000)
      try t.house.send(OfferRoadTests.post("provider", t.run, House.inputKey))
      refused("alreadyDemanded") { () throws(Refusal) in try t.house.send(demand) }
      try t.house.send(House.sealTrace(auditor, t.run, t.trace.root))
    }
  }
}
