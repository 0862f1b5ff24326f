// The states of a payment that an agent's door makes, and which of them may follow which.

public import Primitives

/// Where a payment stands. `asked` is in no file: whoever dies there has done nothing.
public enum PaymentState: UInt8, ByteChoice {
  /// A seller asks for money, and nobody has decided.
  case asked = 0
  /// The policy allows it; the line of the log that charges it is written next.
  case decided = 1
  /// There is a signature, and nobody else has seen it.
  case signed = 2
  /// It is on its way to the seller: from here on it may be carried.
  case shown = 3
  /// The ledger, or the seller against its own interest, says that it was paid.
  case carried = 4
  /// All of the answer is there.
  case answered = 5
  /// Nobody waits for it: it was never shown, can be carried no more, or the owner let it go.
  case givenUp = 6
  /// It was shown, and nobody knows what became of it.
  case unknown = 7

  public var name: String { String(describing: self) }

  func mayBecome(_ next: PaymentState) -> Bool {
    switch self {
    case .asked: next == .decided
    case .decided: [.signed, .givenUp].contains(next)
    case .signed: [.shown, .givenUp].contains(next)
    case .shown: [.carried, .answered, .unknown, .givenUp].contains(next)
    case .unknown: [.carried, .answered, .givenUp].contains(next)
    case .carried: [.answered, .givenUp].contains(next)
    case .answered, .givenUp: false
    }
  }

  public var isOver: Bool { self == .answered || self == .givenUp }

  /// Whether somebody else may hold its signature.
  public var hasLeft: Bool { [.shown, .carried, .unknown, .answered].contains(self) }
}

/// A payment of an agent's door, from the decision to its answer.
public struct AgentPayment: Fielded, Hashable {
  public static let typeName = "AgentPayment"
  public var number: UInt64 = 0
  public var state = PaymentState.asked
  /// When it came into this state.
  public var since = Time.zero
  /// The digest of what was asked: path and body, whoever is asked.
  public var request = Bytes32.zero
  /// The base of the seller's URLs, with a slash at its end where it has no path; in rows of an
  /// older version the origin alone.
  public var seller = ""
  public var payee = Address.zero
  public var amount = Amount()
  /// The line of the log that charges it, and its hash.
  public var line: UInt64 = 0
  public var lineHash = Bytes32.zero
  public var nonce = Bytes32.zero
  /// Seconds since 1970; from then on it cannot be carried.
  public var validBefore: UInt64 = 0
  /// `PAYMENT-SIGNATURE`.
  public var header = ""
  /// The message of the ledger that paid it, where somebody said so.
  public var transaction = Bytes32.zero

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("state", &state)
    try v("since", &since)
    try v("request", &request)
    try v("seller", &seller)
    try v("payee", &payee)
    try v("amount", &amount)
    try v("line", &line)
    try v("lineHash", &lineHash)
    try v("nonce", &nonce)
    try v("validBefore", &validBefore)
    try v("header", &header)
    try v("transaction", &transaction)
  }

  /// What a policy knows the seller by.
  public var origin: String { Origin(seller)?.text ?? seller }

  /// The same in another state.
  public func become(_ state: PaymentState, _ now: Time) -> AgentPayment {
    var next = self
    (next.state, next.since) = (state, now)
    return next
  }

  /// What its documents are called.
  public var name: String { String("\(nonce)".dropFirst(2)) }
}
