// Games side by side: who is rewarded, who shields nobody, and what each clock does.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Games of the court")
struct CourtGameTests {
  @Test("a drawn auditor differs: its game begins by itself, on its tied bond, and it wins")
  func auditorWins() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    try t.audit(root: House.salt("another trace"))
    let found = t.dispute(auditor)
    let game = try #require(found)
    #expect(game.isAuditor)
    #expect(game.bond == Amount(30_000_000))
    #expect(t.house.escrow(t.game(auditor).id.digest) == 0)
    // The root is public since the audit: it is not shown again.
    refused("alreadyOpened") { () throws(Refusal) in
      try t.house.send(House.show(t.game(auditor), t.trace))
    }
    try t.openRoot(auditor)
    try t.win(auditor)
    #expect(t.settled?.verdict.outcome == .fell)
    #expect(t.settled?.verdict.audit == .differs)
    #expect(t.gain(auditor) == 30_000_000)
    #expect(t.gain("provider") == -60_000_000)
    #expect(t.gain("buyer") == 0)
    #expect(t.house.treasury == 30_000_000)
    try t.house.block()
    t.expectNothingLeft()
  }

  @Test("an auditor who differs and stays away loses D at the end of its own clock")
  func auditorVanishes() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    try t.audit(root: House.salt("another trace"))
    try t.openRoot(auditor)
    try t.house.block(seconds: 720)
    #expect(t.isSettled == false)
    try t.house.block(seconds: 2_999)
    #expect(t.isSettled == false)
    try t.house.block(seconds: 1)
    #expect(t.settled?.verdict.outcome == .stands)
    #expect(t.gain(auditor) == -30_000_000)
    #expect(t.gain("provider") == 997_500 + 15_000_000)
    try t.house.block()
    t.expectNothingLeft()
  }

  @Test("a provider who stays away loses at the end of its clock, to whoever challenged first")
  func providerVanishes() throws {
    for order in [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]] {
      var t = try CourtTable(guests: order)
      try t.draw(audited: false)
      for name in order { try t.house.send(House.challenge(name, t.run, t.answer)) }
      try t.house.block(seconds: 3_719)
      #expect(t.isSettled == false)
      try t.house.block(seconds: 2)
      #expect(t.settled?.verdict.outcome == .fell)
      try t.house.block()
      #expect(t.gain(order[0]) == 30_000_000)
      for name in order.dropFirst() { #expect(t.gain(name) == 0) }
      t.expectNothingLeft()
    }
  }

  @Test("a challenger's loss is paid at once; the claim stands when all games are won")
  func volunteersLose() throws {
    var t = try CourtTable(guests: ["a", "b"])
    try t.draw(audited: false)
    for name in ["a", "b"] { try t.house.send(House.challenge(name, t.run, t.answer)) }
    try t.openRoot("a")
    try t.lose("a")
    #expect(t.gain("a") == -30_000_000)
    #expect(t.gain("provider") == -60_000_000 + 15_000_000)
    try t.house.block(seconds: 720)
    // b's game is still open: the verdict waits for it, and for nothing else.
    #expect(t.isSettled == false)
    refused("notDisputable") { () throws(Refusal) in
      try t.house.send(House.challenge("buyer", t.run, t.answer))
    }
    try t.lose("b")
    #expect(t.settled?.verdict.outcome == .stands)
    #expect(t.gain("provider") == 997_500 + 30_000_000)
    try t.house.block()
    t.expectNothingLeft()
  }

  @Test("self.shield: a puppet who loses on purpose shields nobody")
  func puppet() throws {
    var t = try CourtTable(guests: ["puppet", "honest"])
    try t.draw(audited: false)
    try t.house.send(House.challenge("puppet", t.run, t.answer))
    try t.openRoot("puppet")
    try t.lose("puppet")
    try t.house.send(House.challenge("honest", t.run, t.answer))
    try t.win("honest")
    #expect(t.settled?.verdict.outcome == .fell)
    try t.house.block()
    #expect(t.gain("honest") == 30_000_000)
    // Provider and puppet are one: S, D less what came back, and the price they never saw.
    #expect(t.gain("provider") + t.gain("puppet") == -75_000_000)
  }

  @Test("self.shield: the provider's own auditor confirms, then challenges first: nothing is saved")
  func ownAuditor() throws {
    for finding in [AuditFinding.equal, .silent] {
      var t = try CourtTable(guests: ["honest"])
      try t.draw(audited: true)
      let auditor = t.auditor
      if finding == .equal {
        try t.audit(root: t.trace.root)
      } else {
        try t.sealByProvider()
        try t.house.send(House.sealTrace(auditor, t.run, t.trace.root))
        try t.house.send(House.unsealTrace("provider", t.run, t.trace.root, path: t.trace.path))
        try t.house.block(seconds: 3_600)
      }
      try t.house.send(House.challenge("honest", t.run, t.answer))
      try t.house.send(House.challenge(auditor, t.run, t.answer))
      try t.openRoot(auditor)
      try t.win(auditor)
      #expect(t.settled?.verdict.outcome == .fell)
      #expect(t.gain("buyer") == 0)
      try t.house.block()
      #expect(t.gain("provider") == -60_000_000)
      // S and D are lost; ½S and, of a bond that confirmed, ½D come back as the prize.
      let auditorGain: Int64 =
        finding == .equal ? 30_000_000 - 30_000_000 + 15_000_000 : 30_000_000 - 1_000_500
      #expect(t.gain(auditor) == auditorGain)
      #expect(t.gain("honest") == 0)
      t.expectNothingLeft()
    }
  }

  @Test("copycat: who joins an auditor who differs has its bond back and no reward")
  func copycat() throws {
    var t = try CourtTable(guests: ["copycat"])
    try t.draw(audited: true)
    let auditor = t.auditor
    try t.audit(root: House.salt("another trace"))
    try t.house.send(House.challenge("copycat", t.run, t.answer))
    try t.openRoot(auditor)
    try t.win("copycat")
    #expect(t.settled?.verdict.outcome == .fell)
    #expect(t.gain(auditor) == 30_000_000)
    try t.house.block()
    #expect(t.gain("copycat") == 0)
    t.expectNothingLeft()
  }

  @Test("an auditor who confirmed what a volunteer fells loses D, half to the winner")
  func confirmedFalls() throws {
    var t = try CourtTable(guests: ["honest"])
    try t.draw(audited: true)
    let auditor = t.auditor
    try t.audit(root: t.trace.root)
    try t.house.send(House.challenge("honest", t.run, t.answer))
    try t.openRoot("honest")
    try t.win("honest")
    #expect(t.gain(auditor) == -30_000_000)
    try t.house.block()
    #expect(t.gain("honest") == 30_000_000 + 15_000_000)
    t.expectNothingLeft()
  }

  @Test("an opening is given once: nobody's clock but his own runs in another's turn")
  func clocks() throws {
    var t = try CourtTable(guests: ["a", "b"])
    try t.draw(audited: false)
    try t.house.send(House.challenge("a", t.run, t.answer))
    try t.house.block(seconds: 100)
    try t.house.send(House.challenge("b", t.run, t.answer))
    try t.house.block(seconds: 100)
    // 200 seconds of the defender's clock against a; b's counts 100, and stops here as well.
    try t.openRoot("a")
    refused("notYourMove") { () throws(Refusal) in
      try t.house.send(House.open(t.game("b"), t.trace.leaves))
    }
    let defenderLeftA = t.dispute("a")?.defenderLeft
    #expect(defenderLeftA == (try Time.seconds(3_520)))
    try t.house.block(seconds: 300)
    try t.house.send(House.pick(t.game("a"), 0, 2))
    let challengerLeftA = t.dispute("a")?.challengerLeft
    #expect(challengerLeftA == (try Time.seconds(3_420)))
    try t.house.send(House.pick(t.game("b"), 0, 2))
    let challengerLeftB = t.dispute("b")?.challengerLeft
    #expect(challengerLeftB == (try Time.seconds(3_420)))
    let defenderLeftB = t.dispute("b")?.defenderLeft
    #expect(defenderLeftB == Time((try Time.seconds(3_620)).milliseconds + 1))
    // In a's game 3,520 seconds of the defender are left, and nobody can take more.
    try t.house.block(seconds: 3_519)
    #expect(t.isSettled == false)
    try t.house.block(seconds: 1)
    #expect(t.settled?.verdict.outcome == .fell)
    try t.house.block()
    #expect(t.gain("a") == 30_000_000)
  }

  @Test("tolls of moves come back at once and are the loser's: the winner moves for nothing")
  func tolls() throws {
    var t = try CourtTable(guests: ["a"])
    try t.draw(audited: false)
    try t.house.send(House.challenge("a", t.run, t.answer), toll: 33)
    let game = t.game("a")
    try t.house.send(House.show(game, t.trace), toll: 100)
    try t.house.send(House.open(game, t.trace.leaves), toll: 50)
    #expect(t.gain("provider") == -60_000_000)
    try t.house.send(House.pick(game, 0, 2), toll: 40)
    refused("badOpening") { () throws(Refusal) in
      try t.house.send(House.step(game, [9]), toll: 1_000)
    }
    #expect(t.gain("provider") == -60_001_000)
    try t.house.send(House.step(game, ToyTrace.falseOpening), toll: 200)
    try t.house.block()
    // 390 of moves out of S; the challenge and the refused move were paid by their senders.
    #expect(t.gain("a") == -33 + (60_000_000 - 390) / 2)
    #expect(t.operatorGain == 33 + 1_000 + 390)
    #expect(t.gain("provider") == -60_001_000)
    t.expectNothingLeft()
  }

  @Test("a demand for the output stands beside the games; its silence costs S, bonds go back")
  func demandAmongGames() throws {
    var t = try CourtTable(guests: ["a"])
    try t.draw(audited: false)
    try t.house.send(House.challenge("a", t.run, t.answer))
    try t.house.send(OfferRoadTests.demand("buyer", t.run))
    try t.house.block(seconds: 3_600)
    #expect(t.settled?.verdict.outcome == .leftSilent)
    #expect(t.gain("provider") == -60_000_000)
    #expect(t.gain("buyer") == 0)
    try t.house.block()
    #expect(t.gain("a") == 0)
    t.expectNothingLeft()
  }
}
