// What each party must lock, so that no cheat that the facts know earns anything.

public import Kernel
public import Primitives

/// The bonds and fees of a run. What a party owes is rounded up.
public enum Bonds {
  /// S: what a seat loses when a check finds it lying.
  ///
  /// With audits, S = ⌈R(1+p) ÷ (p(1−c)w)⌉, so that the audits a coalition does not own cost it
  /// more than every price it could take; without audits a few prices.
  public static func seatBond(
    price: Amount, auditPpm: UInt64, terms: Terms
  ) throws(Refusal) -> Amount {
    if auditPpm == 0 { return try price.multiplied(by: terms.minority) }
    guard auditPpm <= million, terms.coalition <= million else { throw .overflow }
    let owed = try Wide(price.units).times(million + auditPpm).times(million).times(million)
    let caught = try Wide(auditPpm).times(million - terms.coalition).times(terms.winner)
    return max(Amount(terms.courtFloor), try owed.dividedUp(by: caught))
  }

  /// The least S with which a game pays for itself: half of what a false challenger loses covers
  /// the price of the second run that it causes, after the tolls: (D − 13,970)·w ≥ R.
  public static func playableBond(price: Amount, terms: Terms) throws(Refusal) -> Amount {
    guard terms.winner > 0 else { throw .overflow }
    let needed = try Wide(price.units).times(million).dividedUp(by: Wide(terms.winner))
      .adding(Amount(gameTolls))
    return try Wide(needed.units).times(million).dividedUp(by: Wide(terms.winner))
  }

  /// The most tolls of a game's moves, both sides together, in µ$.
  public static let gameTolls: UInt64 = 13_970

  /// D = ⌈wS⌉: who challenges stakes what it can win.
  public static func challengeBond(against bond: Amount, terms: Terms) throws(Refusal) -> Amount {
    try bond.ppmUp(terms.winner)
  }

  /// B: what a bidder loses who does not reveal, honour or deliver.
  public static func bidBond(limit: Amount, terms: Terms) throws(Refusal) -> Amount {
    max(Amount(terms.bidBondFloor), try limit.ppmUp(terms.bidBond))
  }

  /// F: what an auditor is paid for a run of that price.
  public static func auditFee(price: Amount, terms: Terms) throws(Refusal) -> Amount {
    try price.adding(Amount(terms.auditBase))
  }

  /// Z: what a claim of vouchers ties of the provider's standing bond.
  public static func sliceBond(claim: Amount, terms: Terms) throws(Refusal) -> Amount {
    max(Amount(terms.courtFloor), try slice(of: claim, terms: terms))
  }

  /// Z without its floor: Δ ÷ ((1 − c)·w).
  static func slice(of claim: Amount, terms: Terms) throws(Refusal) -> Amount {
    guard terms.coalition <= million else { throw .overflow }
    let owed = try Wide(claim.units).times(million).times(million)
    let caught = try Wide(million - terms.coalition).times(terms.winner)
    return try owed.dividedUp(by: caught)
  }

  /// The most that claims may come to on a standing bond: the inverse of Z.
  public static func backed(by bond: Amount, terms: Terms) throws(Refusal) -> Amount {
    guard bond >= Amount(terms.courtFloor) else { return .zero }
    guard terms.coalition <= million else { throw .overflow }
    let up = try Wide(bond.units).times(million - terms.coalition).times(terms.winner)
      .dividedUp(by: try Wide(million).times(million))
    if try sliceBond(claim: up, terms: terms) <= bond { return up }
    return try up.subtracting(Amount(1))
  }

  /// The network's share of a price that is paid.
  public static func take(of price: Amount, terms: Terms) throws(Refusal) -> Amount {
    try price.ppmUp(terms.take)
  }

  /// What a seat whose input never came gets of its price.
  public static func idle(price: Amount, terms: Terms) throws(Refusal) -> Amount {
    try price.ppmDown(terms.idle)
  }
}
