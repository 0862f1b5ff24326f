// How often bytes and entries of tables occur, in bits: what is claimed of the bits, laid out or at
// a point.

import Arithmetic
import Primitives

/// A part of a hidden witness that holds counts, one bit an entry.
struct CountSpace: Equatable {
  /// Where it begins, and how many entries it has, log2.
  let start: Int
  let bits: Int
  /// The bits that a count is laid out in, log2.
  let width: Int
  /// No count has a bit above this one.
  let top: Int
  /// What all counts add up to.
  let total: Int

  /// How many counts there is room for, log2.
  var countBits: Int { bits - width }

  /// - Parameters:
  ///   - counts: how many there are.
  ///   - end: the first place that is free.
  init(counts: Int, total: Int, behind end: Int) {
    self.total = total
    top = max(0, Int.bitWidth - 1 - total.leadingZeroBitCount)
    width = MatrixShape.bits(top + 1)
    bits = MatrixShape.bits(counts) + width
    start = ((end + 1 << bits - 1) >> bits) << bits
  }

  /// Of how often each entry of each table is read; nil where there are no lookups.
  init?(lookups helpers: HelperSizes, behind end: Int) {
    guard helpers.lookups > 0 else { return nil }
    self.init(counts: 256 * helpers.tables, total: helpers.lookups, behind: end)
  }

  var end: Int { start + 1 << bits }

  /// Bit k of count i at i·2^width + k.
  func laidOut(_ counts: [UInt32]) -> [UInt64] {
    var all = [UInt64](repeating: 0, count: 1 << bits)
    for (index, count) in counts.enumerated() {
      for bit in 0...top { all[index << width + bit] = UInt64(count >> UInt32(bit) & 1) }
    }
    return all
  }
}

/// Π_i base_i^count_i as a product over the bits of the counts.
struct CountPowers {
  let space: CountSpace
  /// One a count.
  let bases: [GoldilocksPair]

  init(space: CountSpace, bases: [GoldilocksPair]) {
    self.space = space
    self.bases = bases
  }

  /// α − j for each byte j.
  init(bytes space: CountSpace, at alpha: GoldilocksPair) {
    self.init(
      space: space,
      bases: (0..<256).map { alpha - GoldilocksPair(Goldilocks(canonical: UInt64($0))) })
  }

  /// base^(2^k) − 1 for each bit; a leaf is one plus bit times that. Bits above the greatest
  /// count's, and of counts that there are not, have no part.
  var all: [GoldilocksPair] {
    var powers = [GoldilocksPair](repeating: .zero, count: 1 << space.bits)
    for (index, base) in bases.enumerated() {
      var power = base
      for bit in 0...space.top {
        powers[index << space.width + bit] = power - .one
        power *= power
      }
    }
    return powers
  }

  /// Σ_i,k eq(tree,(i,k))·eq(point,(i,k))·(base_i^(2^k) − 1): the bits of i are the first of an
  /// index, so that it is a sum over k of sums over i.
  func value(tree: [GoldilocksPair], point: [GoldilocksPair]) -> GoldilocksPair {
    let cut = space.countBits
    let counts = PairVector.weights(at: tree[..<cut])
      .multiplied(by: PairVector.weights(at: point[..<cut])).slice(0..<bases.count)
    let bits = PairVector.weights(at: tree[cut...])
      .multiplied(by: PairVector.weights(at: point[cut...]))
    let total = counts.inner(PairVector([GoldilocksPair](repeating: .one, count: bases.count)))
    var powers = PairVector(bases)
    var sum = GoldilocksPair.zero
    for bit in 0...space.top {
      sum += bits[bit] * (counts.inner(powers) - total)
      powers = powers.multiplied(by: powers)
    }
    return sum
  }
}

extension CountPowers {
  /// One a bit; their product is that of all powers.
  func leaves(_ bits: [UInt64]) -> [GoldilocksPair] {
    zip(bits, all).map { bit, power in .one + power * Goldilocks(canonical: bit) }
  }

  /// That the product just proved is that of powers by these bits, and that they are bits.
  func prove(_ bits: ProverLies.Bits, _ talk: inout some Conversation) {
    _ = ProductTree.prove(PairVector(leaves(bits.tree)), &talk)
    let left = PairVector(base: bits.check)
    _ = WeightedSumcheck.prove(
      at: talk.challenges(space.bits), left, left.subtracted(from: .one), claim: .zero, &talk)
  }
}

/// All that is claimed of the bits: where their check ends, the leaves of their tree, their sum.
struct CountBitsForm {
  let powers: CountPowers
  let check: [GoldilocksPair]
  let checkScale: GoldilocksPair
  let tree: [GoldilocksPair]
  let treeScale: GoldilocksPair
  let sumScale: GoldilocksPair

  var space: CountSpace { powers.space }

  /// 2^k of bit k; zero for bits that no count has.
  private func place(_ bit: Int) -> GoldilocksPair {
    bit <= space.top ? GoldilocksPair(Goldilocks(canonical: 1 << UInt64(bit))) : .zero
  }

  /// One a bit, in the order of the witness.
  func vector() -> PairVector {
    let width = 1 << space.width
    var bits = PairVector((0..<(1 << space.bits)).map { sumScale * place($0 % width) })
    bits.add(PairVector.weights(at: check), times: checkScale)
    bits.add(
      PairVector.weights(at: tree, times: treeScale).multiplied(by: PairVector(powers.all)),
      times: .one)
    return bits
  }

  /// The polynomial with these values, at a point.
  func value(at point: [GoldilocksPair]) -> GoldilocksPair {
    let bits = Multilinear.weights(at: Array(point[space.countBits...]))
    var sum = GoldilocksPair.zero
    for bit in bits.indices { sum += place(bit) * bits[bit] }
    return checkScale * Multilinear.weight(check, point)
      + treeScale * powers.value(tree: tree, point: point)
      + sumScale * sum
  }
}
