// Trades with the pool of an own asset, each with the least that the sender takes for it.

public import Kernel
public import Primitives

/// Buys the own asset with dollars.
public struct BuyAsset: MessageContent {
  public static let typeName = "BuyAsset"
  public static let kind: UInt8 = 163
  public var head = Head()
  public var subnet: UInt64 = 0
  public var dollars = Amount()
  /// Less of the asset than this, and nothing happens: the price may rise before the message comes.
  public var least = Amount()

  public init() {}

  public init(_ head: Head, subnet: UInt64, dollars: Amount, least: Amount) {
    self.head = head
    self.subnet = subnet
    self.dollars = dollars
    self.least = least
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("dollars", &dollars)
    try v("least", &least)
  }
}

/// Sells the own asset for dollars.
public struct SellAsset: MessageContent {
  public static let typeName = "SellAsset"
  public static let kind: UInt8 = 164
  public var head = Head()
  public var subnet: UInt64 = 0
  public var units = Amount()
  /// Fewer dollars than this, and nothing happens.
  public var least = Amount()

  public init() {}

  public init(_ head: Head, subnet: UInt64, units: Amount, least: Amount) {
    self.head = head
    self.subnet = subnet
    self.units = units
    self.least = least
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("units", &units)
    try v("least", &least)
  }
}

extension SubnetTables {
  public mutating func apply(
    _ m: BuyAsset, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var pool = try assets.markets.require(m.subnet, else: .noPool(m.subnet))
    let escrow = Holder.escrow(AssetPool.escrow(m.subnet))
    let out = try pool.buy(for: m.dollars, at: k.now)
    try Self.check(out, least: m.least)
    try k.ledger.post(from: .account(m.head.from), to: escrow, m.dollars)
    try k.ledger.post(
      from: escrow, to: .account(m.head.from), out, SubnetAsset.asset(of: m.subnet))
    assets.markets[m.subnet] = pool
    noteTrade("assetBought", m.subnet, m.head.from, dollars: m.dollars, units: out, &k)
  }

  public mutating func apply(
    _ m: SellAsset, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var pool = try assets.markets.require(m.subnet, else: .noPool(m.subnet))
    let escrow = Holder.escrow(AssetPool.escrow(m.subnet))
    let out = try pool.sell(m.units, at: k.now)
    try Self.check(out, least: m.least)
    try k.ledger.post(
      from: .account(m.head.from), to: escrow, m.units, SubnetAsset.asset(of: m.subnet))
    try k.ledger.post(from: escrow, to: .account(m.head.from), out)
    assets.markets[m.subnet] = pool
    noteTrade("assetSold", m.subnet, m.head.from, dollars: out, units: m.units, &k)
  }

  private static func check(_ out: Amount, least: Amount) throws(Refusal) {
    guard out > .zero else { throw .tradeTooSmall }
    guard out >= least else { throw .lessThanLeast(gives: out, least: least) }
  }

  private mutating func noteTrade(
    _ name: String, _ number: UInt64, _ account: Address, dollars: Amount, units: Amount,
    _ k: inout KernelTables
  ) {
    k.emit(
      Event(
        name, subject: Subnet.escrow(number), parties: [account],
        numbers: [
          Number("subnet", number), Number("amount", dollars.units),
          Number("units", units.units),
        ]))
  }
}
