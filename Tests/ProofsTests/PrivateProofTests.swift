// Every run proves at level `private`, says what the executor says, and is about its input alone.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct PrivateProofTests {
  @Test(arguments: 0..<60) func everyRunProves(seed: Int) throws {
    guard
      let model = try ProvedModel.random(
        UInt64(seed), nodes: 3 + seed % 9, samples: 1 + seed % 3, mostElements: 160)
    else { return }
    try PrivateProofTests.proves(model)
  }

  static func proves(_ model: ProvedModel) throws {
    let proof = try model.privately()
    let run = try Proof.verify(bytes: proof.bytes)
    #expect(run.level == .private && run.hides == .input)
    #expect(run.outputs == model.traces.map { $0[$0.count - 1].bytes })
    #expect(run.inputs == [])
    #expect(run.model == model.prover.manifest.id)
    #expect(run.nonce == ProvedModel.nonce && run.expires == 9)
    #expect(run.security.bits >= 100)
    let inputs = model.traces.map { $0[0].bytes }
    let hidden = try #require(run.hiddenInput)
    #expect(hidden.isInput(inputs, salt: ProvedModel.salt))
    #expect(!hidden.isInput(inputs, salt: .zero))
    var others = inputs
    others[0][0] ^= 1
    #expect(!hidden.isInput(others, salt: ProvedModel.salt))
    #expect(!hidden.isInput(Array(inputs.dropLast()), salt: ProvedModel.salt))
    #expect(!hidden.isInput(inputs.map { $0 + [0] }, salt: ProvedModel.salt))
  }

  /// A newer release that lays values out in another way draws other words for them, though secret
  /// and run are the same: else two proofs would show the difference of what lies under one pad.
  @Test func padsFollowFromFormatAndLayout() throws {
    let liar = try PrivateLiar()
    let wider = try PrivateStatement(
      liar.model.graph, liar.model.prover.weights.shape, samples: 2, hiding: .input)
    var other = PrivateProof()
    other.format += 1
    func words(_ proof: PrivateProof, _ statement: PrivateStatement) -> Set<UInt64> {
      let secret = PrivateProver.secret(
        ProvedModel.secret, of: proof, statement, .zero, liar.traces, ProvedModel.salt)
      var stream = SecretStream(secret, "pads")
      return Set(stream.words(1_024))
    }
    let own = words(PrivateProof(), liar.statement)
    #expect(own == words(PrivateProof(), liar.statement) && own.count == 1_024)
    #expect(own.isDisjoint(with: words(other, liar.statement)))
    #expect(own.isDisjoint(with: words(PrivateProof(), wider)))
  }
}
