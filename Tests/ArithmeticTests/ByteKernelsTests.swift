// Sums of bytes times elements: wide and narrow give what the field's own operations give.

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
