// The standard terms keep every promise, and each condition can be broken.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite struct TermsCheckTests {
  private func broken(_ change: (inout Terms) -> Void) -> [String] {
    var terms = Terms.standard
    change(&terms)
    return TermsCheck.conditions(of: terms).filter { !$0.holds }.map(\.name)
  }

  @Test func theStandardTermsHold() throws {
    let conditions = TermsCheck.conditions(of: .standard)
    #expect(conditions.filter { !$0.holds }.map(\.name) == [])
    #expect(conditions.count == Terms.ranges.count + 20)
    #expect(Set(conditions.map(\.name)).count == conditions.count)
    try TermsCheck.refusal(of: .standard)
  }

  /// One below the least and one above the most of every term is refused with both sides.
  @Test func everyRangeIsHeld() {
    for range in Terms.ranges {
      if range.least > 0 {
        var terms = Terms.standard
        terms[keyPath: range.path] = range.least - 1
        #expect(
          throws: Refusal(
            "termsCondition",
            [
              Number(range.name, range.least - 1), Number("atLeast", range.least),
            ])
        ) { try TermsCheck.refusal(of: terms) }
      }
      var terms = Terms.standard
      terms[keyPath: range.path] = range.most + 1
      #expect(
        throws: Refusal(
          "termsCondition",
          [
            Number(range.name, range.most + 1), Number("atMost", range.most),
          ])
      ) { try TermsCheck.refusal(of: terms) }
    }
  }

  /// Each inequality fails alone at the first number beyond it, and holds at the last one within.
  @Test func everyInequalityCanFail() {
    #expect(broken { $0.replicas = 4 } == ["replicasOdd"])
    #expect(broken { $0.courtFloor = 55_880 } == [])
    #expect(broken { $0.winner = 300_000 } == ["courtTolls"])
    #expect(broken { $0.tollBytes = 14 } == ["courtTolls"])
    #expect(broken { $0.coalition = 310_000 } == [])
    #expect(broken { $0.coalition = 311_000 } == ["auditorsBought"])
    #expect(broken { $0.auditTurns = 2 } == ["auditorsBought"])
    #expect(broken { $0.bidBondFloor = 89 } == ["bidTolls"])
    #expect(broken { $0.bidBondFloor = 90 } == [])
    #expect(broken { $0.idle = 100_001 } == ["idleBond"])
    #expect(broken { $0.weightFloor = 965_000 } == [])
    #expect(
      broken {
        $0.coalition = 300_020; $0.weightFloor = 965_000
      } == ["weightWash"])
    #expect(broken { $0.take = 10_000 } == ["openCost"])
    #expect(broken { $0.audit = 77_000 } == [])
    #expect(broken { $0.audit = 78_000 } == ["auditedCost"])
    #expect(broken { $0.messageRate = 8_417 } == ["floodCost"])
    #expect(broken { $0.messageRate = 8_418 } == [])
    #expect(broken { $0.standingBond = 2_857_142 } == ["standingClaim"])
    #expect(broken { $0.standingBond = 2_857_143 } == [])
    #expect(broken { $0.minClaim = 21_000 } == [])
    #expect(
      broken {
        $0.courtFloor = 60_001; $0.minClaim = 21_000
      } == ["minClaimCourt"])
    #expect(broken { $0.minClaim = 1_000_001 } == ["minClaimTarget"])
    #expect(broken { $0.maxCall = 100_001 } == ["maxCallShare"])
    #expect(broken { $0.withdrawDelay = 76_800 } == [])
    #expect(broken { $0.withdrawDelay = 76_799 } == ["withdrawRoad"])
    #expect(broken { $0.unbonding = 354_000 } == [])
    #expect(broken { $0.unbonding = 353_999 } == ["unbondingRoad"])
    #expect(
      broken {
        $0.bidFactor = 8; $0.maxBidders = 56
      } == ["rivalBid"])
    #expect(broken { $0.maxMessage = 4_194_305 } == ["messageFits"])
    #expect(
      broken {
        $0.standingBond = 59_999; $0.claimTarget = 21_000; $0.minClaim = 21_000
        $0.maxCall = 1
      } == ["standingCourt", "standingClaim"])
  }

  /// The sides are those of the facts: 530 and 29 basis points, $2,376 an hour, 55,880 µ$.
  @Test func sidesAreThoseOfTheFacts() throws {
    func side(_ name: String) throws -> Condition {
      try #require(TermsCheck.conditions(of: .standard).first { $0.name == name })
    }
    let audited = try side("auditedCost").left
    #expect(audited > 52_900 && audited <= 53_000)
    let open = try side("openCost").left
    #expect(open > 2_800 && open <= 2_900)
    #expect(try side("floodCost").left == 2_376 * million)
    #expect(try side("courtTolls").right == 55_880)
    #expect(try side("minClaimCourt").right == 21_000)
    #expect(try side("weightWash").left == 30_000)
    #expect(try side("weightWash").right == 35_000)
    #expect(try side("auditorsBought").left == 27_000)
  }

  /// Numbers at the end of their type make conditions false; they never trap.
  @Test func hugeTermsNeverTrap() {
    for range in Terms.ranges {
      for huge in [UInt64.max, 1 << 63, 0] {
        var terms = Terms.standard
        terms[keyPath: range.path] = huge
        let fails = TermsCheck.conditions(of: terms).contains { !$0.holds }
        #expect(fails || range.least == 0)
      }
    }
    var terms = Terms.standard
    for range in Terms.ranges { terms[keyPath: range.path] = .max }
    #expect(throws: Refusal.self) { try TermsCheck.refusal(of: terms) }
  }
}

@Suite struct LiveConditionTests {
  @Test func theCourtRepaysExceptAtSomeCents() {
    func holds(_ price: UInt64, _ ppm: UInt64) -> Bool {
      TermsCheck.order(price: Amount(price), auditPpm: ppm, terms: .standard)
        .allSatisfy(\.holds)
    }
    for price in [1, 100, 1_000, 10_000, 20_000, 1_000_000, 1_000_000_000] {
      #expect(holds(UInt64(price), 50_000))
    }
    #expect(!holds(10_000, million) && !holds(16_000, million) && !holds(9_000, 800_000))
    #expect(holds(17_000, million) && holds(9_000, 500_000) && holds(1_000_000, million))
    #expect(!holds(1_000_000, 9_999) && !holds(1_000_000, million + 1))
    #expect(!holds(.max, 50_000))
  }

  @Test func refusalsCarryBothSides() {
    let order = TermsCheck.order(price: Amount(10_000), auditPpm: million, terms: .standard)
    #expect(
      throws: Refusal("termsCondition", ["courtRepays": 8_015, "atLeast": 10_000])
    ) { try TermsCheck.require(order) }
  }

  @Test func aCoalitionIsMeasuredByItsBonds() {
    func share(_ largest: UInt64, _ all: UInt64) -> Condition {
      TermsCheck.auditBonds(largestOperator: Amount(largest), of: Amount(all), terms: .standard)
    }
    #expect(share(300, 1_000).holds && !share(301, 1_000).holds)
    // One unit above the share is above it, however large the bonds are.
    #expect(!share(3_000_000_000_000_001, 10_000_000_000_000_000).holds)
    #expect(share(0, 0).holds && !share(1, 0).holds)
    #expect(TermsCheck.auditOperators(4).holds && !TermsCheck.auditOperators(3).holds)
  }

  @Test func claimsAreBackedAndNotTooDear() {
    let terms = Terms.standard
    #expect(TermsCheck.capacity(slices: Amount(10), standingBond: Amount(10)).holds)
    #expect(!TermsCheck.capacity(slices: Amount(11), standingBond: Amount(10)).holds)
    func claim(_ delta: UInt64, _ dearest: UInt64) -> Bool {
      TermsCheck.claim(Amount(delta), dearest: Amount(dearest), terms: terms)
        .allSatisfy(\.holds)
    }
    #expect(claim(25_000, 2_500) && !claim(25_000, 2_501) && !claim(24_999, 1))
    #expect(!claim(.max, .max))
  }

  /// Labels that a cheaper model guesses in 97 of 100 cases fail; whole outputs do not.
  @Test func labelsAreGuessed() {
    func holds(_ ppm: UInt64) -> Bool {
      TermsCheck.guess(
        ppm: ppm, cost: Amount(800_000), price: Amount(1_000_000), bond: Amount(3_000_000)
      ).holds
    }
    #expect(holds(0) && holds(799_999) && !holds(800_000) && !holds(970_000))
  }
}
