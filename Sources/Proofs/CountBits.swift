// How often each byte occurs, in bits: what is claimed of the bits, laid out or at a point.

import Arithmetic
import Primitives

/// Π_j (α − j)^count_j as a product over the bits of the counts.
enum CountPowers {
  /// (α − j)^(2^k) − 1 for each bit; a leaf is one plus bit times that. Bits above the greatest
  /// count's have no part.
  static func all(_ shape: WitnessShape, at alpha: GoldilocksPair) -> [GoldilocksPair] {
    let width = 1 << (shape.bitBits - 8)
    var powers = [GoldilocksPair](repeating: .zero, count: 1 << shape.bitBits)
    for byte in 0..<256 {
      var power = alpha - GoldilocksPair(Goldilocks(canonical: UInt64(byte)))
      for bit in 0...shape.byteBits {
        powers[byte * width + bit] = power - .one
        power *= power
      }
    }
    return powers
  }

  /// Σ_j,k eq(tree,(j,k))·eq(point,(j,k))·((α − j)^(2^k) − 1): the bits of j are the first of an
  /// index, so that it is a sum over k of sums over j.
  static func value(
    _ shape: WitnessShape, at alpha: GoldilocksPair, tree: [GoldilocksPair],
    point: [GoldilocksPair]
  ) -> GoldilocksPair {
    let bytes = PairVector.weights(at: tree[..<8])
      .multiplied(by: PairVector.weights(at: point[..<8]))
    let bits = PairVector.weights(at: tree[8...])
      .multiplied(by: PairVector.weights(at: point[8...]))
    let total = bytes.inner(PairVector([GoldilocksPair](repeating: .one, count: 256)))
    var powers = PairVector(alpha, minus: (0..<256).map { UInt64($0) })
    var sum = GoldilocksPair.zero
    for bit in 0...shape.byteBits {
      sum += bits[bit] * (bytes.inner(powers) - total)
      powers = powers.multiplied(by: powers)
    }
    return sum
  }
}

/// All that is claimed of the bits: where their check ends, the leaves of their tree, their sum.
struct CountBitsForm {
  let shape: WitnessShape
  let alpha: GoldilocksPair
  let check: [GoldilocksPair]
  let checkScale: GoldilocksPair
  let tree: [GoldilocksPair]
  let treeScale: GoldilocksPair
  let sumScale: GoldilocksPair

  /// 2^k of bit k; zero for bits that no count has.
  private func place(_ bit: Int) -> GoldilocksPair {
    bit <= shape.byteBits ? GoldilocksPair(Goldilocks(canonical: 1 << UInt64(bit))) : .zero
  }

  /// One a bit, in the order of the witness.
  func vector() -> PairVector {
    let width = 1 << (shape.bitBits - 8)
    var bits = PairVector((0..<(1 << shape.bitBits)).map { sumScale * place($0 % width) })
    bits.add(PairVector.weights(at: check), times: checkScale)
    bits.add(
      PairVector.weights(at: tree, times: treeScale)
        .multiplied(by: PairVector(CountPowers.all(shape, at: alpha))),
      times: .one)
    return bits
  }

  /// The polynomial with these values, at a point.
  func value(at point: [GoldilocksPair]) -> GoldilocksPair {
    let bits = Multilinear.weights(at: Array(point[8...]))
    var sum = GoldilocksPair.zero
    for bit in bits.indices { sum += place(bit) * bits[bit] }
    return checkScale * Multilinear.weight(check, point)
      + treeScale * CountPowers.value(shape, at: alpha, tree: tree, point: point)
      + sumScale * sum
  }
}
