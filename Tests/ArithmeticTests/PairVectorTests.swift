// Long vectors: lanes give the bits of the plain loops, and both what the definitions say.

import Arithmetic
import Testing

@Suite struct PairVectorTests {
  static func vector(_ count: Int, _ chance: inout Chance) -> PairVector {
    PairVector((0..<count).map { _ in chance.pair() })
  }

  static let lengths = [1, 2, 4, 8, 16, 64]

  @Test(arguments: lengths) func roundsAreAlike(half: Int) {
    var chance = Chance(UInt64(half))
    let (l, r) = (Self.vector(2 * half, &chance), Self.vector(2 * half, &chance))
    let e = Self.vector(half, &chance)
    let bend = chance.pair()
    let slope = chance.element()
    for lanes in [false, true] {
      let inner = PairVector.innerRound(l, r, half: half, lanes: lanes)
      let product = PairVector.productRound(e, l, r, lanes: lanes)
      let rounding = PairVector.roundingRound(e, l, r, slope: slope, bend: bend, lanes: lanes)
      var wanted = [GoldilocksPair](repeating: .zero, count: 7)
      for i in 0..<half {
        let (dl, dr) = (l[i + half] - l[i], r[i + half] - r[i])
        wanted[0] += l[i] * r[i]
        wanted[1] += dl * dr
        wanted[2] += e[i] * l[i] * r[i]
        wanted[3] += e[i] * dl * dr
        wanted[4] += e[i] * PairVector.roundingValue(l[i], r[i], slope, bend)
        wanted[5] += e[i] * PairVector.roundingValue(l[i] - dl, r[i] - dr, slope, bend)
        wanted[6] -= e[i] * bend * dl * dr * dr
      }
      #expect([inner.atZero, inner.leading] == Array(wanted[0..<2]))
      #expect([product.atZero, product.leading] == Array(wanted[2..<4]))
      #expect([rounding.atZero, rounding.atMinusOne, rounding.leading] == Array(wanted[4...]))
    }
  }

  /// A vector whose upper half is partly missing counts as filled with zeros.
  @Test(arguments: [1, 5, 8, 9, 15, 16, 17, 24, 31, 32]) func missingElementsAreZero(count: Int) {
    var chance = Chance(UInt64(count))
    let (l, r) = (Self.vector(count, &chance), Self.vector(count, &chance))
    let zeros = [GoldilocksPair](repeating: .zero, count: 32 - count)
    let (fullL, fullR) = (PairVector(l.elements + zeros), PairVector(r.elements + zeros))
    let challenge = chance.pair()
    for lanes in [false, true] {
      #expect(
        PairVector.innerRound(l, r, half: 16, lanes: lanes)
          == PairVector.innerRound(fullL, fullR, half: 16, lanes: !lanes))
      var (short, full) = (l, fullL)
      short.fold(half: 16, challenge, lanes: lanes)
      full.fold(half: 16, challenge, lanes: !lanes)
      #expect(short.elements == Array(full.elements[..<min(16, count)]))
      #expect(full.elements[min(16, count)...].allSatisfy { $0 == .zero })
      #expect(full == Self.folded(fullL, challenge))
    }
  }

  /// What is quicker over the field below is what the extension gives.
  @Test(arguments: [1, 2, 7, 8, 9, 24, 40]) func theFieldBelowIsPartOfTheExtension(half: Int) {
    var chance = Chance(UInt64(half) + 500)
    let (x, b) = (
      (0..<(2 * half)).map { _ in chance.element().value },
      (0..<(2 * half)).map { _ in chance.element().value }
    )
    let (excess, byte) = (PairVector(base: x), PairVector(base: b))
    let e = Self.vector(half, &chance)
    let (slope, bend, challenge) = (chance.element(), chance.pair(), chance.pair())
    let round = PairVector.roundingRound(e, excess, byte, slope: slope, bend: bend)
    func value(_ first: Int) -> GoldilocksPair {
      (0..<half).reduce(.zero) {
        let place = first + $1
        return $0 + e[$1] * PairVector.roundingValue(excess[place], byte[place], slope, .zero)
      }
    }
    for lanes in [false, true] {
      let start = PairVector.roundingStart(
        e, excess: x, byte: b, slope: slope, bend: bend, lanes: lanes)
      #expect(start.lower == value(0) && start.upper == value(half))
      #expect(start.atZero == round.atZero && start.atMinusOne == round.atMinusOne)
      #expect(start.leading == round.leading)
      var folded = excess
      folded.fold(half: half, challenge)
      #expect(PairVector(base: x, set: challenge, lanes: lanes) == folded)
      let part = (half / 3)..<half
      let inner = e.inner(part, base: x, from: 1, lanes: lanes)
      #expect(inner == e.slice(part).inner(excess.slice(1..<(1 + part.count))))
      var (own, wanted) = (excess, excess)
      own.add(e, part, times: challenge, at: half, lanes: lanes)
      wanted.add(e.slice(part), times: challenge, at: half)
      #expect(own == wanted)
    }
  }

  static func folded(_ v: PairVector, _ challenge: GoldilocksPair) -> PairVector {
    var values = Multilinear(v.elements)
    values.fix(first: challenge)
    return PairVector(values.values)
  }

  /// By the definition: a product for each place.
  static func weights(at point: [GoldilocksPair]) -> [GoldilocksPair] {
    (0..<(1 << point.count)).map { index in
      var product = GoldilocksPair.one
      for (place, coordinate) in point.enumerated() {
        let bit = index >> (point.count - 1 - place) & 1
        product *= bit == 1 ? coordinate : .one - coordinate
      }
      return product
    }
  }

  @Test(arguments: 0..<8) func weightsAreAlike(variables: Int) {
    var chance = Chance(UInt64(variables))
    let point = (0..<variables).map { _ in chance.pair() }
    for lanes in [false, true] {
      #expect(PairVector.weights(at: point, lanes: lanes).elements == Self.weights(at: point))
    }
  }

  @Test(arguments: lengths) func sumsAreAlike(half: Int) {
    var chance = Chance(UInt64(half) + 100)
    let (l, r) = (Self.vector(2 * half, &chance), Self.vector(2 * half, &chance))
    let scale = chance.pair()
    let words = (0..<half).map { _ in chance.element() }
    for lanes in [false, true] {
      let pairs = zip(l.elements, r.elements)
      #expect(l.inner(r, lanes: lanes) == pairs.reduce(GoldilocksPair.zero) { $0 + $1.0 * $1.1 })
      var sum = l
      sum.add(r, times: scale, lanes: lanes)
      #expect(sum.elements == pairs.map { $0 + scale * $1 })
      var halves = l
      halves.addHalves(lanes: lanes)
      #expect(halves.elements == (0..<half).map { l[$0] + l[$0 + half] })
      #expect(
        l.halvesMultiplied(lanes: lanes).elements == (0..<half).map { l[$0] * l[$0 + half] })
      #expect(l.subtracted(from: scale, lanes: lanes).elements == l.elements.map { scale - $0 })
      #expect(l.multiplied(by: r, lanes: lanes).elements == pairs.map { $0 * $1 })
      let point = [scale, scale * scale, scale + .one]
      let table = PairVector.weights(at: point, times: scale, count: 11, lanes: lanes).elements
      #expect(table.prefix(8) == (Multilinear.weights(at: point).map { $0 * scale })[...])
      #expect(table.suffix(3) == [.zero, .zero, .zero])
      let less = PairVector(scale, minus: words.map(\.value))
      #expect(less.elements == words.map { scale - GoldilocksPair($0) })
      var split = l
      let upper = split.splitUpperHalf()
      #expect(split == l.slice(0..<half) && upper == l.slice(half..<(2 * half)))
      var based = l
      based.add(base: words.map(\.value), times: scale, lanes: lanes)
      #expect(based.slice(0..<half).elements == (0..<half).map { l[$0] + scale * words[$0] })
      #expect(based.slice(half..<(2 * half)) == l.slice(half..<(2 * half)))
    }
  }

  /// One pass is a fold of both, the halves of eq, and the next round.
  @Test(arguments: [1, 2, 4, 8, 16, 32, 128]) func aPassIsAFoldAndARound(next: Int) {
    var chance = Chance(UInt64(next) + 900)
    let (l, r) = (Self.vector(4 * next, &chance), Self.vector(4 * next, &chance))
    let e = Self.vector(2 * next, &chance)
    let challenge = chance.pair()
    var (weights, left, right) = (e, l, r)
    left.fold(half: 2 * next, challenge, lanes: false)
    right.fold(half: 2 * next, challenge, lanes: false)
    weights.addHalves(lanes: false)
    let wanted = PairVector.productRound(weights, left, right, lanes: false)
    for lanes in [false, true] {
      var (ownE, ownL, ownR) = (e, l, r)
      let sums = PairVector.foldedProductRound(&ownE, &ownL, &ownR, challenge, lanes: lanes)
      #expect(sums == wanted)
      #expect(ownE == weights && ownL == left && ownR == right)
    }
  }
}
