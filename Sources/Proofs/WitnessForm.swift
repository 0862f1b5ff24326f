// Everything that is claimed of a witness, as one linear function of it.

import Arithmetic
import Primitives

/// Y with ⟨W, Y⟩ = the sum of all claims. Most of it is eq at some point, so the prover lays it out
/// and the verifier evaluates it at a point.
struct WitnessForm {
  let shape: WitnessShape
  /// Of all bytes, at the point where the tree of products ends.
  var bytePoint: [GoldilocksPair]
  var byteScale: GoldilocksPair
  /// Of the remainder, at r: −1.
  var rowPoint: [GoldilocksPair]
  /// Of x and b, where the rounding's sum-check ends.
  var clampPoint: [GoldilocksPair]
  var excessScale: GoldilocksPair
  var clampScale: GoldilocksPair
  /// Of d and e, where the maximum's sum-check ends.
  var pairPoint: [GoldilocksPair]
  var differenceScale: GoldilocksPair
  var choiceScale: GoldilocksPair
  /// One by one: of b, d and e.
  var bytes: [GoldilocksPair]
  var differences: [GoldilocksPair]
  var choices: [GoldilocksPair]
  /// And of what helpers commit to.
  var extras: [GoldilocksPair] = []
  var loose: [GoldilocksPair] = []

  /// Of the bits of bytes' counts and of tables', where the witness is hidden.
  var bits: [CountBitsForm] = []

  private static let limbs = (0..<4).map { Goldilocks(canonical: 1 << UInt64(8 * $0)) }

  /// All coefficients up to the last.
  func vector() -> PairVector {
    var all = PairVector.weights(at: bytePoint, times: byteScale, count: shape.entries)
    let rows = PairVector.weights(at: rowPoint)
    for limb in 0..<WitnessShape.remainderLimbs {
      all.add(rows, times: GoldilocksPair(-Self.limbs[limb]), at: shape.remainder(limb))
    }
    let clamps = PairVector.weights(at: clampPoint)
    for limb in 0..<shape.limbs {
      all.add(clamps, times: excessScale * Self.limbs[limb], at: shape.limb(limb))
    }
    all.add(clamps, times: clampScale, at: shape.bytesColumn)
    all.add(PairVector(bytes), times: .one, at: shape.bytesColumn)
    if shape.pairs > 0 {
      let pairs = PairVector.weights(at: pairPoint)
      all.add(pairs, times: differenceScale, at: shape.differences)
      all.add(PairVector(differences), times: .one, at: shape.differences)
      all.add(pairs.slice(0..<shape.pairs), times: choiceScale, at: shape.choices)
      all.add(PairVector(choices), times: .one, at: shape.choices)
    }
    if !extras.isEmpty { all.add(PairVector(extras), times: .one, at: shape.extras) }
    if !loose.isEmpty { all.add(PairVector(loose), times: .one, at: shape.loose) }
    for own in bits { all.add(own.vector(), times: .one, at: own.space.start) }
    return all
  }

  /// The polynomial with these coefficients, at a point.
  func value(at point: [GoldilocksPair]) -> GoldilocksPair {
    let (high, low) = Self.cut(point, shape.byteBits)
    var sum = Self.weight(of: 0, at: high) * byteScale * Multilinear.weight(bytePoint, low)
    let (columns, row) = Self.cut(point, shape.rowBits)
    func column(_ start: Int) -> GoldilocksPair {
      Self.weight(of: start >> shape.rowBits, at: columns)
    }
    let atRows = Multilinear.weight(rowPoint, row)
    for limb in 0..<WitnessShape.remainderLimbs {
      sum -= column(shape.remainder(limb)) * atRows * Self.limbs[limb]
    }
    let atClamp = Multilinear.weight(clampPoint, row)
    for limb in 0..<shape.limbs {
      sum += column(shape.limb(limb)) * atClamp * excessScale * Self.limbs[limb]
    }
    let own = PairVector(bytes).inner(PairVector.weights(at: row))
    sum += column(shape.bytesColumn) * (clampScale * atClamp + own)
    if shape.pairs > 0 { sum += pairs(at: point) }
    sum += Self.part(extras, from: shape.extras, bits: shape.extraBits, at: point)
    sum += Self.part(loose, from: shape.loose, bits: shape.looseBits, at: point)
    for own in bits {
      let (high, low) = Self.cut(point, own.space.bits)
      sum += Self.weight(of: own.space.start >> own.space.bits, at: high) * own.value(at: low)
    }
    return sum
  }

  private func pairs(at point: [GoldilocksPair]) -> GoldilocksPair {
    let (blocks, pair) = Self.cut(point, shape.pairBits)
    let weights = PairVector.weights(at: pair)
    let atPoint = PairVector.weights(at: pairPoint)
    let differences = Self.weight(of: shape.differences >> shape.pairBits, at: blocks)
    let choices = Self.weight(of: shape.choices >> shape.pairBits, at: blocks)
    // Behind the last choice there is nothing, not even zeros that a point could meet.
    let there = atPoint.slice(0..<shape.pairs).inner(weights)
    return differences
      * (differenceScale * Multilinear.weight(pairPoint, pair)
        + PairVector(self.differences).inner(weights))
      + choices * (choiceScale * there + PairVector(self.choices).inner(weights))
  }

  /// Coefficients one by one, from a multiple of 2^bits on.
  private static func part(
    _ own: [GoldilocksPair], from start: Int, bits: Int, at point: [GoldilocksPair]
  ) -> GoldilocksPair {
    if own.isEmpty { return .zero }
    let (high, low) = cut(point, bits)
    return weight(of: start >> bits, at: high)
      * PairVector(own).inner(PairVector.weights(at: low))
  }

  private static func cut(
    _ point: [GoldilocksPair], _ low: Int
  ) -> (high: ArraySlice<GoldilocksPair>, low: [GoldilocksPair]) {
    (point[..<(point.count - low)], Array(point[(point.count - low)...]))
  }

  /// eq(index, point), the first coordinate the highest bit.
  static func weight(of index: Int, at point: ArraySlice<GoldilocksPair>) -> GoldilocksPair {
    var product = GoldilocksPair.one
    for (place, coordinate) in point.enumerated() {
      let bit = index >> (point.count - 1 - place) & 1
      product *= bit == 1 ? coordinate : .one - coordinate
    }
    return product
  }
}
