// The rows of own assets, their pools and the root fund, and how their scopes begin and end.

public import Kernel
public import Primitives

/// What a subnet with an asset of its own has beside what every subnet has.
public struct AssetTables: ~Copyable {
  /// By subnet.
  var assets = Table<UInt64, SubnetAsset>("subnetAssets")
  var markets = Table<UInt64, AssetPool>("subnetMarkets")
  /// By validator, and by stake.
  var dividends = Table<PartyKey, AssetDividends>("subnetDividends")
  var marks = Table<Bytes32, DividendMark>("subnetDividendMarks")
  var roots = Table<UInt64, RootFund>("rootFund")

  public init() {}
}

// MARK: - Reading

extension AssetTables {
  public func asset(of subnet: UInt64) -> SubnetAsset? { assets[subnet] }
  public func pool(of subnet: UInt64) -> AssetPool? { markets[subnet] }
  public var root: RootFund { roots[0] ?? RootFund() }

  /// What those who staked on a validator have had and may collect.
  public func dividends(of validator: Address, in subnet: UInt64) -> AssetDividends? {
    dividends[PartyKey(subnet, validator)]
  }

  /// What a stake has coming now.
  public func due(_ stake: Stake) throws(Refusal) -> Amount {
    guard let row = dividends[PartyKey(stake.subnet, stake.validator)] else { return .zero }
    return try row.due(stake.shares, since: marks[stake.key]?.perShare ?? Wide())
  }

  /// Rows in the order of their keys' bytes.
  public func forEachAsset(_ body: (UInt64, SubnetAsset) -> Void) { assets.forEach(body) }
  public func forEachPool(_ body: (UInt64, AssetPool) -> Void) { markets.forEach(body) }

  public func forEachDividend(_ body: (PartyKey, AssetDividends) -> Void) {
    dividends.forEach(body)
  }

  /// What the ledger must hold of each asset for each object, dollars among them, as rows say. It
  /// walks every row.
  public func forEachEscrow(
    _ body: (Bytes32, Asset, Amount) throws(Refusal) -> Void
  ) throws(Refusal) {
    var owed: [(number: UInt64, sum: Amount)] = []
    assets.forEach { number, asset in
      owed.append((number, Amount(asset.left.units + asset.carried.units)))
    }
    for place in owed.indices {
      var held = Amount.zero
      dividends.forEach { key, row in
        if key.subnet == owed[place].number { held.units += row.held.units }
      }
      owed[place].sum = try owed[place].sum.adding(held)
    }
    for (number, sum) in owed {
      try body(SubnetAsset.escrow(number), SubnetAsset.asset(of: number), sum)
    }
    var pools: [(UInt64, AssetPool)] = []
    markets.forEach { pools.append(($0, $1)) }
    for (number, pool) in pools {
      try body(AssetPool.escrow(number), .dollar, pool.dollars)
      try body(AssetPool.escrow(number), SubnetAsset.asset(of: number), pool.own)
    }
    if let root = roots[0] { try body(RootFund.escrow, .dollar, root.held) }
  }
}

// MARK: - Message, block and restart

extension AssetTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&assets)
    v(&markets)
    v(&dividends)
    v(&marks)
    v(&roots)
  }
}
