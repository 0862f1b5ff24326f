// What is sent in a judged run beside seals: answers in clear, and what the buyer knew.

public import Kernel
public import Primitives

/// A seat opens the answer that it sealed, in clear: the ledger lets the kind of work judge it.
public struct OpenAnswer: MessageContent {
  public static let typeName = "OpenAnswer"
  public static let kind: UInt8 = 50
  public var head = Head()
  public var run = RunKey()
  public var answer: [UInt8] = []
  public var salt = Bytes32()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("answer", &answer)
    try v("salt", &salt)
  }

  /// What the seat seals before anybody opens.
  public static func seal(
    run: RunID, seat: Address, answer: [UInt8], units: UInt64, salt: Bytes32
  ) -> Bytes32 {
    Evidence.seal(run: run, seat: seat, output: SHA256.hash(answer), units: units, salt: salt)
  }
}

/// The buyer opens the answers that it knew beforehand and had committed to; that ends the run.
public struct OpenGold: MessageContent {
  public static let typeName = "OpenGold"
  public static let kind: UInt8 = 51
  public var head = Head()
  public var run = RunKey()
  public var gold: [UInt8] = []
  public var salt = Bytes32()
  /// From the run's leaf to the root that the spec names.
  public var path: [Bytes32] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("run", &run)
    try v("gold", &gold)
    try v("salt", &salt)
    try v("path", &path)
  }
}
