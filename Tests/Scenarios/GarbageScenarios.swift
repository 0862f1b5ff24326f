// Buyers who hand over what nobody can use, and providers who must not lose a bond over it.

import Agents
import Chain
import Market
import Primitives
import Testing
import Workers

/// A provider that promises another output than the one it stores.
struct Garbler: Reactor {
  let inner: any Reactor
  let key: PrivateKey
  let domain: EIP712.Domain

  var address: Address { inner.address }
  func resume(through height: UInt64) async throws { try await inner.resume(through: height) }
  func resync() async throws { try await inner.resync() }

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    try await inner.react(to: news).map { signed in
      guard case .submitEvidence(var m) = signed.message else { return signed }
      m.evidence.output.root = SHA256.hash([1])
      return SignedMessage.signing(.submitEvidence(m), with: key, domain: domain)
    }
  }
}

@Suite("Garbage")
struct GarbageScenarios {
  /// One pixel too few: the blob opens, and no model runs on it.
  static func wants(_ road: Road) throws -> [Want] {
    var want = Stage.want(road, 1, try Stage.model())
    want.input = [1, 2, 3]
    return [want]
  }

  @Test("an input of the wrong shape has one answer, so that honest seats agree and are paid")
  func wrongShape() async throws {
    let stage = try Stage(try Self.wants(.auction), capacity: 0)
    try await stage.play()
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.outcome == .majority)
    #expect(run.verdict.seats.allSatisfy { $0.fate == .paid })
    #expect(await stage.shopper.results.first?.output == [])
  }

  @Test("the same from an offer: evidence is shown, and the bond comes back")
  func wrongShapeOffer() async throws {
    let stage = try Stage(try Self.wants(.offer))
    try await stage.play(blocks: 40) { _ in await stage.shopper.isDone }
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.outcome == .accepted)
    #expect(await stage.shopper.results.first?.output == [])
  }

  @Test("an input that nobody hands out is demanded; the key alone is no input, and only B is lost")
  func inputLost() async throws {
    let model = try Stage.model()
    let stage = try Stage([Stage.want(.auction, 1, model)], capacity: 0)
    try await stage.play { news in
      let isStarted = news.events.contains { $0.name == "runStarted" }
      if isStarted { await stage.world.loseBlobs() }
      return isStarted
    }
    let news = try #require(await stage.world.block(await stage.world.height()))
    try await stage.play(blocks: 40, from: news)
    let names = await stage.world.blocks.flatMap(\.results.events).map(\.name)
    #expect(names.contains("runDemanded"))
    #expect(names.contains("runKeyPosted"))
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.seats.allSatisfy { $0.fate == .absent })
    #expect(await stage.world.treasury == 300_000)
    let audit = await stage.world.audit()
    #expect(audit.isWhole && audit.escrow == 0)
  }

  @Test("a buyer that dies when the input is demanded pays for the idle seats")
  func demandUnanswered() async throws {
    let model = try Stage.model()
    let stage = try Stage(
      [Stage.want(.auction, 1, model)], capacity: 0, muteBuyer: { $0.kind == .postKey })
    try await stage.play { news in
      let isStarted = news.events.contains { $0.name == "runStarted" }
      if isStarted { await stage.world.loseBlobs() }
      return isStarted
    }
    let news = try #require(await stage.world.block(await stage.world.height()))
    try await stage.play(blocks: 40, from: news)
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.outcome == .inputWithheld)
    #expect(run.verdict.seats.allSatisfy { $0.fate == .idle })
    #expect(await stage.buyerGain() < -200_000)
  }

  @Test("a provider that stores something else than it promised is shown to the ledger, loses B")
  func falseChunk() async throws {
    var stage = try Stage([Stage.want(.offer, 1, try Stage.model())], tries: 2)
    stage.providers[0] = Garbler(
      inner: stage.providers[0], key: Stage.key(1), domain: await stage.world.genesis().domain)
    let shopper = stage.shopper
    try await stage.play(blocks: 40) { _ in await shopper.isDone }
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.outcome == .demandExpired)
    #expect(run.verdict.seats.first?.fate == .spoiled)
    #expect(await stage.world.treasury > 78_100)
    // The price came back, and the second try went to somebody else.
    #expect(await shopper.results.map(\.isGood) == [false, true])
    #expect(await shopper.results.first?.cost == .zero)
    #expect(await stage.world.refusals == [])
  }

  @Test("a buyer that stops takes back an order that nobody bid for")
  func stoppedBuyer() async throws {
    let other = try Stage.model(1)
    let stage = try Stage([Stage.want(.auction, 1, other)], capacity: 0)
    let shopper = stage.shopper
    try await stage.play(blocks: 10) { news in
      if news.height == 1 { await shopper.stop() }
      return await shopper.isDone
    }
    #expect(await shopper.results.first?.end == "orderCancelled")
    #expect(await stage.buyerGain() > -1_000)
    #expect(await stage.world.audit().escrow == 0)
  }
}
