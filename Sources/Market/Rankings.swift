// What the market reads of a subnet: who stands where after its last epoch, and who judges there.

public import Kernel
public import Primitives

/// One place of a ranking.
public struct Ranked: Fielded, Hashable {
  public static let typeName = "Ranked"
  public var account = Address()
  /// Of a provider, in parts per million of the first; of a judge, its part of the stake.
  public var weight: UInt64 = 0

  public init() {}
  public init(_ account: Address, weight: UInt64) {
    self.account = account
    self.weight = weight
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("weight", &weight)
  }
}

/// What the last closed epoch of a subnet says.
public struct Ranking: Hashable, Sendable {
  /// The epoch that was closed last.
  public var epoch: UInt64
  /// What a buyer pays the subnet's budget beside every price, in parts per million.
  public var share: UInt64
  /// Whoever earned anything by work, the best first.
  public var providers: [Ranked]
  /// Whoever may judge, the greatest stake first.
  public var judges: [Ranked]

  public init(epoch: UInt64, share: UInt64, providers: [Ranked], judges: [Ranked]) {
    self.epoch = epoch
    self.share = share
    self.providers = providers
    self.judges = judges
  }

  /// The most places of either list that an order keeps.
  public static let longest = 64
}

/// A read-only view of subnets. The caller's protocol: the market declares what it needs.
public protocol Rankings: ~Copyable {
  /// Refuses where there is no such subnet, where it closes, and while its epoch is due.
  func ranking(of subnet: UInt64, at now: Time) throws(Refusal) -> Ranking
}
