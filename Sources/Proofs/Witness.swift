// The values that a prover commits to: bytes of every rounding and maximum of a run.

import Arithmetic
import Graphs
import Primitives

/// A vector by the index of a `WitnessShape`: entries below 2^byteBits, the choices, and helpers'
/// entries.
struct Witness {
  let shape: WitnessShape
  let plan: WitnessPlan
  /// Every element of every helper, for operands and sums.
  var helpers: HelperValues
  /// How often each entry of each table is read.
  var tableCounts: [UInt32]
  /// Canonical words; bytes, where the prover is honest.
  var bytes: WitnessEntries
  var choices: WitnessEntries
  /// From `shape.loose` on.
  var loose: [UInt64]
  /// From `shape.bits` on, where the witness is hidden: the counts' bits, those of bytes and those
  /// of tables' entries, and the blinds.
  var later: [UInt64] = []

  /// - Parameter traces: every tensor of each sample.
  init(_ plan: WitnessPlan, _ traces: [[Tensor]]) {
    self.init(plan, traces, HelperValues(plan, traces))
  }

  /// - Parameter helpers: those of the traces, unless somebody lies.
  init(_ plan: WitnessPlan, _ traces: [[Tensor]], _ helpers: HelperValues) {
    shape = plan.shape
    self.plan = plan
    self.helpers = helpers
    tableCounts = LookupTree.counts(plan, traces, helpers)
    loose = [UInt64](repeating: 0, count: plan.shape.helpers.loose)
    bytes = WitnessEntries(zeros: 1 << plan.shape.byteBits)
    choices = WitnessEntries(zeros: plan.pairs)
    for rounding in plan.roundings {
      let type = plan.graph.types[rounding.node + 1]
      for (sample, trace) in traces.enumerated() {
        for index in 0..<rounding.count {
          let value = Witness.value(rounding.map, trace, index) { helpers[$0, sample, $1] }
          let q = Int64(trace[rounding.node + 1].values[index])
          set(
            row: rounding.first + sample * rounding.count + index,
            byte: q - Int64(type.element.lowest), quotient: value >> 32, rounded: q,
            remainder: UInt64(bitPattern: value) & 0xffff_ffff)
        }
      }
    }
    if let first = plan.inputRow {
      let lowest = Int64(plan.graph.input.element.lowest)
      for (sample, trace) in traces.enumerated() {
        let start = shape.bytesColumn + first + sample * trace[0].values.count
        for (index, value) in trace[0].values.enumerated() {
          bytes[start + index] = UInt64(clamping: Int64(value) - lowest)
        }
      }
    }
    for maximum in plan.maxima {
      for (sample, trace) in traces.enumerated() {
        compare(
          maximum, from: maximum.first + sample * maximum.reads.elements.count,
          trace[maximum.source].values,
          maximum.result < trace.count
            ? trace[maximum.result].values
            : helpers.all[maximum.result - trace.count][sample].map { Int32(clamping: $0) })
      }
    }
    for index in plan.helpers.all.indices { set(helper: index) }
  }

  /// What a helper commits to.
  private mutating func set(helper: Int) {
    for (sample, values) in helpers.all[helper].enumerated() {
      switch plan.helpers.all[helper].source {
      case .loose(let first):
        for (index, value) in values.enumerated() {
          loose[first + sample * values.count + index] = Goldilocks(value).value
        }
      case .bytes(let first, let limbs, let lowest):
        let count = values.count * plan.samples
        let start = shape.extras + first + sample * values.count
        for (index, value) in values.enumerated() {
          let word = UInt64(clamping: value - lowest)
          for limb in 0..<limbs {
            bytes[start + limb * count + index] = word >> UInt64(8 * limb) & 255
          }
        }
      default: return
      }
    }
  }

  /// The sums of a product, sample by sample.
  func products(_ index: Int) -> [[Int64]] {
    for (helper, own) in plan.helpers.all.enumerated() {
      if case .product(index) = own.source { return helpers.all[helper] }
    }
    return []
  }

  /// v·M + 2^31.
  private static func value(
    _ map: LinearMap, _ trace: [Tensor], _ index: Int, _ helper: (Int, Int) -> Int64
  ) -> Int64 {
    var value: Int64 = 1 << 31
    if !map.addends.isEmpty { value += map.addends[index] }
    for term in map.terms {
      var sum: Int64 = 0
      if term.tensor < trace.count {
        term.forEach(of: index) { sum += Int64(trace[term.tensor].values[$0]) }
      } else {
        term.forEach(of: index) { sum += helper(term.tensor, $0) }
      }
      value += sum * term.multipliers[index / term.each]
    }
    return value
  }

  private mutating func set(
    row: Int, byte: Int64, quotient: Int64, rounded: Int64, remainder: UInt64
  ) {
    bytes[shape.bytesColumn + row] = UInt64(clamping: byte)
    let excess = (quotient - rounded).magnitude
    for limb in 0..<shape.limbs {
      bytes[shape.limb(limb) + row] = excess >> UInt64(8 * limb) & 255
    }
    for limb in 0..<WitnessShape.remainderLimbs {
      bytes[shape.remainder(limb) + row] = remainder >> UInt64(8 * limb) & 255
    }
  }

  private mutating func compare(
    _ maximum: WitnessPlan.Maximum, from first: Int, _ elements: [Int32], _ results: [Int32]
  ) {
    for (index, result) in results.enumerated() {
      var isChosen = false
      for pair in maximum.reads.starts[index]..<maximum.reads.starts[index + 1] {
        let difference = Int64(result) - Int64(elements[maximum.reads.elements[pair]])
        bytes[shape.differences + first + pair] = UInt64(clamping: difference)
        if difference == 0, !isChosen {
          choices[first + pair] = 1
          isChosen = true
        }
      }
    }
  }

  /// How often each byte occurs, padding included.
  var counts: [UInt32] { bytes.counts }

  /// All entries up to the last.
  var vector: PairVector {
    var parts = [
      (start: 0, words: bytes.words(0..<bytes.count)),
      (start: bytes.count, words: choices.words(0..<choices.count)),
    ]
    if !loose.isEmpty { parts.append((shape.loose, loose)) }
    if !later.isEmpty { parts.append((shape.bits, later)) }
    let length = parts.map { $0.start + $0.words.count }.max() ?? 0
    return PairVector(parts: parts, count: length)
  }

  /// The entries of a matrix row that there are.
  func entries(ofRow row: Int) -> [UInt64] {
    let start = row << shape.columnBits
    let end = start + 1 << shape.columnBits
    if end <= bytes.count { return bytes.words(start..<end) }
    if !later.isEmpty || !loose.isEmpty { return entries(start..<end) }
    var entries: [UInt64] = []
    if start < bytes.count { entries += bytes.words(start..<bytes.count) }
    let (from, to) = (max(start, shape.choices), min(end, shape.choices + choices.count))
    if from < to { entries += choices.words((from - shape.choices)..<(to - shape.choices)) }
    return entries
  }

  /// The entries of any range, with zeros where there are none.
  func entries(_ range: Range<Int>) -> [UInt64] {
    var entries = [UInt64](repeating: 0, count: range.count)
    func fill(_ start: Int, _ count: Int, _ words: (Range<Int>) -> [UInt64]) {
      let own = range.clamped(to: start..<(start + count))
      if own.isEmpty { return }
      let first = own.lowerBound - range.lowerBound
      entries.replaceSubrange(
        first..<(first + own.count),
        with: words((own.lowerBound - start)..<(own.upperBound - start)))
    }
    fill(0, bytes.count) { bytes.words($0) }
    fill(shape.choices, choices.count) { choices.words($0) }
    fill(shape.loose, loose.count) { Array(loose[$0]) }
    fill(shape.bits, later.count) { Array(later[$0]) }
    return entries
  }

  /// Σ of the bytes of x, each row's.
  var excess: [UInt64] {
    let size = 1 << shape.rowBits
    var words = [UInt64](repeating: 0, count: size)
    for limb in (0..<shape.limbs).reversed() {
      let own = bytes.words(shape.limb(limb)..<(shape.limb(limb) + size))
      for row in 0..<size {
        words[row] =
          (Goldilocks(canonical: words[row]) * Goldilocks(canonical: 256)
          + Goldilocks(canonical: own[row])).value
      }
    }
    return words
  }

  func committed() throws(Refusal) -> EncodedMatrix {
    try EncodedMatrix(
      rows: shape.matrixRows.count, columnBits: shape.columnBits, rateBits: shape.rateBits
    ) { row, entries in
      let own = self.entries(ofRow: shape.matrixRows[row])
      entries.replaceSubrange(0..<own.count, with: own)
    }
  }
}
