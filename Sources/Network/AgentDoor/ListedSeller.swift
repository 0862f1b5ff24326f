// A seller as a node's discovery lists it: where it is, who is paid, and what stands behind it.

public import Primitives

/// What it cost to be listed, as far as a node can tell.
public enum ListingBacking: String, Hashable, Sendable, CaseIterable {
  /// A standing bond, which is lost by who signs two words for one place.
  case bond
  /// A payment that was settled. Who pays himself has paid a toll's worth and no more.
  case payment
  /// Money that lies in a channel, and may go back.
  case nothing

  /// Smaller is better.
  var rank: Int {
    switch self {
    case .bond: 0
    case .payment: 1
    case .nothing: 2
    }
  }
}

/// One entry of a node's discovery.
public struct ListedSeller: Hashable, Sendable {
  /// Of a resource.
  public var url: String
  public var payee: Address?
  public var backing: ListingBacking

  public init(_ url: String, payee: Address? = nil, backing: ListingBacking = .nothing) {
    self.url = url
    self.payee = payee
    self.backing = backing
  }

  /// Reads an item of `/x402/discovery/resources`; another node says nothing of what stands behind.
  public init?(_ item: JSONValue) {
    guard let url = item["resource"]?.string else { return nil }
    let backing = item["extensions"]?["tolsey"]?["backing"]?.string
    self.init(
      url, payee: (item["accepts"]?[0]?["payTo"]).flatMap(X402.address),
      backing: backing.flatMap { ListingBacking(rawValue: $0) } ?? .nothing)
  }
}
