// By which ranking an order is answered, and by which one it is judged, as they stood when it came.

public import Kernel
public import Primitives

/// Where an order was routed. It is fixed when the order is placed: no later epoch, and nobody who
/// takes over a seat, changes who may bid for it.
public struct Route: Fielded, Hashable {
  public static let typeName = "Route"
  public var subnet: UInt64 = 0
  public var epoch: UInt64 = 0
  /// In parts per million of what the seats earn.
  public var share: UInt64 = 0
  /// What of the buyer's share is still locked.
  public var escrow = Amount()
  /// The best first.
  public var providers: [Ranked] = []

  public init() {}
  init(_ ranking: Ranking, of subnet: UInt64) {
    self.subnet = subnet
    epoch = ranking.epoch
    share = ranking.share
    providers = ranking.providers
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("subnet", &subnet)
    try v("epoch", &epoch)
    try v("share", &share)
    try v("escrow", &escrow)
    try v("providers", &providers)
  }

  /// How an account stands, in parts per million of the best; nil for who has no place.
  public func weight(of account: Address) -> UInt64? {
    providers.first { $0.account == account }?.weight
  }

  /// Where the share of an order lies until it is earned.
  public static func escrow(_ order: OrderID) -> Bytes32 {
    SHA256.hash {
      $0.update("tolsey/route/1")
      $0.update(order.digest)
    }
  }

  /// Through which a share goes to a subnet; empty after every message.
  public static func purse(_ subnet: UInt64) -> Bytes32 {
    SHA256.hash {
      $0.update("tolsey/routed/1")
      $0.update(subnet)
    }
  }
}

/// Whose validators judge an order.
public struct Jury: Fielded, Hashable {
  public static let typeName = "Jury"
  public var subnet: UInt64 = 0
  public var epoch: UInt64 = 0
  public var judges: [Ranked] = []

  public init() {}
  init(_ ranking: Ranking, of subnet: UInt64) {
    self.subnet = subnet
    epoch = ranking.epoch
    judges = ranking.judges
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("subnet", &subnet)
    try v("epoch", &epoch)
    try v("judges", &judges)
  }

  /// The stake by which an account is drawn; zero for who has no permit.
  func stake(of account: Address) -> Amount {
    Amount(judges.first { $0.account == account }?.weight ?? 0)
  }
}

/// What a settled run of a routed order owes its subnet.
public struct RoutedShare: Hashable, Sendable {
  public var subnet: UInt64
  public var order: OrderID
  public var run: RunID
  public var buyer: Address
  /// What its seats earned.
  public var earned: Amount
  /// What lies in the purse of the subnet.
  public var amount: Amount

  public init(
    subnet: UInt64, order: OrderID, run: RunID, buyer: Address, earned: Amount, amount: Amount
  ) {
    self.subnet = subnet
    self.order = order
    self.run = run
    self.buyer = buyer
    self.earned = earned
    self.amount = amount
  }
}
