// What a run gives: the integers that are claimed, and the floats that people read.

import Foundation
import Graphs

/// The whole output of a run, all logits.
public struct Output: Hashable, Sendable {
  /// What replicas compare and proofs prove.
  public let values: [Int32]
  /// What one step is worth.
  public let scale: Double
  let readout: Readout

  /// Canonical bytes: four little-endian bytes a value.
  public var bytes: [UInt8] { Tensor.littleEndian(values) }

  /// The place of the greatest value, the first of equals.
  public var best: Int {
    var best = 0
    for index in values.indices where values[index] > values[best] { best = index }
    return best
  }

  /// Values times scale, before a final softmax; outside of every claim.
  public var floats: [Float] { values.map { Float(Double($0) * scale) } }

  /// The softmax of the floats, where the model ends in one; outside of every claim.
  public var probabilities: [Float]? {
    guard readout == .softmax else { return nil }
    let top = Double(values[best])
    let powers = values.map { exp((Double($0) - top) * scale) }
    let sum = powers.reduce(0, +)
    return powers.map { Float($0 / sum) }
  }
}
