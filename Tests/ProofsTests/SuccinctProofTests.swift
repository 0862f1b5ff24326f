// Every run proves at level `succinct` too, and says what the executor says.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

enum Environment {
  /// TOLSEY_LONG_TESTS in the environment.
  static var asksForLongTests: Bool { getenv("TOLSEY_LONG_TESTS") != nil }
}

@Suite struct SuccinctProofTests {
  @Test(arguments: 0..<120) func everyRunProves(seed: Int) throws {
    guard
      let model = try ProvedModel.random(
        UInt64(seed), nodes: 3 + seed % 9, samples: 1 + seed % 3, mostElements: 160)
    else { return }
    try SuccinctProofTests.proves(model)
  }

  /// The same for ten thousand graphs at both levels, in a build with optimisation.
  @Test(.enabled(if: Environment.asksForLongTests)) func everyRunOfManyProves() throws {
    var proved = 0
    for seed in 1000..<UInt64(11_000) {
      guard
        let model = try ProvedModel.random(
          seed, nodes: 3 + Int(seed % 11), samples: 1 + Int(seed % 3), mostElements: 400)
      else { continue }
      try SuccinctProofTests.proves(model)
      #expect(try Proof.verify(bytes: try model.prove().bytes).level == .open)
      proved += 1
    }
    #expect(proved > 5000)
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
