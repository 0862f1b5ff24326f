// A game that begins with a run and ends in a verdict. It knows no money and no storage.

public import Primitives

/// Who moves.
public enum Player: Hashable, Sendable {
  case buyer
  case seat(Int)
}

/// What can be played. A check refuses the moves that are none of its own.
public enum Move: Sendable {
  case evidence(Evidence, id: EvidenceID)
  case seal(Bytes32)
  case unseal(Evidence, salt: Bytes32, id: EvidenceID)
  case accept
  case reject(RejectReason)
  /// The ledger saw that the seat's output cannot be opened with the key it promised.
  case spoiled
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
  /// Seconds in which the buyer of an `open` run accepts or rejects.
  public let acceptWindow: UInt64
  /// Seconds in which all sealed replicas open.
  public let sealWindow: UInt64
}

/// What follows from a move or from a silence.
public enum Step: Sendable {
  /// Nothing ends; the deadline is the one it was.
  case stay
  case wait(until: Time)
  case verdict(Verdict)
}

/// A check as a game: a value that lives in the run's row.
public protocol Check: Fielded, Hashable {
  /// Its name in orders and offers.
  static var name: String { get }
  /// The names of the numbers that its terms have, in order.
  static var numbers: [String] { get }
  /// Reads the numbers: how many seats, and how many lowest bids qualify for the draw.
  static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape
  /// The run has its input.
  mutating func begin(in t: Trial) throws(Refusal) -> Step
  mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step
  /// The deadline passed in silence.
  mutating func expire(in t: Trial) throws(Refusal) -> Step
  /// Whether the buyer's evidence lies here, so that it may demand the key to it.
  var awaitsBuyer: Bool { get }
  /// Whether that seat still works on the input, so that it may demand the key to it.
  func awaits(seat: Int) -> Bool
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
}

extension Refusal {
  /// The move does not belong to this check, this player or this moment.
  static var notYourMove: Refusal { Refusal("notYourMove") }
  /// The seat has already answered.
  static var alreadyAnswered: Refusal { Refusal("alreadyAnswered") }
  static func tooManyUnits(used: UInt64, asked: UInt64) -> Refusal {
    Refusal("tooManyUnits", ["used": used, "asked": asked])
  }
  /// What was opened is not what was sealed.
  static var sealDiffers: Refusal { Refusal("sealDiffers") }
}
