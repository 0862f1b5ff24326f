// What a prover works out of a run beside its tensors: every element of every helper.

import Graphs
import Primitives

/// The elements of each helper, sample by sample.
struct HelperValues {
  /// How many tensors the graph has: helpers' numbers follow.
  let tensors: Int
  var all: [[[Int64]]] = []

  /// What somebody claims in the place of what is; all that follows from it is worked out from it.
  struct Lie {
    /// Of a helper's elements, by its index.
    var helper: (Int, inout [Int64]) -> Void = { _, _ in }
    /// Of a norm's line.
    var line: (inout NormLine) -> Void = { _ in }
  }

  init(_ plan: WitnessPlan, _ traces: [[Tensor]], lie: Lie = Lie()) {
    tensors = plan.graph.types.count
    // What an operation's parts are made of, worked out once.
    var norms: (node: Int, lines: [[NormLine]]) = (-1, [])
    for helper in plan.helpers.all {
      if case .normalise(let o) = plan.graph.nodes[helper.node].operation,
        norms.node != helper.node
      {
        let source = plan.graph.nodes[helper.node].inputs[0]
        norms = (helper.node, traces.map { NormLine.all(o, $0[source].values, lie.line) })
      }
      all.append(
        traces.indices.map { sample in
          var own = values(plan, helper, traces[sample], sample) { norms.lines[sample] }
          lie.helper(all.count, &own)
          return own
        })
    }
  }

  /// An element of a helper.
  subscript(_ vector: Int, _ sample: Int, _ index: Int) -> Int64 {
    all[vector - tensors][sample][index]
  }

  /// All elements of a tensor or helper.
  func elements(_ vector: Int, _ trace: [Tensor], _ sample: Int) -> [Int64] {
    vector < tensors ? trace[vector].values.map { Int64($0) } : all[vector - tensors][sample]
  }

  private func values(
    _ plan: WitnessPlan, _ helper: Helper, _ trace: [Tensor], _ sample: Int,
    _ lines: () -> [NormLine]
  ) -> [Int64] {
    switch helper.source {
    case .linear(let map):
      var sums = [Int64](repeating: 0, count: helper.count)
      for (index, addend) in map.addends.enumerated() { sums[index] = addend }
      for term in map.terms {
        let own = elements(term.tensor, trace, sample)
        for index in sums.indices {
          let multiplier = term.multipliers[index / term.each]
          term.forEach(of: index) { sums[index] &+= own[$0] &* multiplier }
        }
      }
      return sums
    case .product(let index):
      let product = plan.helpers.products[index]
      if product.matrices != nil { return trace[helper.node + 1].values.map { Int64($0) } }
      return zip(
        elements(product.left, trace, sample), elements(product.right, trace, sample)
      ).map { $0 &* $1 }
    case .maximum(let index):
      let reads = plan.maxima[index].reads
      let own = elements(plan.maxima[index].source, trace, sample)
      return (0..<helper.count).map { line in
        reads.elements[reads.starts[line]..<reads.starts[line + 1]].map { own[$0] }.max() ?? 0
      }
    case .differences(let index):
      let maximum = plan.maxima[index]
      let own = elements(maximum.source, trace, sample)
      let greatest = elements(maximum.result, trace, sample)
      var differences: [Int64] = []
      for line in greatest.indices {
        for pair in maximum.reads.starts[line]..<maximum.reads.starts[line + 1] {
          differences.append(greatest[line] - own[maximum.reads.elements[pair]])
        }
      }
      return differences
    case .bytes, .loose: return part(plan, helper, trace, sample, lines)
    }
  }

  private func part(
    _ plan: WitnessPlan, _ helper: Helper, _ trace: [Tensor], _ sample: Int,
    _ lines: () -> [NormLine]
  ) -> [Int64] {
    let inputs = plan.graph.nodes[helper.node].inputs
    let vector = tensors + all.count
    switch helper.part {
    case .looked:
      guard let lookup = plan.helpers.lookups.first(where: { $0.result == vector }) else {
        return []
      }
      let table = plan.helpers.tables[lookup.table]
      return elements(lookup.key, trace, sample).map { table[Int($0 - lookup.lowest)] }
    case .chosen:
      var chosen = [Int64](repeating: 0, count: helper.count)
      for (place, symbol) in trace[inputs[0]].values.enumerated() {
        chosen[256 * place + Int(symbol)] = 1
      }
      return chosen
    case .share, .shareRemainder, .shareRest:
      return shares(plan, helper, trace, sample)
    case .unit, .unitRemainder:
      guard case .normalise(let o) = plan.graph.nodes[helper.node].operation else { return [] }
      return NormLine.units(o, trace[inputs[0]].values, lines(), helper.part == .unitRemainder)
    default: return lines().map { helper.part.map($0.part) ?? 0 }
    }
  }

  /// Of a softmax, whose powers and their sums are the vectors before.
  private func shares(
    _ plan: WitnessPlan, _ helper: Helper, _ trace: [Tensor], _ sample: Int
  ) -> [Int64] {
    let first = plan.helpers.all.firstIndex { $0.node == helper.node } ?? 0
    let powers = all[first + 2][sample]
    let sums = all[first + 4][sample]
    return zip(powers, sums).map { power, sum in
      let whole = 510 * power + sum
      let share = whole / (2 * sum)
      let remainder = whole - 2 * sum * share
      switch helper.part {
      case .share: return share
      case .shareRemainder: return remainder
      default: return 2 * sum - 1 - remainder
      }
    }
  }
}

/// A line of a norm: D = high·2^24 + low, R = root, R·D = t = upper·2^24 + lower, R·upper =
/// top·2^32 + wide, R·t + rest = 2^60.
struct NormLine {
  /// A.
  var sum: Int64 = 0
  var spread: Int64 = 0
  var root: Int64 = 0

  static func all(
    _ o: Normalisation, _ x: [Int32], _ lie: (inout NormLine) -> Void
  ) -> [NormLine] {
    (0..<(x.count / o.axis.count)).map { line in
      let first = line / o.axis.inner * o.axis.inner * o.axis.count + line % o.axis.inner
      var own = NormLine()
      var squares: Int64 = 0
      for place in 0..<o.axis.count {
        let value = Int64(x[first + place * o.axis.inner])
        if o.isCentred { own.sum += value }
        squares += value * value
      }
      own.spread = Int64(o.axis.count) * squares - own.sum * own.sum + Int64(o.epsilon)
      own.root = Normalisation.inverseRoot(of: UInt64(own.spread))
      lie(&own)
      return own
    }
  }

  /// u of each element, or what its rounding leaves.
  static func units(
    _ o: Normalisation, _ x: [Int32], _ lines: [NormLine], _ remainders: Bool
  ) -> [Int64] {
    x.indices.map { element in
      let whole = o.axis.count * o.axis.inner
      let line = lines[element / whole * o.axis.inner + element % o.axis.inner]
      let centred = Int64(o.axis.count) * Int64(x[element]) - line.sum
      let value = centred * line.root + 1 << 15
      return remainders ? value & 0xffff : value >> 16
    }
  }

  func part(_ part: Helper.Part) -> Int64 {
    let lower24: Int64 = 1 << 24 - 1
    let product = root * spread
    let wide = root * (product >> 24)
    let rest = 1 << 60 - root * product
    switch part {
    case .root: return root
    case .low: return spread & lower24
    case .high: return spread >> 24
    case .carry: return root * (spread >> 24)
    case .lower: return product & lower24
    case .upper: return product >> 24
    case .wide: return wide & 0xffff_ffff
    case .top: return wide >> 32
    case .cap: return 8 * (wide >> 32)
    case .rest: return rest
    case .less: return 2 * product + spread - 1 - rest
    default: return 0
    }
  }
}
