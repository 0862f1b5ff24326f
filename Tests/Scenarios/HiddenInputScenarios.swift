// Inputs that proofs hide: who tries to have their keys posted, and what the programs say to that.

import Agents
import Chain
import Inference
import Kernel
import Market
import Primitives
import Testing
import Workers

/// A seat that demands the key that was sealed to it, beside whatever else it does.
actor Demander: Reactor {
  nonisolated let address: Address
  let inner: any Reactor
  let key: PrivateKey
  let domain: EIP712.Domain
  private var sequence: UInt64 = 0

  init(_ inner: any Reactor, key: PrivateKey, domain: EIP712.Domain) {
    self.inner = inner
    self.key = key
    self.domain = domain
    address = inner.address
  }

  func resume(through height: UInt64) async throws { try await inner.resume(through: height) }
  func resync() async throws { try await inner.resync() }

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    var sent: [SignedMessage] = []
    for event in news.events where event.name == "runStarted" && event.parties.contains(address) {
      var m = DemandKey()
      m.head = Head(from: address, lane: 200, sequence: sequence, validUntil: .never)
      m.run = RunKey(LeaseID(event.lease), event.numbers.first?.value ?? 0)
      sequence += 1
      sent.append(SignedMessage.signing(.demandKey(m), with: key, domain: domain))
    }
    // The proof that would end the run waits for the key, as that of an honest seat does.
    let others = try await inner.react(to: news)
    return sent + others.filter { sent.isEmpty || $0.kind != .submitProof }
  }
}

@Suite("Hidden inputs")
struct HiddenInputScenarios {
  /// The content key of the first run's input, as its seat unwraps it.
  static func inputKey(_ stage: Stage) async throws -> Bytes32 {
    let network = await stage.world.genesis().network
    for signed in await stage.world.blocks.flatMap(\.body) {
      guard case .takeOffer(let m) = signed.message, let seat = Stage.number(of: m.key.to) else {
        continue
      }
      let key = m.key.contentKey(of: m.input, for: Stage.key(seat), network: network)
      return try #require(key)
    }
    throw Refusal("notTaken")
  }

  static func isInLog(_ key: Bytes32, _ stage: Stage) async -> Bool {
    await stage.world.blocks.flatMap { CBOR.encode($0) }.firstRange(of: key.bytes) != nil
  }

  static func names(_ stage: Stage) async -> [String] {
    await stage.world.blocks.flatMap(\.results.events).map(\.name)
  }

  @Test("bytes that the custodian holds back for a while bring nobody to post their key")
  func held() async throws {
    let stage = try ProvedScenarios.stage(try ProvedScenarios.wants(level: 3), level: 3)
    await stage.world.nap(atMost: 5)
    var news = try await stage.play { news in
      let isStarted = news.events.contains { $0.name == "runStarted" }
      if isStarted { await stage.world.loseBlobs() }
      return isStarted
    }
    for _ in 0..<3 { news = try #require(try await stage.turn(news)) }
    #expect(await stage.world.settled.isEmpty)
    await stage.world.findBlobs()
    try await stage.play(blocks: 60, from: news) { _ in await stage.shopper.isDone }
    #expect(await stage.world.settled.map(\.verdict.outcome) == [.proved])
    let names = await Self.names(stage)
    #expect(!names.contains("runDemanded") && !names.contains("runKeyPosted"))
    #expect(await !Self.isInLog(try Self.inputKey(stage), stage))
    #expect(await stage.shopper.results.first?.isGood == true)
  }

  @Test("bytes that never come cost the seat B, and still nobody posts the key")
  func withheld() async throws {
    let stage = try ProvedScenarios.stage(try ProvedScenarios.wants(level: 3), level: 3)
    await stage.world.nap(atMost: 20)
    let news = try await stage.play { news in
      let isStarted = news.events.contains { $0.name == "runStarted" }
      if isStarted { await stage.world.loseBlobs() }
      return isStarted
    }
    try await stage.play(blocks: 60, from: news) { _ in await stage.shopper.isDone }
    #expect(await stage.world.settled.map(\.verdict.outcome) == [.noEvidence])
    #expect(await !Self.names(stage).contains("runDemanded"))
    #expect(await !Self.isInLog(try Self.inputKey(stage), stage))
  }

  static func demanded(yields: Bool, tries: Int = 2) async throws -> Stage {
    var wants = try ProvedScenarios.wants(level: 3)
    wants[0].yieldsKey = yields
    var stage = try ProvedScenarios.stage(wants, tries: tries, level: 3)
    stage.providers[0] = Demander(
      stage.providers[0], key: Stage.key(1), domain: await stage.world.genesis().domain)
    let shopper = stage.shopper
    try await stage.play(blocks: 80) { _ in await shopper.isDone }
    return stage
  }

  @Test("a seat that demands the key that it has gets none, and no second purchase")
  func demands() async throws {
    let stage = try await Self.demanded(yields: false)
    let results = await stage.shopper.results
    #expect(results.map { $0.settled?.verdict.outcome } == [.inputWithheld, .proved])
    #expect(await stage.shopper.demanded.count == 1)
    #expect(await stage.shopper.fallen == [Stage.key(1).address])
    let seats = results.map { $0.settled?.verdict.seats.first?.provider }
    #expect(seats == [Stage.key(1).address, Stage.key(2).address])
    // A tenth of the price, for an idle seat.
    #expect(results[0].cost == Amount(78_100))
    #expect(await !Self.names(stage).contains("runKeyPosted"))
    #expect(await !Self.isInLog(try Self.inputKey(stage), stage))
  }

  @Test("with its owner's word the key is posted, and the seat answers")
  func yields() async throws {
    let stage = try await Self.demanded(yields: true)
    #expect(await stage.shopper.results.map { $0.settled?.verdict.outcome } == [.proved])
    #expect(await Self.names(stage).contains("runKeyPosted"))
    #expect(await Self.isInLog(try Self.inputKey(stage), stage))
  }
}
