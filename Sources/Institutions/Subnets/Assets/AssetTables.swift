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

extension AssetTables {
  /// A position in every table.
  public struct Mark: Sendable {
    var places: [Int]
  }

  public func mark() -> Mark {
    Mark(places: [
      assets.mark(), markets.mark(), dividends.mark(), marks.mark(), roots.mark(),
    ])
  }

  public mutating func rollback(to mark: Mark) {
    assets.rollback(to: mark.places[0])
    markets.rollback(to: mark.places[1])
    dividends.rollback(to: mark.places[2])
    marks.rollback(to: mark.places[3])
    roots.rollback(to: mark.places[4])
  }

  public mutating func forgetUndo() {
    assets.forgetUndo()
    markets.forgetUndo()
    dividends.forgetUndo()
    marks.forgetUndo()
    roots.forgetUndo()
  }

  public func list(since mark: Mark, into changes: inout [RowChange]) {
    assets.list(since: mark.places[0], into: &changes)
    markets.list(since: mark.places[1], into: &changes)
    dividends.list(since: mark.places[2], into: &changes)
    marks.list(since: mark.places[3], into: &changes)
    roots.list(since: mark.places[4], into: &changes)
  }

  public mutating func drain(into changes: inout [RowChange]) {
    assets.drain(into: &changes)
    markets.drain(into: &changes)
    dividends.drain(into: &changes)
    marks.drain(into: &changes)
    roots.drain(into: &changes)
  }

  /// Takes a stored row at restart; false says that the table is none of these.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    switch table {
    case assets.name: try assets.load(key: key, row: row)
    case markets.name: try markets.load(key: key, row: row)
    case dividends.name: try dividends.load(key: key, row: row)
    case marks.name: try marks.load(key: key, row: row)
    case roots.name: try roots.load(key: key, row: row)
    default: return false
    }
    return true
  }
}
