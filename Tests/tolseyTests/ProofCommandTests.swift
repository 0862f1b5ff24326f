// Proofs at the console: what has expired is not taken, and both levels answer as published.

import Foundation
import Graphs
import Primitives
import Proofs
import Testing

@testable import tolsey

@Suite struct ProofCommandTests {
  /// A file with a proof of a small run; what it does with the path is handed in.
  private func withProof<T>(
    _ level: ProofLevel, expires: UInt64, _ body: (String) async throws -> T
  ) async throws -> T {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])),
      nodes: [Node(.linear(Linear(outputs: 2, biasBound: 1)), [0])])
    let layers = [LayerWeights(matrix: [1, -2, 3, 4, 5, 6, -7, 8], bias: [1, -1])]
    let weights = try CommittedWeights(graph, layers)
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(), commitments: [weights.commitment])
    let trace = try graph.trace(layers, on: [1, 2, 3, 4])
    let bytes =
      switch level {
      case .open:
        try OpenProver(manifest, weights).prove([trace], nonce: .zero, expires: expires).bytes
      case .succinct:
        try SuccinctProver(manifest, weights).prove([trace], nonce: .zero, expires: expires).bytes
      }
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(level)-\(expires)-\(UUID().uuidString).proof").path
    try LocalFile.write(bytes, to: file)
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try await body(file)
  }

  @Test(arguments: ProofLevel.allCases) func anExpiredProof(level: ProofLevel) async throws {
    // 2001-09-09 01:46:40 UTC.
    try await withProof(level, expires: 1_000_000_000_000) { file in
      let person = Recorder()
      #expect(await person.run("proof", "verify", file) == .unverified)
      #expect(person.out == "" && person.err.contains("2001-09-09 01:46:40 UTC"))
      let script = Recorder()
      #expect(await script.run("proof", "verify", file, "--json") == .unverified)
      let json = try JSONValue(parsing: script.out)
      #expect(json["errors"]?.array?.first?["code"] == "proofExpired")
      let asked = Recorder()
      #expect(await asked.run("proof", "verify", file, "--ignore-expiry") == .done)
      #expect(asked.out.contains("2001-09-09 01:46:40 UTC, which is past"))
      let shown = Recorder()
      #expect(await shown.run("proof", "show", file) == .done)
      #expect(shown.out.contains("2001-09-09 01:46:40 UTC, which is past"))
    }
  }

  @Test(arguments: ProofLevel.allCases) func aProofThatHolds(level: ProofLevel) async throws {
    for expires in [0, UInt64.max] {
      try await withProof(level, expires: expires) { file in
        let person = Recorder()
        #expect(await person.run("proof", "verify", file) == .done)
        #expect(person.out.contains("expires"))
        #expect(person.out.contains("never") == (expires == 0))
        #expect(!person.out.contains("which is past"))
        for verb in ["verify", "show"] {
          let script = Recorder()
          #expect(await script.run("proof", verb, file, "--json") == .done)
          let data = try #require(try JSONValue(parsing: script.out)["data"])
          #expect(data["level"] == .string("\(level)"))
          let fault = try #require(DataSchemas.proofs["proof.\(verb)/1"]).fault(in: data)
          #expect(fault == nil)
        }
      }
    }
  }
}
