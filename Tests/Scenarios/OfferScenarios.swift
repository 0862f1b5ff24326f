// Walk 2 with whole actors: an offer taken under `open`, and what each silence costs.

import Agents
import Chain
import Market
import Primitives
import Testing
import Workers

/// Rejects what does not begin as the model's own output does.
struct Strict: Judge {
  let right: [[UInt8]]
  func judge(want: Int, output: [UInt8]) -> Judgement {
    output == right[want] ? .accept : .reject(.wrong)
  }
}

@Suite("An offer under open")
struct OfferScenarios {
  static func wants(_ count: UInt8 = 1) throws -> [Want] {
    let model = try Stage.model()
    return (0..<count).map { Stage.want(.offer, $0, model) }
  }

  static func right(_ wants: [Want]) throws -> [[UInt8]] {
    let model = try Stage.model()
    return try wants.map { try Honest().answer($0.input, of: model, run: .zero) }
  }

  /// Until nobody can want anything more; offers stand for ever.
  static func play(_ stage: Stage) async throws {
    try await stage.play(blocks: 60) { _ in await stage.shopper.isDone }
  }

  @Test("the cheapest offer is taken, its answer accepted, its receipt verifies")
  func accepted() async throws {
    let stage = try Stage(try Self.wants())
    try await Self.play(stage)
    let result = try #require(await stage.shopper.results.first)
    #expect(result.settled?.verdict.outcome == .accepted)
    #expect(result.settled?.verdict.seats.first?.provider == Stage.key(1).address)
    #expect(result.output == (try Self.right(try Self.wants()))[0])
    // 710,000 and a margin of a tenth.
    #expect(result.cost == Amount(781_000))
    _ = try ReceiptVerifier.verify(try #require(result.receipt))
    #expect(await stage.world.refusals == [])
    let audit = await stage.world.audit()
    #expect(audit.isWhole)
  }

  @Test("a cheat is rejected, its price burns, and the next want goes to somebody else")
  func rejected() async throws {
    let wants = try Self.wants()
    let stage = try Stage(
      wants, answering: [1: MadeUp(seed: SHA256.hash([1]))],
      judge: Strict(right: try Self.right(wants)), tries: 3)
    try await Self.play(stage)
    let results = await stage.shopper.results
    #expect(results.map(\.isGood) == [false, true])
    #expect(results.first?.settled?.verdict.outcome == .rejected)
    #expect(results.first?.cost == Amount(781_000))
    #expect(await stage.shopper.refused == [Stage.key(1).address])
    #expect(await stage.world.treasury > 781_000)
  }

  @Test("a silent buyer accepts")
  func silentBuyer() async throws {
    let stage = try Stage(
      try Self.wants(), muteBuyer: { $0.kind == .acceptRun || $0.kind == .rejectRun })
    try await Self.play(stage)
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.outcome == .silent)
    #expect(await stage.shopper.results.first?.isGood == true)
    #expect(await stage.gain(1) > 0)
  }

  @Test("a provider that dies before its evidence loses B, and replaces the slot")
  func silentProvider() async throws {
    let stage = try Stage(
      try Self.wants(), mute: [1: { $0.kind == .submitEvidence }], muteBuyer: nil)
    try await Self.play(stage)
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.outcome == .noEvidence)
    #expect(await stage.world.treasury == 78_100)
    #expect(await stage.buyerGain() > -1_000)
    try await stage.play(blocks: 4)
    let offers = await stage.world.offers(of: Stage.key(1).address)
    #expect(offers.first?.offer.free == 2)
  }

  @Test("a provider whose output cannot be fetched posts its key, and is not paid for nothing")
  func outputLost() async throws {
    let stage = try Stage(try Self.wants())
    // The answer is in; then the custodian serves nothing any more.
    try await stage.play { news in
      let isSubmitted = news.events.contains { $0.name == "runSubmitted" }
      if isSubmitted { await stage.world.loseBlobs() }
      return isSubmitted
    }
    let height = await stage.world.height()
    let news = try #require(await stage.world.block(height))
    try await stage.play(blocks: 20, from: news) { _ in await stage.shopper.isDone }
    let names = await stage.world.blocks.flatMap(\.results.events).map(\.name)
    #expect(names.contains("runDemanded"))
    #expect(names.contains("runKeyPosted"))
    #expect(await stage.world.settled.first?.verdict.reason == .unusable)
  }

  @Test("what the budget does not cover is never ordered")
  func budget() async throws {
    let stage = try Stage(try Self.wants(3), budget: Amount(1_600_000))
    try await Self.play(stage)
    #expect(await stage.shopper.results.count == 2)
    #expect(await stage.shopper.refusals[2]?.code == "overBudget")
    #expect(await stage.shopper.budget.left < Amount(781_000))
  }

  @Test("a provider that is told to stop finishes its run, withdraws, and owes nothing")
  func stops() async throws {
    let stage = try Stage(try Self.wants(2), capacity: 1)
    let first = try #require(stage.providers[0] as? Provider)
    try await stage.play(blocks: 40) { news in
      if news.events.contains(where: { $0.name == "runStarted" }) { await first.stop() }
      return await stage.shopper.isDone
    }
    let news = try #require(await stage.world.block(await stage.world.height()))
    try await stage.play(blocks: 3, from: news)
    #expect(await first.isDone)
    #expect(await stage.world.offers(of: Stage.key(1).address).isEmpty)
    #expect(await stage.gain(1) > 0)
  }
}
