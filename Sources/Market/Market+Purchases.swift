// What others ask about a purchase without its rows: who sells, and where the money lies.

public import Kernel
public import Primitives

extension MarketTables {
  /// Who stands behind an offer; nil for an offer that is not there.
  public func provider(of offer: OfferID) -> Address? {
    try? offers.read(offer) { $0.provider }
  }

  /// The escrow that a lease is paid from; nil for a lease that is not there.
  public func escrow(of lease: LeaseID) -> Bytes32? {
    guard case .escrow(let id)? = try? leases.read(lease, { $0.holder(lease) }) else { return nil }
    return id
  }
}
