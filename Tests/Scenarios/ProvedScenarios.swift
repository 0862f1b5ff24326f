// Proofs with whole actors: bought from an offer and by auction; a forger is refused at once.

import Agents
import Chain
import Inference
import Market
import Models
import Primitives
import Synchronization
import Testing

@testable import Workers

/// Runs the model, and counts for which runs all tensors were asked.
private final class Counting: Answering {
  private let runs = Mutex<[Bytes32: Int]>([:])
  var most: Int { runs.withLock { $0.values.max() ?? 0 } }
  var count: Int { runs.withLock { $0.count } }

  func answer(_ input: [UInt8], of model: Model, run: Bytes32) throws(Refusal) -> [UInt8] {
    try Honest().answer(input, of: model, run: run)
  }

  func tensors(
    of input: [UInt8], on model: Model, run: Bytes32
  ) throws(Refusal) -> [[UInt8]] {
    runs.withLock { $0[run, default: 0] += 1 }
    return try Honest().tensors(of: input, on: model, run: run)
  }
}

@Suite("A run under proved")
struct ProvedScenarios {
  /// `open`, `succinct` and `private`.
  static let levels: [UInt64] = [1, 2, 3]

  static func check(_ level: UInt64) -> CheckTerms {
    CheckTerms("proved", [Number("level", level)])
  }

  static func wants(
    _ count: UInt8 = 1, _ road: Road = .offer, level: UInt64 = 1
  ) throws -> [Want] {
    let model = try Stage.model().provable()
    return (0..<count).map {
      Want(
        road, spec: InferenceSpec(model: model.id.digest).encoded, input: [$0, 2, 3, 4],
        check: check(level), limit: Stage.limit)
    }
  }

  /// The provable form of the stage's model, sold under `proved`; number 1 is the cheapest.
  static func provider(
    _ number: Int, _ world: World, _ answering: any Answering = Honest(), capacity: UInt64 = 2,
    level: UInt64 = 1, cost: UInt64? = nil
  ) throws -> Provider {
    var lists = Lists()
    lists.maxRejection = million
    let policy = PricePolicy(cost: Rate(Amount(cost ?? 700_000 + 10_000 * UInt64(number))))
    let ware = Ware(
      try Stage.model().provable(), policy, capacity: capacity, lists: lists, check: check(level))
    return Provider(
      key: Stage.key(number), client: world, catalogue: Catalogue([ware]), answering: answering)
  }

  static func stage(
    _ wants: [Want], _ answering: [Int: any Answering] = [:], tries: Int = 1,
    capacity: UInt64 = 2, level: UInt64 = 1, mute: (@Sendable (Message) -> Bool)? = nil
  ) throws -> Stage {
    var stage = try Stage(wants, tries: tries)
    stage.providers = try (1...2).map { number -> any Reactor in
      let provider = try provider(
        number, stage.world, answering[number] ?? Honest(), capacity: capacity, level: level)
      if number == 1, let mute { return Mute(inner: provider, loses: mute) }
      return provider
    }
    return stage
  }

  @Test("an answer with its proof is paid at once, and its receipt holds it", arguments: levels)
  func proved(level: UInt64) async throws {
    let wants = try Self.wants(3, level: level)
    let stage = try Self.stage(wants, level: level)
    try await OfferScenarios.play(stage)
    let results = await stage.shopper.results
    #expect(results.count == 3)
    for result in results {
      #expect(result.settled?.verdict.outcome == .proved)
      let honest = try Honest().answer(
        wants[result.want].input, of: try Stage.model(), run: .zero)
      #expect(result.output == honest)
      #expect(try ReceiptVerifier.verify(try #require(result.receipt)).isProved)
    }
    // Both sellers publish the model; the second of them comes too late.
    #expect(await stage.world.refusals == ["modelPublished"])
    let audit = await stage.world.audit()
    #expect(audit.isWhole)
  }

  @Test("who sells at another level does not answer")
  func otherLevel() async throws {
    var stage = try Self.stage(try Self.wants(1, .auction, level: 2), capacity: 0, level: 2)
    // Cheaper, but it proves at another level.
    stage.providers.append(try Self.provider(3, stage.world, capacity: 0, cost: 1_000))
    try await stage.play(blocks: 80) { _ in await stage.shopper.isDone }
    let result = try #require(await stage.shopper.results.first)
    #expect(result.settled?.verdict.outcome == .proved)
    #expect(result.settled?.verdict.seats.first?.provider == Stage.key(1).address)
  }

  @Test("an auction under proved is won by who sells under it, and by nobody else")
  func auction() async throws {
    var stage = try Self.stage(try Self.wants(1, .auction), capacity: 0)
    // Cheaper, but it sells under open: it could not prove anything.
    let model = try Stage.model().provable()
    stage.providers.append(Stage.provider(3, stage.world, model, cost: 1_000))
    try await stage.play(blocks: 80) { _ in await stage.shopper.isDone }
    let result = try #require(await stage.shopper.results.first)
    #expect(result.settled?.verdict.outcome == .proved)
    #expect(result.settled?.verdict.seats.first?.provider == Stage.key(1).address)
  }

  @Test("a forger loses its bond in its proof's block, and the next answers", arguments: levels)
  func forger(level: UInt64) async throws {
    let stage = try Self.stage(
      try Self.wants(level: level), [1: LieInTheMiddle()], tries: 3, level: level)
    try await OfferScenarios.play(stage)
    let results = await stage.shopper.results
    #expect(results.map { $0.settled?.verdict.outcome } == [.disproved, .proved])
    #expect(results[0].cost == .zero)
    #expect(await stage.shopper.fallen == [Stage.key(1).address])
    let settled = await stage.world.settled
    let false1 = try #require(settled.first { $0.verdict.outcome == .disproved })
    let block = await stage.world.blocks.first { $0.results.settled.contains(false1) }
    #expect(block?.body.contains { $0.kind == .submitProof } == true)
    #expect(await stage.gain(1) < -78_100)
    for result in results { _ = try ReceiptVerifier.verify(try #require(result.receipt)) }
    let audit = await stage.world.audit()
    #expect(audit.isWhole)
  }

  /// One that proves runs of another input, before an honest one.
  static func misled(contests: Bool) async throws -> (stage: Stage, results: [PurchaseResult]) {
    var wants = try Self.wants(level: 3)
    wants[0].contests = contests
    wants[0].acceptWindow = 60
    let stage = try Self.stage(wants, [1: RunOfAnotherInput()], tries: 3, level: 3)
    try await OfferScenarios.play(stage)
    return (stage, await stage.shopper.results)
  }

  @Test("a buyer that shows its input has its money back from a seat that proved another")
  func contested() async throws {
    let (stage, results) = try await Self.misled(contests: true)
    #expect(results.map { $0.settled?.verdict.outcome } == [.otherInput, .proved])
    #expect(results.map(\.isGood) == [false, true])
    #expect(results[0].cost == .zero)
    #expect(await stage.gain(1) < -78_100)
    #expect(await stage.shopper.fallen == [Stage.key(1).address])
    #expect(await stage.shopper.misled.count == 1)
    for result in results { _ = try ReceiptVerifier.verify(try #require(result.receipt)) }
    let audit = await stage.world.audit()
    #expect(audit.isWhole)
  }

  @Test("one that does not show it pays, learns it, and buys from somebody else")
  func notContested() async throws {
    let (stage, results) = try await Self.misled(contests: false)
    #expect(results.map { $0.settled?.verdict.outcome } == [.proved, .proved])
    #expect(results.map(\.isGood) == [false, true])
    #expect(results[0].runs.map(\.isMisled) == [true])
    #expect(results[0].cost > .zero)
    #expect(await stage.shopper.fallen == [Stage.key(1).address])
    let seats = results.map { $0.settled?.verdict.seats.first?.provider }
    #expect(seats == [Stage.key(1).address, Stage.key(2).address])
    // What it keeps shows the lie to whom it likes, and the good answer, too.
    let input = try Self.wants()[0].input
    for (result, isGood) in zip(results, [false, true]) {
      let run = try #require(result.runs.first)
      let verified = try ReceiptVerifier.verify(try #require(run.receipt))
      #expect(try verified.isAbout(input, salt: try #require(run.inputSalt)) == isGood)
    }
    let sent = await stage.world.blocks.flatMap(\.body).map(\.kind)
    #expect(!sent.contains(.contestProof))
  }

  @Test("a provider that never proves loses B, and the buyer has everything back")
  func mute() async throws {
    let stage = try Self.stage(try Self.wants(), mute: { $0.kind == .submitProof })
    try await OfferScenarios.play(stage)
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.outcome == .noEvidence)
    #expect(await stage.world.treasury == 78_100)
  }

  /// A proof takes seconds: made twice it is late twice, and the first of four that are sent
  /// together is as late as the last.
  @Test("each of four runs at once is proved once, and sent before the next is begun")
  func oneByOne() async throws {
    let counting = Counting()
    var want = try Self.wants()[0]
    want.more = (1..<4).map { [$0, 2, 3, 4] }
    want.parallel = 4
    var stage = try Self.stage([want], [1: counting], capacity: 4)
    stage.use(ManyRunsScenarios.buyer(want, stage.world))
    try await OfferScenarios.play(stage)
    let result = try #require(await stage.shopper.results.first)
    #expect(result.isGood && result.runs.count == 4)
    #expect(counting.count == 4 && counting.most == 1)
    let proofs = await stage.world.blocks.map { block in
      block.body.count { $0.kind == .submitProof }
    }
    #expect(proofs.max() == 1 && proofs.reduce(0, +) == 4)
  }

  /// Its time ran out, or another program of the same key has answered.
  @Test("a proof whose run is over when it is made is not sent", arguments: [false, true])
  func tooLate(isOver: Bool) async throws {
    let stage = try Self.stage(try Self.wants())
    let news = try await stage.play(blocks: 40) { news in
      news.events.contains { $0.name == "runStarted" }
    }
    // It sees the run when it begins, and not when the proof is made.
    if isOver { await stage.world.showRuns(times: 1) }
    let sent = try await stage.providers[0].react(to: news)
    #expect(sent.contains { $0.message.kind == .submitProof } == !isOver)
  }

  /// What comes behind the proof may fail for a while: the key of the buyer is asked for there.
  @Test("a node that fails after the proof gets the same proof later", arguments: levels)
  func keptProof(level: UInt64) async throws {
    let counting = Counting()
    let stage = try Self.stage(try Self.wants(level: level), [1: counting], level: level)
    let provider = try #require(stage.providers[0] as? Provider)
    _ = try await stage.play(blocks: 60) { news in
      // Of three tries.
      if news.events.contains(where: { $0.name == "runStarted" }) {
        await stage.world.loseSealingKeys(times: 2)
      }
      return await stage.shopper.isDone
    }
    #expect(await stage.world.lostKeyReadings == 0)
    #expect(await stage.shopper.results.first?.settled?.verdict.outcome == .proved)
    #expect(counting.count == 1 && counting.most == 1)
    #expect(await provider.proved.isEmpty)
  }

  /// What a prover keeps of a large model is too much to keep for nothing.
  @Test("a prover is let go after a minute without a proof")
  func rests() async throws {
    let stage = try Self.stage(try Self.wants())
    var news = try await stage.play(blocks: 40) { news in
      news.events.contains { $0.name == "runStarted" }
    }
    let provider = try #require(stage.providers[0] as? Provider)
    #expect(await provider.provers.isEmpty)
    for (passed, kept) in [(0, 1), (59_999, 1), (1, 0)] as [(UInt64, Int)] {
      news.time = Time(news.time.milliseconds + passed)
      _ = try await provider.react(to: news)
      #expect(await provider.provers.count == kept)
    }
  }
}
