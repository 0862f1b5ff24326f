// Amounts as people read and write them, to the last millionth.

import Primitives
import Testing

@testable import tolsey

@Suite struct DollarsTests {
  @Test(arguments: [
    (0, "$0.00"), (1, "$0.000001"), (4_000, "$0.004"), (10_000, "$0.01"), (1_500_000, "$1.50"),
    (12_345_678, "$12.345678"), (UInt64.max, "$18446744073709.551615"),
  ])
  func writesEveryMillionth(units: UInt64, text: String) {
    #expect(Dollars.text(Amount(units)) == text)
    #expect(Dollars.parse(text) == Amount(units))
  }

  @Test(arguments: [("5", 5_000_000), ("0.1", 100_000), ("$007.5", 7_500_000)])
  func readsWhatPeopleType(text: String, units: UInt64) {
    #expect(Dollars.parse(text) == Amount(units))
  }

  @Test(arguments: [
    "", "$", ".5", "5.", "-1", "+1", "1e3", "1,5", "1.0000001", "1.2.3", " 1", "١",
    "18446744073709.551616", "99999999999999999999",
  ])
  func refusesWhatIsNotAnAmount(text: String) {
    #expect(Dollars.parse(text) == nil)
  }

  @Test func showsChangesWithTheirSign() {
    #expect(Dollars.change(from: Amount(0), to: Amount(250_000)) == "+$0.25")
    #expect(Dollars.change(from: Amount(1_000_000), to: Amount(1)) == "-$0.999999")
  }
}
