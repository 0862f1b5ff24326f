// A norm as helpers and relations between them: its inverse root has one witness.

import Graphs
import Primitives

extension ProofRole {
  /// Bytes that a line and an element of a norm take.
  static let normLineBytes = 41
  static let normElementBytes = 5

  /// The root of each line, then u = (c·R + 2^15) >> 16, then one rounding.
  static func normalise(
    _ o: Normalisation, _ from: Int, to type: TensorType, _ helpers: inout Helpers
  ) -> ProofRole {
    let count = type.shape.count
    var lines = [Int](repeating: 0, count: count)
    var reads = Reads()
    for line in 0..<(count / o.axis.count) {
      let first = line / o.axis.inner * o.axis.inner * o.axis.count + line % o.axis.inner
      for place in 0..<o.axis.count {
        lines[first + place * o.axis.inner] = line
        reads.elements.append(first + place * o.axis.inner)
      }
      reads.starts.append(reads.elements.count)
    }
    let squares = helpers.product(from, from)
    var sum: Int?
    if o.isCentred {
      sum = helpers.linear(count / o.axis.count, [LinearMap.Term(from, 1, reads)])
    }
    let root = inverseRoots(o, squares, reads, sum, &helpers)
    let roots = helpers.linear(count, [LinearMap.Term(root, 1, each: lines)])
    let product = helpers.product(from, roots)
    let units = helpers.bytes(
      .unit, count, limbs: 3, lowest: -1 << 23, magnitude: greatestUnit(o.axis.count))
    let remainder = helpers.bytes(.unitRemainder, count, limbs: 2)
    var terms = [
      LinearMap.Term(product, Int64(o.axis.count)), LinearMap.Term(units, -1 << 16),
      LinearMap.Term(remainder, -1),
    ]
    if let sum {
      terms.append(LinearMap.Term(helpers.product(sum, root), -1, each: lines))
    }
    helpers.relation(count, terms, constant: 1 << 15)
    let places = (0..<count).map(o.axis.place)
    var map = LinearMap(
      [LinearMap.Term(units, places.map { Int64(o.multipliers[$0]) }, each: 1)], o.shift)
    map.addends = places.map { Int64(o.offsets[$0]) << 16 }
    return .rounding(map)
  }

  /// |u| is below √n·2^14 + 1, since c² < n·D and R²·D ≤ 2^60.
  static func greatestUnit(_ count: Int) -> Int {
    var root = 1
    while root * root < count { root += 1 }
    return root << 14 + 1
  }

  /// R with R²·D ≤ 2^60 < (R + 1)²·D. No number below reaches p, so that each relation is one of
  /// integers: docs/concepts/proofs.md has the bounds, one by one.
  private static func inverseRoots(
    _ o: Normalisation, _ squares: Int, _ reads: Reads, _ sum: Int?, _ helpers: inout Helpers
  ) -> Int {
    let count = reads.starts.count - 1
    func term(_ vector: Int, _ multiplier: Int64) -> LinearMap.Term {
      LinearMap.Term(vector, multiplier)
    }
    let root = helpers.bytes(.root, count, limbs: 4)
    let low = helpers.bytes(.low, count, limbs: 3)
    let high = helpers.bytes(.high, count, limbs: 3)
    var spread = [
      LinearMap.Term(squares, Int64(o.axis.count), reads), term(low, -1), term(high, -1 << 24),
    ]
    if let sum { spread.append(term(helpers.product(sum, sum), -1)) }
    helpers.relation(count, spread, constant: Int64(o.epsilon))
    // t = R·D.
    let carry = helpers.bytes(.carry, count, limbs: 4)
    helpers.relation(count, [term(helpers.product(root, high), 1), term(carry, -1)])
    let lower = helpers.bytes(.lower, count, limbs: 3)
    let upper = helpers.bytes(.upper, count, limbs: 4)
    helpers.relation(
      count,
      [
        term(helpers.product(root, low), 1), term(carry, 1 << 24), term(lower, -1),
        term(upper, -1 << 24),
      ])
    // R·t + s = 2^60, its upper part below 2^37.
    let wide = helpers.bytes(.wide, count, limbs: 4)
    let top = helpers.bytes(.top, count, limbs: 1)
    let cap = helpers.bytes(.cap, count, limbs: 1)
    helpers.relation(count, [term(top, 8), term(cap, -1)])
    helpers.relation(
      count, [term(helpers.product(root, upper), 1), term(wide, -1), term(top, -1 << 32)])
    let rest = helpers.bytes(.rest, count, limbs: 7)
    helpers.relation(
      count,
      [
        term(helpers.product(root, lower), 1), term(wide, 1 << 24), term(top, 1 << 56),
        term(rest, 1),
      ], constant: -1 << 60)
    // s < (2R + 1)·D.
    let less = helpers.bytes(.less, count, limbs: 7)
    helpers.relation(
      count,
      [
        term(lower, 2), term(upper, 1 << 25), term(low, 1), term(high, 1 << 24), term(rest, -1),
        term(less, -1),
      ], constant: -1)
    return root
  }
}
