// The check `proved`: evidence comes with a proof, and the verifier is the verdict.

public import Kernel
public import Primitives

extension CheckTerms {
  /// Whether runs are answered with proofs that hide their inputs.
  public var hidesInput: Bool {
    kind == ProvedCheck.name && numbers == [Number("level", ProvedCheck.privately)]
  }
}

/// One seat answers with a proof that the ledger verifies in the same message.
///
/// Nothing is drawn and nobody is asked: a false proof costs the seat its stake at once, and no
/// proof within T is no evidence. A proof that holds is paid at once where the ledger sees the
/// input. Where it hides the input, the ledger sees that the model gave this output for some input,
/// and for a window anybody who can open the run's input may show that it was another one.
public struct ProvedCheck: Check {
  public static let typeName = "ProvedCheck"
  public static let name = "proved"
  public static let numbers = ["level"]
  public static let promise =
    "one seat answers with a proof, which the ledger itself verifies"
  public static let outcomes: Set<Outcome> = [.proved, .disproved, .otherInput, .noEvidence]
  /// The level at which a proof hides the input. Beyond that the kind of work numbers them.
  public static let privately: UInt64 = 3

  /// How much the proof hides, as the kind of work numbers it.
  public var level: UInt64 = 0
  /// The evidence whose proof holds about an input that it hides.
  public var answer = SeatVerdict()
  /// What that input is bound by; empty before there is such a proof.
  public var boundInput: [UInt8] = []

  public init() {}
  public init(_ numbers: [UInt64]) { level = numbers[0] }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("level", &level)
    try v("answer", &answer)
    try v("boundInput", &boundInput)
  }

  public var game: Game { .proved(self) }

  /// Being found out is certain where the ledger sees the input, and where it does not the liar has
  /// proved a whole run for nothing: no bond beyond B is asked for.
  public static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape {
    try checkRange("level", numbers[0], 1...255)
    return CheckShape(
      seats: 1, drawn: false, seatBond: false, auditPpm: 0, offered: true, proved: true)
  }

  /// Whether a proof stands that may be contested.
  public var isStanding: Bool { !boundInput.isEmpty }
  public var awaitsBuyer: Bool { false }
  /// A seat that cannot open the input cannot prove anything about it; one that has proved
  /// something has no use for its key.
  public func awaits(seat: Int) -> Bool { !isStanding }
  public var awaitsProof: UInt64? { isStanding ? nil : level }
  public var phase: Phase { isStanding ? .looking : .working }
  public var seats: [SeatView] { [isStanding ? .shown(answer) : .nothing] }

  public mutating func begin(in t: Trial) throws(Refusal) -> Step {
    .wait(until: try t.now.after(seconds: t.runTime))
  }

  public mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    switch (m, p) {
    case (.proof(let evidence, let id, let finding), .seat(0)) where !isStanding:
      answer.provider = t.seats[0]
      answer.units = evidence.units
      answer.output = evidence.output.root
      answer.evidence = id
      switch finding {
      case .fails: return verdict(.disproved, .fallen)
      case .holds: return verdict(.proved, .paid)
      case .binds(let bytes):
        boundInput = bytes
        return .wait(until: try t.now.after(seconds: t.acceptWindow))
      }
    case (.accept, .buyer) where isStanding: return verdict(.proved, .paid)
    case (.otherInput, .market) where isStanding: return verdict(.otherInput, .fallen)
    default: throw .notYourMove
    }
  }

  public mutating func expire(in t: Trial) throws(Refusal) -> Step {
    if isStanding { return verdict(.proved, .paid) }
    return .verdict(
      Verdict(.noEvidence, seats: [SeatVerdict(provider: t.seats[0], fate: .absent)]))
  }

  private func verdict(_ outcome: Outcome, _ fate: Fate) -> Step {
    var seat = answer
    seat.fate = fate
    return .verdict(Verdict(outcome, seats: [seat]))
  }
}
