// What providers send to win an order: a sealed bid, its opening, and the promise to serve.

public import Kernel
public import Primitives

/// A sealed, bonded price for one order.
public struct PlaceBid: MessageContent {
  public static let typeName = "PlaceBid"
  public static let kind: UInt8 = 18
  public var head = Head()
  public var order = OrderID()
  /// `PlaceBid.seal` of the price under a salt.
  public var seal = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("order", &order)
    try v("seal", &seal)
  }

  /// Bound to order and bidder, so that nobody can copy another's.
  public static func seal(
    order: OrderID, bidder: Address, price: Amount, salt: Bytes32
  ) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/bid/1")
    hasher.update(order.digest)
    hasher.update(bidder)
    hasher.update(price.units)
    hasher.update(salt)
    return hasher.finalize()
  }
}

/// Opens a sealed bid.
public struct RevealBid: MessageContent {
  public static let typeName = "RevealBid"
  public static let kind: UInt8 = 19
  public var head = Head()
  public var order = OrderID()
  /// Price for as many units as the order's limit names.
  public var price = Amount()
  public var salt = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("order", &order)
    try v("price", &price)
    try v("salt", &salt)
  }
}

/// A winner locks its seat bond and so makes the lease its own.
public struct HonourSeat: MessageContent {
  public static let typeName = "HonourSeat"
  public static let kind: UInt8 = 21
  public var head = Head()
  public var lease = LeaseID()
  /// Who may move for the seat in disputes; zero for nobody.
  public var deputy = Address()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("lease", &lease)
    try v("deputy", &deputy)
  }
}
