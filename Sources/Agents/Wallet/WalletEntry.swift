// One line of an agent's log, tied to the line before by its hash.

public import Primitives

/// What a line says.
public enum EntryKind: UInt8, ByteChoice {
  case allowed = 0
  /// It waits for the owner.
  case asked = 1
  case denied = 2
  /// The owner let a line that waited go on.
  case approved = 3
  /// The owner turned it away.
  case rejected = 4
  /// The message of an allowed payment, by its id.
  case sent = 5
  /// Another policy counts from here on, by its hash.
  case policy = 6
  /// Nothing is paid from here on, for good.
  case stopped = 7
  /// The charge of an allowed line counts no more: nothing was ever shown to anybody for it.
  case takenBack = 8
  /// Behind `stopped`: the session has ended on the ledger, by this message where it is known.
  case revoked = 9
  /// Behind `stopped`: nothing is left in channels or in the pocket.
  case closed = 10

  public var name: String { String(describing: self) }
}

/// How far an agent was stopped. A step holds for good.
public enum Ending: UInt8, Comparable, Sendable {
  case none, stopped, revoked, closed

  public static func < (one: Ending, other: Ending) -> Bool { one.rawValue < other.rawValue }

  /// What the step's line of the log is.
  var kind: EntryKind? {
    switch self {
    case .none: nil
    case .stopped: .stopped
    case .revoked: .revoked
    case .closed: .closed
    }
  }
}

/// A line. Its hash covers all of it, the hash of the line before included.
public struct WalletEntry: Fielded, Hashable {
  public static let typeName = "WalletEntry"
  public var number: UInt64 = 0
  public var previous = Bytes32()
  public var time = Time.zero
  public var kind = EntryKind.denied
  /// Why, as a stable code.
  public var reason = ""
  public var intent = Intent()
  /// The line that it is about, where there is one; else its own number.
  public var about: UInt64 = 0
  /// A message, or the policy that decided or was put in force.
  public var object = Bytes32()

  public init() {}

  public init(
    _ kind: EntryKind, _ reason: String, _ intent: Intent = Intent(), about: UInt64? = nil,
    object: Bytes32 = .zero
  ) {
    self.kind = kind
    self.reason = reason
    self.intent = intent
    self.about = about ?? .max
    self.object = object
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("previous", &previous)
    try v("time", &time)
    try v("kind", &kind)
    try v("reason", &reason)
    try v("intent", &intent)
    try v("about", &about)
    try v("object", &object)
  }

  public var hash: Bytes32 { SHA256.hash(CBOR.encode(self)) }
}
