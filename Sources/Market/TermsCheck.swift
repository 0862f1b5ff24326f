// Which terms keep the market's promises: every range and inequality that terms alone decide.

public import Kernel
public import Primitives

/// Evaluates the conditions of the facts; genesis and amendments that break one are refused.
public enum TermsCheck {
  /// All of them: the range of each term, then the inequalities.
  public static func conditions(of terms: Terms) -> [Condition] {
    Terms.ranges.map { range($0, terms) } + bonds(terms) + costs(terms) + calls(terms)
      + blocks(terms)
  }

  /// Throws for the first condition that does not hold.
  public static func refusal(of terms: Terms) throws(Refusal) {
    try require(conditions(of: terms))
  }

  /// Throws for the first of these conditions that does not hold.
  public static func require(_ conditions: [Condition]) throws(Refusal) {
    for condition in conditions where !condition.holds { throw condition.refusal }
  }

  private static func range(_ range: TermRange, _ terms: Terms) -> Condition {
    let value = terms[keyPath: range.path]
    let isHigh = value > range.most
    return Condition(
      range.name, unit: range.unit, range.name, { value }, isHigh ? .atMost : .atLeast,
      isHigh ? "most" : "least", { isHigh ? range.most : range.least },
      because: "\(range.name) lies between \(range.least) and \(range.most)")
  }

  private static func bonds(_ t: Terms) -> [Condition] {
    [
      Condition(
        "replicasOdd", unit: "seats", "replicas mod 2", { t.replicas % 2 }, .atLeast, "odd",
        { 1 }, because: "an even number of seats can tie"),
      Condition(
        "winnerHalf", unit: "ppm", "winner", { t.winner }, .atMost, "half", { million / 2 },
        because: "who catches itself with a puppet must still lose half of its bond"),
      Condition(
        "courtTolls", unit: "µ$", "courtFloor", { t.courtFloor }, .atLeast,
        "2 × tolls of a game ÷ winner",
        { () throws(Refusal) in
          try Wide(try Toll.game(terms: t).units).times(2).times(million)
            .dividedUp(by: Wide(t.winner)).units
        }, because: "the loser's bond pays the tolls of both sides and still rewards the winner"),
      Condition(
        "auditorTolls", unit: "µ$", "auditBase", { t.auditBase }, .atLeast,
        "two tolls of 400 bytes",
        { () throws(Refusal) in
          try Toll.price(bytes: 400, terms: t).multiplied(by: 2).units
        }, because: "an auditor that runs the work at the provider's cost must not lose"),
      Condition(
        "auditorsBought", unit: "ppm", "coalition to the power of auditTurns",
        { () throws(Refusal) in
          guard t.auditTurns <= 5 else { throw .overflow }
          var share = Wide(million)
          var whole = Wide(1)
          for _ in 0..<t.auditTurns {
            share = try share.times(t.coalition)
            whole = try whole.times(million)
          }
          return try share.dividedUp(by: whole).units
        }, .atMost, "3 %", { 30_000 },
        because: "a coalition whose auditors all keep silent must rarely get a run unaudited"),
      Condition(
        "saltReroll", unit: "ppm", "saltForfeit",
        { () throws(Refusal) in try Amount(t.saltForfeit).multiplied(by: million).units },
        .atLeast, "what draws are worth to an owner of half of the bidders", { 820_000 },
        because: "letting draws lapse until one suits must cost more than it gains"),
      Condition(
        "bidTolls", unit: "µ$", "bidBondFloor", { t.bidBondFloor }, .atLeast,
        "two tolls of 400 bytes",
        { () throws(Refusal) in
          try Toll.price(bytes: 400, terms: t).multiplied(by: 2).units
        }, because: "walking away from a bid must cost more than the messages it saves"),
      Condition(
        "idleBond", unit: "ppm", "idle", { t.idle }, .atMost, "bidBond", { t.bidBond },
        because: "waiting for an input in vain must not pay more than a bidder risks"),
      Condition(
        "weightWash", unit: "ppm", "1 − weightFloor",
        { t.weightFloor > million ? 0 : million - t.weightFloor }, .atMost,
        "audit × (1 − coalition)",
        { () throws(Refusal) in
          guard t.coalition <= million else { throw .overflow }
          return try Amount(t.audit).ppmDown(million - t.coalition).units
        }, because: "a record may be worth at most what strangers are paid to check it"),
    ]
  }

  /// What a dollar's run costs beside its price: eleven messages, three of them long.
  private static func tolls(long: UInt64, _ t: Terms) throws(Refusal) -> Amount {
    try Toll.price(bytes: 400, terms: t).multiplied(by: long).adding(
      try Toll.price(bytes: 200, terms: t).multiplied(by: 11 - long))
  }

  private static func costs(_ t: Terms) -> [Condition] {
    let dollar = Amount(million)
    return [
      Condition(
        "auditedCost", unit: "µ$ a dollar", "audit × fee + take + tolls",
        { () throws(Refusal) in
          try Bonds.auditFee(price: dollar, terms: t).ppmUp(t.audit)
            .adding(try Bonds.take(of: dollar, terms: t)).adding(try tolls(long: 3, t)).units
        }, .atMost, "800 basis points", { 80_000 },
        because: "an audited run of a dollar must stay affordable"),
      Condition(
        "openCost", unit: "µ$ a dollar", "take + tolls",
        { () throws(Refusal) in
          try Bonds.take(of: dollar, terms: t).adding(try tolls(long: 1, t)).units
        }, .atMost, "50 basis points", { 5_000 },
        because: "an unaudited run of a dollar must stay cheap"),
      Condition(
        "floodCost", unit: "µ$ an hour", "messageRate × 3,600 × toll of 200 bytes",
        { () throws(Refusal) in
          try Toll.price(bytes: 200, terms: t).multiplied(by: t.messageRate)
            .multiplied(by: 3_600).units
        }, .atLeast, "$1,000", { 1_000 * million },
        because: "filling blocks to delay others must be dear"),
    ]
  }
}
