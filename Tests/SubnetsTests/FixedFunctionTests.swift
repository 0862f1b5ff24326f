// Fixed point against known values and against floating point, to the bounds that it states.

import Arithmetic
import Foundation
import Testing

@testable import Subnets

@Suite struct FixedFunctionTests {
  /// 2^-59, what exp2 and log2 promise.
  let bound = Fixed64(raw: 32)

  @Test func knownValues() throws {
    let e = try #require(Fixed64(decimal: "2.718281828459045235360287"))
    let ln10 = try #require(Fixed64(decimal: "2.302585092994045684017991"))
    let root2 = try #require(Fixed64(decimal: "1.414213562373095048801689"))
    #expect((Fixed64.exp(.one) - e).magnitude < Fixed64(raw: 256))
    #expect((Fixed64.ln(Fixed64(10)) - ln10).magnitude < bound)
    #expect((Fixed64(2).squareRoot - root2).magnitude <= Fixed64(raw: 1))
    #expect((Fixed64.pow(Fixed64(2), .half) - root2).magnitude < bound)
    #expect(Fixed64.exp2(Fixed64(10)) == Fixed64(1_024))
    #expect(Fixed64.log2(Fixed64(1_024)) == Fixed64(10))
    #expect(Fixed64.exp2(Fixed64(-64)) == Fixed64(raw: 1))
    #expect(Fixed64.exp2(Fixed64(-70)) == .zero)
    #expect(Fixed64.exp2(Fixed64(63)) == Fixed64(raw: .max))
    #expect(Fixed64.ln(.zero) == Fixed64(raw: .min))
    #expect(Fixed64(-4).squareRoot == .zero)
  }

  @Test func inversesAndFloats() {
    var random = Seeded(state: 11)
    for _ in 0..<2_000 {
      let x = Fixed64(raw: Int128(random.next()) >> Int128(random.below(60)) + 1)
      let back = Fixed64.exp2(Fixed64.log2(x))
      #expect((back - x).magnitude <= bound)
      let large = Fixed64(raw: Int128(random.next()) << Int128(random.below(50)))
      let root = large.squareRoot
      #expect((root * root - large).magnitude.double <= large.double * 1e-15 + 1e-17)
      #expect(abs(Fixed64.ln(large).double - log(large.double)) < 1e-13 * 44)
      let small = Fixed64(raw: Int128(random.next()) - (1 << 63))
      #expect(abs(Fixed64.exp(small).double - exp(small.double)) < 1e-15)
    }
  }

  /// The series as substrate-fixed writes it.
  static func plainExp(_ x: Fixed32) -> Fixed32 {
    let x = min(max(x, Fixed32(-20)), Fixed32(20))
    if x == .zero { return .one }
    if x == .one { return Fixed32(raw: 2_918_732_800) }
    let size = x < .zero ? .zero - x : x
    var (term, sum) = (size, Fixed32.one + size)
    for index in 2...Int64(31) {
      term = Fixed32(raw: (term * size).raw / index)
      sum = sum + term
    }
    return x < .zero ? .one / sum : sum
  }

  @Test func exponentialsAreTheSeriesBits() {
    var random = Seeded(state: 3)
    let edges: [Int64] = [0, 1, -1, 1 << 32, -(1 << 32), 1 << 31, .max, .min, 20 << 32, -20 << 32]
    let numbers =
      edges
      + (0..<3_000).map { _ in
        Int64(bitPattern: random.next()) >> Int64(random.below(40) + 24)
      }
    for raw in numbers {
      let x = Fixed32(raw: raw)
      #expect(Fixed32.exp(x) == Self.plainExp(x))
    }
  }

  @Test func termDivisorsDivide() {
    var random = Seeded(state: 4)
    for divisor in UInt64(2)...40 {
      let by = TermDivisor(divisor)
      let most = UInt64(Int64.max)
      var numbers = [0, 1, divisor - 1, divisor, most, most - 1, most / divisor * divisor]
      numbers.append(most / divisor * divisor - 1)
      numbers += (0..<200).map { _ in random.next() >> (1 + random.below(62)) }
      for x in numbers { #expect(by.quotient(Int64(x)) == Int64(x / divisor)) }
    }
  }

  @Test func productsAndQuotients() {
    #expect(Fixed64(3) * Fixed64(-2) == Fixed64(-6))
    #expect(Fixed64(raw: -1) * Fixed64(raw: 1) == Fixed64(raw: -1))
    #expect(Fixed64(-1, over: 3).raw == -(Int128(1) << 64) / 3)
    #expect(Fixed64(7) / .zero == .zero)
    #expect(Fixed64(1 << 40) * Fixed64(1 << 40) == Fixed64(raw: .max))
    #expect(Fixed64(1 << 40) / Fixed64(raw: 1) == Fixed64(raw: .max))
    #expect(Fixed64(-(1 << 40)) * Fixed64(1 << 40) == Fixed64(raw: .min))
    #expect([Fixed64(1), Fixed64(3)].shares == [Fixed64(1, over: 4), Fixed64(3, over: 4)])
    #expect([Fixed64(2), Fixed64(4)].deviation == Fixed64(2).squareRoot)
  }

  @Test func texts() {
    #expect(Fixed64(decimal: "-0.25") == Fixed64(raw: -(1 << 62)))
    #expect(Fixed64(decimal: "1e-3") == Fixed64(decimal: "0.001"))
    #expect(Fixed64(decimal: "1.5E2") == Fixed64(150))
    #expect(Fixed64(decimal: "9223372036854775808") == nil)
    #expect(Fixed64(decimal: "abc") == nil)
    #expect(Fixed64(decimal: "") == nil)
    #expect(Fixed64(decimal: "-") == nil)
    #expect(Fixed64(decimal: "1e99999") == nil)
    #expect(Fixed64(decimal: "1e-400") == .zero)
    #expect(Fixed64(decimal: "-0.25")?.decimal() == "-0.25")
    #expect(Fixed64(3).decimal() == "3")
    #expect(Fixed64(1, over: 3).decimal(digits: 4) == "0.3333")
    #expect(Fixed64.zero.decimal() == "0")
  }
}
