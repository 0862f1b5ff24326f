// What a buyer sends to put a request on the market, to draw the seats and to give up.

public import Kernel
public import Primitives

/// Puts a request on the market and locks its escrow.
public struct PlaceOrder: MessageContent {
  public static let typeName = "PlaceOrder"
  public static let kind: UInt8 = 16
  public var head = Head()
  public var request = Request()
  /// Commitment to the salt that draws the seats.
  public var saltCommitment = Bytes32()
  /// The input of the first run.
  public var input = Content()
  /// Who may open the buyer's salts; zero for nobody.
  public var deputy = Address()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("request", &request)
    try v("saltCommitment", &saltCommitment)
    try v("input", &input)
    try v("deputy", &deputy)
  }
}

/// Takes an order back before the first bid.
public struct CancelOrder: MessageContent {
  public static let typeName = "CancelOrder"
  public static let kind: UInt8 = 17
  public var head = Head()
  public var order = OrderID()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("order", &order)
  }
}

/// Opens the buyer's salt, which together with the beacon draws the seats.
public struct DrawSeats: MessageContent {
  public static let typeName = "DrawSeats"
  public static let kind: UInt8 = 20
  public var head = Head()
  public var order = OrderID()
  public var salt = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("order", &order)
    try v("salt", &salt)
  }
}

/// Ends a lease between two runs; what is not used of the escrow goes back.
public struct CloseLease: MessageContent {
  public static let typeName = "CloseLease"
  public static let kind: UInt8 = 35
  public var head = Head()
  public var lease = LeaseID()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("lease", &lease)
  }
}

/// The operator returns the escrow of a frozen object to who paid it in.
public struct ReleaseFrozen: MessageContent {
  public static let typeName = "ReleaseFrozen"
  public static let kind: UInt8 = 36
  public var head = Head()
  /// The id of the order or lease.
  public var object = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("object", &object)
  }
}

/// How salts that are opened later are committed to.
public enum SaltCommitment {
  public static func of(_ salt: Bytes32) -> Bytes32 {
    SHA256.hash {
      $0.update("tolsey/salt/1")
      $0.update(salt)
    }
  }
}
