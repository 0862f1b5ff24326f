// Coefficients of helpers, pulled back to what they are made of; products and lookups at a point.

import Arithmetic
import Graphs
import Primitives

extension TensorForms {
  /// What a helper's coefficients say of what it is committed to as, or follows from.
  mutating func pass(_ helper: Helper, _ own: [GoldilocksPair], _ space: SumSpace) {
    switch helper.source {
    case .bytes(let first, let limbs, let lowest):
      var total = GoldilocksPair.zero
      for (index, coefficient) in own.enumerated() {
        total += coefficient
        var scaled = coefficient
        for limb in 0..<limbs {
          extras[first + limb * own.count + index] += scaled
          scaled = scaled * Goldilocks(canonical: 256)
        }
      }
      constant += total * Goldilocks(lowest)
    case .loose(let first):
      for (index, coefficient) in own.enumerated() { loose[first + index] += coefficient }
    case .maximum(let index): passMaximum(own, plan.maxima[index])
    case .differences(let index):
      let first = plan.maxima[index].first
      for (pair, coefficient) in own.enumerated() { differences[first + pair] += coefficient }
    case .product(let index): addSums(own, space.products[index])
    case .linear(let map):
      for term in map.terms { add(term, count: helper.count, own, from: 0) }
      for (index, addend) in map.addends.enumerated() {
        for sample in 0..<plan.samples {
          constant += own[sample * helper.count + index] * Goldilocks(addend)
        }
      }
    }
  }

  /// Σ_i scale·eq(point, i)·(α − key_i − β·result_i − β²·table_i), and 1 for what lies behind the
  /// last lookup.
  mutating func addLookups(_ challenges: LookupChallenges, scale: GoldilocksPair) {
    let weights = PairVector.weights(at: challenges.point, times: scale).elements
    let beta = challenges.beta
    let samples = plan.samples
    var rest = scale
    for lookup in plan.helpers.lookups {
      let own = weights[lookup.first..<(lookup.first + lookup.count * samples)]
      var total = GoldilocksPair.zero
      for weight in own { total += weight }
      change(lookup.key) { form in
        for (index, weight) in own.enumerated() { form[index] -= weight }
      }
      change(lookup.result) { form in
        for (index, weight) in own.enumerated() { form[index] -= weight * beta }
      }
      let table = GoldilocksPair(Goldilocks(Int64(lookup.table)))
      let lowest = GoldilocksPair(Goldilocks(lookup.lowest))
      constant += total * (challenges.alpha + lowest - beta * beta * table)
      rest -= total
    }
    constant += rest
  }

  /// Σ_m left·eq(point, m)·(left factor m) and the same of the right factors.
  mutating func addFactors(
    _ point: [GoldilocksPair], _ blocks: [ProductPoint], left: GoldilocksPair,
    right: GoldilocksPair
  ) {
    let weights = PairVector.weights(at: point).elements
    let samples = plan.samples
    for (product, at) in zip(plan.helpers.products, blocks) {
      let count = product.size.factors * samples
      let own = weights[product.first..<(product.first + count)]
      guard let matrices = product.matrices else {
        change(product.left) { form in
          for (index, weight) in own.enumerated() { form[index] += weight * left }
        }
        change(product.right) { form in
          for (index, weight) in own.enumerated() { form[index] += weight * right }
        }
        continue
      }
      let sizes = (plan.helpers.count(product.left), plan.helpers.count(product.right))
      change(product.left) { form in
        matrices.operation.forEachLeft(matrices.size, samples, sizes.0) { place, factor, row in
          form[place] += own[own.startIndex + factor] * at.rows[row] * left
        }
      }
      change(product.right) { form in
        matrices.operation.forEachRight(matrices.size, samples, sizes.1) { place, factor, column in
          form[place] += own[own.startIndex + factor] * at.columns[column] * right
        }
      }
    }
  }
}

/// Where the tree of lookups ends.
struct LookupChallenges {
  var alpha = GoldilocksPair.zero
  var beta = GoldilocksPair.zero
  var point: [GoldilocksPair] = []
  /// What the leaves are there.
  var claim = GoldilocksPair.zero
}

extension MatrixProduct {
  /// Hands out each element of all left matrices with its factor and its row.
  @inline(__always)
  func forEachLeft(
    _ size: Size, _ samples: Int, _ count: Int, _ body: (Int, Int, Int) -> Void
  ) {
    for sample in 0..<samples {
      for batch in 0..<size.batch {
        let factor = (sample * size.batch + batch) * size.inner
        for row in 0..<size.rows {
          for k in 0..<size.inner {
            let own =
              isLeftTransposed
              ? (batch * size.inner + k) * size.rows + row
              : (batch * size.rows + row) * size.inner + k
            body(sample * count + own, factor + k, row)
          }
        }
      }
    }
  }

  /// The same of the right matrices and their columns.
  @inline(__always)
  func forEachRight(
    _ size: Size, _ samples: Int, _ count: Int, _ body: (Int, Int, Int) -> Void
  ) {
    for sample in 0..<samples {
      for batch in 0..<size.batch {
        let factor = (sample * size.batch + batch) * size.inner
        for column in 0..<size.columns {
          for k in 0..<size.inner {
            let own =
              isRightTransposed
              ? (batch * size.columns + column) * size.inner + k
              : (batch * size.inner + k) * size.columns + column
            body(sample * count + own, factor + k, column)
          }
        }
      }
    }
  }
}
