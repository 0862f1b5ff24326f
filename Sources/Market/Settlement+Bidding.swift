// Settlement of bid bonds, and of an order that ends without a lease.

public import Kernel
public import Primitives

/// A bid bond and whether its owner kept its word: revealed in time, or honoured when called.
public struct BidStake: Hashable, Sendable {
  public var bond: Amount
  public var kept: Bool

  public init(bond: Amount, kept: Bool) {
    self.bond = bond
    self.kept = kept
  }
}

/// Why an order ends without a lease.
public enum Lapse: Hashable, Sendable {
  /// Too few bids, or nobody left to honour a seat.
  case noMatch
  /// The buyer kept its salt once it could know the draw; it forfeits `saltForfeit` prices.
  case saltWithheld(price: Amount)
}

extension Settlement {
  /// The bonds go back to those who kept their word; a lapse also returns the buyer's escrow.
  public static func bidding(
    bids: [BidStake], lapsed: Lapse? = nil, escrow: Amount = .zero, terms: Terms
  ) throws(Refusal) -> Payouts {
    var pot = Pot()
    for (index, bid) in bids.enumerated() { try pot.stake(.bidder(index), bid.bond) }
    if lapsed != nil { try pot.stake(.buyer, escrow) }
    for (index, bid) in bids.enumerated() where bid.kept {
      try pot.pay(.bidder(index), bid.bond)
    }
    switch lapsed {
    case nil: break
    case .noMatch: try pot.pay(.buyer, escrow)
    case .saltWithheld(let price):
      let forfeit = try price.multiplied(by: terms.saltForfeit)
      try pot.pay(.buyer, try escrow.subtracting(min(escrow, forfeit)))
    }
    return pot.close()
  }
}
