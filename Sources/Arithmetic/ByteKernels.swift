// Bytes times elements of the extension: long sums that are reduced once, at their end.

import CKernels

/// A byte times half of an element's word takes 40 bits, so that sums of millions of them fit a
/// word: what a product in the field costs is paid once a sum and not once a term.
public struct ByteKernels: Sendable {
  /// Whether eight lanes are used; the bits are the same.
  let isWide: Bool

  /// Whether this machine has eight lanes.
  static let hasWide = tolsey_cpu_features() & UInt32(TOLSEY_CPU_AVX512) != 0

  public init(isWide: Bool = true) { self.isWide = isWide && Self.hasWide }

  private var wide: Int32 { isWide ? 1 : 0 }

  /// What sums of lower and upper halves are as elements, four a quantity.
  private static func element(_ sums: UnsafePointer<UInt64>) -> GoldilocksPair {
    let shift = Goldilocks(canonical: 1 << 32)
    return GoldilocksPair(
      Goldilocks(sums[0]) + Goldilocks(sums[1]) * shift,
      Goldilocks(sums[2]) + Goldilocks(sums[3]) * shift)
  }

  /// Σ bytes[i]·vector[first + i], over as many as both have.
  public func inner(
    _ bytes: UnsafeBufferPointer<UInt8>, _ vector: PairVector, from first: Int = 0
  ) -> GoldilocksPair {
    precondition(first >= 0 && first <= vector.count)
    let count = min(bytes.count, vector.count - first)
    guard let base = bytes.baseAddress else { return .zero }
    precondition(count <= Int(TOLSEY_FIELD_MOST_INNER))
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 4) { sums in
      guard let sums = sums.baseAddress else { return .zero }
      return vector.withReading { v in
        tolsey_field_inner(wide, base, v.a + first, v.b + first, count, sums)
        return Self.element(sums)
      }
    }
  }

  /// start + Σ weights[c]·columns[c][i] for each i below `count`, which every column has.
  public func combination(
    _ columns: [UnsafeBufferPointer<UInt8>], times weights: [GoldilocksPair],
    plus start: GoldilocksPair = .zero, count: Int
  ) -> PairVector {
    precondition(columns.count == weights.count)
    precondition(columns.count <= Int(TOLSEY_FIELD_MOST_COLUMNS))
    precondition(columns.allSatisfy { $0.count >= count })
    let words = weights.flatMap { [$0.a.value, $0.b.value] }
    let first = [start.a.value, start.b.value]
    return PairVector(uninitialized: count) { v in
      tolsey_field_combine(
        wide, columns.map(\.baseAddress), columns.count, words, first, count, v.a, v.b)
    }
  }

  /// (α − lower[i])·(α − upper[i]) for both halves of the bytes.
  public func pairs(
    _ bytes: UnsafeBufferPointer<UInt8>, from alpha: GoldilocksPair
  ) -> PairVector {
    let half = bytes.count / 2
    let (square, factor) = (alpha * alpha, -alpha)
    return PairVector(uninitialized: half) { v in
      guard let base = bytes.baseAddress else { return }
      tolsey_field_tree_pairs(
        wide, base, base + half, [square.a.value, square.b.value],
        [factor.a.value, factor.b.value], half, v.a, v.b)
    }
  }

  /// Of Σ eq·(α − l)·(α − r), the lower and the upper half of the bytes, the first variable left
  /// open: the value at 0 and the leading coefficient.
  ///
  /// - Parameter point: where eq is, without the open variable.
  public func firstRound(
    _ bytes: UnsafeBufferPointer<UInt8>, _ alpha: GoldilocksPair,
    at point: ArraySlice<GoldilocksPair>
  ) -> (atZero: GoldilocksPair, leading: GoldilocksPair) {
    let part = bytes.count / 4
    let sums = gather(3, bytes, parts: [0, 1, 2, 3].map { $0 * part }, at: point) {
      tolsey_field_tree_first(wide, $0, $1, $2, $3, $4)
    }
    // Σ eq is one, so a constant times it is the constant.
    return (alpha * (alpha - sums[0]) + sums[1], sums[2] - Self.offset)
  }

  /// The same of the second variable, the first one set.
  public func secondRound(
    _ bytes: UnsafeBufferPointer<UInt8>, _ alpha: GoldilocksPair, set x: GoldilocksPair,
    at point: ArraySlice<GoldilocksPair>
  ) -> (atZero: GoldilocksPair, leading: GoldilocksPair) {
    let part = bytes.count / 8
    let zero = gather(5, bytes, parts: [0, 2, 4, 6].map { $0 * part }, at: point) {
      tolsey_field_tree_zero(wide, $0, $1, $2, $3, $4)
    }
    let lead = gather(3, bytes, parts: (0..<8).map { $0 * part }, at: point) {
      tolsey_field_tree_lead(wide, $0, $1, $2, $3, $4)
    }
    let rest = .one - x
    let (first, mixed, last) = (rest * rest, rest * x, x * x)
    let linear = alpha * (alpha - rest * zero[0] - x * zero[1])
    return (
      linear + first * zero[2] + mixed * zero[3] + last * zero[4],
      first * (lead[0] - Self.offset) + mixed * (lead[1] - Self.offset - Self.offset)
        + last * (lead[2] - Self.offset)
    )
  }

  /// 255²: what makes a product of two differences of bytes no less than zero.
  private static let offset = GoldilocksPair(Goldilocks(canonical: 255 * 255))

  /// What a kernel takes: the parts, weights and their count; and where its sums go.
  private typealias Kernel = (
    UnsafePointer<UnsafePointer<UInt8>?>, UnsafePointer<UInt64>, UnsafePointer<UInt64>, Int,
    UnsafeMutablePointer<UInt64>
  ) -> Void

  /// Σ eq·quantity for each of so many quantities. eq is a product of weights of the higher and of
  /// the lower variables, of which the latter stay in the cache.
  private func gather(
    _ quantities: Int, _ bytes: UnsafeBufferPointer<UInt8>, parts: [Int],
    at point: ArraySlice<GoldilocksPair>, _ kernel: Kernel
  ) -> [GoldilocksPair] {
    precondition(parts.allSatisfy { $0 + 1 << point.count <= bytes.count })
    var totals = [GoldilocksPair](repeating: .zero, count: quantities)
    guard let base = bytes.baseAddress else { return totals }
    let low = PairVector.weights(at: point.suffix(Self.lowBits))
    let high = PairVector.weights(at: point.dropLast(Self.lowBits))
    var places = parts.map { Optional(base + $0) }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 4 * quantities) { sums in
      guard let sums = sums.baseAddress else { return }
      for chunk in 0..<high.count {
        low.withReading { v in kernel(places, v.a, v.b, low.count, sums) }
        let weight = high[chunk]
        for index in totals.indices {
          totals[index] += weight * Self.element(sums + 4 * index)
        }
        for index in places.indices { places[index] = places[index].map { $0 + low.count } }
      }
    }
    return totals
  }

  /// log2 of the weights that a kernel takes at once: within what it names as the most.
  private static let lowBits = 12
}
