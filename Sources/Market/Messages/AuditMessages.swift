// How checkers are hired: they register with a bond, are drawn, and seal what they found blindly.

public import Kernel
public import Primitives

/// Names what an auditor can redo: a kind of work and a spec.
public enum Subject {
  public static func of(work: String, spec: [UInt8]) -> Bytes32 {
    SHA256.hash(
      Array("tolsey/subject/1".utf8) + [UInt8(truncatingIfNeeded: work.utf8.count)]
        + Array(work.utf8) + spec)
  }
}

/// Stands ready to redo runs, with a bond; sent again it replaces the subjects and adds to the
/// bond.
public struct RegisterAuditor: MessageContent {
  public static let typeName = "RegisterAuditor"
  public static let kind: UInt8 = 38
  public var head = Head()
  /// What it can redo, each `Subject.of`, in ascending order.
  public var subjects: [Bytes32] = []
  /// Money added to the bond.
  public var bond = Amount()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subjects", &subjects)
    try v("bond", &bond)
  }
}

/// Takes no further draws; the bond comes back after the unbonding time.
public struct LeaveAudits: MessageContent {
  public static let typeName = "LeaveAudits"
  public static let kind: UInt8 = 39
  public var head = Head()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
  }
}

/// The buyer, or its deputy, opens the run's salt, which with the beacon says whether the run is
/// audited, and by whom.
public struct DrawAudit: MessageContent {
  public static let typeName = "DrawAudit"
  public static let kind: UInt8 = 40
  public var head = Head()
  public var run = RunKey()
  public var salt = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("salt", &salt)
  }
}

/// Commits to the trace of a run: first the provider, who hands the input's key to the auditor,
/// then the auditor.
public struct SealTrace: MessageContent {
  public static let typeName = "SealTrace"
  public static let kind: UInt8 = 41
  public var head = Head()
  public var run = RunKey()
  public var seal = Bytes32()
  /// The content key of the input, wrapped to the auditor; blank from the auditor.
  public var key = WrappedKey()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("seal", &seal)
    try v("key", &key)
  }

  /// Bound to run and sender, so that nobody can copy another's.
  public static func seal(
    run: RunID, by sender: Address, root: Bytes32, salt: Bytes32
  ) -> Bytes32 {
    SHA256.hash(
      Array("tolsey/trace/1".utf8) + run.digest.bytes + sender.bytes + root.bytes + salt.bytes)
  }
}

/// Hands the key of a replicated run's input to the auditor who was called.
public struct ShareInput: MessageContent {
  public static let typeName = "ShareInput"
  public static let kind: UInt8 = 48
  public var head = Head()
  public var run = RunKey()
  public var key = WrappedKey()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("key", &key)
  }
}

/// Opens a sealed trace: first the provider, with the paths that tie it to the run's input and to
/// the evidence's output, then the auditor.
public struct UnsealTrace: MessageContent {
  public static let typeName = "UnsealTrace"
  public static let kind: UInt8 = 42
  public var head = Head()
  public var run = RunKey()
  public var root = Bytes32()
  public var salt = Bytes32()
  /// The path to the first leaf, which must be the input's root; empty from the auditor.
  public var first: [Vertex] = []
  /// The path to the last leaf, which must be the output's root; empty from the auditor.
  public var last: [Vertex] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("root", &root)
    try v("salt", &salt)
    try v("first", &first)
    try v("last", &last)
  }
}
