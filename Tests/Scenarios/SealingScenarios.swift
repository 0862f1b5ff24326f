// Content keys that are sealed to their readers, and what each party does when one opens nothing.

import Chain
import Kernel
import Market
import Primitives
import Testing
import Workers

@testable import Agents

/// Somebody who wraps other keys than it should, in what it sends while a run is under way.
struct Miswrapper: Reactor {
  let inner: any Reactor
  let key: PrivateKey
  let domain: EIP712.Domain
  let spoil: @Sendable (WrappedKey) -> WrappedKey

  var address: Address { inner.address }
  func resume(through height: UInt64) async throws { try await inner.resume(through: height) }
  func resync() async throws { try await inner.resync() }

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    try await inner.react(to: news).map { signed in
      switch signed.message {
      case .submitEvidence(var m):
        m.key = spoil(m.key)
        return SignedMessage.signing(.submitEvidence(m), with: key, domain: domain)
      case .sendInput(var m):
        m.keys = m.keys.map(spoil)
        return SignedMessage.signing(.sendInput(m), with: key, domain: domain)
      default: return signed
      }
    }
  }
}

@Suite("Sealed keys")
struct SealingScenarios {
  /// Ways to wrap nothing: of the right length, so that the ledger takes it.
  enum Fault: CaseIterable {
    case zeros, oneByte, swappedHalves

    func spoil(_ wrapped: WrappedKey) -> WrappedKey {
      var spoiled = wrapped
      switch self {
      case .zeros: spoiled.bytes = [UInt8](repeating: 0, count: 80)
      case .oneByte: spoiled.bytes[79] ^= 1
      case .swappedHalves:
        spoiled.bytes = Array(wrapped.bytes.suffix(48)) + wrapped.bytes.prefix(32)
      }
      return spoiled
    }
  }

  private static func wrapped(
    in stage: Stage
  ) async -> (input: (WrappedKey, Content)?, output: (WrappedKey, Content)?) {
    var input: (WrappedKey, Content)?
    var output: (WrappedKey, Content)?
    for signed in await stage.world.blocks.flatMap(\.body) {
      switch signed.message {
      case .takeOffer(let m): input = (m.key, m.input)
      case .submitEvidence(let m): output = (m.key, m.evidence.output)
      default: break
      }
    }
    return (input, output)
  }

  @Test("both keys are sealed by default, and open for nobody but whom they are for")
  func sealedByDefault() async throws {
    let stage = try Stage([Stage.want(.offer, 1, try Stage.model())])
    try await stage.play(blocks: 40) { _ in await stage.shopper.isDone }
    #expect(await stage.shopper.results.first?.isGood == true)
    let network = await stage.world.genesis().network
    let (input, output) = await Self.wrapped(in: stage)
    let (inputKey, inputContent) = try #require(input)
    let (outputKey, outputContent) = try #require(output)
    #expect(inputKey.scheme == WrappedKey.sealed && outputKey.scheme == WrappedKey.sealed)
    let people =
      [Stage.buyerKey, World.operatorKey, World.custodianKey] + (1...7).map { Stage.key($0) }
    var secrets: [Bytes32] = []
    for person in people {
      let mine = inputKey.contentKey(of: inputContent, for: person, network: network)
      #expect((mine != nil) == (person.address == inputKey.to))
      let theirs = outputKey.contentKey(of: outputContent, for: person, network: network)
      #expect((theirs != nil) == (person.address == Stage.buyerKey.address))
      // What was sealed for the input is no key of the output.
      #expect(inputKey.contentKey(of: outputContent, for: person, network: network) == nil)
      secrets += [mine, theirs].compactMap(\.self)
    }
    #expect(secrets.count == 2)
    let log = await stage.world.blocks.flatMap { CBOR.encode($0) }
    for secret in secrets { #expect(log.firstRange(of: secret.bytes) == nil) }
  }

  @Test("who wants its input to be read by all says so, and the key stands in clear")
  func published() async throws {
    var want = Stage.want(.offer, 1, try Stage.model())
    want.isPublished = true
    let stage = try Stage([want])
    try await stage.play(blocks: 40) { _ in await stage.shopper.isDone }
    let (input, _) = await Self.wrapped(in: stage)
    let (key, content) = try #require(input)
    #expect(key.scheme == WrappedKey.clear)
    #expect(ContentSalt.keyHash(of: try #require(Bytes32(key.bytes))) == content.keyHash)
  }

  @Test("an output whose key opens nothing is demanded; the posted key opens it, and it is paid")
  func evidenceWithoutKey() async throws {
    for fault in Fault.allCases {
      var stage = try Stage([Stage.want(.offer, 1, try Stage.model())])
      stage.providers[0] = Miswrapper(
        inner: stage.providers[0], key: Stage.key(1),
        domain: await stage.world.genesis().domain, spoil: { fault.spoil($0) })
      let shopper = stage.shopper
      try await stage.play(blocks: 40) { _ in await shopper.isDone }
      let names = await stage.world.blocks.flatMap(\.results.events).map(\.name)
      #expect(names.contains("runDemanded") && names.contains("runKeyPosted"))
      let run = try #require(await stage.world.settled.first)
      #expect(run.verdict.outcome == .accepted)
      #expect(await stage.world.refusals == [])
    }
  }

  @Test("seats whose keys open nothing demand the input's key, answer, and are paid")
  func inputWithoutKey() async throws {
    for fault in Fault.allCases {
      var stage = try Stage([Stage.want(.auction, 1, try Stage.model())], capacity: 0)
      stage.buyer = Miswrapper(
        inner: stage.buyer, key: Stage.buyerKey, domain: await stage.world.genesis().domain,
        spoil: { fault.spoil($0) })
      try await stage.play()
      let names = await stage.world.blocks.flatMap(\.results.events).map(\.name)
      #expect(names.contains("runDemanded") && names.contains("runKeyPosted"))
      let run = try #require(await stage.world.settled.first)
      #expect(run.verdict.outcome == .majority)
      #expect(run.verdict.seats.allSatisfy { $0.fate == .paid })
      #expect(await stage.shopper.results.first?.isGood == true)
    }
  }
}
