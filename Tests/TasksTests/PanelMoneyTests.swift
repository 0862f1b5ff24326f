// The money of a panel run: named shares, nothing appears or is lost, and silence earns nobody.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite struct PanelMoneyTests {
  static let price = Amount(1_000_000)
  static let bond = Amount(100_000)

  static func settle(
    _ acts: [Settlement.JudgedAct], judges: [UInt64] = [1_000_000, 1_000_000, 1_000_000],
    fee: Amount = .zero, ending: Settlement.PanelEnding = .judged(lost: .zero)
  ) throws -> Payouts {
    let payouts = try Settlement.panel(
      seats: acts.map { .init(price: price, bidBond: bond, act: $0) }, judges: judges, wanted: 3,
      part: 200_000, fee: fee, ending: ending, terms: .standard)
    let put = payouts.stakes.reduce(UInt64(0)) { $0 + $1.amount.units }
    #expect(payouts.total.units == put)
    return payouts
  }

  private static func net(_ gross: UInt64) -> UInt64 {
    gross - (gross * 2_500 + 999_999) / 1_000_000
  }

  @Test func eachPriceHasAPartForTheJudges() throws {
    let payouts = try Self.settle([.worth(1_000_000), .worth(500_000), .undecided])
    #expect(payouts[.seat(0)].units == 100_000 + Self.net(800_000))
    #expect(payouts[.seat(1)].units == 100_000 + Self.net(400_000))
    #expect(payouts[.seat(2)].units == 100_000)
    #expect(payouts[.judge(0)].units == Self.net(200_000))
    #expect(payouts[.buyer] == .zero)
  }

  @Test func whatJudgesDoNotEarnBurns() throws {
    let payouts = try Self.settle([.worth(1_000_000)], judges: [1_000_000, 0, 250_000])
    #expect(payouts[.judge(0)].units == Self.net(66_666))
    #expect(payouts[.judge(1)] == .zero)
    #expect(payouts[.judge(2)].units == Self.net(16_666))
    #expect(payouts[.buyer] == .zero)
  }

  /// To do without the panel saves the buyer nothing.
  @Test func theJudgesPartBurnsWhereTheBuyerNeedsNone() throws {
    let payouts = try Self.settle(
      [.worth(1_000_000), .silent], judges: [], fee: Amount(7), ending: .accepted)
    #expect(payouts[.buyer].units == 1_000_007)
    #expect(payouts[.seat(0)].units == 100_000 + Self.net(800_000))
    #expect(payouts[.seat(1)] == .zero)
    #expect(payouts[.treasury].units == 200_000 + 100_000 + 800_000 - Self.net(800_000))
  }

  @Test func withoutAPanelPricesGoBack() throws {
    let payouts = try Self.settle(
      [.undecided, .silent], judges: [0, 0], fee: Amount(7), ending: .unjudged)
    #expect(payouts[.buyer].units == 2_000_007)
    #expect(payouts[.seat(0)].units == 100_000 && payouts[.seat(1)] == .zero)
  }

  @Test func whereNobodyAnsweredBondsStayAndThePledgeBurns() throws {
    let payouts = try Self.settle(
      [.silent, .silent], judges: [], fee: Amount(7), ending: .accepted)
    #expect(payouts[.buyer].units == 2_000_000 && payouts[.treasury].units == 7)
    #expect(payouts[.seat(0)].units == 100_000 && payouts[.seat(1)].units == 100_000)
  }

  /// Whatever is decided, nothing comes back to a buyer that had its panel and all its answers.
  @Test func aBuyerGainsByNoVerdict() throws {
    var chance = SystemlessChance(11)
    for _ in 0..<200 {
      let acts: [Settlement.JudgedAct] = (0..<3).map { _ in
        switch chance.next(4) {
        case 0: .undecided
        case 1: .worthless
        case 2: .worth(chance.next(1_000_001))
        default: .worth(1_000_000)
        }
      }
      let shares = (0..<3).map { _ in chance.next(1_000_001) }
      let payouts = try Self.settle(acts, judges: shares)
      #expect(payouts[.buyer] == .zero)
    }
  }
}
