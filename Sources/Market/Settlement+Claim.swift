// Settlement of a claim of vouchers, of which one run is audited.

public import Kernel
public import Primitives

/// What the audit of a claim found.
public enum ClaimAudit: String, CaseIterable, Hashable, Sendable {
  /// No auditor was to be had.
  case none
  case equal
  /// The auditor said nothing to the end.
  case silent
  /// The auditor differs and won the game.
  case won
  /// The auditor differs and lost the game.
  case lost
  /// The provider said nothing after its claim.
  case provider
  /// The buyer shows a signed leaf that is not the claim's.
  case equivocation
}

extension Settlement {
  /// - Parameters:
  ///   - delta: Δ, the vouchers claimed.
  ///   - slice: Z, tied of the provider's standing bond.
  ///   - fee: of the auditor, paid out of the claim.
  ///   - auditBond: of the auditor; staked when one took part.
  ///   - tolls: of the game.
  public static func claim(
    delta: Amount, slice: Amount, fee: Amount, auditBond: Amount, audit: ClaimAudit,
    tolls: Amount, terms: Terms
  ) throws(Refusal) -> Payouts {
    var pot = Pot()
    try pot.stake(.buyer, delta)
    try pot.stake(.provider, slice)
    if audit != .none && audit != .equivocation { try pot.stake(.auditor, auditBond) }
    switch audit {
    case .none:
      try payClaim(delta, slice, &pot, terms)
    case .equal:
      try payClaim(try delta.subtracting(fee), slice, &pot, terms)
      try pot.pay(.auditor, try auditBond.adding(fee))
    case .silent:
      try payClaim(delta, slice, &pot, terms)
      try pot.pay(.auditor, try auditBond.subtracting(min(auditBond, fee)))
    case .won:
      try pot.pay(.buyer, delta)
      try pot.pay(.operator, min(slice, tolls))
      try pot.pay(.auditor, try auditBond.adding(try prize(of: slice, less: tolls, terms)))
    case .lost:
      try payClaim(delta, slice, &pot, terms)
      try pot.pay(.operator, min(auditBond, tolls))
      try pot.pay(.provider, try prize(of: auditBond, less: tolls, terms))
    case .provider:
      try pot.pay(.buyer, delta)
      try pot.pay(.auditor, try auditBond.adding(min(slice, fee)))
    case .equivocation:
      try pot.pay(.buyer, try delta.adding(try prize(of: slice, less: .zero, terms)))
    }
    return pot.close()
  }

  /// A seller's whole standing bond, once two words of its for one place were shown: the winner's
  /// share to the payer of that place, but no more than what would back all that was claimed of
  /// its channel; the rest to the treasury. So a seller that shows itself, by a payer of its own
  /// and before its victim does, saves no more than it put through that channel warrants.
  public static func equivocation(
    bond: Amount, claimed: Amount, terms: Terms
  ) throws(Refusal) -> Payouts {
    var pot = Pot()
    try pot.stake(.provider, bond)
    let share = try prize(of: bond, less: .zero, terms)
    let backing = try Bonds.slice(of: claimed, terms: terms)
    try pot.pay(.buyer, min(share, backing))
    return pot.close()
  }

  private static func payClaim(
    _ amount: Amount, _ slice: Amount, _ pot: inout Pot, _ terms: Terms
  ) throws(Refusal) {
    try pot.pay(.provider, try paid(amount, terms))
    try pot.pay(.provider, slice)
  }
}
