// Every run proves at level `succinct` too, and says what the executor says.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct SuccinctProofTests {
  @Test(arguments: 0..<120) func everyRunProves(seed: Int) throws {
    guard
      let model = try ProvedModel.random(
        UInt64(seed), nodes: 3 + seed % 9, samples: 1 + seed % 3, mostElements: 160)
    else { return }
    try SuccinctProofTests.proves(model)
  }

  static func proves(_ model: ProvedModel) throws {
    let proof = try model.succinct()
    let run = try Proof.verify(bytes: proof.bytes)
    #expect(run.level == .succinct)
    #expect(run.outputs == model.traces.map { $0[$0.count - 1].bytes })
    #expect(run.inputs == model.traces.map { $0[0].bytes })
    #expect(run.model == model.prover.manifest.id)
    #expect(run.nonce == ProvedModel.nonce && run.expires == 9)
    #expect(run.security.bits >= 100)
  }
}
