// One movement of money, from a holder to a holder.

public import Primitives

/// Both sides of an entry: what one holder loses is what the other gains.
public struct Posting: Fielded, Hashable {
  public static let typeName = "Posting"
  public var from = Holder()
  public var to = Holder()
  public var asset = Asset.dollar
  public var amount = Amount()

  @inlinable public init() {}

  @inlinable
  public init(from: Holder, to: Holder, _ amount: Amount, _ asset: Asset = .dollar) {
    self.from = from
    self.to = to
    self.asset = asset
    self.amount = amount
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("from", &from)
    try v("to", &to)
    try v("asset", &asset)
    try v("amount", &amount)
  }
}
