// The nine stations of a road, and how a receipt says at which of them it is broken.

public import Primitives

/// One noun of the road from a request to its receipt.
public enum Station: UInt8, CaseIterable, Sendable {
  case request = 1
  case order = 2
  case bid = 3
  case lease = 4
  case run = 5
  case evidence = 6
  case verdict = 7
  case settlement = 8
  case receipt = 9

  /// For an offer, Order and Bid are Take and Offer.
  public func title(isOffer: Bool) -> String {
    switch self {
    case .request: "Request"
    case .order: isOffer ? "Take" : "Order"
    case .bid: isOffer ? "Offer" : "Bid"
    case .lease: "Lease"
    case .run: "Run"
    case .evidence: "Evidence"
    case .verdict: "Verdict"
    case .settlement: "Settlement"
    case .receipt: "Receipt"
    }
  }
}

extension Refusal {
  /// A receipt that does not hold together; the first number bears the station's name and
  /// ordinal, the second the name of what failed there.
  static func broken(_ station: Station, _ because: String) -> Refusal {
    Refusal(
      "receiptBroken", [Number("\(station)", UInt64(station.rawValue)), Number(because, 0)])
  }

  /// The station that a broken receipt names.
  public var station: Station? {
    guard code == "receiptBroken", let first = numbers.first else { return nil }
    return Station(rawValue: UInt8(truncatingIfNeeded: first.value))
  }
}
