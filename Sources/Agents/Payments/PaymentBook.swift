// All payments of an agent's door as a pure value: what each line of its journal makes of them.

public import Primitives

/// A line of the journal: a payment in its new state, tied to the line before by its hash.
public struct PaymentLine: Fielded, Hashable {
  public static let typeName = "PaymentLine"
  public var number: UInt64 = 0
  public var previous = Bytes32.zero
  /// It repeats what stood in an older file; such lines are the first ones of theirs.
  public var isKept = false
  public var payment = AgentPayment()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("number", &number)
    try v("previous", &previous)
    try v("isKept", &isKept)
    try v("payment", &payment)
  }

  public var hash: Bytes32 { SHA256.hash(CBOR.encode(self)) }
}

/// Payments that are not over, and the last that were answered.
public struct PaymentBook: Sendable {
  /// Milliseconds for which an answered payment is remembered for clients that ask again.
  public static let remembered: UInt64 = 600_000

  public private(set) var count: UInt64 = 0
  public private(set) var hash = Bytes32.zero
  /// The number of the next payment.
  public private(set) var next: UInt64 = 0
  private var open: [UInt64: AgentPayment] = [:]
  /// Oldest first.
  private var answered: [AgentPayment] = []
  private var isBegun = false

  public init() {}

  /// The lines that would bring payments into these states.
  public func lines(_ payments: [AgentPayment], isKept: Bool = false) -> [PaymentLine] {
    var (number, previous) = (count, hash)
    return payments.map { payment in
      var line = PaymentLine()
      line.number = number
      line.previous = previous
      line.isKept = isKept
      line.payment = payment
      (number, previous) = (number + 1, line.hash)
      return line
    }
  }

  /// Takes a line that follows; one that does not changes nothing and says so.
  public mutating func take(_ line: PaymentLine) -> Bool {
    let payment = line.payment
    let isFirst = !isBegun
    guard isFirst ? line.isKept || line.number == 0 : line.number == count,
      isFirst && line.isKept || line.previous == hash
    else { return false }
    if line.isKept {
      guard count == 0 || isKeeping, payment.state != .asked, payment.state != .givenUp,
        open[payment.number] == nil
      else { return false }
    } else if let before = open[payment.number] {
      guard before.state.mayBecome(payment.state), before.isSame(as: payment) else { return false }
    } else {
      guard payment.state == .decided, payment.number == next else { return false }
    }
    isBegun = true
    isKeeping = line.isKept
    count = line.number + 1
    hash = line.hash
    next = max(next, payment.number + 1)
    put(payment)
    return true
  }

  private var isKeeping = false

  private mutating func put(_ payment: AgentPayment) {
    open[payment.number] = payment.state.isOver ? nil : payment
    guard payment.state == .answered else { return }
    answered.append(payment)
    // By the times of the lines: a book is the same whenever it is read.
    let old = answered.prefix {
      $0.since.milliseconds.addingReportingOverflow(PaymentBook.remembered).partialValue
        < payment.since.milliseconds
    }
    answered.removeFirst(old.count)
  }

  // MARK: - Reading

  /// What is not over, oldest first.
  public var standing: [AgentPayment] { open.values.sorted { $0.number < $1.number } }

  /// What was signed and may still be carried, as far as anybody said.
  public var unsettled: [AgentPayment] {
    standing + answered.filter { $0.transaction == .zero }
  }

  /// How many payments of a seller were answered in the last minutes.
  public func answered(by origin: String) -> Int { answered.count { $0.origin == origin } }

  /// Those that were answered in the last minutes.
  public var remembered: [AgentPayment] { answered }

  /// What the next file begins with.
  public var kept: [AgentPayment] { answered + standing }

  public func payment(_ number: UInt64) -> AgentPayment? { open[number] }

  /// The newest answered payment of a request since a moment.
  public func answered(_ request: Bytes32, since: Time) -> AgentPayment? {
    answered.last { $0.request == request && $0.since >= since }
  }
}

extension AgentPayment {
  /// Whether it is the same payment: what was decided and signed never changes.
  func isSame(as other: AgentPayment) -> Bool {
    var expected = self
    (expected.state, expected.since) = (other.state, other.since)
    expected.transaction = other.transaction
    if other.state == .signed {
      (expected.nonce, expected.validBefore, expected.header) =
        (other.nonce, other.validBefore, other.header)
    }
    return expected == other
  }
}
