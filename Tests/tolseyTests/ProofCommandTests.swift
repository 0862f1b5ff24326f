// Proofs at the console: what has expired is not taken, and both levels answer as published.

import Foundation
import Graphs
import Models
import Node
import Primitives
import Proofs
import Synchronization
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
      case .private:
        try PrivateProver(manifest, weights)
          .prove([trace], nonce: .zero, expires: expires, secret: .zero, salt: .zero).bytes
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

  // MARK: - How long a proof is to be taken

  /// A folder with a model and an input for it.
  private func withModel<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("proof-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])),
      nodes: [Node(.linear(Linear(outputs: 2, biasBound: 1)), [0])])
    let layers = [LayerWeights(matrix: [1, -2, 3, 4, 5, 6, -7, 8], bias: [1, -1])]
    let weights = try CommittedWeights(graph, layers)
    let manifest = Manifest(
      graph: graph, inputScale: try Scale(mantissa: 1 << 30, exponent: 30),
      outputScale: try Scale(mantissa: 1 << 30, exponent: 30), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: layers, of: graph), weights.commitment])
    try LocalFile.write(
      Model(manifest, layers).save(), to: folder.appendingPathComponent("model").path)
    try LocalFile.write(
      Array("{\"input_data\": [[1, 2, 3, 4]]}".utf8),
      to: folder.appendingPathComponent("input.json").path)
    return try await body(folder.path)
  }

  @Test(arguments: ProofLevel.allCases)
  func aProofIsMadeForSoLong(level: ProofLevel) async throws {
    try await withModel { folder in
      let make = [
        "proof", "make", folder + "/model", "--input", folder + "/input.json", "--level",
        "\(level)", "--out", folder + "/proof", "--json",
      ]
      for (words, seconds) in [([], 0), (["--expires", "3600"], 3600)] as [([String], UInt64)] {
        let before = WallClock().now.milliseconds
        let made = Recorder()
        #expect(await made.run(make + words) == .done)
        let after = WallClock().now.milliseconds
        let judged = Recorder()
        #expect(await judged.run(["proof", "verify", folder + "/proof", "--json"]) == .done)
        for out in [made.out, judged.out] {
          let expires = try #require(try JSONValue(parsing: out)["data"]?["expires"]?.uint64)
          #expect(
            seconds == 0
              ? expires == 0
              : (before + seconds * 1000...after + seconds * 1000).contains(expires))
        }
        let data = try #require(try JSONValue(parsing: made.out)["data"])
        #expect(try #require(DataSchemas.proofs["proof.make/1"]).fault(in: data) == nil)
      }
    }
  }

  @Test func aHiddenInput() async throws {
    try await withModel { folder in
      let make = [
        "proof", "make", folder + "/model", "--input", folder + "/input.json", "--out",
        folder + "/proof", "--json",
      ]
      let salt = String(repeating: "5a", count: 32)
      let made = Recorder()
      #expect(
        await made.run(
          make + ["--level", "private", "--hide", "input", "--salt", salt]) == .done)
      let data = try #require(try JSONValue(parsing: made.out)["data"])
      #expect(try #require(DataSchemas.proofs["proof.make/1"]).fault(in: data) == nil)
      #expect(data["salt"] == .string("0x" + salt))
      let run = try Proof.verify(bytes: try LocalFile.read(folder + "/proof"))
      #expect(run.hides == .input && run.inputs == [])
      #expect(throws: Never.self) {
        try HiddenRun.match(run, [[1, 2, 3, 4]], salt: salt, "input")
      }
      for other in [salt.replacingOccurrences(of: "5a", with: "5b"), "5a", nil] {
        #expect(throws: Failure.self) {
          try HiddenRun.match(run, [[1, 2, 3, 4]], salt: other, "input")
        }
      }
      #expect(throws: Failure.self) {
        try HiddenRun.match(run, [[1, 2, 3, 5]], salt: salt, "input")
      }
      let judged = Recorder()
      #expect(await judged.run("proof", "verify", folder + "/proof") == .done)
      #expect(judged.out.contains("weights are not"))
      // Whoever names no salt is told the one that was drawn.
      let drawn = Recorder()
      #expect(await drawn.run(make + ["--level", "private"]) == .done)
      let told = try JSONValue(parsing: drawn.out)
      #expect(told["data"]?["salt"]?.string?.count == 66)
    }
  }

  /// What is not hidden is not said to be.
  @Test func whatNoLevelHides() async throws {
    try await withModel { folder in
      let make = [
        "proof", "make", folder + "/model", "--input", folder + "/input.json", "--out",
        folder + "/proof", "--json",
      ]
      for (words, code) in [
        (["--hide", "input"], "hidesNothing"), (["--hide", "weights"], "hidesNothing"),
        (["--level", "succinct", "--hide", "input"], "hidesNothing"),
        (["--level", "succinct", "--salt", "00"], "hidesNothing"),
        (["--level", "private", "--hide", "weights"], "weightsNotHidden"),
        (["--level", "private", "--hide", "input,weights"], "weightsNotHidden"),
        (["--level", "private", "--salt", "00"], "badSalt"),
      ] {
        let asked = Recorder()
        #expect(await asked.run(make + words) != .done)
        let json = try JSONValue(parsing: asked.out)
        #expect(json["errors"]?.array?.first?["code"]?.string == code)
      }
    }
  }

  /// The start of an id is no id: whoever types one is not told that the proof is another model's.
  @Test func aModelIsNamedWhole() async throws {
    try await withProof(.open, expires: 0) { file in
      let judged = Recorder()
      #expect(await judged.run("proof", "verify", file, "--json") == .done)
      let id = try #require(try JSONValue(parsing: judged.out)["data"]?["model"]?.string)
      let whole = Recorder()
      #expect(await whole.run("proof", "verify", file, "--model", id) == .done)
      for part in [String(id.prefix(16)), id + "0", "", "model", file] {
        let person = Recorder()
        #expect(await person.run("proof", "verify", file, "--model", part, "--json") == .usage)
        #expect(person.out.contains("badID"))
      }
    }
  }

  /// A bar has something to show: each level tells of all its parts, in their order.
  @Test(arguments: ProofLevel.allCases) func everyStepIsTold(level: ProofLevel) throws {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])),
      nodes: [Node(.linear(Linear(outputs: 2, biasBound: 1)), [0])])
    let layers = [LayerWeights(matrix: [1, -2, 3, 4, 5, 6, -7, 8], bias: [1, -1])]
    let told = Mutex<[(Int, Int)]>([])
    let weights = try CommittedWeights(graph, layers) { done, all in
      told.withLock { $0.append((done, all)) }
    }
    func parts() -> [(Int, Int)] {
      told.withLock { own in
        defer { own = [] }
        return own
      }
    }
    let encoded = parts()
    #expect(encoded.map(\.0) == encoded.map(\.0).sorted() && encoded.count >= 2)
    #expect(try #require(encoded.last).0 == encoded[0].1)
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(), commitments: [weights.commitment])
    let trace = try graph.trace(layers, on: [1, 2, 3, 4])
    _ = try Prover(level, manifest, weights).prove(
      [trace], nonce: .zero, secrets: ProofSecrets(secret: .zero, salt: .zero)
    ) { done, all in told.withLock { $0.append((done, all)) } }
    let proved = parts()
    #expect(proved.map(\.0) == (level == .open ? [] : Array(1...7)))
    #expect(proved.allSatisfy { $0.1 == 7 })
  }

  @Test func noProofIsMadeForNoTimeOrForEver() async throws {
    #expect(try ProofMake.end(nil, from: Time(5)) == 0)
    #expect(try ProofMake.end(2, from: Time(5)) == 2_005)
    for seconds: UInt64 in [0, .max, .max / 1000] {
      #expect(throws: Failure.self) { try ProofMake.end(seconds, from: Time(5_000)) }
    }
  }
}
