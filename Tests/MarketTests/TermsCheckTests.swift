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
    #expect(conditions.count == Terms.ranges.count + 21)
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
    #expect(broken { $0.saltForfeit = 0 } == ["saltForfeit", "saltReroll"])
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

/// Conditions of an order, its auditors and a claim, as a file states them.
@Suite struct TermsExampleTests {
  private static func example(_ json: JSONValue) throws -> [Condition] {
    let terms = Terms.standard
    return TermsCheck.conditions(
      of: try TermsExample(json: json, terms: terms), terms: terms)
  }

  private static func broken(_ json: JSONValue) throws -> [String] {
    try example(json).filter { !$0.holds }.map(\.name)
  }

  private static func order(_ members: (String, JSONValue)...) -> JSONValue {
    ["order": .object(members.map { JSONValue.Member(name: $0.0, value: $0.1) })]
  }

  private static func claim(_ members: (String, JSONValue)...) -> JSONValue {
    ["claim": .object(members.map { JSONValue.Member(name: $0.0, value: $0.1) })]
  }

  /// For each condition what breaks it and nothing else, and what is just within.
  private static let violations: [(name: String, broken: JSONValue, held: JSONValue)] = [
    ("auditRedo", order(("redo", false)), order(("redo", false), ("audit", 0))),
    ("orderAudit", order(("audit", 9_999)), order(("audit", 10_000))),
    (
      "orderAuditMost", order(("audit", 1_000_001), ("seatBond", 6_000_000)),
      order(("audit", 1_000_000), ("seatBond", 6_000_000))
    ),
    ("seatBond", order(("seatBond", 59_999_999)), order(("seatBond", 60_000_000))),
    (
      "seatCourt", order(("price", 100), ("cost", 80), ("seatBond", 59_999)),
      order(("price", 100), ("cost", 80), ("seatBond", 60_000))
    ),
    (
      "challengeBond", order(("challengeBond", 29_999_999)),
      order(("challengeBond", 30_000_000))
    ),
    (
      "courtRepays", order(("price", 10_000), ("cost", 8_000), ("audit", 1_000_000)),
      order(("price", 17_000), ("cost", 8_000), ("audit", 1_000_000))
    ),
    ("auditorPaid", order(("cost", 1_000_411)), order(("cost", 1_000_410))),
    (
      "operatorsReady", ["auditors": ["operators": 3]], ["auditors": ["operators": 4]]
    ),
    (
      "auditBondShare", ["auditors": ["largestOperator": 3_000_001]],
      ["auditors": ["largestOperator": 3_000_000]]
    ),
    ("walkAway", order(("walkAwayGain", 99_911)), order(("walkAwayGain", 99_910))),
    ("orderSeatsOdd", order(("seats", 4)), order(("seats", 5))),
    ("orderSeatsLeast", order(("seats", 1)), order(("seats", 3))),
    ("orderSeatsMost", order(("seats", 9)), order(("seats", 7))),
    ("qualifiers", order(("bidders", 5)), order(("bidders", 6))),
    ("guess", order(("guess", 800_000)), order(("guess", 799_999))),
    ("outputBits", order(("outputBits", 63)), order(("outputBits", 64))),
    ("sliceBond", claim(("slice", 2_857_142)), claim(("slice", 2_857_143))),
    ("claimCapacity", claim(("openSlices", 10_000_001)), claim(("openSlices", 10_000_000))),
    (
      "leastClaim", claim(("amount", 24_999), ("dearestCall", 100)),
      claim(("amount", 25_000), ("dearestCall", 100))
    ),
    ("dearestCall", claim(("dearestCall", 100_001)), claim(("dearestCall", 100_000))),
  ]

  @Test func theBlankExampleHoldsAndEveryConditionIsInIt() throws {
    let conditions = try Self.example([:])
    #expect(conditions.filter { !$0.holds }.map(\.name) == [])
    let names = conditions.map(\.name)
    #expect(names.sorted() == Self.violations.map(\.name).sorted())
    let terms = TermsCheck.conditions(of: .standard).map(\.name)
    #expect(Set(names).isDisjoint(with: terms))
  }

  /// Each is broken by itself, and holds at the last number within.
  @Test(arguments: violations.indices) func everyConditionCanFailAlone(_ index: Int) throws {
    let one = Self.violations[index]
    #expect(try Self.broken(one.broken) == [one.name])
    #expect(try Self.broken(one.held) == [])
  }

  @Test func refusalsOfExamplesCarryBothSides() throws {
    let conditions = try Self.example(Self.order(("walkAwayGain", 200_000)))
    #expect(throws: Refusal("termsCondition", ["walkAway": 100_000, "atLeast": 200_090])) {
      try TermsCheck.require(conditions)
    }
  }

  /// An order without audits asks for neither court nor auditors.
  @Test func unauditedOrdersNeedNoCourt() throws {
    let json: JSONValue = [
      "order": ["audit": 0, "redo": false], "auditors": ["operators": 0],
    ]
    #expect(try Self.broken(json) == [])
    let names = try Self.example(json).map(\.name)
    #expect(!names.contains("seatBond") && names.contains("guess"))
  }

  @Test func malformedExamplesNameTheirField() {
    func refusal(_ json: JSONValue) -> Refusal? {
      do throws(Refusal) {
        _ = try TermsExample(json: json, terms: .standard)
        return nil
      } catch { return error }
    }
    #expect(refusal(7) == .badField("", wants: "object"))
    #expect(refusal(["order": 7]) == .badField("order", wants: "object"))
    #expect(refusal(["order": ["price": -1]]) == .badField("order.price", wants: "uint64"))
    #expect(refusal(["order": ["prise": 1]]) == .unknownField("order.prise"))
    #expect(refusal(["claim": ["amount": "1"]]) == .badField("claim.amount", wants: "uint64"))
    #expect(refusal(["extra": [:]]) == .unknownField("extra"))
    #expect(refusal(["order": ["seats": .unsigned(.max)]]) == .overflow)
  }

  @Test func hugeExamplesNeverTrap() throws {
    for field in ["price", "cost", "limit", "audit", "bidders", "guess", "walkAwayGain"] {
      let json = Self.order((field, .unsigned(.max)))
      #expect(try Self.broken(json) != [] || ["limit", "bidders"].contains(field))
    }
    #expect(try Self.broken(Self.claim(("amount", .unsigned(.max)))) != [])
    for field in ["standingBond", "claimTarget", "replicas", "bidFactor", "winner", "coalition"] {
      var terms = Terms.standard
      let range = try #require(Terms.ranges.first { $0.name == field })
      for value in [UInt64.max, 0] {
        terms[keyPath: range.path] = value
        let live = TermsCheck.conditions(of: TermsExample(terms), terms: terms)
        #expect(!live.isEmpty)
      }
    }
  }
}
