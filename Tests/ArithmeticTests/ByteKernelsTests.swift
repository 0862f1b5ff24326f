// Sums of bytes times elements: wide and narrow give what the field's own operations give.

import CKernels
import Testing

@testable import Arithmetic

@Suite struct ByteKernelsTests {
  static let lengths = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 200]
  static let kernels = [ByteKernels(isWide: false), ByteKernels()]

  /// With runs of the least and of the greatest byte.
  static func bytes(_ count: Int, _ chance: inout Chance) -> [UInt8] {
    (0..<count).map { _ in
      let word = chance.word()
      return word % 4 == 0 ? (word & 16 == 0 ? 0 : 255) : UInt8(truncatingIfNeeded: word >> 8)
    }
  }

  static func element(_ byte: UInt8) -> GoldilocksPair {
    GoldilocksPair(Goldilocks(canonical: UInt64(byte)))
  }

  @Test(arguments: lengths) func sumsOfBytes(count: Int) {
    var chance = Chance(UInt64(count))
    let bytes = Self.bytes(count, &chance)
    let vector = PairVectorTests.vector(count, &chance)
    let wanted = (0..<count).reduce(GoldilocksPair.zero) {
      $0 + Self.element(bytes[$1]) * vector[$1]
    }
    for own in Self.kernels {
      #expect(bytes.withUnsafeBufferPointer { own.inner($0, vector) } == wanted)
      // Over as many as both have.
      let longer = bytes + [1, 2, 3]
      #expect(longer.withUnsafeBufferPointer { own.inner($0, vector) } == wanted)
      let first = PairVector([chance.pair()] + vector.elements)
      #expect(bytes.withUnsafeBufferPointer { own.inner($0, first, from: 1) } == wanted)
    }
  }

  /// Nothing is lost where every half of every word is as large as one can be.
  @Test func theLongestSums() {
    let greatest = GoldilocksPair(
      Goldilocks(canonical: 0xffff_fffe_ffff_ffff), Goldilocks(canonical: 0xffff_ffff_0000_0000))
    let count = 1 << 16
    let bytes = [UInt8](repeating: 255, count: count)
    let vector = PairVector([GoldilocksPair](repeating: greatest, count: count))
    let wanted = greatest * Goldilocks(canonical: UInt64(255 * count))
    for own in Self.kernels {
      bytes.withUnsafeBufferPointer { bytes in
        #expect(own.inner(bytes, vector) == wanted)
        let columns = (0..<300).map { UnsafeBufferPointer(rebasing: bytes[$0..<($0 + 40)]) }
        let sum = own.combination(
          columns, times: [GoldilocksPair](repeating: greatest, count: 300), plus: greatest,
          count: 40)
        let all = greatest * Goldilocks(canonical: 300 * 255 + 1)
        #expect(sum.elements == [GoldilocksPair](repeating: all, count: 40))
      }
    }
  }

  @Test(arguments: lengths) func combinationsOfColumns(count: Int) {
    var chance = Chance(UInt64(count) + 1000)
    let bytes = Self.bytes(5 * count, &chance)
    let weights = (0..<5).map { _ in chance.pair() }
    let start = chance.pair()
    let wanted = (0..<count).map { index in
      (0..<5).reduce(start) { $0 + weights[$1] * Self.element(bytes[$1 * count + index]) }
    }
    for own in Self.kernels {
      let found = bytes.withUnsafeBufferPointer { all in
        own.combination(
          (0..<5).map { UnsafeBufferPointer(rebasing: all[($0 * count)..<(($0 + 1) * count)]) },
          times: weights, plus: start, count: count)
      }
      #expect(found.elements == wanted)
    }
  }

  /// Two rounds over bytes are two rounds over leaves, and both halves of the leaves make a level.
  @Test(arguments: [3, 4, 5, 6, 9, 16]) func roundsOverBytes(bits: Int) {
    var chance = Chance(UInt64(bits) + 2000)
    for fill in [nil, 0, 255] as [UInt8?] {
      let own = Self.bytes(1 << bits, &chance)
      let half = own.count / 2
      // All equal, or as different as bytes can be.
      let bytes = fill.map { byte in own.indices.map { $0 & half == 0 ? byte : 255 - byte } } ?? own
      let alpha = chance.pair()
      let leaves = PairVector(alpha, minus: bytes.map { UInt64($0) })
      let (left, right) = (leaves.slice(0..<half), leaves.slice(half..<(2 * half)))
      let point = (0..<(bits - 2)).map { _ in chance.pair() }
      let x = chance.pair()
      let first = PairVector.productRound(PairVector.weights(at: point), left, right)
      var (foldedLeft, foldedRight) = (left, right)
      foldedLeft.fold(half: half / 2, x)
      foldedRight.fold(half: half / 2, x)
      let second = PairVector.productRound(
        PairVector.weights(at: point.dropFirst()), foldedLeft, foldedRight)
      for kernels in Self.kernels {
        bytes.withUnsafeBufferPointer { bytes in
          let one = kernels.firstRound(bytes, alpha, at: point[...])
          #expect(one.atZero == first.atZero && one.leading == first.leading)
          let two = kernels.secondRound(bytes, alpha, set: x, at: point.dropFirst())
          #expect(two.atZero == second.atZero && two.leading == second.leading)
          #expect(kernels.pairs(bytes, from: alpha) == leaves.halvesMultiplied())
        }
      }
    }
  }

  // MARK: - As much as a sum can hold

  /// The greatest word whose halves are both as large as a canonical word's can be, and the last
  /// element of the field; whatever an element is, its halves are below 2^32.
  static let greatest: [UInt64] = [0xffff_fffe_ffff_ffff, 0xffff_ffff_0000_0000]

  /// What the kernels' bounds rest on: so many of the greatest terms still fit 64 bits, and the sum
  /// of upper halves 63, which is what a reduction takes.
  @Test func boundsHold() {
    let half = UInt64(UInt32.max)
    let terms: [(most: Int, quantity: UInt64)] = [
      (Int(TOLSEY_FIELD_MOST_INNER), 255),
      // (l1 − l0)·(r1 − r0) + 255², and the sum of two such; l0·r1 + l1·r0 is less.
      (Int(TOLSEY_FIELD_MOST_TREE), 2 * 255 * 255), (Int(TOLSEY_FIELD_MOST_TREE), 4 * 255 * 255),
      (Int(TOLSEY_FIELD_MOST_COLUMNS), 255),
    ]
    for (most, quantity) in terms {
      let (sum, overflows) = (quantity * half).multipliedReportingOverflow(by: UInt64(most))
      #expect(!overflows && sum <= 1 << 63 - half)
    }
  }

  /// The kernels at their greatest count, every byte and every half at its end: nothing wraps.
  @Test(arguments: [0, 1] as [Int32]) func theTreesGreatestSums(wide: Int32) {
    let count = Int(TOLSEY_FIELD_MOST_TREE)
    let words = Self.greatest.map { [UInt64](repeating: $0, count: count) }
    let ends: [[UInt8]] = [
      [255, 255, 255, 255], [0, 255, 0, 255], [255, 0, 0, 255], [0, 0, 0, 0],
    ]
    for own in ends {
      let (low, high) = (own.map(Int.init), (own + own.reversed()).map(Int.init))
      let zero: [Int] = [
        low[0] + low[2], low[1] + low[3], low[0] * low[2], low[0] * low[3] + low[1] * low[2],
        low[1] * low[3],
      ]
      let square = 255 * 255
      let first = [zero[0], zero[2], (low[1] - low[0]) * (low[3] - low[2]) + square]
      let (d0, d1) = (high[1] - high[0], high[3] - high[2])
      let (e0, e1) = (high[5] - high[4], high[7] - high[6])
      let lead = [d0 * e0 + square, d0 * e1 + d1 * e0 + 2 * square, d1 * e1 + square]
      let columns = high.map { [UInt8](repeating: UInt8($0), count: count) }
      for (kernel, wanted) in [
        (tolsey_field_tree_first, first), (tolsey_field_tree_zero, zero),
        (tolsey_field_tree_lead, lead),
      ] {
        let found = Self.sums(kernel, wide, columns, words, wanted.count)
        let halves = Self.greatest.flatMap { [$0 & 0xffff_ffff, $0 >> 32] }
        let all = wanted.flatMap { own in
          halves.map { UInt128(own) * UInt128($0) * UInt128(count) }
        }
        #expect(found.map { UInt128($0) } == all, "\(own)")
      }
    }
  }

  private typealias Kernel = (
    Int32, UnsafePointer<UnsafePointer<UInt8>?>?, UnsafePointer<UInt64>?, UnsafePointer<UInt64>?,
    Int, UnsafeMutablePointer<UInt64>?
  ) -> Void

  private static func sums(
    _ kernel: Kernel, _ wide: Int32, _ columns: [[UInt8]], _ words: [[UInt64]], _ count: Int
  ) -> [UInt64] {
    var sums = [UInt64](repeating: 0, count: 4 * count)
    let all = columns.flatMap { $0 }
    all.withUnsafeBufferPointer { all in
      let parts = columns.indices.map { index in
        all.baseAddress.map { $0 + index * columns[0].count }
      }
      kernel(
        wide != 0 && ByteKernels.hasWide ? 1 : 0, parts, words[0], words[1], words[0].count, &sums)
    }
    return sums
  }

  /// One more than a reduction of the greatest sum of columns: the same bytes as many times as a
  /// combination takes columns.
  @Test(arguments: [false, true]) func theGreatestCombination(isWide: Bool) {
    let (count, columns) = (35, 1 << 16)
    let bytes = [UInt8](repeating: 255, count: count)
    let own = ByteKernels(isWide: isWide)
    for word in Self.greatest {
      let element = GoldilocksPair(Goldilocks(canonical: word), Goldilocks(canonical: word))
      let found = bytes.withUnsafeBufferPointer { bytes in
        own.combination(
          [UnsafeBufferPointer<UInt8>](repeating: bytes, count: columns),
          times: [GoldilocksPair](repeating: element, count: columns), plus: element, count: count)
      }
      let wanted = element * Goldilocks(canonical: UInt64(255 * columns + 1))
      #expect(found.elements == [GoldilocksPair](repeating: wanted, count: count))
    }
  }

  /// Sums are reduced at all their edges, by lanes as by words.
  @Test(arguments: [false, true]) func sumsOfEdges(isWide: Bool) {
    let own = ByteKernels(isWide: isWide)
    for start in Chance.edges + [Goldilocks.modulus - 1] where start < Goldilocks.modulus {
      for weight in Chance.edges where weight < Goldilocks.modulus {
        for byte: UInt8 in [0, 1, 254, 255] {
          let bytes = [UInt8](repeating: byte, count: 17)
          let pair = GoldilocksPair(Goldilocks(canonical: weight), Goldilocks(canonical: start))
          let first = GoldilocksPair(Goldilocks(canonical: start), Goldilocks(canonical: weight))
          let found = bytes.withUnsafeBufferPointer {
            own.combination([$0], times: [pair], plus: first, count: 17)
          }
          let wanted = first + pair * Goldilocks(canonical: UInt64(byte))
          #expect(found.elements == [GoldilocksPair](repeating: wanted, count: 17))
        }
      }
    }
  }

  /// Parts of vectors of several lengths, longer than one part of the cache.
  @Test func sumsOfVectors() {
    var chance = Chance(3)
    let vectors = [1, 40, 1024, 2051].map { PairVectorTests.vector($0, &chance) }
    let scales = vectors.map { _ in chance.pair() }
    var wanted = PairVector(zeros: 2051)
    for (vector, scale) in zip(vectors, scales) { wanted.add(vector, times: scale) }
    for lanes in [false, true] {
      #expect(PairVector.combination(vectors, times: scales, lanes: lanes) == wanted)
    }
  }
}
