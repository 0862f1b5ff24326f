// What a seller remembers of payments: what each was spent on, and the answers to the last ones.

import Primitives

/// Payments by what the ledger remembers them by.
///
/// An answer is kept for who did not get it, and only so many fit. What a payment was spent on is
/// remembered as long as the ledger remembers its nonce: who asks again with it must never be asked
/// for another one.
struct PaymentMemory {
  /// What became of a payment that was shown.
  private enum Fate {
    case underWay
    /// It was settled or may have been, and no answer of it is kept: it is settled again where that
    /// is not known, and not verified.
    case open
    case answered(GateAnswer)
  }

  private struct Entry {
    var request: Bytes32
    var fate = Fate.underWay
    /// Seconds: the end of the payment.
    var until: UInt64
    /// The message that moved the money, once somebody said which.
    var transaction: Bytes32?
    /// How often an answer was made.
    var answers = 0
    /// Whether it stands in line to be forgotten.
    var isQueued = false
  }

  enum Place: Equatable {
    /// The payment is new and now belongs to this request.
    case fresh
    /// Its settlement is not known, or its answer is not there: the message that settled it, if
    /// it is known which did.
    case resumed(Bytes32?)
    case answered(GateAnswer)
  }

  private var sales: [Bytes32: Entry] = [:]
  /// Those whose answers are kept, oldest first.
  private var kept: [Bytes32] = []
  private var bytes = 0
  /// Those that may be forgotten a day after their end, oldest first, and where they begin.
  private var past: [Bytes32] = []
  private var pastStart = 0
  /// Good payments whose answers could not be made, oldest first. A facilitator that verifies one
  /// twice takes it for two sales, and would not say again that it was settled.
  private var verified: [Bytes32] = []

  /// Answers that are kept for clients that did not get them, and bytes of them.
  static let mostKept = 1_024
  private static let mostBytes = 32 << 20
  /// Payments that are remembered without their answers, each some 150 bytes.
  private static let mostPast = 1_000_000
  /// How often an answer that is not kept any more is made again without charge.
  static let mostRemade = 2

  /// A payment of an earlier start of the program.
  mutating func recall(_ sale: SaleFile.Sale) {
    sales[sale.payment] = Entry(request: sale.request, fate: .open, until: sale.until)
    queue(sale.payment)
  }

  /// - Parameter now: seconds since 1970; zero where nobody knows: nothing is forgotten by time.
  mutating func reserve(
    _ key: Bytes32, _ request: Bytes32, until: UInt64, now: UInt64
  ) -> Place {
    forget(now)
    guard let entry = sales[key] else {
      sales[key] = Entry(request: request, until: until)
      return .fresh
    }
    guard entry.request == request else { return .answered(.underWay) }
    switch entry.fate {
    case .underWay: return .answered(.underWay)
    case .answered(let answer): return .answered(answer)
    case .open:
      // Otherwise one price would buy work for ever.
      guard entry.answers <= PaymentMemory.mostRemade else { return .answered(.givenOut) }
      sales[key]?.fate = .underWay
      return .resumed(entry.transaction)
    }
  }

  mutating func release(_ key: Bytes32, _ way: ExactGate.Sale.Fallback) {
    switch way {
    case .forget: sales[key] = nil
    case .verified:
      sales[key] = nil
      verified.append(key)
      if verified.count > PaymentMemory.mostKept { verified.removeFirst() }
    case .reopen:
      sales[key]?.fate = .open
      queue(key)
    }
  }

  func isVerified(_ key: Bytes32) -> Bool { verified.contains(key) }

  mutating func paid(_ key: Bytes32, by transaction: Bytes32?) {
    sales[key]?.transaction = transaction
  }

  /// Keeps the answer for the same payment with the same request, and of the oldest what is left
  /// when their answers are gone.
  mutating func close(_ key: Bytes32, with answer: GateAnswer) {
    verified.removeAll { $0 == key }
    guard var entry = sales[key] else { return }
    if answer.status == 200 { entry.answers += 1 }
    entry.fate = .answered(answer)
    sales[key] = entry
    kept.append(key)
    bytes += answer.body.count
    while kept.count > PaymentMemory.mostKept || bytes > PaymentMemory.mostBytes {
      let oldest = kept.removeFirst()
      guard case .answered(let old)? = sales[oldest]?.fate else { continue }
      bytes -= old.body.count
      if old.status == 200 {
        sales[oldest]?.fate = .open
        queue(oldest)
      } else {
        // Nothing was paid.
        sales[oldest] = nil
      }
    }
  }

  // MARK: - Forgetting

  private mutating func queue(_ key: Bytes32) {
    guard let entry = sales[key], !entry.isQueued else { return }
    sales[key]?.isQueued = true
    past.append(key)
    if past.count - pastStart > PaymentMemory.mostPast { forgetFirst() }
  }

  /// The ledger has forgotten the nonces of these, and nothing that they sign is good any more.
  private mutating func forget(_ now: UInt64) {
    while pastStart < past.count {
      if let entry = sales[past[pastStart]] {
        let gone = now.subtractingReportingOverflow(SaleFile.horizon)
        guard !gone.overflow, gone.partialValue > entry.until else { return }
      }
      forgetFirst()
    }
  }

  private mutating func forgetFirst() {
    let key = past[pastStart]
    pastStart += 1
    if pastStart > 1_024, pastStart * 2 > past.count {
      past.removeFirst(pastStart)
      pastStart = 0
    }
    // One that is being served, or whose answer is kept, has its turn later.
    if case .open? = sales[key]?.fate { sales[key] = nil } else { sales[key]?.isQueued = false }
  }
}
