// Fractions are exact, reduced and printed with the digits that count.

import Testing

@testable import Cheats

@Suite struct FractionTests {
  @Test func arithmeticIsExact() {
    let third = Fraction(1, over: 3)
    #expect(third + third + third == 1)
    #expect(third * 3 == 1 && third / third == 1 && third - third == 0)
    #expect(Fraction(2, over: -4) == Fraction(-1, over: 2))
    #expect(Fraction(6, over: 4).denominator == 2)
    #expect(third < Fraction(34, over: 100) && !(third < third))
    #expect(Fraction(3, over: 10).power(3) == Fraction(27, over: 1_000))
    #expect((-third).magnitude == third)
    let small = Fraction(1, over: 1_000_000_000_000_000_000)
    #expect(small + small == Fraction(2, over: 1_000_000_000_000_000_000))
  }

  @Test func halvesRoundAwayFromZero() {
    #expect(Fraction(5, over: 2).rounded == 3 && Fraction(-5, over: 2).rounded == -3)
    #expect(Fraction(7, over: 3).rounded == 2 && Fraction(-7, over: 3).rounded == -2)
  }

  @Test func textShowsTheDigitsThatCount() {
    #expect(Fraction(-1_122_436, over: 1_000_000).text == "−1.12")
    #expect(Fraction(-33, over: 1_000_000).text == "−0.000033")
    #expect(Fraction(0).text == "0")
    #expect(Fraction(3_496_437, over: 1_000).text == "+3496")
    #expect(Fraction(1, over: 2).text(places: 2) == "+0.50")
    #expect(Fraction(1, over: 2).text(places: 0) == "+1")
    #expect(Fraction(1, over: 1_000).text(places: 2) == "0.00")
  }

  @Test func rootsAreWhole() {
    for n in [0, 1, 2, 3, 4, 8, 9, 10, 99, 100, 101, 1_000_000, 999_999_999_999] {
      let root = Simulation.root(UInt128(n))
      #expect(root * root <= UInt128(n) && (root + 1) * (root + 1) > UInt128(n))
    }
    let large = Simulation.root(UInt128.max)
    #expect(large == UInt128(UInt64.max))
  }
}
