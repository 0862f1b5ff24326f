// What binds a hidden input: its value at a random point, under a pad that its owner can work out.

import Arithmetic
import Graphs
public import Primitives

/// value = ⟨input, eq(point)⟩ + pad. The input lies in the witness and the pad beside it, both
/// before the point is drawn; so whoever knows input and salt finds another value for any other
/// input.
public struct HiddenInput: Sendable, Equatable {
  /// Random, one a proof, so that two proofs of one input share no pad.
  let tag: Bytes32
  let point: [GoldilocksPair]
  let value: GoldilocksPair
  let type: TensorType
  let samples: Int

  /// Whether the proof is about these inputs.
  ///
  /// - Parameters:
  ///   - inputs: canonical bytes of each sample's.
  ///   - salt: 32 bytes that the prover was given with the input.
  public func isInput(_ inputs: [[UInt8]], salt: Bytes32) -> Bool {
    guard inputs.count == samples else { return false }
    var values: [Int32] = []
    for bytes in inputs {
      guard let tensor = try? Tensor(type, bytes: bytes) else { return false }
      values += tensor.values
    }
    return HiddenInput.value(values, at: point) + HiddenInput.pad(salt, tag) == value
  }

  static func value(_ input: [Int32], at point: [GoldilocksPair]) -> GoldilocksPair {
    zip(input, Multilinear.weights(at: point)).reduce(.zero) {
      $0 + $1.1 * Goldilocks(Int64($1.0))
    }
  }

  static func pad(_ salt: Bytes32, _ tag: Bytes32) -> GoldilocksPair {
    var hasher = SHA256()
    hasher.update("tolsey/hidden-input/1")
    hasher.update(salt)
    hasher.update(tag)
    var stream = SecretStream(hasher.finalize(), "input")
    return stream.element()
  }
}
