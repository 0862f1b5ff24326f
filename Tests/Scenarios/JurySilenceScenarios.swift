// What silence and treachery cost in an audited replicated run, and who steps in.

import Agents
import Chain
import Kernel
import Market
import Models
import Primitives
import Testing

@testable import Workers

@Suite("Silence under replicated with audits")
struct JurySilenceScenarios {
  static func junk() throws -> [Int: CheckerPlan] {
    var plans: [Int: CheckerPlan] = [:]
    for number in 1...4 {
      plans[number] = CheckerPlan(
        [try Court.model()], bond: Amount(4_000_000),
        conduct: .junk(seed: SHA256.hash([UInt8(number)])))
    }
    return plans
  }

  @Test("junk for an answer costs the auditor its stake, which the honest seats share")
  func junkAuditor() async throws {
    let jury = try Jury(audit: million, plans: try Self.junk())
    try await jury.play()
    let run = try #require(await jury.world.settled.first)
    #expect(run.verdict.outcome == .majority && run.verdict.audit == .differs)
    #expect(run.verdict.seats.allSatisfy { $0.fate == .paid })
    let reason = await jury.events("gameLost").first?.numbers.first?.name
    #expect(reason == "challengerSilent")
    // Three seats show one root, and one of them opens it.
    #expect(await jury.events("traceShown").count == 3)
    #expect(await jury.events("vertexOpened").count == 1)
    // Two seats may move in one block; the second pays a toll for it and nothing else.
    let refusals = await jury.refusals
    #expect(refusals.allSatisfy { $0 == "notYourMove" } && refusals.count <= 1)
    await jury.expectWhole()
  }

  @Test("a defender that falls silent is stood in for by the next seat")
  func standIn() async throws {
    // Whoever shows its root first does not open it: one seat after the other is tried.
    for silent in 1...Jury.bidders {
      let jury = try Jury(
        audit: million, plans: try Self.junk(),
        mute: [silent: { [.openVertex, .openStep].contains($0.kind) }])
      await jury.world.nap(atMost: 120)
      try await jury.play()
      let run = try #require(await jury.world.settled.first)
      #expect(run.verdict.outcome == .majority)
      let opener = await jury.world.done.first { $0.message.kind == .openVertex }?.head.from
      let shower = await jury.world.done.first { $0.message.kind == .showTrace }?.head.from
      #expect(opener != Stage.key(silent).address)
      guard shower == Stage.key(silent).address else { continue }
      #expect(opener != nil)
      return
    }
    Issue.record("the silent one never had the word")
  }

  @Test("a buyer that shares no input: a seat hands it over")
  func buyerSharesNothing() async throws {
    let jury = try Jury(audit: million, muteBuyer: { $0.kind == .shareInput })
    try await jury.play()
    let run = try #require(await jury.world.settled.first)
    #expect(run.verdict.outcome == .majority && run.verdict.audit == .equal)
    #expect(await jury.events("inputShared").count == 1)
    await jury.expectWhole()
  }

  @Test("nobody shares the input: the auditor demands it, and somebody posts the key")
  func nobodyShares() async throws {
    let mute: @Sendable (Message) -> Bool = { $0.kind == .shareInput }
    var all: [Int: @Sendable (Message) -> Bool] = [:]
    for number in 1...Jury.bidders { all[number] = mute }
    let jury = try Jury(audit: million, mute: all, muteBuyer: mute)
    await jury.world.nap(atMost: 60)
    try await jury.play()
    let run = try #require(await jury.world.settled.first)
    #expect(run.verdict.outcome == .majority && run.verdict.audit == .equal)
    #expect(await jury.events("runDemanded").count == 1)
    #expect(await jury.events("runKeyPosted").count == 1)
    await jury.expectWhole()
  }

  @Test("a buyer that keeps its salt is audited for certain")
  func saltWithheld() async throws {
    let jury = try Jury(audit: 10_000, muteBuyer: { $0.kind == .drawAudit })
    try await jury.play()
    let run = try #require(await jury.world.settled.first)
    #expect(run.verdict.outcome == .majority && run.verdict.audit == .equal)
    await jury.expectWhole()
  }

  @Test("silent auditors are fined one after the other, and the majority stands")
  func silentAuditors() async throws {
    var plans: [Int: CheckerPlan] = [:]
    for number in 1...4 {
      plans[number] = CheckerPlan(
        [try Court.model()], bond: Amount(4_000_000), conduct: .silent)
    }
    let jury = try Jury(audit: million, plans: plans)
    try await jury.play()
    let run = try #require(await jury.world.settled.first)
    #expect(run.verdict.outcome == .majority && run.verdict.audit == .silent)
    #expect(await jury.events("auditorCalled").count == 3)
    await jury.expectWhole()
  }

  @Test("a false trace behind a true answer falls alone: the next root stands, and the answer too")
  func rootByRoot() async throws {
    // All six would show the false root but one, so that some run has both.
    for honest in 1...Jury.bidders {
      let lie = LieInTheTrace()
      var lies: [Int: any Answering] = [:]
      for number in 1...Jury.bidders where number != honest { lies[number] = lie }
      var jury = try Jury(audit: 10_000, lies: lies, isPublic: true)
      let accomplice = Accomplice(world: jury.world)
      jury.strangers = [accomplice]
      try await jury.play()
      let run = try #require(await jury.world.settled.first)
      guard jury.liars(in: run) == 2 else { continue }
      #expect(await jury.events("rootFell").count == 1)
      #expect(run.verdict.outcome == .majority)
      #expect(run.verdict.seats.allSatisfy { $0.fate == .paid })
      #expect(await jury.events("gameLost").count == 1)
      #expect(await jury.world.gain(accomplice.address) < -60_000 / 2)
      await jury.expectWhole()
      return
    }
    Issue.record("the honest seat was never drawn")
  }
}

/// Challenges a true answer, and names what differs from the true trace wherever a root is false:
/// whoever showed that root is its partner.
actor Accomplice: Reactor {
  nonisolated let address = Court.checkerKey(5).address
  private let world: World
  private var outbox: Outbox?
  private var game: GameID?
  private var key: RunKey?
  private var picked: Set<GamePlace> = []

  init(world: World) { self.world = world }

  func resume(through height: UInt64) async throws {}
  func resync() async throws {}

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    if outbox == nil {
      outbox = Outbox(Court.checkerKey(5), await world.genesis(), next: [:])
    }
    for event in news.events where event.name == "runOpen" {
      let key = RunKey(LeaseID(event.lease), 0)
      guard case .replicated(let game)? = try await world.run(key)?.game,
        let answer = game.answers.first, let head = try outbox?.head(at: news.time)
      else { continue }
      self.key = key
      self.game = GameKey(key, answer, address).id
      return [outbox?.sign(.challengeRun(ChallengeRun(head, key, answer: answer)))]
        .compactMap(\.self)
    }
    guard let game, let key, let view = try await world.game(game), !view.dispute.isOver,
      let child = try await traced(key).choice(in: view),
      picked.insert(GamePlace(game, view.dispute)).inserted,
      let head = try outbox?.head(at: news.time)
    else { return [] }
    return [outbox?.sign(.pickChild(PickChild(head, view.dispute, child: child)))]
      .compactMap(\.self)
  }

  private func traced(_ key: RunKey) async throws -> TracedRun {
    let run = try #require(try await world.run(key))
    guard case .sendInput(let m)? = try await world.message(run.startedBy),
      let contentKey = Bytes32(m.keys[0].bytes)
    else { throw Refusal("notPublished") }
    let opening = await world.open(
      run.input, as: .input, key: contentKey, reader: Court.checkerKey(5), at: World.epoch)
    let tracer = try Tracer(try Court.model())
    let trace = try tracer.trace(
      try #require(opening.bytes), salt: ContentSalt(contentKey: contentKey))
    return TracedRun(tracer: tracer, trace: trace, inputKey: contentKey)
  }
}
