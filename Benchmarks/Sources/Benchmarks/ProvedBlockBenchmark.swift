// Whole proofs of a text model on a ledger: a block that holds nothing else, with real proofs.

import Chain
import Foundation
import Graphs
import Inference
import Kernel
import Market
import Models
import Primitives
import Proofs

/// The dearest blocks that providers can make: all verified by the one thread that makes blocks.
struct ProvedBlockBenchmark {
  /// The top of the repository.
  let root: String
  var levels: [ProofLevel] = [.succinct, .private]

  func run(_ report: Report) throws {
    report.section("Blocks of a text model's proofs, all of its next character")
    let model = try Model.load(read("Tests/Vectors/models/gpt.tolsey-model"))
    let window = try model.quantise(try NPY(read("Examples/gpt/windows.npy")).rows[7])
    let weights = try CommittedWeights(model.graph, model.weights)
    var manifest = model.manifest
    manifest.commitments.append(weights.commitment)
    let provable = try Model(manifest, model.weights)
    for level in levels {
      let bounds = try Self.mostBytes(level, provable, weights)
      let count = Int(Terms.standard.blockBytes) / (bounds + 2_048)
      try measure(level, provable, weights, window, count: max(1, count), report)
    }
  }

  private func read(_ path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
  }

  private static func mostBytes(
    _ level: ProofLevel, _ model: Model, _ weights: CommittedWeights
  ) throws -> Int {
    level == .private
      ? try PrivateBounds(model.manifest, model.graph, weights.shape).mostBytes
      : try SuccinctBounds(model.manifest, model.graph, weights.shape).mostBytes
  }

  /// As many runs as a block has room for proofs are bought and proved, and judged in one block.
  private func measure(
    _ level: ProofLevel, _ model: Model, _ weights: CommittedWeights, _ window: [UInt8],
    count: Int, _ report: Report
  ) throws {
    var script = try CourtScript(model: model, blocks: 64)
    let check = CheckTerms("proved", [Number("level", UInt64(level.rawValue))])
    let offer = try script.open(check: check, capacity: UInt64(count))
    let keys = try script.take(offer, count, input: script.input(window))
    let prover = try Prover(level, model.manifest, weights)
    let trace = try model.graph.trace(model.weights, on: window)
    // A hidden input's salt is said nowhere, so the output's commitment has none.
    let salt = level == .private ? ContentSalt(value: .zero) : script.salt
    var messages: [Message] = []
    var made = Double.infinity
    for key in keys {
      let start = Machine.threadSeconds
      let proof = try prover.prove(
        [trace], nonce: key.id.digest,
        secrets: ProofSecrets(secret: key.id.digest, salt: script.salt.value))
      made = min(made, Machine.threadSeconds - start)
      messages.append(
        try script.proof(key, trace[trace.count - 1].bytes, proof.bytes, salt: salt))
    }
    let verified = messages.map { script.network.simulated($0) }
    let bytes = messages.reduce(0) { $0 + $1.encoded.count }
    let start = Machine.threadSeconds
    let block = try script.state.produce(script.network.plan(after: 1_000, script.state), verified)
    let took = Machine.threadSeconds - start
    try block.expectAllDone("proofs of level \(level)")
    guard block.block.results.outcomes.count == count else {
      throw BenchmarkFailure(description: "\(level): not all proofs found room in the block")
    }
    report.add("\(level): a proof made", made, "s of processor time")
    report.add("\(level): \(count) proofs, the messages of a block", Double(bytes), "bytes")
    report.add("\(level): the block, made by one thread", took * 1e3, "ms of processor time")
  }
}
