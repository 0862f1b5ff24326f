// One execution under a lease: its input, its game, its deadline, and a demand when there is one.

public import Primitives

/// Where a demand for a content key stands.
public enum DemandState: UInt8, ByteChoice {
  case none = 0
  /// The buyer waits for the provider's key.
  case byBuyer = 1
  /// A seat waits for the key of the input.
  case bySeat = 2
  /// The auditor waits for the key of the input, from the provider.
  case byAuditor = 3
}

public struct Run: Fielded, Hashable {
  public static let typeName = "Run"
  public var input = Content()
  /// The message that started the run.
  public var startedBy = Bytes32()
  public var startedAt = Time()
  /// The next moment at which silence has a consequence.
  public var deadline = Time()
  public var game = Game()
  public var demand = DemandState.none
  /// What was left of the demander's own clock; it stands still during the demand.
  public var remaining = Time()
  public var buyerDemanded = false
  public var seatDemanded = false
  public var auditorDemanded = false
  /// The output that the buyer may demand; blank where the check settles without the buyer.
  public var output = Content()
  /// The content key of the output, once posted on demand; zero before.
  public var postedKey = Bytes32()
  /// The content key of the input, once posted on demand; zero before.
  public var inputKey = Bytes32()
  /// Commitment to the salt that draws the audit; zero where the check has none.
  public var auditSalt = Bytes32()
  /// The auditor whose bond is tied to the run, and how much of it; zero where there is none.
  public var auditor = Address()
  public var auditBond = Amount()
  /// Games about the run that are not over.
  public var openGames: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("input", &input)
    try v("startedBy", &startedBy)
    try v("startedAt", &startedAt)
    try v("deadline", &deadline)
    try v("game", &game)
    try v("demand", &demand)
    try v("remaining", &remaining)
    try v("buyerDemanded", &buyerDemanded)
    try v("seatDemanded", &seatDemanded)
    try v("auditorDemanded", &auditorDemanded)
    try v("output", &output)
    try v("postedKey", &postedKey)
    try v("inputKey", &inputKey)
    try v("auditSalt", &auditSalt)
    try v("auditor", &auditor)
    try v("auditBond", &auditBond)
    try v("openGames", &openGames)
  }
}

/// An object whose timer could not be carried out: nothing moves until the operator releases it.
public struct Frozen: Fielded, Hashable {
  public static let typeName = "Frozen"
  /// The refusal that the timer met.
  public var code = ""
  public var height: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("code", &code)
    try v("height", &height)
  }
}
