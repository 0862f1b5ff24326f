// A text model's next character, proved: the whole forward pass of four layers of attention.

import Foundation
import Graphs
import Kernel
import Models
import Primitives
import Proofs
import Testing

@testable import Workers

@Suite struct ProvedTextTests {
  fileprivate static func file(_ path: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
  }

  private struct Case {
    let model: Model
    let window: [UInt8]
    let trace: [Tensor]
    let weights: CommittedWeights
    let nonce = SHA256.hash(Array("which character?".utf8))

    init() throws {
      let file = try ProvedTextTests.file("Tests/Vectors/models/gpt.tolsey-model")
      model = try Model.load(file).provable()
      window = try model.quantise(try NPY(ProvedTextTests.file("Examples/gpt/windows.npy")).rows[7])
      var trace: [Tensor] = []
      for (type, bytes) in zip(model.graph.types, try model.tensors(of: window)) {
        trace.append(try Tensor(type, bytes: bytes))
      }
      self.trace = trace
      weights = try CommittedWeights(of: model)
    }

    func proves(_ level: ProofLevel) throws {
      let salt = SHA256.hash(Array("what came with the window".utf8))
      let secrets = ProofSecrets(secret: SHA256.hash(Array("random".utf8)), salt: salt)
      let proof = try Prover(level, model.manifest, weights).prove(
        [trace], nonce: nonce, secrets: secrets)
      let run = try Proof.verify(bytes: proof.bytes)
      #expect(run.level == level && run.model == model.id && run.nonce == nonce)
      #expect(run.inputs == (level == .private ? [] : [window]) && run.security.bits >= 100)
      #expect(
        run.hiddenInput?.isInput([window], salt: salt) == (level == .private ? true : nil))
      let output = try model.execute(window)
      #expect(run.outputs == [Tensor.littleEndian(output)])
      // The same character as the float model's, at this window.
      let logits = try NPY(ProvedTextTests.file("Examples/gpt/logits.npy")).rows[7]
      #expect(
        output.indices.max { output[$0] < output[$1] }
          == logits.indices.max { logits[$0] < logits[$1] })
    }
  }

  @Test func theNextCharacterIsProved() throws { try Case().proves(.open) }

  /// Two million numbers committed to: minutes without optimisation, two seconds with it.
  @Test(.enabled(if: Self.asksForLongTests), arguments: [ProofLevel.succinct, .private])
  func theNextCharacterIsProvedWithoutTheRun(level: ProofLevel) throws {
    try Case().proves(level)
  }

  /// What the long test proves is bounded by the manifest, and shorter than a proof in clear.
  @Test func aTextModelHasBounds() throws {
    let own = try Case()
    let bounds = try SuccinctBounds(own.model.manifest, own.model.graph, own.weights.shape)
    // What the ledger takes: a message's bytes, and 64 steps of the verifier for each.
    #expect(bounds.mostBytes < 1 << 20 - 4096)
    #expect(bounds.steps <= 64 * bounds.leastBytes)
    #expect(bounds.witnessBytes > 1 << 21)
    let hidden = try PrivateBounds(own.model.manifest, own.model.graph, own.weights.shape)
    #expect(hidden.mostBytes < 1 << 20 - 4096)
    #expect(hidden.steps <= 64 * hidden.leastBytes)
    for level in [ProofLevel.succinct, .private] {
      #expect(throws: Never.self) { try Prover(level, own.model.manifest, own.weights) }
    }
  }

  /// A block has room for so many of them, and they take the verifier no more than its bytes pay
  /// for.
  @Test func aBlockOfThemTakesWhatItsBytesPayFor() throws {
    let own = try Case()
    let terms = Terms.standard
    let succinct = try SuccinctBounds(own.model.manifest, own.model.graph, own.weights.shape)
    let hidden = try PrivateBounds(own.model.manifest, own.model.graph, own.weights.shape)
    for (least, most, steps) in [
      (succinct.leastBytes, succinct.mostBytes, succinct.steps),
      (hidden.leastBytes, hidden.mostBytes, hidden.steps),
    ] {
      #expect(UInt64(most) + 4096 <= terms.maxMessage)
      let fitting = terms.blockBytes / UInt64(least)
      #expect(fitting == 4)
      // 64 for each byte of a block is its time; four of them leave some for other messages.
      #expect(fitting * UInt64(steps) < terms.blockBytes * 64)
      // What a seat pays to hand one in pays for the steps at the same price.
      let toll = try Toll.price(bytes: least, terms: terms)
      #expect(UInt64(steps) <= toll.units * terms.tollBytes * 64)
      #expect((50_000...60_000).contains(toll.units))
    }
  }

  private static var asksForLongTests: Bool {
    ProcessInfo.processInfo.environment["TOLSEY_LONG_TESTS"] != nil
  }
}
