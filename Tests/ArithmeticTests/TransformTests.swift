// The transform against evaluation by hand.

import Testing

@testable import Arithmetic

@Suite struct TransformTests {
  @Test(arguments: 0...9) func forwardEvaluates(log2: Int) throws {
    var chance = Chance(UInt64(log2) + 7)
    let transform = try #require(NumberTheoreticTransform(log2: log2))
    let coefficients = (0..<transform.size).map { _ in chance.element() }
    var values = coefficients
    transform.forward(&values)
    let root = try #require(Goldilocks.root(ofOrderLog2: log2))
    for place in 0..<transform.size {
      let index = NumberTheoreticTransform.bitReversed(place, bits: log2)
      let point = root.raised(to: UInt64(index))
      let value = coefficients.reversed().reduce(Goldilocks.zero) { $0 * point + $1 }
      #expect(values[place] == value)
    }
  }

  @Test(arguments: [0, 1, 2, 3, 4, 8, 13]) func backwardUndoes(log2: Int) throws {
    var chance = Chance(UInt64(log2) + 70)
    let transform = try #require(NumberTheoreticTransform(log2: log2))
    let coefficients = (0..<transform.size).map { _ in chance.element() }
    var values = coefficients
    transform.forward(&values)
    transform.backward(&values)
    #expect(values == coefficients)
  }

  @Test func noTransformIsLargerThanTheGroup() {
    #expect(NumberTheoreticTransform(log2: 33) == nil)
    #expect(NumberTheoreticTransform(log2: -1) == nil)
  }
}

@Suite struct RowTransformTests {
  /// Eight rows at once, with and without lanes, are eight rows one by one.
  @Test(arguments: [0, 1, 2, 3, 6], [0, 1, 2]) func rowsAreTransformedAlike(
    columnBits: Int, rateBits: Int
  ) throws {
    let transform = try #require(NumberTheoreticTransform(log2: columnBits + rateBits))
    var chance = Chance(UInt64(columnBits * 8 + rateBits))
    var words = [UInt64](repeating: 0, count: 8 << (columnBits + rateBits))
    for index in 0..<(8 << columnBits) { words[index] = chance.element().value }
    var rows: [[Goldilocks]] = (0..<8).map { row in
      stride(from: row, to: words.count, by: 8).map { Goldilocks(canonical: words[$0]) }
    }
    for row in rows.indices { transform.forward(&rows[row]) }
    // Whatever a cache holds, none of it included.
    for (lanes, cached) in [(false, 12), (true, 12), (true, 0), (true, 1), (true, 4)] {
      var own = words
      own.withUnsafeMutableBufferPointer {
        if let base = $0.baseAddress {
          transform.forwardRows(base, log2Count: columnBits, lanes: lanes, cached: cached)
        }
      }
      for row in rows.indices {
        #expect(stride(from: row, to: own.count, by: 8).map { own[$0] } == rows[row].map(\.value))
      }
    }
  }
}
