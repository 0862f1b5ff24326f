// The check `open`: the buyer looks; silence accepts. It is trust, and says so.

public import Primitives

/// One seat answers, the buyer accepts or rejects, and a rejection burns the price.
public struct OpenCheck: Check {
  public static let typeName = "OpenCheck"
  public static let name = "open"
  public static let numbers: [String] = []
  public static let promise =
    "the buyer looks; silence accepts, a rejection burns the price: this is trust"
  public static let outcomes: Set<Outcome> = [.accepted, .silent, .rejected, .noEvidence]

  /// Whether the evidence is in and the buyer's word is awaited.
  public var submitted = false
  public var answer = SeatVerdict()

  public init() {}
  public init(_ numbers: [UInt64]) {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("submitted", &submitted)
    try v("answer", &answer)
  }

  public var game: Game { .open(self) }

  public static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape {
    CheckShape(seats: 1, drawn: false, seatBond: false, auditPpm: 0, offered: true)
  }

  public var awaitsBuyer: Bool { submitted }
  public func awaits(seat: Int) -> Bool { !submitted }
  public var phase: Phase { submitted ? .looking : .working }
  public var seats: [SeatView] { [submitted ? .shown(answer) : .nothing] }

  public mutating func begin(in t: Trial) throws(Refusal) -> Step {
    .wait(until: try t.now.after(seconds: t.runTime))
  }

  public mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    switch (m, p) {
    case (.evidence(let evidence, let id), .seat(0)):
      if submitted { throw .alreadyAnswered }
      submitted = true
      answer.provider = t.seats[0]
      answer.units = evidence.units
      answer.output = evidence.output.root
      answer.evidence = id
      return .wait(until: try t.now.after(seconds: t.acceptWindow))
    case (.accept, .buyer) where submitted:
      return verdict(.accepted, .paid)
    case (.reject(let reason), .buyer) where submitted:
      return verdict(.rejected, .rejected, reason)
    case (.spoiled, .seat(0)) where submitted:
      return verdict(.demandExpired, .spoiled)
    default:
      throw .notYourMove
    }
  }

  public mutating func expire(in t: Trial) throws(Refusal) -> Step {
    if submitted { return verdict(.silent, .paid) }
    return .verdict(
      Verdict(.noEvidence, seats: [SeatVerdict(provider: t.seats[0], fate: .absent)]))
  }

  private func verdict(
    _ outcome: Outcome, _ fate: Fate, _ reason: RejectReason = .other
  ) -> Step {
    var seat = answer
    seat.fate = fate
    return .verdict(Verdict(outcome, reason: reason, seats: [seat]))
  }
}
