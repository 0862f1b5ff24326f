// Buyers who hand over what nobody can use, and providers who must not lose a bond over it.

import Agents
import Chain
import Market
import Primitives
import Testing
import Workers

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
}
