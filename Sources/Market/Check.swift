// A game that begins with a run and ends in a verdict. It knows no money and no storage.

public import Kernel
public import Primitives

/// Who moves.
public enum Player: Hashable, Sendable {
  case buyer
  case seat(Int)
  /// The auditor that was drawn.
  case auditor
  /// A judge of the panel that was drawn, by its place.
  case judge(Int)
  /// The market itself: it calls auditors and tells how games ended.
  case market
}

/// What can be played. A check refuses the moves that are none of its own.
public enum Move: Sendable {
  case evidence(Evidence, id: EvidenceID)
  /// Evidence that came with its proof, after the kind of work has verified that.
  case proof(Evidence, id: EvidenceID, finding: ProofFinding)
  /// The ledger saw that the proof is about another input than the run's.
  case otherInput
  case seal(Bytes32)
  case unseal(Evidence, salt: Bytes32, id: EvidenceID)
  /// A judged seat opens its answer, in clear.
  case answer([UInt8], salt: Bytes32, id: EvidenceID)
  /// A seat opens its answer before a panel: its hash, and the hash of each of its parts.
  case exhibit(output: Bytes32, parts: [Bytes32], salt: Bytes32, id: EvidenceID)
  /// What the buyer knew beforehand.
  case gold([UInt8])
  /// The same before a panel, by the hash of each part.
  case known([Bytes32])
  /// What the jury finds, in the order of the seats.
  case scored([SeatScore])
  case accept
  case reject(RejectReason)
  /// The ledger saw that the seat's output cannot be opened with the key it promised.
  case spoiled
  /// The buyer's salt for the draw of the audit.
  case salt(Bytes32)
  /// Who was called to audit; nobody when no auditor is left.
  case called(Address?, behind: [Address])
  /// Who was drawn to judge, and what each has at stake.
  case seated([Address], bond: Amount)
  case sealTrace(Bytes32)
  case unsealTrace(root: Bytes32, salt: Bytes32)
  /// The games about an answer: it lost one, or none is open any more.
  case fell(Bytes32)
  case gamesOver
}

/// What a check may know of the run that it judges.
public struct Trial: Sendable {
  public let run: RunID
  /// The providers in the order of the seats.
  public let seats: [Address]
  public let units: UInt64
  public let now: Time
  /// T, in seconds.
  public let runTime: UInt64
  /// Seconds in which the buyer of an `open` run accepts or rejects, and in which a proof that
  /// hides its input may be contested.
  public let acceptWindow: UInt64
  /// p, in parts per million; zero where the check has no court.
  public let auditPpm: UInt64
  /// The height of the block, and E of the last complete one.
  public let height: UInt64
  public let beacon: Bytes32
  /// Games that are open about the run.
  public let openGames: UInt64
  public let clocks: TrialClocks
}

/// The windows of the terms, in seconds, that a check may count.
public struct TrialClocks: Sendable {
  /// All sealed replicas open, and so do both sides of an audit.
  public let seal: UInt64
  /// The buyer opens the salt of a draw.
  public let salt: UInt64
  /// Beside 2T: each side of an audit seals its trace.
  public let audit: UInt64
  /// Beside 2T: a run may be challenged.
  public let dispute: UInt64
  /// Auditors called one after the other.
  public let turns: UInt64
}

extension TrialClocks {
  init(_ terms: Terms) {
    self.init(
      seal: terms.sealWindow, salt: terms.saltWindow, audit: terms.auditWindow,
      dispute: terms.disputeWindow, turns: terms.auditTurns)
  }
}

/// An auditor is to be called.
public struct AuditCall: Sendable {
  public let draw: Draw
  /// The height in which what is drawn over was fixed.
  public let fixedAt: UInt64
  /// Who comes next after a silent auditor; nothing at the first call, which draws the line.
  public let line: [Address]?
  /// Who was silent in the turn before, and pays for it.
  public let fined: Address?
}

/// What follows from a move or from a silence.
public enum Step: Sendable {
  /// Nothing ends; the deadline is the one it was.
  case stay
  case wait(until: Time)
  /// The beacon of the block after this one is awaited.
  case beacon
  case call(AuditCall)
  /// A panel is to be drawn.
  case empanel(AuditCall)
  /// Everybody may challenge until then; an auditor who differs already does, against its answer.
  case open(until: Time, accused: Bytes32?)
  case verdict(Verdict)
}

/// A check as a game: a value that lives in the run's row.
public protocol Check: Fielded, Hashable {
  /// Its name in orders and offers.
  static var name: String { get }
  /// The names of the numbers that its terms have, in order.
  static var numbers: [String] { get }
  /// What it promises, in a line of the list of checks.
  static var promise: String { get }
  /// How a run under it can end, beside the ends that are no check's.
  static var outcomes: Set<Outcome> { get }
  /// Reads the numbers: how many seats, and how many lowest bids qualify for the draw.
  static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape
  /// The game before its start, out of the same numbers.
  init(_ numbers: [UInt64]) throws(Refusal)
  /// Its case in the list of games.
  var game: Game { get }
  /// The run has its input.
  mutating func begin(in t: Trial) throws(Refusal) -> Step
  mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step
  /// The deadline passed in silence.
  mutating func expire(in t: Trial) throws(Refusal) -> Step
  /// Whether the buyer's evidence lies here, so that it may demand the key to it.
  var awaitsBuyer: Bool { get }
  /// Whether that seat still works on the input, so that it may demand the key to it.
  func awaits(seat: Int) -> Bool
  /// Whether the auditor still works on the input, so that it may demand the key to it.
  var awaitsAuditor: Bool { get }
  /// Whether the run waits for a block, not for a time: its deadline says only that it is due.
  var awaitsBeacon: Bool { get }
  /// Whether nothing but open games keeps the run from its verdict.
  var waitsForGames: Bool { get }
  /// The level of the proof that the run awaits; nil where it awaits none.
  var awaitsProof: UInt64? { get }
  /// What binds the input of a proof that stands to be contested; empty where none does.
  var boundInput: [UInt8] { get }
  /// The outputs about which there may be claims.
  var answers: [Bytes32] { get }
  /// The seats that stand for an answer which may be challenged now; empty when it may not.
  func defenders(of answer: Bytes32) -> [Int]
  /// Where it stands, for whoever only reads.
  var phase: Phase { get }
  /// What each seat has shown so far, in the order of the seats.
  var seats: [SeatView] { get }
  /// The auditors that were called, in order.
  var called: [Address] { get }
}

extension Check {
  public var awaitsAuditor: Bool { false }
  public var awaitsBeacon: Bool { false }
  public var waitsForGames: Bool { false }
  public var awaitsProof: UInt64? { nil }
  public var boundInput: [UInt8] { [] }
  public var answers: [Bytes32] { [] }
  public func defenders(of answer: Bytes32) -> [Int] { [] }
  public var called: [Address] { [] }
}

/// What the market must know of a check before a run begins.
public struct CheckShape: Hashable, Sendable {
  /// k: seats that answer.
  public var seats: Int
  /// Whether the seats are drawn from the `bidFactor`·k lowest with the buyer's salt.
  public var drawn: Bool
  /// Whether seats lock S at `honour`; otherwise B is all that is at stake.
  public var seatBond: Bool
  /// p: the probability of an audit, in parts per million.
  public var auditPpm: UInt64
  /// Whether a posted offer may be sold under it.
  public var offered: Bool
  /// Whether evidence comes with a proof, which the kind of work verifies.
  public var proved = false

  /// Whether the kind of work says what each answer is worth.
  public var judged = false
  /// Whether the buyer escrows the price of a seat for what it alone can show.
  public var pledged = false
  /// Judges of a panel, and the topic that they stand for; none where there is no panel.
  public var judges: UInt64 = 0
  public var topic: UInt64 = 0
  /// The subnet whose members may bid, and the one whose validators judge; nil where anybody may.
  public var subnet: UInt64?
  public var jury: UInt64?

  /// Whether a lease keeps what is done, so that the ledger can judge it by itself.
  var keepsWork: Bool { auditPpm > 0 || proved || judged }
}

extension Refusal {
  /// The move does not belong to this check, this player or this moment.
  static var notYourMove: Refusal { Refusal("notYourMove") }
  /// The seat has already answered.
  static var alreadyAnswered: Refusal { Refusal("alreadyAnswered") }
  static func tooManyUnits(used: UInt64, asked: UInt64) -> Refusal {
    Refusal("tooManyUnits", ["used": used, "asked": asked])
  }
  /// The run has no court, or its window is over.
  static var notDisputable: Refusal { Refusal("notDisputable") }
  /// What was opened is not what was sealed.
  static var sealDiffers: Refusal { Refusal("sealDiffers") }
}
