// Several runs under one lease: all of them, some of them, stopped in the middle, and recalled.

import Agents
import Chain
import Market
import Primitives
import Testing
import Workers

@Suite("Several runs under one lease")
struct ManyRunsScenarios {
  static func want(_ road: Road, _ count: UInt8, parallel: UInt64 = 2) throws -> Want {
    var want = Stage.want(road, 0, try Stage.model())
    want.more = (1..<count).map { [$0, 2, 3, 4] }
    want.parallel = parallel
    return want
  }

  static func stage(
    _ want: Want, capacity: UInt64 = 2, budget: Amount = Amount(60_000_000),
    answering: [Int: any Answering] = [:], judge: any Judge = Trusting(), tries: Int = 1
  ) throws -> Stage {
    var stage = try Stage([], answering: answering, capacity: capacity)
    stage.use(buyer(want, stage.world, budget: budget, judge: judge, tries: tries))
    return stage
  }

  static func buyer(
    _ want: Want, _ world: World, budget: Amount = Amount(60_000_000),
    judge: any Judge = Trusting(), tries: Int = 1
  ) -> Buyer {
    Buyer(
      key: Stage.buyerKey, client: world, wants: [want],
      budget: Budget(total: budget, perOrder: budget), judge: judge, tries: tries)
  }

  static func right(_ want: Want) throws -> [[UInt8]] {
    let model = try Stage.model()
    return try ([want.input] + want.more).map {
      try Honest().answer($0, of: model, run: .zero)
    }
  }

  @Test("an offer taken once serves five inputs, each with its answer and its receipt")
  func fiveByOffer() async throws {
    let want = try Self.want(.offer, 5)
    let stage = try Self.stage(want)
    try await stage.play(blocks: 80) { _ in await stage.shopper.isDone }
    let result = try #require(await stage.shopper.results.first)
    #expect(result.end == "leaseServed")
    #expect(result.isGood)
    #expect(result.runs.map(\.run.index) == [0, 1, 2, 3, 4])
    #expect(Set(result.runs.map(\.run.lease)).count == 1)
    #expect(result.runs.map(\.output) == (try Self.right(want)))
    for run in result.runs { _ = try ReceiptVerifier.verify(try #require(run.receipt)) }
    #expect(result.cost == Amount(5 * 781_000))
    #expect(await stage.shopper.budget.spent == result.cost)
    #expect(await stage.shopper.budget.reserved == .zero)
    #expect(await stage.world.refusals == [])
    #expect(await stage.world.audit().isWhole)
    let taken = await stage.world.blocks.flatMap(\.results.events).count { $0.name == "offerTaken" }
    #expect(taken == 1)
  }

  @Test("one auction under replicated(3) serves three inputs, at one price a seat")
  func threeByAuction() async throws {
    let want = try Self.want(.auction, 3, parallel: 1)
    let stage = try Self.stage(want, capacity: 0)
    try await stage.play(blocks: 120) { _ in await stage.shopper.isDone }
    let result = try #require(await stage.shopper.results.first)
    #expect(result.isGood)
    #expect(result.runs.map(\.output) == (try Self.right(want)))
    #expect(Set(result.runs.map(\.settled.prices)).count == 1)
    #expect(await stage.world.refusals == [])
    let audit = await stage.world.audit()
    #expect(audit.isWhole)
    #expect(audit.escrow == 0)
  }

  @Test("all runs are within the budget before anything is signed")
  func budget() async throws {
    let want = try Self.want(.offer, 5)
    let stage = try Self.stage(want, budget: Amount(5 * 781_000 - 1))
    try await stage.play(blocks: 20) { _ in await stage.shopper.isDone }
    #expect(await stage.shopper.refusals[0]?.code == "overOrder")
    #expect(await stage.shopper.results.isEmpty)
    let sent = await stage.world.blocks.flatMap(\.results.events).count { $0.name == "offerTaken" }
    #expect(sent == 0)
  }

  @Test("the first answer that does not count is the last: the rest of the money comes back")
  func sour() async throws {
    let want = try Self.want(.offer, 5, parallel: 1)
    let stage = try Self.stage(
      want, answering: [1: MadeUp(seed: SHA256.hash([1]))], judge: RejectsAll(), tries: 2)
    try await stage.play(blocks: 80) { _ in await stage.shopper.isDone }
    let results = await stage.shopper.results
    // The second try goes to another provider, whom this judge does not believe either.
    #expect(results.map(\.delivered) == [0, 0])
    #expect(results.map(\.runs.count) == [1, 1])
    #expect(results.map(\.end) == ["leaseLeft", "leaseLeft"])
    #expect(await stage.shopper.budget.reserved == .zero)
    #expect(await stage.world.audit().isWhole)
  }

  @Test("a provider that falls silent in the middle: what came is told, the rest is returned")
  func partial() async throws {
    let want = try Self.want(.offer, 4, parallel: 1)
    var stage = try Self.stage(want)
    stage.providers = stage.providers.map { Mute(inner: $0) { $0.isEvidence(of: 2) } }
    try await stage.play(blocks: 120) { _ in await stage.shopper.isDone }
    let result = try #require(await stage.shopper.results.first)
    #expect(result.end == "leaseBroken")
    #expect(!result.isGood)
    #expect(result.delivered == 2)
    #expect(result.wanted == 4)
    #expect(result.runs.map(\.isGood) == [true, true, false])
    #expect(result.runs.last?.settled.verdict.outcome == .noEvidence)
    #expect(result.cost == Amount(2 * 781_000))
    // Some were delivered: they are not bought again.
    #expect(await stage.shopper.results.count == 1)
    #expect(await stage.shopper.refusals[0]?.code == "givenUp")
  }

  @Test("stopped in the middle, the open runs are finished and the lease is left")
  func stopped() async throws {
    let want = try Self.want(.offer, 6, parallel: 1)
    let stage = try Self.stage(want)
    let news = try await stage.play(blocks: 80) { news in
      news.events.contains { $0.name == "runSettled" }
    }
    await stage.shopper.stop()
    try await stage.play(blocks: 80, from: news) { _ in await stage.shopper.isDone }
    let result = try #require(await stage.shopper.results.first)
    #expect(result.end == "leaseLeft")
    #expect((1...2).contains(result.delivered))
    #expect(result.runs.count == result.delivered)
    #expect(result.cost == Amount(UInt64(result.delivered) * 781_000))
  }

  @Test("killed after every block, the buyer goes on with the same lease")
  func killed() async throws {
    for road in [Road.offer, .auction] {
      let want = try Self.want(road, 3, parallel: 1)
      var stage = try Self.stage(want, capacity: road == .offer ? 2 : 0)
      var news = Stage.dawn
      var last = stage.shopper
      for _ in 0..<120 {
        guard let next = try await stage.turn(news) else { break }
        news = next
        last = Self.buyer(want, stage.world)
        try await last.resume(through: news.height - 1)
        stage.buyer = last
        if await last.isDone { break }
      }
      let result = try #require(await last.results.first)
      #expect(result.isGood)
      #expect(result.runs.map(\.output) == (try Self.right(want)))
      let leases = Set(await stage.world.settled.map(\.lease))
      #expect(leases.count == 1)
      #expect(await stage.world.refusals == [])
    }
  }

  @Test("an order for other runs with the same first input is not taken for this one")
  func notConfused() async throws {
    let want = try Self.want(.offer, 2, parallel: 1)
    let stage = try Self.stage(want)
    try await stage.play(blocks: 80) { _ in await stage.shopper.isDone }
    let other = Self.buyer(try Self.want(.offer, 3), stage.world)
    try await other.resume(through: await stage.world.height())
    #expect(await other.results.isEmpty)
    #expect(await other.isDone == false)
  }
}

/// Believes nobody.
struct RejectsAll: Judge {
  func judge(want: Int, output: [UInt8]) -> Judgement { .reject(.wrong) }
}

extension Message {
  /// Whether it answers the run of that index.
  func isEvidence(of index: UInt64) -> Bool {
    if case .submitEvidence(let m) = self { return m.run.index == index }
    return false
  }
}
