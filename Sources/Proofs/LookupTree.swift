// That every result of a table is the table's: two products of the same pairs.

import Arithmetic
import Graphs
import Primitives

enum LookupTree {
  /// α − key − β·result − β²·table of each lookup, and ones behind the last.
  static func leaves(
    _ plan: WitnessPlan, _ traces: [[Tensor]], _ helpers: HelperValues, alpha: GoldilocksPair,
    beta: GoldilocksPair
  ) -> PairVector {
    let size = 1 << plan.helpers.sizes.lookupBits
    var leaves = [GoldilocksPair](repeating: .one, count: size)
    for lookup in plan.helpers.lookups {
      let own = alpha - beta * beta * Goldilocks(Int64(lookup.table))
      for (sample, trace) in traces.enumerated() {
        let keys = helpers.elements(lookup.key, trace, sample)
        let results = helpers.elements(lookup.result, trace, sample)
        let first = lookup.first + sample * lookup.count
        for index in keys.indices {
          let key = GoldilocksPair(Goldilocks(keys[index] - lookup.lowest))
          leaves[first + index] = own - key - beta * Goldilocks(results[index])
        }
      }
    }
    return PairVector(leaves)
  }

  /// How often each entry of each table is read.
  static func counts(
    _ plan: WitnessPlan, _ traces: [[Tensor]], _ helpers: HelperValues
  ) -> [UInt32] {
    var counts = [UInt32](repeating: 0, count: 256 * plan.helpers.tables.count)
    for lookup in plan.helpers.lookups {
      for (sample, trace) in traces.enumerated() {
        for key in helpers.elements(lookup.key, trace, sample) {
          counts[256 * lookup.table + Int((key - lookup.lowest) & 255)] += 1
        }
      }
    }
    return counts
  }

  /// α − j − β·table[j] − β²·number for each entry of each table.
  static func bases(
    _ tables: [[Int64]], alpha: GoldilocksPair, beta: GoldilocksPair
  ) -> [GoldilocksPair] {
    var bases: [GoldilocksPair] = []
    for (number, table) in tables.enumerated() {
      let own = alpha - beta * beta * Goldilocks(Int64(number))
      for (key, result) in table.enumerated() {
        bases.append(own - GoldilocksPair(Goldilocks(Int64(key))) - beta * Goldilocks(result))
      }
    }
    return bases
  }

  /// Π (α − j − β·table[j] − β²·number)^count over all entries of all tables.
  static func root(
    _ tables: [[Int64]], _ counts: [UInt32], alpha: GoldilocksPair, beta: GoldilocksPair
  ) -> GoldilocksPair {
    var product = GoldilocksPair.one
    for (base, count) in zip(bases(tables, alpha: alpha, beta: beta), counts) {
      product *= base.raised(to: UInt64(count))
    }
    return product
  }
}
