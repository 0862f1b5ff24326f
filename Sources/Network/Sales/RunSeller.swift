// What stands behind the door at which runs are paid one by one.

public import Primitives

/// One thing that is for sale at one URL.
public struct RunWare: Hashable, Sendable {
  /// The last part of its URL.
  public var name: String
  public var description: String
  public var work: String
  public var spec: [UInt8]
  public var units: UInt64
  public var price: Amount

  public init(
    name: String, description: String, work: String, spec: [UInt8], units: UInt64, price: Amount
  ) {
    self.name = name
    self.description = description
    self.work = work
    self.spec = spec
    self.units = units
    self.price = price
  }
}

/// What came of a run.
public struct MadeRun: Sendable {
  /// The canonical bytes, which the receipt commits to.
  public var output: [UInt8]
  /// What the buyer reads.
  public var members: [JSONValue.Member]

  public init(output: [UInt8], members: [JSONValue.Member]) {
    self.output = output
    self.members = members
  }
}

/// Whoever opens the door gives it something that runs.
public protocol RunSeller: Sendable {
  var wares: [RunWare] { get }
  /// The canonical input in a body; what is none is refused before anything is paid.
  func input(_ body: [UInt8], for ware: RunWare) throws(Refusal) -> [UInt8]
  /// The same input gives the same output, always: an answer that was lost is made again.
  func run(_ input: [UInt8], of ware: RunWare) throws(Refusal) -> MadeRun
}

/// Who sells at a door: signs receipts, and is paid.
public struct RunTill: Sendable {
  public var gate: PaymentGate
  let desk: ReceiptDesk
  /// How the world calls the door.
  let site: DoorSite

  /// - Parameter desk: signs what is paid by a single payment; what vouchers pay is signed by their
  ///   gate's own.
  public init(desk: ReceiptDesk, gate: PaymentGate, site: DoorSite = DoorSite()) {
    self.desk = desk
    self.site = site
    self.gate = gate
  }
}
