// The ledger's rows: how much of an asset a holder has, and how much of it there is.

public import Primitives

/// A holder and an asset.
public struct BalanceKey: Fielded, TableKey {
  public static let typeName = "BalanceKey"
  public var holder = Holder()
  public var asset = Asset.dollar

  @inlinable public init() {}

  @inlinable
  public init(_ holder: Holder, _ asset: Asset) {
    self.holder = holder
    self.asset = asset
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("holder", &holder)
    try v("asset", &asset)
  }

  @inlinable
  public func mix(into hash: inout KeyHash) {
    hash.combine(UInt64(asset.number) << 8 | UInt64(holder.kind))
    switch holder {
    case .account(let address): hash.combine(address)
    case .escrow(let object): hash.combine(object.leadingWord)
    case .treasury, .operator: break
    }
  }
}

/// What a holder has of an asset. There is no row for nothing.
public struct Balance: Fielded, Hashable {
  public static let typeName = "Balance"
  public var amount = Amount()

  @inlinable public init() {}
  @inlinable public init(_ amount: Amount) { self.amount = amount }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("amount", &amount)
  }
}
