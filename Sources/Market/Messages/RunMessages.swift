// What is sent while a run is under way: input, seals, evidence, the buyer's word.

public import Kernel
public import Primitives

/// Names one run of a lease.
public struct RunKey: Fielded, TableKey {
  public static let typeName = "RunKey"
  public var lease = LeaseID()
  public var index: UInt64 = 0

  public init() {}
  public init(_ lease: LeaseID, _ index: UInt64) {
    self.lease = lease
    self.index = index
  }

  public var id: RunID { RunID.of(lease, index: index) }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("lease", &lease)
    try v("index", &index)
  }

  @inlinable
  public func mix(into hash: inout KeyHash) {
    lease.mix(into: &hash)
    hash.combine(index)
  }
}

/// Starts a run: the input and its content key, wrapped to each seat, all in one message.
public struct SendInput: MessageContent {
  public static let typeName = "SendInput"
  public static let kind: UInt8 = 26
  public var head = Head()
  public var run = RunKey()
  public var input = Content()
  public var keys: [WrappedKey] = []
  /// Commitment to the salt that draws the audit of the run; zero where the check has none.
  public var auditSalt = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("input", &input)
    try v("keys", &keys)
    try v("auditSalt", &auditSalt)
  }
}

/// A replica commits to its answer before any is opened.
public struct SealAnswer: MessageContent {
  public static let typeName = "SealAnswer"
  public static let kind: UInt8 = 27
  public var head = Head()
  public var run = RunKey()
  public var seal = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("seal", &seal)
  }
}

/// A replica opens its answer; the content key is wrapped to the buyer.
public struct UnsealAnswer: MessageContent {
  public static let typeName = "UnsealAnswer"
  public static let kind: UInt8 = 28
  public var head = Head()
  public var run = RunKey()
  public var evidence = Evidence()
  public var salt = Bytes32()
  public var key = WrappedKey()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("evidence", &evidence)
    try v("salt", &salt)
    try v("key", &key)
  }
}

/// The evidence of a run whose check seals nothing.
public struct SubmitEvidence: MessageContent {
  public static let typeName = "SubmitEvidence"
  public static let kind: UInt8 = 29
  public var head = Head()
  public var run = RunKey()
  public var evidence = Evidence()
  public var key = WrappedKey()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("evidence", &evidence)
    try v("key", &key)
  }
}

/// The evidence of a run whose check asks for a proof: output and proof come with it, the output in
/// clear.
///
/// The proof stands in the message, so that it is signed, paid for by its size, ordered, kept and
/// carried out again like everything else.
public struct SubmitProof: MessageContent {
  public static let typeName = "SubmitProof"
  public static let kind: UInt8 = 49
  public var head = Head()
  public var run = RunKey()
  public var evidence = Evidence()
  /// The content key of the stored output, wrapped to the buyer.
  public var key = WrappedKey()
  /// The salt of the run's input, which ties input and output to their commitments. Zero where the
  /// proof hides the input, whose bytes could be guessed with it; the output's commitment then
  /// hides nothing, as the output stands beside it.
  public var salt = Bytes32()
  public var output: [UInt8] = []
  public var proof: [UInt8] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("evidence", &evidence)
    try v("key", &key)
    try v("salt", &salt)
    try v("output", &output)
    try v("proof", &proof)
  }
}

/// Shows the input of a run whose proof hides it, so that the ledger sees whether the proof is
/// about it. Anybody may who can open it; from then on everybody reads it.
public struct ContestProof: MessageContent {
  public static let typeName = "ContestProof"
  public static let kind: UInt8 = 56
  public var head = Head()
  public var run = RunKey()
  /// The salt of the run's input.
  public var salt = Bytes32()
  public var input: [UInt8] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("salt", &salt)
    try v("input", &input)
  }
}

/// The buyer is content.
public struct AcceptRun: MessageContent {
  public static let typeName = "AcceptRun"
  public static let kind: UInt8 = 30
  public var head = Head()
  public var run = RunKey()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
  }
}

/// Why a buyer rejects. It is shown on the record; the price burns whatever is said.
public enum RejectReason: UInt8, ByteChoice {
  case wrong = 1
  case unusable = 2
  case late = 3
  case other = 4
}

/// The buyer is not content: the price burns, nothing comes back.
public struct RejectRun: MessageContent {
  public static let typeName = "RejectRun"
  public static let kind: UInt8 = 31
  public var head = Head()
  public var run = RunKey()
  public var reason = RejectReason.other

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("reason", &reason)
  }
}
