// Buyers that are lied to about hidden inputs: agents, leases of many runs, nodes that show little.

import Agents
import Chain
import Ciphers
import Kernel
import Market
import Primitives
import Testing
import Workers

@Suite("Buyers that are lied to")
struct LiedToScenarios {
  static let session = PrivateKey(seed: Array("session".utf8))

  /// A buyer that spends its owner's money by a session, before a seat that proves another input.
  static func played(_ kinds: [MessageKind]) async throws -> (stage: Stage, buyer: Buyer) {
    var wants = try ProvedScenarios.wants(level: 3)
    wants[0].contests = true
    wants[0].acceptWindow = 60
    var stage = try ProvedScenarios.stage(wants, [1: RunOfAnotherInput()], level: 3)
    let domain = await stage.world.genesis().domain
    let owner = Stage.buyerKey
    var limits = SessionLimits()
    limits.expires = Time(World.epoch.milliseconds + 86_400_000)
    limits.total = Amount(5_000_000)
    limits.kinds = kinds.map { UInt64($0.rawValue) }.sorted()
    func head(_ lane: UInt8) -> Head {
      Head(from: owner.address, lane: lane, sequence: 0, validUntil: .never)
    }
    let sealing = SealingKey(of: session).published
    for message in [
      Message.publishKey(PublishKey(head(0), sealingKey: sealing)),
      .grantSession(GrantSession(head(1), key: session.address, limits)),
    ] {
      try await stage.world.submit(SignedMessage.signing(message, with: owner, domain: domain))
    }
    let buyer = Buyer(
      key: session, account: owner.address, client: stage.world, wants: wants,
      budget: Budget(total: Amount(4_000_000), perOrder: Amount(2_000_000)), tries: 1)
    stage.use(buyer)
    try await OfferScenarios.play(stage)
    return (stage, buyer)
  }

  @Test("an agent that may contest has its owner's money back")
  func contests() async throws {
    let (stage, buyer) = try await Self.played(MessageKind.forSessions)
    let result = try #require(await buyer.results.first)
    #expect(result.settled?.verdict.outcome == .otherInput)
    #expect(result.cost == .zero)
    #expect(await stage.buyerGain() > -20_000)
    #expect(await buyer.misled.count == 1)
    #expect(await stage.world.audit().isWhole)
  }

  @Test("one that may not shows its input to nobody, and knows that it was lied to")
  func mayNot() async throws {
    let kinds = MessageKind.forSessions.filter { $0 != .contestProof }
    let (stage, buyer) = try await Self.played(kinds)
    let result = try #require(await buyer.results.first)
    #expect(result.settled?.verdict.outcome == .proved)
    #expect(result.runs.map(\.isMisled) == [true])
    let sent = await stage.world.blocks.flatMap(\.body).map(\.kind)
    #expect(!sent.contains(.contestProof))
  }

  @Test("a seat that has lied is fed no further input of the lease", arguments: [1, 2] as [UInt64])
  func fedNoMore(parallel: UInt64) async throws {
    var want = try ProvedScenarios.wants(level: 3)[0]
    want.more = (1..<5).map { [$0, 2, 3, 4] }
    want.parallel = parallel
    want.acceptWindow = 60
    var stage = try ProvedScenarios.stage([want], [1: RunOfAnotherInput()], level: 3)
    stage.use(ManyRunsScenarios.buyer(want, stage.world))
    try await stage.play(blocks: 120) { _ in await stage.shopper.isDone }
    let result = try #require(await stage.shopper.results.first)
    #expect(result.end == "leaseLeft")
    let proofs = await stage.world.blocks.flatMap(\.body).count { $0.kind == .submitProof }
    #expect(proofs == Int(parallel))
    #expect(result.runs.count == Int(parallel) && result.runs.allSatisfy(\.isMisled))
    #expect(result.cost == Amount(parallel * 781_000))
    #expect(await stage.shopper.fallen == [Stage.key(1).address])
  }

  @Test("nor by a buyer that was started anew after every block")
  func fedNoMoreAfterRestarts() async throws {
    var want = try ProvedScenarios.wants(level: 3)[0]
    want.more = (1..<5).map { [$0, 2, 3, 4] }
    want.acceptWindow = 60
    var stage = try ProvedScenarios.stage([want], [1: RunOfAnotherInput()], level: 3)
    var last = ManyRunsScenarios.buyer(want, stage.world)
    stage.use(last)
    var news = Stage.dawn
    for _ in 0..<120 {
      guard let next = try await stage.turn(news) else { break }
      news = next
      last = ManyRunsScenarios.buyer(want, stage.world)
      try await last.resume(through: news.height - 1)
      stage.buyer = last
      if await last.isDone { break }
    }
    let result = try #require(await last.results.first)
    #expect(result.end == "leaseLeft")
    let proofs = await stage.world.blocks.flatMap(\.body).count { $0.kind == .submitProof }
    #expect(proofs == 1)
    #expect(result.runs.map(\.isMisled) == [true])
  }

  /// A node that shows proofs in its own way while a purchase of one run goes on.
  static func shown(
    _ count: UInt8 = 1, _ showing: @escaping @Sendable (Message) -> Message?
  ) async throws -> (stage: Stage, results: [PurchaseResult]) {
    var wants = try ProvedScenarios.wants(count, level: 3)
    for index in wants.indices { wants[index].acceptWindow = 60 }
    let stage = try ProvedScenarios.stage(wants, level: 3)
    await stage.world.nap(atMost: 5)
    await stage.world.show(showing)
    let news = try await stage.play(blocks: 120) { _ in await stage.shopper.isDone }
    // When nothing happens any more it is asked again from time to time.
    for _ in 0..<8 { _ = try await stage.shopper.react(to: news) }
    return (stage, await stage.shopper.results)
  }

  @Test("a proof that the node holds back is not called checked, nor accepted")
  func heldBack() async throws {
    let (stage, results) = try await Self.shown { $0.kind == .submitProof ? nil : $0 }
    #expect(results.map(\.isGood) == [false])
    #expect(results.first?.settled?.verdict.outcome == .proved)
    #expect(results.first?.runs.map(\.isUnchecked) == [true])
    #expect(results.first?.output == nil)
    #expect(await stage.shopper.unchecked.count == 1)
    let sent = await stage.world.blocks.flatMap(\.body).map(\.kind)
    #expect(!sent.contains(.acceptRun))
    // Its seat is not blamed for what the node does.
    #expect(await stage.shopper.fallen.isEmpty)
  }

  @Test("nor is another run's proof in its place")
  func another() async throws {
    let wants = try ProvedScenarios.wants(2, level: 3)
    let own = try Honest().answer(wants[0].input, of: try Stage.model(), run: .zero)
    let sent = try await Self.shown(2) { $0 }.stage.world.blocks.flatMap(\.body).map(\.message)
    let foreign = sent.compactMap { message -> SubmitProof? in
      guard case .submitProof(let m) = message, m.output != own else { return nil }
      return m
    }
    let proof = try #require(foreign.first)
    for isNamed in [true, false] {
      let (_, results) = try await Self.shown { message in
        guard case .submitProof(let m) = message else { return message }
        var shown = proof
        if isNamed { shown.run = m.run }
        return .submitProof(shown)
      }
      #expect(results.map(\.isGood) == [false])
      #expect(results.first?.runs.map(\.isUnchecked) == [true])
    }
  }

  @Test("a proof that comes to light before the window ends is checked and accepted")
  func comesToLight() async throws {
    var wants = try ProvedScenarios.wants(level: 3)
    wants[0].acceptWindow = 60
    let stage = try ProvedScenarios.stage(wants, level: 3)
    await stage.world.nap(atMost: 5)
    await stage.world.show { $0.kind == .submitProof ? nil : $0 }
    let news = try await stage.play { _ in await !stage.shopper.unchecked.isEmpty }
    await stage.world.show { $0 }
    try await stage.play(blocks: 60, from: news) { _ in await stage.shopper.isDone }
    #expect(await stage.shopper.results.map(\.isGood) == [true])
    #expect(await stage.shopper.unchecked.isEmpty)
    let sent = await stage.world.blocks.flatMap(\.body).map(\.kind)
    #expect(sent.contains(.acceptRun))
  }

  @Test("a contest that is held back until the window is over enters no block")
  func heldContest() async throws {
    var wants = try ProvedScenarios.wants(level: 3)
    wants[0].acceptWindow = 60
    wants[0].contests = true
    var stage = try ProvedScenarios.stage(wants, [1: RunOfAnotherInput()], level: 3)
    let holder = Holder(stage.buyer)
    stage.buyer = holder
    await stage.world.nap(atMost: 5)
    let news = try await stage.play(blocks: 60) { _ in await stage.shopper.isDone }
    #expect(await stage.world.settled.map(\.verdict.outcome) == [.proved])
    await stage.world.tolerateRefused()
    let held = await holder.held
    #expect(!held.isEmpty)
    for message in held {
      #expect(message.head.validUntil < news.time)
      try await stage.world.submit(message)
    }
    _ = try await stage.world.step()
    #expect(await stage.world.turnedAway == held.map { _ in "expired" })
    let log = await stage.world.blocks.flatMap { CBOR.encode($0) }
    guard case .contestProof(let m)? = held.first?.message else { return }
    #expect(log.firstRange(of: m.salt.bytes) == nil)
  }

  @Test("who cannot pay for a contest now contests when it can")
  func poor() async throws {
    var wants = try ProvedScenarios.wants(level: 3)
    wants[0].acceptWindow = 120
    wants[0].contests = true
    let stage = try ProvedScenarios.stage(wants, [1: RunOfAnotherInput()], level: 3)
    await stage.world.nap(atMost: 5)
    await stage.world.impoverish(Stage.buyerKey.address, to: Amount(10))
    var news = try await stage.play { _ in await !stage.shopper.misled.isEmpty }
    // More blocks than it would try a message in.
    for _ in 0..<12 { news = try #require(try await stage.turn(news)) }
    #expect(await stage.world.settled.isEmpty)
    await stage.world.impoverish(Stage.buyerKey.address, to: nil)
    try await stage.play(blocks: 60, from: news) { _ in await stage.shopper.isDone }
    #expect(await stage.world.settled.map(\.verdict.outcome) == [.otherInput])
  }

  /// One key, started anew for another input, before any block held what the first one wrote.
  @Test("two inputs have two keys, also at one place of one lane")
  func keysOfTwoInputs() async throws {
    let model = try Stage.model()
    let stage = try Stage([])
    let news = try await stage.play(blocks: 4)
    #expect(await !stage.world.offers(of: nil).isEmpty)
    var taken: [TakeOffer] = []
    for number in [1, 2, 1] as [UInt8] {
      let buyer = Stage.shopper([Stage.want(.offer, number, model)], stage.world)
      try await buyer.resume(through: news.height - 1)
      for message in try await buyer.react(to: news).map(\.message) {
        if case .takeOffer(let m) = message { taken.append(m) }
      }
    }
    #expect(taken.count == 3)
    #expect(Set(taken.map(\.head.lane)).count == 1 && Set(taken.map(\.head.sequence)).count == 1)
    #expect(taken[0].input.keyHash != taken[1].input.keyHash)
    #expect(taken[0].input == taken[2].input)
  }

  @Test("a seller under whose key nothing can be hidden is passed over")
  func uselessKey() async throws {
    var wants = try ProvedScenarios.wants(level: 3)
    wants[0].acceptWindow = 60
    let stage = try ProvedScenarios.stage(wants, level: 3)
    let shopper = stage.shopper
    // Its own programs know the key that they have published.
    let news = try await stage.play(blocks: 2)
    // A point of small order: what is sealed to it is sealed to everybody.
    let one = try #require(Bytes32([1] + [UInt8](repeating: 0, count: 31)))
    await stage.world.forge(sealingKey: one, of: Stage.key(1).address)
    try await stage.play(blocks: 60, from: news) { _ in await shopper.isDone }
    let result = try #require(await shopper.results.first)
    #expect(result.isGood)
    #expect(result.settled?.verdict.seats.first?.provider == Stage.key(2).address)
    #expect(await shopper.refused == [Stage.key(1).address])
  }
}

/// Keeps back what would contest a proof.
actor Holder: Reactor {
  nonisolated let address: Address
  let inner: any Reactor
  private(set) var held: [SignedMessage] = []

  init(_ inner: any Reactor) {
    self.inner = inner
    address = inner.address
  }

  func resume(through height: UInt64) async throws { try await inner.resume(through: height) }
  func resync() async throws { try await inner.resync() }

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    let sent = try await inner.react(to: news)
    let kept = sent.filter { $0.kind == .contestProof }
    held += kept
    if !kept.isEmpty { try await inner.resync() }
    return sent.filter { $0.kind != .contestProof }
  }
}
