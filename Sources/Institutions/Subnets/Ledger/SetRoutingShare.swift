// What a subnet's budget gets of what is routed to its members; said once, before its first epoch.

public import Kernel
public import Primitives

/// The owner names the share that buyers pay beside the price of what is routed here. It goes into
/// the budget, like a sponsor's grant, and never to the owner.
public struct SetRoutingShare: MessageContent {
  public static let typeName = "SetRoutingShare"
  public static let kind: UInt8 = 96
  public var head = Head()
  public var subnet: UInt64 = 0
  /// In parts per million of what the seats of a run earn.
  public var share: UInt64 = 0

  public init() {}

  public init(_ head: Head, subnet: UInt64, share: UInt64) {
    self.head = head
    self.subnet = subnet
    self.share = share
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("share", &share)
  }
}

/// A settled run of an order that was routed to a subnet.
public struct RoutedRun: Fielded, Hashable {
  public static let typeName = "RoutedRun"
  public var order = Bytes32.zero
  public var run = Bytes32.zero
  public var earned = Amount()
  public var paid = Amount()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("order", &order)
    try v("run", &run)
    try v("earned", &earned)
    try v("paid", &paid)
  }
}

/// What is routed to a subnet, and what its budget gets for an epoch besides grants. A subnet that
/// nobody routed to, that asks no share, and that the root gave nothing has no row.
public struct Routing: Fielded, Hashable {
  public static let typeName = "Routing"
  /// A fifth: a buyer who pays more would rather ask the members without their subnet.
  public static let shareLimit: UInt64 = 200_000

  public var share: UInt64 = 0
  /// What came for the running epoch.
  public var waiting = Amount()
  /// What the root's fund gave for it.
  public var root = Amount()
  /// Runs that were settled, what their seats earned, and what came to the budget, since it began.
  public var runs: UInt64 = 0
  public var earned = Amount()
  public var paid = Amount()
  /// The last of them, the newest first: who reads a subnet sees what its members are asked for.
  public var latest: [RoutedRun] = []

  static let mostLatest = 16

  /// What there is for the running epoch.
  var arrived: Amount { get throws(Refusal) { try waiting.adding(root) } }

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("share", &share)
    try v("waiting", &waiting)
    try v("root", &root)
    try v("runs", &runs)
    try v("earned", &earned)
    try v("paid", &paid)
    try v("latest", &latest)
  }
}

extension SubnetTables {
  public func routing(_ number: UInt64) -> Routing? { routings[number] }

  public mutating func apply(
    _ m: SetRoutingShare, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let subnet = try require(m.subnet)
    guard subnet.owner == m.head.from else { throw .notSubnetOwner }
    guard subnet.state == .open else { throw .subnetCloses }
    try subnet.requireRunning(at: k.now)
    try checkRange("share", m.share, 1...Routing.shareLimit)
    // Afterwards people route by it, and sponsors count on it.
    guard subnet.epoch == 0 else { throw .routingIsFixed(share: routings[m.subnet]?.share ?? 0) }
    if let known = routings[m.subnet] { throw .routingIsFixed(share: known.share) }
    var routing = Routing()
    routing.share = m.share
    routings[m.subnet] = routing
    k.emit(
      Event(
        "routingShareSet", subject: Subnet.escrow(m.subnet), parties: [m.head.from],
        numbers: [Number("subnet", m.subnet), Number("share", m.share)]))
  }
}

extension Refusal {
  /// The share is said once, before the first epoch ends.
  static func routingIsFixed(share: UInt64) -> Refusal {
    Refusal("routingIsFixed", ["share": share])
  }
}
