// The check `proved`: evidence comes with a proof, and the verifier is the verdict.

public import Kernel
public import Primitives

/// One seat answers with a proof that the ledger verifies in the same message.
///
/// Nothing is drawn, nobody is asked, no window is waited for: a proof that holds is paid at once,
/// a false one costs the seat its stake at once, and no proof within T is no evidence. What a proof
/// is, and which levels there are, only the kind of work knows.
public struct ProvedCheck: Check {
  public static let typeName = "ProvedCheck"
  public static let name = "proved"
  public static let numbers = ["level"]

  /// How much the proof hides, as the kind of work numbers it.
  public var level: UInt64 = 0

  public init() {}
  public init(level: UInt64) { self.level = level }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("level", &level)
  }

  /// Being found out is certain, so no bond beyond B is needed: a false proof is never paid.
  public static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape {
    try checkRange("level", numbers[0], 1...255)
    return CheckShape(
      seats: 1, drawn: false, seatBond: false, auditPpm: 0, offered: true, proved: true)
  }

  public var awaitsBuyer: Bool { false }
  /// A seat that cannot open the input cannot prove anything about it.
  public func awaits(seat: Int) -> Bool { true }
  public var awaitsProof: UInt64? { level }
  /// What is shown under it is judged in the same message, so that nothing ever lies open.
  public var phase: Phase { .working }
  public var seats: [SeatView] { [.nothing] }

  public mutating func begin(in t: Trial) throws(Refusal) -> Step {
    .wait(until: try t.now.after(seconds: t.runTime))
  }

  public mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    guard case .proof(let evidence, let id, let holds) = m, p == .seat(0) else {
      throw .notYourMove
    }
    var seat = SeatVerdict(provider: t.seats[0], fate: holds ? .paid : .fallen)
    seat.units = evidence.units
    seat.output = evidence.output.root
    seat.evidence = id
    return .verdict(Verdict(holds ? .proved : .disproved, seats: [seat]))
  }

  public mutating func expire(in t: Trial) throws(Refusal) -> Step {
    .verdict(Verdict(.noEvidence, seats: [SeatVerdict(provider: t.seats[0], fate: .absent)]))
  }
}
