// What a check asks of a run that was paid by voucher and is called up from a claim.

public import Primitives

/// The checks that a run can go through after it was sold. The others need a lease: seats that
/// answer apart, or an auditor who was there before the money moved.
public enum VoucherCheck: Hashable, Sendable {
  /// That its payer holds the seller's word for it, and no other word of the seller contradicts.
  case open
  /// And a proof, which the ledger verifies.
  case proved(level: UInt64)

  public init(_ terms: CheckTerms) throws(Refusal) {
    // Nobody bids for what is sold by voucher.
    guard try Game.shape(of: terms).subnet == nil else { throw .notByVoucher }
    switch terms.known {
    case .open: self = .open
    case .proved:
      // A proof that hides its input stands until its buyer contests it, and here is no run to
      // contest.
      guard !terms.hidesInput else { throw .notByVoucher }
      self = .proved(level: try terms.values(named: ProvedCheck.numbers)[0])
    case .replicated, .disputable, .judged, .panel, nil: throw .notByVoucher
    }
  }
}

extension Refusal {
  /// Runs under that check need a lease.
  static var notByVoucher: Refusal { Refusal("notByVoucher") }
}
