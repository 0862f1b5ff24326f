// The weights of one layer as integers, with the scale of its sums.

import Graphs
import Primitives

/// One linear or convolution layer after quantisation.
struct QuantisedLayer {
  var weights: LayerWeights
  /// What one step of a channel's sums is worth.
  var sumScales: [Double]
  var biasBound: UInt32

  /// Rounds a matrix of floats to int8 and its biases to int32.
  ///
  /// Every channel has a scale of its own, but the channels of an output layer share one, so
  /// that the greatest integer is the greatest output.
  init(
    matrix: [Float], bias: [Float], inputScale: Double, input: ElementType,
    isOutput: Bool
  ) throws(Refusal) {
    let rows = bias.count
    let columns = matrix.count / rows
    let room = Int(Int32.max) - columns * input.magnitude * 128
    guard room > 0 else {
      throw Refusal("sumsCouldOverflow", ["columns": UInt64(columns), "bias": 0])
    }
    var scales = (0..<rows).map { row in
      var greatest: Float = 0
      for weight in matrix[row * columns..<(row + 1) * columns] {
        greatest = max(greatest, abs(weight))
      }
      let bySize = Double(greatest) / 127
      // A bias far above its weights sets the scale, or its integer would not fit.
      let byBias = abs(Double(bias[row])) / inputScale / Double(min(room, 1 << 30))
      let scale = max(bySize, byBias)
      return scale > 0 ? scale : 1
    }
    if isOutput {
      let shared = scales.max() ?? 1
      scales = scales.map { _ in shared }
    }
    var integers: [Int8] = []
    integers.reserveCapacity(matrix.count)
    for row in 0..<rows {
      let scale = scales[row]
      for column in row * columns..<(row + 1) * columns {
        let rounded = (Double(matrix[column]) / scale).rounded(.toNearestOrEven)
        integers.append(Int8(max(-127, min(127, rounded))))
      }
    }
    let steps = scales.map { $0 * inputScale }
    let most = Double(min(room, 1 << 30))
    let biases = (0..<rows).map { row in
      let rounded = (Double(bias[row]) / steps[row]).rounded(.toNearestOrEven)
      return Int32(max(-most, min(most, rounded)))
    }
    weights = LayerWeights(matrix: integers, bias: biases)
    sumScales = steps
    biasBound = biases.map(\.magnitude).max() ?? 0
  }
}

/// The multipliers and the shift that take scales to another scale.
struct Rescaling {
  var multipliers: [UInt32]
  var shift: UInt8

  /// The greater shift where all multipliers fit, else the smaller.
  init(from scales: [Double], to scale: Double) throws(Refusal) {
    let ratios = scales.map { $0 / scale }
    guard ratios.allSatisfy(\.isFinite) else { throw .scalesTooFarApart(.infinity) }
    let greatest = ratios.max() ?? 0
    let end = Double(Rounding.multiplierEnd)
    for candidate in Rounding.shifts.reversed() {
      let factor = Double(sign: .plus, exponent: Int(candidate), significand: 1)
      guard (greatest * factor).rounded(.toNearestOrEven) < end else { continue }
      shift = candidate
      multipliers = ratios.map { ratio in
        // A ratio below one step can only round to zero; the least multiplier does too.
        UInt32(max(1, (ratio * factor).rounded(.toNearestOrEven)))
      }
      return
    }
    throw .scalesTooFarApart(greatest)
  }
}

extension Refusal {
  /// No multiplier takes one scale to another.
  static func scalesTooFarApart(_ ratio: Double) -> Refusal {
    Refusal("scalesTooFarApart", ["ratio": ratio.isFinite ? UInt64(min(abs(ratio), 1e15)) : .max])
  }
}
