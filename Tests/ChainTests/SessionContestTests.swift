// Contests by session keys: of runs that they bought, where their owner lets them, and of no other.

import Graphs
import Inference
import Kernel
import Primitives
import Proofs
import Testing

@testable import Chain
@testable import Market

@Suite struct SessionContestTests {
  static let all = MessageKind.forSessions

  /// A run that the session bought, with one that its owner bought, both proved of another input.
  private func lied(
    _ network: inout SampleNetwork, _ kinds: [MessageKind]
  ) throws -> (own: RunKey, owners: RunKey) {
    let model = try SamplePrivate()
    let owners = try ProvedRoadTests.taken(
      &network, model.model.manifest, ProvedPrivateTests.check)
    let offer = OfferID(
      try network.say("provider1") {
        var m = $0.postOffer($1)
        m.spec = InferenceSpec(model: model.model.manifest.id.digest).encoded
        m.check = ProvedPrivateTests.check
        return .postOffer(m)
      })
    try network.grant(SampleNetwork.limits(kinds))
    var take = TakeOffer()
    take.head = network.sessionHead()
    take.offer = offer
    take.input = network.vouched(
      try ContentChunks(input: SampleProver.input, key: SampleNetwork.inputKey))
    take.key = SampleNetwork.sealed(to: "provider1")
    let message = Message.takeOffer(take)
    #expect(try network.trySession { _, _ in message } == "")
    let own = RunKey(LeaseID.of(take: message.id), 0)
    for run in [own, owners] {
      let (output, proof) = try model.answer(run.id.digest, input: SampleProver.other)
      _ = try network.say("provider1") { network, head in
        var m = try ProvedRoadTests.proof(network, head, run, output, proof.bytes)
        let chunks = try ContentChunks(
          output: output, salt: ContentSalt(value: .zero),
          key: SampleNetwork.salt("an output key"))
        m.evidence.output = network.vouched(chunks)
        m.salt = .zero
        return .submitProof(m)
      }
    }
    return (own, owners)
  }

  private func contest(
    _ network: inout SampleNetwork, _ run: RunKey, owner: String = "buyer"
  ) throws -> String {
    try network.trySession(owner: owner) { _, head in
      var m = ContestProof()
      m.head = head
      m.run = run
      m.salt = SamplePrivate.salt
      m.input = SampleProver.input
      return .contestProof(m)
    }
  }

  @Test func aSessionFellsWhatItBoughtAndNothingElse() throws {
    var network = try SampleNetwork.market()
    let (own, owners) = try lied(&network, Self.all)
    #expect(try contest(&network, owners) == "sessionForeign")
    #expect(try contest(&network, owners, owner: "provider2") == "noSession")
    let before = network.balance("buyer")
    #expect(try contest(&network, own) == "")
    #expect(ProvedRoadTests.outcome(network) == .otherInput)
    // The price comes back to the account, less the toll.
    #expect(network.balance("buyer") > before + 999_000)
    #expect(try contest(&network, own) == "unknownRun")
    var replica = try State(network.genesis)
    for block in network.blocks { _ = try replica.replay(block) }
    #expect(replica.stateRoot == network.state.stateRoot)
  }

  @Test func withoutTheKindItIsRefused() throws {
    var network = try SampleNetwork.market()
    let (own, _) = try lied(&network, Self.all.filter { $0 != .contestProof })
    #expect(try contest(&network, own) == "sessionKind")
    #expect(network.state.market.runs[own] != nil)
  }
}
