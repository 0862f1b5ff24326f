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

  /// Bytes of a message that no amendment takes away: proofs of models that were published, what
  /// contests them and what ends a dispute are held to fit them when the model is published.
  public static let leastMessage: UInt64 = 1 << 20

  /// The longest message of new terms, against those in force.
  public static func messages(of terms: Terms, after current: Terms) -> Condition {
    Condition(
      "messageFloor", unit: "bytes", "maxMessage", { terms.maxMessage }, .atLeast,
      "that in force, or 1048576", { min(current.maxMessage, leastMessage) },
      because: "who has taken an order must be able to send its proof")
  }

  /// How many operators run auditors that an order accepts.
  public static func auditOperators(_ count: UInt64) -> Condition {
    Condition(
      "operatorsReady", unit: "operators", "operators of auditors", { count }, .atLeast,
      "least", { leastAuditOperators }, because: "few auditors are bought by a few bribes")
  }

  /// An audited run must be one that a referee can redo, step by step.
  public static func redo(auditPpm: UInt64, hasRedo: Bool) -> Condition {
    Condition(
      "auditRedo", unit: "works", "works with redo", { hasRedo ? 1 : 0 }, .atLeast,
      "works that an audit needs", { auditPpm > 0 ? 1 : 0 },
      because: "an audit that ends in a game needs a step that the referee can redo")
  }

  /// The conditions of an audited order of price R: its bonds deter, and its court repays whoever
  /// goes there. They may fail at one or two cents and p above a half. Bonds that are not given
  /// are those that the market asks for.
  public static func order(
    price: Amount, auditPpm: UInt64, seatBond: Amount? = nil, challengeBond: Amount? = nil,
    terms: Terms
  ) -> [Condition] {
    let bond = { () throws(Refusal) in
      if let seatBond { return seatBond }
      return try Bonds.seatBond(price: price, auditPpm: auditPpm, terms: terms)
    }
    let challenge = { () throws(Refusal) in
      if let challengeBond { return challengeBond }
      return try Bonds.challengeBond(against: try bond(), terms: terms)
    }
    return [
      Condition(
        "orderAudit", unit: "ppm", "audit of the order", { auditPpm }, .atLeast, "least",
        { 10_000 }, because: "a rarer audit asks for a bond that nobody has"),
      Condition(
        "orderAuditMost", unit: "ppm", "audit of the order", { auditPpm }, .atMost, "always",
        { million }, because: "nothing is audited more often than always"),
      Condition(
        "seatBond", unit: "µ$", "seat bond", { () throws(Refusal) in try bond().units },
        .atLeast, "price × (1 + audit) ÷ (audit × (1 − coalition) × winner)",
        { () throws(Refusal) in
          guard terms.coalition <= million else { throw .overflow }
          let prices = try Wide(price.units).times(million)
            .plus(try Wide(price.units).times(auditPpm))
          return try prices.times(million).times(million)
            .dividedUp(
              by: try Wide(auditPpm).times(million - terms.coalition).times(terms.winner)
            ).units
        }, because: "inventing answers loses even when every other auditor is bribed"),
      Condition(
        "seatCourt", unit: "µ$", "seat bond", { () throws(Refusal) in try bond().units },
        .atLeast, "courtFloor", { terms.courtFloor },
        because: "the bond of the smallest run must carry a game"),
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

  /// An auditor for whom a run costs V must not lose by running it: R + base ≥ V + 2 tolls.
  public static func auditorPaid(price: Amount, rerun: Amount, terms: Terms) -> Condition {
    Condition(
      "auditorPaid", unit: "µ$", "price + auditBase",
      { () throws(Refusal) in try Bonds.auditFee(price: price, terms: terms).units }, .atLeast,
      "cost of a re-run + two tolls of 400 bytes",
      { () throws(Refusal) in
        try Toll.price(bytes: 400, terms: terms).multiplied(by: 2).adding(rerun).units
      }, because: "whoever re-runs must earn more than whoever guesses")
  }

  /// A bidder who walks away must lose more than it gains elsewhere.
  public static func walkAway(limit: Amount, gain: Amount, terms: Terms) -> Condition {
    Condition(
      "walkAway", unit: "µ$", "bid bond",
      { () throws(Refusal) in try Bonds.bidBond(limit: limit, terms: terms).units }, .atLeast,
      "gain of walking away + two tolls of 400 bytes",
      { () throws(Refusal) in
        try Toll.price(bytes: 400, terms: terms).multiplied(by: 2).adding(gain).units
      }, because: "a lease must not be a free option")
  }

  /// k seats of an order, and how many bidders they are drawn from.
  public static func seats(_ k: UInt64, drawnFrom bidders: UInt64) -> [Condition] {
    [
      Condition(
        "orderSeatsOdd", unit: "seats", "seats mod 2", { k % 2 }, .atLeast, "odd", { 1 },
        because: "an even number of seats can tie"),
      Condition(
        "orderSeatsLeast", unit: "seats", "seats", { k }, .atLeast, "least", { 3 },
        because: "one answer has nothing to be compared with"),
      Condition(
        "orderSeatsMost", unit: "seats", "seats", { k }, .atMost, "most", { 7 },
        because: "above seven seats cost grows and a cartel's chance hardly falls"),
      Condition(
        "qualifiers", unit: "bids", "bids that qualify", { bidders }, .atLeast, "2 × seats",
        { () throws(Refusal) in try Amount(k).multiplied(by: 2).units },
        because: "where every bidder gets a seat there is nothing to draw"),
    ]
  }

  /// Z backs a claim: no share of it can be faked at a profit, all other auditors bribed.
  public static func slice(
    _ slice: Amount? = nil, of claim: Amount, terms: Terms
  ) -> Condition {
    Condition(
      "sliceBond", unit: "µ$", "slice",
      { () throws(Refusal) in
        if let slice { return slice.units }
        return try Bonds.sliceBond(claim: claim, terms: terms).units
      }, .atLeast, "claim ÷ ((1 − coalition) × winner)",
      { () throws(Refusal) in
        guard terms.coalition <= million else { throw .overflow }
        return try Wide(claim.units).times(million).times(million)
          .dividedUp(by: try Wide(million - terms.coalition).times(terms.winner)).units
      }, because: "faking calls loses even when every other auditor is bribed")
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

  /// What a seat answers must have more bits than a liar can guess.
  public static func outputBits(_ bits: UInt64) -> Condition {
    Condition(
      "outputBits", unit: "bits", "bits of an answer", { bits }, .atLeast, "least", { 64 },
      because: "equal means equal bits of the whole output, never a label")
  }
}
