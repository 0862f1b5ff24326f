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

  /// The same of graphs with tables, products of activations, norms and symbols.
  @Test(arguments: 0..<120) func everyWideRunProves(seed: Int) throws {
    guard
      let model = try ProvedModel.random(
        UInt64(seed), nodes: 3 + seed % 9, samples: 1 + seed % 3, mostElements: 100, isWide: true)
    else { return }
    try SuccinctProofTests.proves(model)
  }

  /// The same for ten thousand graphs at all levels, in a build with optimisation.
  @Test(.enabled(if: Environment.asksForLongTests)) func everyRunOfManyProves() throws {
    var proved = 0
    for seed in 1000..<UInt64(11_000) {
      guard
        let model = try ProvedModel.random(
          seed, nodes: 3 + Int(seed % 11), samples: 1 + Int(seed % 3), mostElements: 400)
      else { continue }
      try SuccinctProofTests.proves(model)
      #expect(try Proof.verify(bytes: try model.prove().bytes).level == .open)
      try PrivateProofTests.proves(model)
      proved += 1
    }
    #expect(proved > 5000)
  }

  /// The same for ten thousand graphs of which each has what is proved by helpers.
  @Test(.enabled(if: Environment.asksForLongTests)) func everyWideRunOfManyProves() throws {
    let helped: Set<String> = [
      "table", "product", "matMul", "softmax", "normalise", "embedding",
    ]
    var (proved, seed) = (0, UInt64(1000))
    while proved < 10_000 {
      seed += 1
      guard
        let model = try ProvedModel.random(
          seed, nodes: 3 + Int(seed % 11), samples: 1 + Int(seed % 3), mostElements: 200,
          isWide: true),
        model.graph.nodes.contains(where: { helped.contains($0.operation.name) })
      else { continue }
      try SuccinctProofTests.proves(model)
      try PrivateProofTests.proves(model)
      proved += 1
    }
    #expect(proved == 10_000)
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

@Suite struct ProofRoleTests {
  /// The graphs that are proved have every operation that the table knows.
  @Test func everyOperationIsDrawn() throws {
    var names: Set<String> = []
    for seed in 0..<120 {
      for isWide in [false, true] {
        guard
          let model = try ProvedModel.random(
            UInt64(seed), nodes: 3 + seed % 9, samples: 1, mostElements: isWide ? 100 : 160,
            isWide: isWide)
        else { continue }
        for node in model.graph.nodes { names.insert(node.operation.name) }
      }
    }
    #expect(
      names == [
        "linear", "convolution", "requantise", "maxPool", "add", "reshape", "rearrange", "pad",
        "subtract", "affine", "averagePool", "concat", "table", "product", "matMul", "softmax",
        "normalise", "embedding",
      ])
  }
}
