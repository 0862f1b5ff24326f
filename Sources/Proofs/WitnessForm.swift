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
    for part in parts() {
      for use in part.uses { all.add(part.vector, times: use.scale, at: use.start) }
    }
    return all
  }

  /// A vector and the places from which on it counts, each so many times.
  struct Part {
    let vector: PairVector
    var uses: [(start: Int, scale: GoldilocksPair)]
  }

  /// All but eq over the bytes.
  func parts() -> [Part] {
    var parts = [
      Part(
        vector: PairVector.weights(at: rowPoint),
        uses: (0..<WitnessShape.remainderLimbs).map {
          (shape.remainder($0), GoldilocksPair(-Self.limbs[$0]))
        }),
      Part(
        vector: PairVector.weights(at: clampPoint),
        uses: (0..<shape.limbs).map { (shape.limb($0), excessScale * Self.limbs[$0]) } + [
          (shape.bytesColumn, clampScale)
        ]),
    ]
    func add(_ vector: PairVector, at start: Int, times scale: GoldilocksPair = .one) {
      if vector.count > 0 { parts.append(Part(vector: vector, uses: [(start, scale)])) }
    }
    add(PairVector(bytes), at: shape.bytesColumn)
    if shape.pairs > 0 {
      let pairs = PairVector.weights(at: pairPoint)
      add(pairs, at: shape.differences, times: differenceScale)
      add(PairVector(differences), at: shape.differences)
      // Behind the last choice there is nothing, not even zeros that a point could meet.
      add(pairs.slice(0..<shape.pairs), at: shape.choices, times: choiceScale)
      add(PairVector(choices), at: shape.choices)
    }
    add(PairVector(extras), at: shape.extras)
    add(PairVector(loose), at: shape.loose)
    for own in bits { add(own.vector(), at: own.space.start) }
    return parts
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
