// A provider that is away, attacked by a false auditor, and the deputy that it has named.

import Agents
import Chain
import Market
import Models
import Primitives
import Testing
import Workers

@Suite("A deputy")
struct DeputyScenarios {
  /// An honest provider that says nothing in games, and auditors that seal junk.
  static func court(
    _ principals: [Address], isPublic: Bool = true, answering: any Answering = Honest()
  ) async throws -> Court {
    var plans: [Int: CheckerPlan] = [:]
    for number in 1...4 {
      plans[number] = CheckerPlan(
        [try Court.model()], bond: Court.bond, conduct: .junk(seed: SHA256.hash([UInt8(number)])))
    }
    var court = try Court(try Court.wants(1, audit: million, isPublic: isPublic), plans: plans)
    let deputyKey = Court.checkerKey(5)
    let seller = try Court.seller(court.world, million, answering, deputy: deputyKey.address)
    court.provider = Mute(inner: seller) { [.openVertex, .openStep].contains($0.kind) }
    var plan = CheckerPlan([try Court.model()])
    plan.principals = principals
    court.checkers.append(Checker(key: deputyKey, client: court.world, plan: plan))
    await court.world.nap(atMost: 300)
    return court
  }

  @Test("moves for a provider that is away, and saves its bond")
  func saves() async throws {
    let court = try await Self.court([Stage.key(1).address])
    try await court.play(blocks: 200)
    let run = try #require(await court.world.settled.first)
    #expect(run.verdict.outcome == .stands && run.verdict.audit == .differs)
    #expect(await court.events("gameLost").first?.numbers.first?.name == "challengerSilent")
    let opener = await court.world.done.first { $0.message.kind == .openVertex }
    #expect(opener?.head.from == Court.checkerKey(5).address)
    #expect(await court.world.audit().isWhole)
  }

  @Test("moves for nobody whose deputy it was not asked to be, and then the bond is lost")
  func otherPrincipal() async throws {
    let court = try await Self.court([Stage.key(2).address])
    try await court.play(blocks: 200)
    let run = try #require(await court.world.settled.first)
    #expect(run.verdict.outcome == .fell)
    #expect(await court.events("gameWon").first?.numbers.first?.name == "defenderSilent")
  }

  @Test("says nothing for an answer that it does not come to itself")
  func falseAnswer() async throws {
    let court = try await Self.court([Stage.key(1).address], answering: LieAtTheEnd())
    try await court.play(blocks: 200)
    #expect(await court.world.settled.first?.verdict.outcome == .fell)
    let kinds = await court.world.done.filter { $0.head.from == Court.checkerKey(5).address }
    #expect(kinds.isEmpty)
  }
}
