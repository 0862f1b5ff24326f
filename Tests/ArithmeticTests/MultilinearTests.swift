// Multilinear polynomials: their values on the cube, between its corners, and their weights.

import Arithmetic
import Testing

@Suite struct MultilinearTests {
  @Test(arguments: 0...6) func weightsEvaluate(variables: Int) {
    var chance = Chance(UInt64(variables) + 100)
    let values = (0..<(1 << variables)).map { _ in chance.pair() }
    let point = (0..<variables).map { _ in chance.pair() }
    let polynomial = Multilinear(values)
    let weights = Multilinear.weights(at: point)
    #expect(polynomial.value(at: point) == zip(values, weights).map { $0 * $1 }.reduce(.zero, +))
    #expect(weights.reduce(.zero, +) == .one)
  }

  @Test func cornersAreTheValues() {
    var chance = Chance(200)
    let values = (0..<16).map { _ in chance.pair() }
    for index in 0..<16 {
      let corner = (0..<4).map { bit -> GoldilocksPair in
        index >> (3 - bit) & 1 == 1 ? .one : .zero
      }
      #expect(Multilinear(values).value(at: corner) == values[index])
      #expect(Multilinear.weights(at: corner)[index] == .one)
    }
  }

  @Test func theWeightOfTwoPointsIsTheSumOverTheCube() {
    var chance = Chance(300)
    let x = (0..<5).map { _ in chance.pair() }
    let y = (0..<5).map { _ in chance.pair() }
    let sum = zip(Multilinear.weights(at: x), Multilinear.weights(at: y)).map { $0 * $1 }
      .reduce(GoldilocksPair.zero, +)
    #expect(Multilinear.weight(x, y) == sum)
  }
}
