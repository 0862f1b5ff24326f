// The check `replicated`: k seats answer blindly, and more than half must agree.

public import Primitives

/// How far a replica has come.
public enum ReplicaState: UInt8, ByteChoice {
  case waiting = 0
  case sealed = 1
  case opened = 2
}

/// One replica's answer.
public struct Replica: Fielded, Hashable {
  public static let typeName = "Replica"
  public var state = ReplicaState.waiting
  public var seal = Bytes32()
  public var answer = SeatVerdict()

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("state", &state)
    try v("seal", &seal)
    try v("answer", &answer)
  }
}

/// k equal answers by commit and reveal, final at once: no audit until there is a court.
///
/// Equal means equal output root and equal units, never an equal label. Seats are drawn after
/// bidding closes and seals are bound to the seat, so that a stranger's answer cannot be copied.
/// Secrecy among the seats is not assumed: a cartel that fills the majority decides the answer.
public struct ReplicatedCheck: Check {
  public static let typeName = "ReplicatedCheck"
  public static let name = "replicated"
  public static let numbers = ["replicas", "audit"]

  /// Whether sealing is over and answers are opened.
  public var opening = false
  public var replicas: [Replica] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("opening", &opening)
    try v("replicas", &replicas)
  }

  public static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape {
    let (replicas, audit) = (numbers[0], numbers[1])
    guard replicas == 3 || replicas == 5 || replicas == 7 else {
      throw .badReplicas(replicas)
    }
    guard audit == 0 else { throw .noAudits(asked: audit) }
    return CheckShape(
      seats: Int(replicas), drawn: true, seatBond: true, auditPpm: audit, offered: false)
  }

  /// The majority is trusted for its keys as for its answer, and is final when it is known.
  public var awaitsBuyer: Bool { false }
  /// Who has sealed has had the input.
  public func awaits(seat: Int) -> Bool { !opening && replicas[seat].state == .waiting }

  public mutating func begin(in t: Trial) throws(Refusal) -> Step {
    replicas = t.seats.map {
      var replica = Replica()
      replica.answer.provider = $0
      return replica
    }
    return .wait(until: try t.now.after(seconds: t.runTime))
  }

  public mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    guard case .seat(let seat) = p else { throw .notYourMove }
    switch m {
    case .seal(let seal) where !opening:
      if replicas[seat].state != .waiting { throw .alreadyAnswered }
      replicas[seat].state = .sealed
      replicas[seat].seal = seal
      if replicas.contains(where: { $0.state == .waiting }) { return .stay }
      return try beginOpening(in: t)
    case .unseal(let evidence, let salt, let id) where opening:
      try open(seat, evidence, salt, id, in: t)
      if replicas.contains(where: { $0.state == .sealed }) { return .stay }
      return .verdict(verdict())
    default:
      throw .notYourMove
    }
  }

  public mutating func expire(in t: Trial) throws(Refusal) -> Step {
    if opening { return .verdict(verdict()) }
    if replicas.contains(where: { $0.state == .sealed }) { return try beginOpening(in: t) }
    return .verdict(verdict())
  }

  private mutating func beginOpening(in t: Trial) throws(Refusal) -> Step {
    opening = true
    return .wait(until: try t.now.after(seconds: t.clocks.seal))
  }

  private mutating func open(
    _ seat: Int, _ evidence: Evidence, _ salt: Bytes32, _ id: EvidenceID, in t: Trial
  ) throws(Refusal) {
    guard replicas[seat].state == .sealed else { throw .notYourMove }
    let sealed = Evidence.seal(
      run: t.run, seat: t.seats[seat], output: evidence.output.root, units: evidence.units,
      salt: salt)
    guard sealed == replicas[seat].seal else { throw .sealDiffers }
    replicas[seat].state = .opened
    replicas[seat].answer.units = evidence.units
    replicas[seat].answer.output = evidence.output.root
    replicas[seat].answer.evidence = id
  }

  /// More than half of all seats with equal output and units, or none.
  private func verdict() -> Verdict {
    let majority = replicas.first { candidate in
      candidate.state == .opened
        && replicas.filter { candidate.agrees(with: $0) }.count * 2 > replicas.count
    }
    let seats = replicas.map { replica in
      var seat = replica.answer
      seat.fate =
        switch replica.state {
        case .waiting: .absent
        case .sealed: .silent
        case .opened:
          if let majority { majority.agrees(with: replica) ? .paid : .differs } else { .undecided }
        }
      return seat
    }
    return Verdict(majority == nil ? .noMajority : .majority, seats: seats)
  }
}

extension Replica {
  func agrees(with other: Replica) -> Bool {
    other.state == .opened && other.answer.output == answer.output
      && other.answer.units == answer.units
  }
}

extension Refusal {
  static func badReplicas(_ count: UInt64) -> Refusal {
    Refusal("badReplicas", ["replicas": count, "least": 3, "most": 7])
  }
  /// Audited replication needs the court, which is not there yet.
  static func noAudits(asked: UInt64) -> Refusal {
    Refusal("noAudits", ["asked": asked, "possible": 0])
  }
}
