// The transform against evaluation by hand.

import Arithmetic
import Testing

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
