// Moves that nobody may make: out of turn, twice, for others, after the end, and with false bytes.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Attacks on the court")
struct CourtAttackTests {
  @Test("a challenge needs a bond, an answer that stands, and a window")
  func challenges() throws {
    var t = try CourtTable(guests: ["a", "poor"])
    let early = House.challenge("a", t.run, t.answer)
    refused("notDisputable") { () throws(Refusal) in try t.house.send(early) }
    try t.draw(audited: true)
    refused("notDisputable") { () throws(Refusal) in try t.house.send(early) }
    try t.audit(root: t.trace.root)
    let poor = House.account("poor")
    try t.house.k.ledger.post(
      from: .account(poor), to: .account(House.account("a")), Amount(970_000_001))
    let unbacked = House.challenge("poor", t.run, t.answer)
    refused("insufficient") { () throws(Refusal) in try t.house.send(unbacked) }
    let other = House.challenge("a", t.run, House.salt("no answer"))
    refused("notDisputable") { () throws(Refusal) in try t.house.send(other) }
    let nowhere = House.challenge("a", RunKey(t.run.lease, 7), t.answer)
    refused("unknownRun") { () throws(Refusal) in try t.house.send(nowhere) }
    try t.house.send(early)
    refused("alreadyChallenged") { () throws(Refusal) in try t.house.send(early) }
    #expect(t.gain("a") == 970_000_001 - 30_000_000)
  }

  @Test("moves out of turn, twice, of others and for games that are not played")
  func turns() throws {
    var t = try CourtTable(guests: ["a", "b"])
    try t.draw(audited: false)
    try t.house.send(House.challenge("a", t.run, t.answer))
    let (game, none) = (t.game("a"), t.game("b"))
    let leaves = t.trace.leaves
    var trace = House.show(none, t.trace)
    refused("unknownGame") { () throws(Refusal) in try t.house.send(trace) }
    refused("notYourMove") { () throws(Refusal) in try t.house.send(House.pick(game, 0, 1)) }
    refused("notYourMove") { () throws(Refusal) in try t.house.send(House.open(game, leaves)) }
    refused("notYourMove") { () throws(Refusal) in
      try t.house.send(House.step(game, ToyTrace.opening))
    }
    for name in ["b", "buyer", "a", "auditor1"] {
      trace = House.show(game, t.trace, by: name)
      refused("notYours") { () throws(Refusal) in try t.house.send(trace) }
    }
    try t.openRoot("a")
    refused("notYourMove") { () throws(Refusal) in try t.house.send(House.open(game, leaves)) }
    refused("notYourMove") { () throws(Refusal) in
      try t.house.send(House.step(game, ToyTrace.opening))
    }
    var pick = House.pick(game, 0, 1)
    pick.head.from = House.account("b")
    refused("notYours") { () throws(Refusal) in try t.house.send(pick) }
    refused("wrongRound") { () throws(Refusal) in try t.house.send(House.pick(game, 1, 1)) }
    refused("outOfRange") { () throws(Refusal) in try t.house.send(House.pick(game, 0, 3)) }
    refused("outOfRange") { () throws(Refusal) in
      try t.house.send(House.pick(game, 0, UInt64.max))
    }
    refused("nothingToDispute") { () throws(Refusal) in try t.house.send(House.pick(game, 0, 0)) }
    try t.house.send(House.pick(game, 0, 1))
    refused("wrongRound") { () throws(Refusal) in try t.house.send(House.pick(game, 0, 1)) }
    refused("notYourMove") { () throws(Refusal) in try t.house.send(House.pick(game, 1, 0)) }
    t.house.expectSound()
  }

  @Test("traces that are tied to nothing, vertices and blocks that make another hash")
  func falseBytes() throws {
    var t = try CourtTable(guests: ["a"])
    try t.draw(audited: false)
    try t.house.send(House.challenge("a", t.run, t.answer))
    let game = t.game("a")
    func untied(_ change: (inout ShowTrace) -> Void) {
      var m = House.show(game, t.trace)
      change(&m)
      refused("untiedTrace") { () throws(Refusal) in try t.house.send(m) }
    }
    untied { $0.root = .zero }
    untied { $0.root = House.salt("nothing") }
    untied { $0.first = [] }
    untied { $0.last = [] }
    untied { $0.first.append(Vertex([.zero])) }
    untied { $0.first = Array(repeating: $0.first[0], count: 1_000) }
    untied { $0.last[0].children.removeLast() }
    untied { $0.first[0].children[0] = House.salt("another input") }
    try t.house.send(House.show(game, t.trace))
    let leaves = t.trace.leaves
    for children in [
      [], Array(leaves.dropLast()), leaves + [.zero], leaves.reversed(),
      [Bytes32](repeating: .zero, count: 100_000),
    ] {
      refused("badVertex") { () throws(Refusal) in try t.house.send(House.open(game, children)) }
    }
    try t.house.send(House.open(game, leaves))
    try t.house.send(House.pick(game, 0, 1))
    for children in [[ToyTrace.half], [ToyTrace.half, ToyTrace.half], leaves] {
      refused("badVertex") { () throws(Refusal) in try t.house.send(House.open(game, children)) }
    }
    try t.house.send(House.open(game, t.trace.blocks))
    try t.house.send(House.pick(game, 1, 1))
    refused("notYourMove") { () throws(Refusal) in try t.house.send(House.open(game, leaves)) }
    for bytes in [[], [UInt8](repeating: 1, count: OpenStep.longest + 1)] {
      refused("outOfRange") { () throws(Refusal) in try t.house.send(House.step(game, bytes)) }
    }
    refused("badOpening") { () throws(Refusal) in try t.house.send(House.step(game, [7])) }
    try t.house.send(House.step(game, ToyTrace.opening))
    t.house.expectSound()
  }

  @Test("after the end there is no game, in its block or later")
  func afterTheEnd() throws {
    var t = try CourtTable(guests: ["a", "b", "c"])
    try t.draw(audited: false)
    for name in ["a", "b", "c"] { try t.house.send(House.challenge(name, t.run, t.answer)) }
    try t.openRoot("a")
    try t.lose("a")
    refused("gameOver") { () throws(Refusal) in try t.house.send(House.pick(t.game("a"), 2, 0)) }
    refused("alreadyChallenged") { () throws(Refusal) in
      try t.house.send(House.challenge("a", t.run, t.answer))
    }
    try t.win("b")
    refused("gameOver") { () throws(Refusal) in try t.house.send(House.pick(t.game("c"), 0, 1)) }
    refused("unknownRun") { () throws(Refusal) in
      try t.house.send(House.challenge("buyer", t.run, t.answer))
    }
    try t.house.block()
    refused("unknownGame") { () throws(Refusal) in
      try t.house.send(House.pick(t.game("c"), 0, 1))
    }
    #expect(t.gain("c") == 0)
    t.expectNothingLeft()
  }

  @Test("salts, seals and roots of others, too early, twice, and that do not match")
  func audits() throws {
    var t = try CourtTable()
    let salt = House.salt("audit")
    let early = House.drawAudit(t.run, salt)
    refused("notYourMove") { () throws(Refusal) in try t.house.send(early) }
    try t.house.send(t.evidence)
    // The beacon of the next block is not known: nobody may draw before it is.
    refused("notYourMove") { () throws(Refusal) in try t.house.send(early) }
    try t.house.block()
    refused("notYourMove") { () throws(Refusal) in try t.house.send(early) }
    try t.house.block()
    for (name, code) in [("provider", "notYours"), ("auditor1", "notYours")] {
      let m = House.drawAudit(t.run, salt, by: name)
      refused(code) { () throws(Refusal) in try t.house.send(m) }
    }
    for salt in [Bytes32.zero, House.salt("another")] {
      let m = House.drawAudit(t.run, salt)
      refused("sealDiffers") { () throws(Refusal) in try t.house.send(m) }
    }
    t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    let other = House.auditors.first { $0 != auditor } ?? ""
    let called = House.account(auditor)
    let root = t.trace.root
    let blind = House.sealTrace(auditor, t.run, root)
    refused("notYourMove") { () throws(Refusal) in try t.house.send(blind) }
    let stranger = House.sealTrace(other, t.run, root, keyTo: called)
    refused("notYours") { () throws(Refusal) in try t.house.send(stranger) }
    let buyer = House.sealTrace("buyer", t.run, root, keyTo: called)
    refused("notYourMove") { () throws(Refusal) in try t.house.send(buyer) }
    try t.sealByProvider()
    let twice = House.sealTrace("provider", t.run, root, keyTo: called)
    refused("notYourMove") { () throws(Refusal) in try t.house.send(twice) }
    let keyed = House.sealTrace(auditor, t.run, root, keyTo: called)
    refused("badKeys") { () throws(Refusal) in try t.house.send(keyed) }
    try t.house.send(blind)
    let first = House.unsealTrace(auditor, t.run, root)
    refused("notYourMove") { () throws(Refusal) in try t.house.send(first) }
    var own = House.unsealTrace("provider", t.run, root, path: t.trace.path)
    own.salt = .zero
    refused("sealDiffers") { () throws(Refusal) in try t.house.send(own) }
    own = House.unsealTrace("provider", t.run, House.salt("another"), path: t.trace.path)
    refused("sealDiffers") { () throws(Refusal) in try t.house.send(own) }
    try t.house.send(House.unsealTrace("provider", t.run, root, path: t.trace.path))
    let changed = House.unsealTrace(auditor, t.run, House.salt("another"))
    refused("sealDiffers") { () throws(Refusal) in try t.house.send(changed) }
    t.house.expectSound()
  }

  @Test("a liar who sealed the true trace cannot open it: the answer in it is not its own")
  func trueTraceOfALie() throws {
    var t = try CourtTable()
    try t.draw(audited: true)
    let auditor = t.auditor
    let honest = [t.trace.input, t.trace.tile, House.salt("true output")]
    let root = WideTree.root(of: honest)
    try t.house.send(
      House.sealTrace("provider", t.run, root, keyTo: House.account(auditor)))
    try t.house.send(House.sealTrace(auditor, t.run, root))
    let own = House.unsealTrace("provider", t.run, root, path: [Vertex(honest)])
    refused("untiedTrace") { () throws(Refusal) in try t.house.send(own) }
    try t.house.block(seconds: 3_600)
    #expect(t.gain("provider") == -60_000_000)
    #expect(t.gain(auditor) == 1_000_500)
  }

  @Test("deputies draw and move for their side, and do nothing else")
  func deputies() throws {
    var t = try CourtTable(guests: ["a"], deputies: true)
    let (buyers, providers) = ("deputy of buyer", "deputy of provider")
    try t.submit()
    let foreign = House.drawAudit(t.run, House.salt("audit"), by: providers)
    refused("notYours") { () throws(Refusal) in try t.house.send(foreign) }
    try t.house.send(House.drawAudit(t.run, House.salt("audit"), by: buyers))
    if !t.auditor.isEmpty { try t.audit(root: t.trace.root) }
    try t.house.send(House.challenge("a", t.run, t.answer))
    let game = t.game("a")
    if t.auditor.isEmpty {
      let wrong = House.show(game, t.trace, by: buyers)
      refused("notYours") { () throws(Refusal) in try t.house.send(wrong) }
      try t.house.send(House.show(game, t.trace, by: providers))
    }
    try t.house.send(House.open(game, t.trace.leaves, by: providers))
    try t.house.send(House.pick(game, 0, 1))
    try t.house.send(House.open(game, t.trace.blocks, by: providers))
    try t.house.send(House.pick(game, 1, 1))
    let late = House.step(game, ToyTrace.opening, by: "a")
    refused("notYours") { () throws(Refusal) in try t.house.send(late) }
    try t.house.send(House.step(game, ToyTrace.opening, by: providers))
    #expect(t.gain("a") == -30_000_000)
    // The game is won for the provider, not for who moved.
    #expect(t.gain(providers) == 0)
  }

  @Test("an auditor shows an input that nobody can read, and the provider answers for it")
  func unreadableInput() throws {
    var table = try CourtTable()
    try table.draw(audited: true)
    let auditor = table.auditor
    try table.sealByProvider()
    // Buyer and provider agreed on a blob of which no box decrypts to its leaf.
    let other = try ContentChunks(input: Array("eight by eight".utf8), key: House.salt("other"))
    var row = try #require(table.house.market.runs[table.run])
    row.input = Content(other, custody: Custody())
    row.input.keyHash = ContentSalt.keyHash(of: House.inputKey)
    table.house.market.runs[table.run] = row
    let shown = ShowChunk(
      House.head(auditor), table.run, ContentChunks.show(0, in: other.blob))
    #expect(throws: Refusal("notYourMove")) { try table.house.send(shown) }
    try table.house.send(OfferRoadTests.demand(auditor, table.run))
    try table.house.send(OfferRoadTests.post("provider", table.run, House.inputKey))
    try table.house.send(shown)
    #expect(table.settled?.verdict.outcome == .leftSilent)
    #expect(table.gain(auditor) == 0)
    #expect(table.gain("buyer") == 0)
    #expect(table.gain("provider") == -60_000_000)
    try table.settle()
    table.expectNothingLeft()
  }
}

extension House {
  /// Refused messages left nothing: no money moved or was made.
  func expectSound(at location: SourceLocation = #_sourceLocation) {
    #expect(market.frozen.count == 0, sourceLocation: location)
  }
}
