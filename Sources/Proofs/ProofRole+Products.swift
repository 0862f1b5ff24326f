// The operations of attention and norms, as helpers and relations between them.

import Graphs
import Primitives

extension ProofRole {
  /// The result is one entry each, looked up.
  static func table(
    _ o: ByteTable, _ from: Int, to type: TensorType, _ helpers: inout Helpers
  ) -> ProofRole {
    let lowest = Int64(helpers.graph.types[from].element.lowest)
    let result = helpers.loose(.looked, type.shape.count, magnitude: type.element.magnitude)
    let table = (Int64(0)..<256).map { index in
      let byte = o.bytes[Int(UInt8(truncatingIfNeeded: index + lowest))]
      return o.element == .int8 ? Int64(Int8(bitPattern: byte)) : Int64(byte)
    }
    helpers.lookup(from, lowest: lowest, result: result, table)
    return .moved(Move(tensor: result))
  }

  static func product(_ o: Product, _ from: [Int], _ helpers: inout Helpers) -> ProofRole {
    let types = helpers.graph.types
    let product = helpers.product(
      from[0], from[1],
      magnitude: types[from[0]].element.magnitude * types[from[1]].element.magnitude)
    return .rounding(LinearMap([LinearMap.Term(product, Int64(o.multiplier))], o.shift))
  }

  static func matMul(
    _ o: MatrixProduct, _ from: [Int], _ helpers: inout Helpers
  ) throws(Refusal) -> ProofRole {
    let types = from.map { helpers.graph.types[$0] }
    let size = try o.size(types[0].shape, types[1].shape)
    let product = helpers.product(
      from[0], from[1], (o, size),
      magnitude: size.inner * types[0].element.magnitude * types[1].element.magnitude)
    return .moved(Move(tensor: product))
  }

  /// One place and symbol: a vector that is one where the symbol is the place's, else zero.
  static func embedding(_ from: Int, _ helpers: inout Helpers) {
    let length = helpers.graph.types[from].shape.count
    let chosen = helpers.loose(.chosen, 256 * length, magnitude: 1)
    let other = helpers.linear(
      256 * length,
      [LinearMap.Term(from, 1, each: (0..<256 * length).map { $0 / 256 })],
      addends: (0..<256 * length).map { -Int64($0 % 256) })
    let product = helpers.product(chosen, other)
    helpers.relation(256 * length, [LinearMap.Term(product, 1)])
    var all = Reads()
    all.elements = Array(0..<256 * length)
    all.starts = (0...length).map { 256 * $0 }
    helpers.relation(length, [LinearMap.Term(chosen, 1, all)], constant: -1)
    helpers.symbol(chosen)
  }

  /// 510·e + S = 2·S·q + r with 0 ≤ r < 2·S, S = Σ e over a line, e = table[m − x], m attained.
  static func softmax(
    _ o: Softmax, _ from: Int, to type: TensorType, _ helpers: inout Helpers
  ) -> ProofRole {
    let last = type.shape.dims[type.shape.dims.count - 1]
    var reads = Reads()
    var places = [Int](repeating: -1, count: type.shape.count)
    var lines: [Int] = []
    for line in 0..<(type.shape.count / last) {
      for place in 0..<o.length(ofLine: line, of: last) {
        places[line * last + place] = reads.elements.count
        reads.elements.append(line * last + place)
        lines.append(line)
      }
      reads.starts.append(reads.elements.count)
    }
    let count = lines.count
    let differences = helpers.maximum(of: from, reads).differences
    let powers = helpers.loose(.looked, count, magnitude: 1 << 16)
    helpers.lookup(differences, lowest: 0, result: powers, o.exponentials.map { Int64($0) })
    reads.elements = Array(0..<count)
    let sums = helpers.linear(reads.starts.count - 1, [LinearMap.Term(powers, 1, reads)])
    let each = helpers.linear(count, [LinearMap.Term(sums, 1, each: lines)])
    let share = helpers.bytes(.share, count, limbs: 1)
    let product = helpers.product(each, share)
    let limbs = remainderLimbs(o, of: last)
    let remainder = helpers.bytes(.shareRemainder, count, limbs: limbs)
    let rest = helpers.bytes(.shareRest, count, limbs: limbs)
    helpers.relation(
      count,
      [
        LinearMap.Term(powers, 510), LinearMap.Term(each, 1), LinearMap.Term(product, -2),
        LinearMap.Term(remainder, -1),
      ])
    helpers.relation(
      count,
      [
        LinearMap.Term(each, 2), LinearMap.Term(remainder, -1), LinearMap.Term(rest, -1),
      ], constant: -1)
    return .moved(Move(tensor: share, elements: places))
  }

  /// The bytes of twice the greatest sum of a line.
  static func remainderLimbs(_ o: Softmax, of last: Int) -> Int {
    let most = 2 * UInt64(o.exponentials.max() ?? 0) * UInt64(last)
    return max(1, (64 - most.leadingZeroBitCount + 7) / 8)
  }
}
