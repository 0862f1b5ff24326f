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
}
