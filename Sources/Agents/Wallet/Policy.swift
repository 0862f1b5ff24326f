// What an owner allows an agent, as a file: whatever it does not say is denied.

public import Primitives

/// Whom an agent may pay, and who may ask for it.
public struct PolicyPayee: Fielded, Hashable {
  public static let typeName = "PolicyPayee"
  public var address = Address()
  /// The origins that may name this address. Another origin that does is denied.
  public var origins: [String] = []
  /// The most in 24 hours; zero for no bound of its own.
  public var perDay = Amount()

  public init() {}

  public init(_ address: Address, origins: [String], perDay: Amount = .zero) {
    self.address = address
    self.origins = origins
    self.perDay = perDay
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("address", &address)
    try v("origins", &origins)
    try v("perDay", &perDay)
  }
}

/// An owner's policy. Amounts are millionths of a dollar, as everywhere in the API.
///
/// Every field must be there and none besides: a rule with a mistyped name would otherwise be a
/// rule that is silently not kept.
public struct Policy: Fielded, Hashable {
  public static let typeName = "Policy"
  public static let currentFormat: UInt64 = 1

  public private(set) var format = Policy.currentFormat
  /// The most that one payment may be.
  public var perPayment = Amount()
  public var perHour = Amount()
  public var perDay = Amount()
  /// The most that one payee gets in 24 hours.
  public var perPayee = Amount()
  /// How many payments a minute are decided about for one origin; the rest is denied.
  public var perMinute: UInt64 = 0
  /// A payment above this waits for the owner.
  public var askAbove = Amount()
  /// Whether a payee who is not known waits for the owner. If not, he is denied.
  public var asksFirst = false
  /// The nodes on whose market it may order and take offers.
  public var nodes: [String] = []
  public var payees: [PolicyPayee] = []

  public init() {}

  /// A budget for a day that spends on the market of one node, asks its owner about the first
  /// payment to anybody else, and about whatever takes more than half of it at once.
  public init(perDay: Amount, node: Origin) {
    self.perDay = perDay
    perPayment = perDay
    perHour = perDay
    perPayee = perDay
    perMinute = 30
    askAbove = Amount(perDay.units / 2)
    asksFirst = true
    nodes = [node.text]
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    guard format == Policy.currentFormat else { throw .unknownKind(format) }
    try v("perPayment", &perPayment)
    try v("perHour", &perHour)
    try v("perDay", &perDay)
    try v("perPayee", &perPayee)
    try v("perMinute", &perMinute)
    try v("askAbove", &askAbove)
    try v("asksFirst", &asksFirst)
    try v("nodes", &nodes)
    try v("payees", &payees)
  }

  /// Whether every origin in it is one, in the form in which origins are compared, and every payee
  /// has one rule: of two, one would not be kept.
  public func check() throws(Refusal) {
    var seen: [Address] = []
    for payee in payees {
      guard !seen.contains(payee.address) else {
        throw .badField("payees", wants: "each address once")
      }
      seen.append(payee.address)
    }
    for text in nodes + payees.flatMap(\.origins) where Origin(text)?.text != text {
      throw .badText()
    }
  }

  /// Reads a file, strictly.
  public init(file: [UInt8]) throws(Refusal) {
    try self.init(json: try JSONValue(parsing: file))
    try check()
  }

  /// The contents of the file.
  public var file: String { json.prettyText + "\n" }

  public var hash: Bytes32 { SHA256.hash(CBOR.encode(self)) }
}

extension Refusal {
  /// A format that this version does not read.
  fileprivate static func unknownKind(_ kind: UInt64) -> Refusal {
    Refusal("unknownKind", ["kind": kind])
  }
}
