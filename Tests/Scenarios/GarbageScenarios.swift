// Buyers who hand over what nobody can use, and providers who must not lose a bond over it.

import Agents
import Chain
import Ciphers
import Kernel
import Market
import Primitives
import Testing
import Workers

/// A provider that stores an output that its key does not open.
struct Garbler: Reactor {
  let inner: any Reactor
  let key: PrivateKey
  let world: World

  var address: Address { inner.address }
  func resume(through height: UInt64) async throws { try await inner.resume(through: height) }
  func resync() async throws { try await inner.resync() }

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    var sent: [SignedMessage] = []
    for signed in try await inner.react(to: news) {
      guard case .submitEvidence(var m) = signed.message else {
        sent.append(signed)
        continue
      }
      m.evidence.output = try await world.garble(m.evidence.output, by: key)
      sent.append(
        SignedMessage.signing(
          .submitEvidence(m), with: key, domain: await world.genesis().domain))
    }
    return sent
  }
}

/// A buyer that takes an offer, stores an input that its key does not open, and posts the key
/// when it is demanded.
actor FalseBuyer: Reactor {
  nonisolated let address = Stage.buyerKey.address
  let world: World
  let inputKey = SHA256.hash([7])
  private var sequence: UInt64 = 0
  private var hasTaken = false

  init(_ world: World) { self.world = world }

  func resume(through height: UInt64) async throws {}
  func resync() async throws {}

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    var sent: [Message] = []
    let own = SealingKey(of: Stage.buyerKey).published
    if sequence == 0 { sent.append(.publishKey(PublishKey(head(), sealingKey: own))) }
    if !hasTaken, let (id, offer) = await world.offers(of: nil).first {
      hasTaken = true
      var m = TakeOffer()
      m.head = head()
      m.offer = id
      m.units = 1
      m.acceptWindow = 3_600
      let chunks = try ContentChunks(input: [1, 2, 3, 4], key: inputKey)
      let stored = try await world.shelve(
        chunks, readers: [offer.provider], owner: Stage.buyerKey, at: news.time)
      m.input = try await world.garble(stored, by: Stage.buyerKey)
      m.key = WrappedKey(to: offer.provider, bytes: inputKey.bytes)
      sent.append(.takeOffer(m))
    }
    for event in news.events where event.name == "runDemanded" {
      var m = PostKey()
      m.head = head()
      m.run = RunKey(LeaseID(event.lease), 0)
      m.key = inputKey
      sent.append(.postKey(m))
    }
    let domain = await world.genesis().domain
    return sent.map { SignedMessage.signing($0, with: Stage.buyerKey, domain: domain) }
  }

  private func head() -> Head {
    sequence += 1
    return Head(from: address, lane: 0, sequence: sequence - 1, validUntil: .never)
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
      inner: stage.providers[0], key: Stage.key(1), world: stage.world)
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

  @Test("a buyer that stores something else than it ordered is shown to the ledger, and pays")
  func falseInput() async throws {
    var stage = try Stage([Stage.want(.offer, 1, try Stage.model())])
    stage.buyer = FalseBuyer(stage.world)
    try await stage.play(blocks: 40)
    let run = try #require(await stage.world.settled.first)
    #expect(run.verdict.outcome == .inputWithheld)
    #expect(run.verdict.seats.first?.fate == .idle)
    let names = await stage.world.blocks.flatMap(\.results.events).map(\.name)
    #expect(names.contains("runDemanded") && names.contains("runKeyPosted"))
    #expect(await stage.buyerGain() < 0)
    #expect(await stage.world.treasury == 0)
    #expect(await stage.world.refusals == [])
  }

  @Test("a buyer that stops takes back an order that nobody bid for")
  func stoppedBuyer() async throws {
    let other = try Stage.model(1)
    let stage = try Stage([Stage.want(.auction, 1, other)], capacity: 0)
    let shopper = stage.shopper
    try await stage.play(blocks: 10) { news in
      // The first block publishes keys, the second takes the order.
      if news.height == 2 { await shopper.stop() }
      return await shopper.isDone
    }
    #expect(await shopper.results.first?.end == "orderCancelled")
    #expect(await stage.buyerGain() > -1_000)
    #expect(await stage.world.audit().escrow == 0)
  }
}
