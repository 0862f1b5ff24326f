// Conditions that need an order, a claim or the state beside the terms.

public import Kernel
public import Primitives

extension TermsCheck {
  /// The least number of operators among whom auditors are drawn.
  public static let leastAuditOperators: UInt64 = 4

  /// The largest declared operator's part of all audit bonds, against c.
  public static func auditBonds(
    largestOperator: Amount, of all: Amount, terms: Terms
  ) -> Condition {
    Condition(
      "auditBondShare", unit: "ppm", "largest operator's share of audit bonds",
      { () throws(Refusal) in
        if largestOperator == .zero { return 0 }
        return try largestOperator.scaledUp(million, over: all.units).units
      }, .atMost, "coalition", { terms.coalition },
      because: "seat bonds are computed for a coalition that owns no more than this")
  }

  /// How many operators run auditors that an order accepts.
  public static func auditOperators(_ count: UInt64) -> Condition {
    Condition(
      "auditOperators", unit: "operators", "operators of auditors", { count }, .atLeast,
      "least", { leastAuditOperators }, because: "few auditors are bought by a few bribes")
  }

  /// The conditions of an audited order of price R: its bonds deter, and its court repays whoever
  /// goes there. They may fail at one or two cents and p above a half.
  public static func order(price: Amount, auditPpm: UInt64, terms: Terms) -> [Condition] {
    let bond = { () throws(Refusal) in
      try Bonds.seatBond(price: price, auditPpm: auditPpm, terms: terms)
    }
    let challenge = { () throws(Refusal) in
      try Bonds.challengeBond(against: try bond(), terms: terms)
    }
    return [
      Condition(
        "orderAudit", unit: "ppm", "audit of the order", { auditPpm }, .atLeast, "least",
        { 10_000 }, because: "a rarer audit asks for a bond that nobody has"),
      Condition(
        "orderAudit", unit: "ppm", "audit of the order", { auditPpm }, .atMost, "always",
        { million }, because: "nothing is audited more often than always"),
      Condition(
        "seatBond", unit: "µ$", "seat bond", { () throws(Refusal) in try bond().units },
        .atLeast, "price × (1 + audit) ÷ (audit × (1 − coalition) × winner)",
        { () throws(Refusal) in
          guard auditPpm <= million, terms.coalition <= million else { throw .overflow }
          return try Wide(price.units).times(million + auditPpm).times(million).times(million)
            .dividedUp(
              by: try Wide(auditPpm).times(million - terms.coalition).times(terms.winner)
            ).units
        }, because: "inventing answers loses even when every other auditor is bribed"),
      Condition(
        "challengeBond", unit: "µ$", "challenge bond",
        { () throws(Refusal) in try challenge().units }, .atLeast, "winner × seat bond",
        { () throws(Refusal) in try bond().ppmUp(terms.winner).units },
        because: "who challenges stakes what it can win"),
      Condition(
        "courtRepays", unit: "µ$", "winner × (challenge bond − tolls of a game)",
        { () throws(Refusal) in
          let tolls = try Toll.game(terms: terms)
          let lost = try challenge()
          return try lost.subtracting(min(lost, tolls)).ppmDown(terms.winner).units
        }, .atLeast, "price", { price.units },
        because: "a false challenge must repay the provider the work of its defence"),
    ]
  }

  /// Open claims may tie no more than the standing bond.
  public static func capacity(slices: Amount, standingBond: Amount) -> Condition {
    Condition(
      "claimCapacity", unit: "µ$", "slices of open claims", { slices.units }, .atMost,
      "standing bond", { standingBond.units }, because: "each open claim is backed by itself")
  }

  /// A claim against its dearest call and the least claim.
  public static func claim(_ delta: Amount, dearest: Amount, terms: Terms) -> [Condition] {
    [
      Condition(
        "leastClaim", unit: "µ$", "claim", { delta.units }, .atLeast, "minClaim",
        { terms.minClaim }, because: "the slice of a smaller claim carries no game"),
      Condition(
        "dearestCall", unit: "µ$", "claim", { delta.units }, .atLeast, "10 × dearest call",
        { () throws(Refusal) in try dearest.multiplied(by: 10).units },
        because: "an audit of the dearest call must cost little of the claim"),
    ]
  }

  /// A lone liar at p = 0 that guesses the majority's answer with probability g must lose:
  /// g < 1 − C ÷ (R + S).
  public static func guess(
    ppm: UInt64, cost: Amount, price: Amount, bond: Amount
  ) -> Condition {
    Condition(
      "guess", unit: "ppm", "chance to guess the answer", { ppm }, .atMost,
      "just below 1 − cost ÷ (price + bond)",
      { () throws(Refusal) in
        let whole = try price.adding(bond)
        let bound = try whole.subtracting(cost).scaledUp(million, over: whole.units).units
        guard bound > 0 else { throw .overflow }
        return bound - 1
      }, because: "answers must carry more bits than a liar can guess")
  }
}
