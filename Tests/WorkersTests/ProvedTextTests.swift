// A text model's next character, proved: the whole forward pass of four layers of attention.

import Foundation
import Graphs
import Models
import Primitives
import Proofs
import Testing

@testable import Workers

@Suite struct ProvedTextTests {
  private static func file(_ path: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
  }

  /// At level `open`, the one that replays softmax, norms and products; the others refuse them by
  /// their names.
  @Test func theNextCharacterIsProved() throws {
    let model = try Model.load(Self.file("Tests/Vectors/models/gpt.tolsey-model")).provable()
    let window = try model.quantise(
      try NPY(Self.file("Examples/gpt/windows.npy")).rows[7])
    var trace: [Tensor] = []
    for (type, bytes) in zip(model.graph.types, try model.tensors(of: window)) {
      trace.append(try Tensor(type, bytes: bytes))
    }
    let weights = try CommittedWeights(of: model)
    let nonce = SHA256.hash(Array("which character?".utf8))
    let proof = try Prover(.open, model.manifest, weights).prove([trace], nonce: nonce)
    let run = try Proof.verify(bytes: proof.bytes)
    #expect(run.model == model.id && run.nonce == nonce && run.inputs == [window])
    #expect(run.security.bits >= 100)
    let output = try model.execute(window)
    #expect(run.outputs == [Tensor.littleEndian(output)])
    // The same character as the float model's, at this window.
    let logits = try NPY(Self.file("Examples/gpt/logits.npy")).rows[7]
    #expect(
      output.indices.max { output[$0] < output[$1] }
        == logits.indices.max { logits[$0] < logits[$1] })
    for level in [ProofLevel.succinct, .private] {
      #expect(throws: Refusal("operationNotProvable", [Number("embedding", 0)])) {
        try Prover(level, model.manifest, weights)
      }
    }
  }
}
