// The rules that keep cheats from paying, each of which can be taken away to see what breaks.

/// A rule of the market that a cheat runs into. A setting that lacks one is a market in which
/// somebody has forgotten it; the catalogue must then fail.
public enum Defence: String, CaseIterable, Hashable, Sendable {
  /// Every message costs its toll.
  case tolls
  /// A rejection burns the price instead of returning it.
  case burn
  /// Any seat whose answer is outvoted may challenge the majority.
  case court
  /// A drawn auditor who differs is rewarded before any volunteer.
  case auditorFirst
  /// A run whose buyer keeps its salt is audited for certain.
  case auditWithoutSalt
  /// Draws hang on a salt that only the buyer knows.
  case buyersSalt
  /// A claim that the standing bond cannot back waits.
  case capacity
  /// The leaf of every call is signed, so that two versions of one convict.
  case signedLeaves
  /// A voucher comes before its call is served.
  case voucherFirst
  /// What an item holds is shown and never run.
  case inertItems
}
