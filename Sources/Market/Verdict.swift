// What a check found: the outcome of the run and the fate of each seat.

public import Primitives

/// How a run ended.
public enum Outcome: UInt8, ByteChoice {
  case accepted = 1
  /// The buyer said nothing, and silence accepts.
  case silent = 2
  case rejected = 3
  case noEvidence = 4
  case majority = 5
  case noMajority = 6
  case inputWithheld = 7
  case demandExpired = 8
  case notHonoured = 9
  /// The evidence stands: nobody disputed it, or all who did lost.
  case stands = 10
  /// The evidence lost a game.
  case fell = 11
  /// The provider fell silent after its evidence.
  case leftSilent = 12
  /// The proof that came with the evidence holds.
  case proved = 13
  /// The proof that came with the evidence is false.
  case disproved = 14
  /// The jury has said what each answer is worth.
  case judged = 15
  /// The same, by the answers alone: the buyer did not open its gold.
  case goldWithheld = 16
  /// Fewer than two answers were opened, so that there was nothing to judge them by.
  case tooFew = 17
  /// The proof holds, and is about another input than the one that was bought.
  case otherInput = 18
  /// Too few judges scored, so that nobody knows what the answers are worth.
  case unjudged = 19

  /// Whether a jury has spoken.
  public var isJudged: Bool { self == .judged || self == .goldWithheld }

  /// Whether the buyer got what it paid for.
  public var isGood: Bool {
    switch self {
    case .accepted, .silent, .majority, .stands, .proved, .judged, .goldWithheld: true
    case .rejected, .noEvidence, .noMajority, .inputWithheld, .demandExpired, .notHonoured,
      .fell, .leftSilent, .disproved, .otherInput, .tooFew, .unjudged:
      false
    }
  }
}

/// What became of a seat in a run.
public enum Fate: UInt8, ByteChoice {
  /// Paid: accepted, in the majority, or for what a jury found it worth.
  case paid = 1
  /// Answered, and the answer stands against the majority, or a jury found it worthless.
  case differs = 2
  /// Sealed an answer and never opened it.
  case silent = 3
  /// Never sealed, never showed evidence.
  case absent = 4
  /// Answered where there was no majority, or nothing that a jury could measure: bond back, no
  /// price.
  case undecided = 5
  /// The buyer rejected, or its gold did against the other seats: bond back, the price burns.
  case rejected = 6
  /// Kept from working: the input was withheld.
  case idle = 7
  /// Its output could not be opened with the key it promised, or no key came.
  case spoiled = 8
  /// Its answer lost a game, or its proof is false or about another input.
  case fallen = 9
  /// Answered, and fell silent when it was asked about it.
  case left = 10
}

/// What came of an audit.
public enum AuditFinding: UInt8, ByteChoice {
  /// Nobody was drawn, or nobody could be called.
  case none = 0
  case equal = 1
  case differs = 2
  /// The auditor said nothing to the end.
  case silent = 3
  /// The auditor had sealed its trace when the provider fell silent.
  case committed = 4
}

public struct SeatVerdict: Fielded, Hashable {
  public static let typeName = "SeatVerdict"
  public var provider = Address()
  public var fate = Fate.absent
  /// Units billed; zero without evidence.
  public var units: UInt64 = 0
  /// The output commitment; zero without evidence.
  public var output = Bytes32()
  /// The message that carried the evidence; zero without.
  public var evidence = EvidenceID()

  public init() {}
  public init(provider: Address, fate: Fate) {
    self.provider = provider
    self.fate = fate
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("provider", &provider)
    try v("fate", &fate)
    try v("units", &units)
    try v("output", &output)
    try v("evidence", &evidence)
  }
}

public struct Verdict: Fielded, Hashable {
  public static let typeName = "Verdict"
  public var outcome = Outcome.noEvidence
  /// The reason of a rejection; `other` elsewhere.
  public var reason = RejectReason.other
  public var seats: [SeatVerdict] = []
  public var audit = AuditFinding.none
  /// The auditor whose bond was at stake; zero without.
  public var auditor = Address()

  public init() {}
  public init(_ outcome: Outcome, reason: RejectReason = .other, seats: [SeatVerdict]) {
    self.outcome = outcome
    self.reason = reason
    self.seats = seats
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("outcome", &outcome)
    try v("reason", &reason)
    try v("seats", &seats)
    try v("audit", &audit)
    try v("auditor", &auditor)
  }
}

extension Verdict {
  /// Whether no seat showed anything.
  public var isUnanswered: Bool {
    seats.allSatisfy { $0.fate == .silent || $0.fate == .absent }
  }
}
