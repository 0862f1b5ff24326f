// Eight at once give what one by one gives.

import Arithmetic
import Testing

@Suite struct LanesTests {
  static func lanes(_ elements: [Goldilocks]) -> GoldilocksLanes {
    GoldilocksLanes(elements.map(\.value))
  }

  @Test func lanesAreElements() {
    var chance = Chance(5)
    for _ in 0..<5_000 {
      let x = (0..<8).map { _ in chance.element() }
      let y = (0..<8).map { _ in chance.element() }
      let (left, right) = (Self.lanes(x), Self.lanes(y))
      #expect(left.fieldSum(right) == Self.lanes(zip(x, y).map { $0 + $1 }))
      #expect(left.fieldDifference(right) == Self.lanes(zip(x, y).map { $0 - $1 }))
      #expect(left.fieldProduct(right) == Self.lanes(zip(x, y).map { $0 * $1 }))
    }
  }

  @Test func pairsOfLanesArePairs() {
    var chance = Chance(6)
    for _ in 0..<2_000 {
      let x = (0..<8).map { _ in chance.pair() }
      let y = (0..<8).map { _ in chance.pair() }
      let left = GoldilocksPairLanes(Self.lanes(x.map(\.a)), Self.lanes(x.map(\.b)))
      let right = GoldilocksPairLanes(Self.lanes(y.map(\.a)), Self.lanes(y.map(\.b)))
      let product = left * right
      let wanted = zip(x, y).map { $0 * $1 }
      #expect(product.a == Self.lanes(wanted.map(\.a)))
      #expect(product.b == Self.lanes(wanted.map(\.b)))
      #expect((left - right + right) == left)
      #expect(left.total == x.reduce(.zero, +))
      #expect((left * right.a) == left * GoldilocksPairLanes(right.a, .zero))
    }
  }
}
