// What a record can and cannot buy.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite struct RecordFormulasTests {
  /// A new name weighs what the worst known one does, so that shedding a record gains nothing.
  @Test func nobodyFallsBelowANewcomer() {
    let newcomer = RecordFormulas.weight(good: .zero, bad: .zero, terms: .standard)
    #expect(newcomer == Terms.standard.weightFloor)
    for bad in [0, 1, 1_000_000, UInt64.max] {
      for good in [0, 1, 1_000_000, UInt64.max] {
        let weight = RecordFormulas.weight(
          good: Amount(good), bad: Amount(bad), terms: .standard)
        #expect(weight >= newcomer && weight <= million)
      }
    }
  }

  @Test func workRaisesAndFaultsLower() {
    var last: UInt64 = 0
    for good in stride(from: UInt64(0), through: 100_000_000, by: 5_000_000) {
      let weight = RecordFormulas.weight(good: Amount(good), bad: .zero, terms: .standard)
      #expect(weight > last)
      let faulty = RecordFormulas.weight(
        good: Amount(good), bad: Amount(5_000_000), terms: .standard)
      #expect(faulty <= weight)
      last = weight
    }
  }

  /// Two rejections of an order's size pass the default limit, one does not; and to hide two of
  /// a dollar takes eight dollars more, not seven.
  @Test func theDefaultLimitStandsBetweenOneRejectionAndTwo() {
    let dollar = Amount(1_000_000)
    func rate(_ accepted: UInt64, _ rejected: UInt64) -> UInt64 {
      RecordFormulas.rejectionRate(
        accepted: Amount(accepted * 1_000_000), rejected: Amount(rejected * 1_000_000),
        price: dollar)
    }
    let limit = Terms.standard.maxRejection
    #expect(rate(0, 0) <= limit && rate(0, 1) <= limit && rate(0, 2) > limit)
    #expect(rate(7, 2) > limit && rate(8, 2) <= limit)
  }

  @Test func hugeRecordsNeverTrap() {
    let huge = Amount(.max)
    #expect(RecordFormulas.rejectionRate(accepted: huge, rejected: huge, price: huge) == 90_909)
    #expect(RecordFormulas.rejectionRate(accepted: .zero, rejected: huge, price: .zero) == million)
    #expect(
      RecordFormulas.rejectionRate(accepted: .zero, rejected: .zero, price: .zero) == 50_000)
    var terms = Terms.standard
    terms.weightPrior = .max
    #expect(RecordFormulas.weight(good: huge, bad: huge, terms: terms) >= terms.weightFloor)
    terms.weightPrior = 0
    #expect(RecordFormulas.weight(good: .zero, bad: .zero, terms: terms) == terms.weightFloor)
    terms.weightFloor = .max
    #expect(RecordFormulas.weight(good: huge, bad: .zero, terms: terms) == .max)
  }
}
