// The check `replicated`: k seats answer blindly, more than half must agree, and with an audit
// rate every answer can be brought to court.

public import Kernel
public import Primitives

/// The stations of a replicated run, numbered as `docs/reference/states.md` lists them.
public enum ReplicatedStage: UInt8, ByteChoice {
  case running = 9
  case opening = 11
  /// All have sealed; the beacon of the next block is awaited.
  case fixed = 13
  /// The buyer's salt is awaited.
  case drawing = 14
  /// A drawn auditor answers as one more blind seat.
  case auditing = 15
  /// Anybody may challenge.
  case window = 16
  /// The window is over; games are still played.
  case playing = 17
}

/// k equal answers by commit and reveal.
///
/// Equal means equal output root and equal units, never an equal label. Seats are drawn after
/// bidding closes and seals are bound to the seat, so that a stranger's answer cannot be copied.
/// Secrecy among the seats is not assumed. Without audits a cartel that fills the majority decides
/// the answer, at once and for good. With an audit rate the lot may add a blind auditor before
/// anything is opened, and afterwards every answer may be challenged: one honest seat is enough
/// to fell a lying majority.
public struct ReplicatedCheck: Check {
  public static let typeName = "ReplicatedCheck"
  public static let name = "replicated"
  public static let numbers = ["replicas", "audit"]
  public static let promise =
    "more than half of k drawn seats answered the same bits, blindly"
  public static let outcomes: Set<Outcome> = [.majority, .noMajority, .noEvidence]

  public var stage = ReplicatedStage.running
  public var replicas: [Replica] = []
  public var draw = AuditDraw()
  public var auditSeal = Bytes32()
  /// What the auditor opened: H(output ‖ units); zero before.
  public var auditAnswer = Bytes32()
  public var auditSilent = false
  /// The outputs that lost a game.
  public var fallen: [Bytes32] = []

  public init() {}
  public init(_ numbers: [UInt64]) {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("stage", &stage)
    try v("replicas", &replicas)
    try v("draw", &draw)
    try v("auditSeal", &auditSeal)
    try v("auditAnswer", &auditAnswer)
    try v("auditSilent", &auditSilent)
    try v("fallen", &fallen)
  }

  public var game: Game { .replicated(self) }

  public static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape {
    let (replicas, audit) = (numbers[0], numbers[1])
    guard replicas == 3 || replicas == 5 || replicas == 7 else {
      throw .badReplicas(replicas)
    }
    if audit > 0 { try checkRange("audit", audit, 10_000...million) }
    return CheckShape(
      seats: Int(replicas), drawn: true, seatBond: true, auditPpm: audit, offered: false)
  }

  public var opening: Bool { stage == .opening }
  /// The majority is trusted for its keys as for its answer: any one of its blobs will do.
  public var awaitsBuyer: Bool { false }
  /// Who has sealed has had the input.
  public func awaits(seat: Int) -> Bool {
    stage == .running && replicas[seat].state == .waiting
  }
  public var awaitsAuditor: Bool { stage == .auditing }
  public var awaitsBeacon: Bool { stage == .fixed }
  public var waitsForGames: Bool { stage == .playing }
  public var answers: [Bytes32] { ReplicatedCheck.distinct(opened.map(\.output)) }

  public func defenders(of answer: Bytes32) -> [Int] {
    guard stage == .window || stage == .playing, !fallen.contains(answer) else { return [] }
    return replicas.indices.filter {
      replicas[$0].state == .opened && replicas[$0].answer.output == answer
    }
  }

  public var phase: Phase {
    switch stage {
    case .running: replicas.contains { $0.state != .waiting } ? .sealing : .working
    case .fixed: .beacon
    case .drawing: .salt
    case .auditing: .auditing
    case .opening: .opening
    case .window: .window
    case .playing: .playing
    }
  }

  public var seats: [SeatView] { replicas.views }
  public var called: [Address] { draw.called }

  public mutating func begin(in t: Trial) throws(Refusal) -> Step {
    replicas = .waiting(for: t.seats)
    return .wait(until: try t.now.after(seconds: t.runTime))
  }
}

// MARK: - Moves

extension ReplicatedCheck {
  public mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    switch (m, p, stage) {
    case (.seal(let seal), .seat(let seat), .running):
      return try replicas.seal(seal, by: seat) ? try endSealing(in: t) : .stay
    case (.unseal(let evidence, let salt, let id), .seat(let seat), .opening):
      try open(seat, evidence, salt, id, in: t)
      return isOpen ? try endOpening(in: t) : .stay
    case (.salt(let salt), .buyer, .drawing): return try draw(salt, in: t)
    case (.called(let auditor, let behind), .market, .auditing):
      guard let auditor else { return try beginOpening(in: t) }
      draw.call(auditor, behind: behind)
      return .wait(until: try t.afterRedoing(t.clocks.audit))
    case (.sealTrace(let seal), .auditor, .auditing):
      auditSeal = seal
      return try beginOpening(in: t)
    case (.unsealTrace(let answer, let salt), .auditor, .opening):
      guard auditSeal != .zero, auditAnswer == .zero else { throw .notYourMove }
      guard answer != .zero,
        SealTrace.seal(run: t.run, by: draw.auditor, root: answer, salt: salt) == auditSeal
      else { throw .sealDiffers }
      auditAnswer = answer
      return isOpen ? try endOpening(in: t) : .stay
    case (.fell(let answer), .market, _):
      fallen.append(answer)
      return stage == .playing && t.openGames == 0 ? .verdict(verdict()) : .stay
    case (.gamesOver, .market, .playing): return .verdict(verdict())
    // No seat would hand the input to the auditor: all of them are silent.
    case (.spoiled, .seat, .auditing): return .verdict(verdict())
    default: throw .notYourMove
    }
  }

  public mutating func expire(in t: Trial) throws(Refusal) -> Step {
    switch stage {
    case .running:
      return replicas.areSealed ? try endSealing(in: t) : .verdict(verdict())
    case .fixed:
      guard draw.takeBeacon(in: t) else { return .beacon }
      if draw.saltWithheld { return try draw(.zero, in: t) }
      stage = .drawing
      return .wait(until: max(draw.saltUntil, try t.now.adding(Time(1))))
    case .drawing:
      draw.withholdSalt(in: t)
      stage = .fixed
      return .beacon
    case .auditing:
      if let call = draw.next(in: t) { return .call(call) }
      auditSilent = true
      return try beginOpening(in: t)
    case .opening: return try endOpening(in: t)
    case .window:
      guard t.openGames == 0 else {
        stage = .playing
        return .wait(until: .never)
      }
      return .verdict(verdict())
    case .playing: return .wait(until: .never)
    }
  }

  /// With audits the lot is drawn before anything is opened: whoever is called finds nothing to
  /// copy.
  private mutating func endSealing(in t: Trial) throws(Refusal) -> Step {
    guard t.auditPpm > 0 else { return try beginOpening(in: t) }
    stage = .fixed
    try draw.fix(SHA256.hash(replicas.flatMap { $0.seal.bytes }), in: t)
    return .beacon
  }

  private mutating func draw(_ salt: Bytes32, in t: Trial) throws(Refusal) -> Step {
    guard let call = draw.open(salt, in: t) else { return try beginOpening(in: t) }
    stage = .auditing
    return .call(call)
  }

  private mutating func beginOpening(in t: Trial) throws(Refusal) -> Step {
    stage = .opening
    return .wait(until: try t.now.after(seconds: t.clocks.seal))
  }

  /// Whether everybody who sealed has opened.
  private var isOpen: Bool {
    !replicas.areSealed && (auditSeal == .zero || auditAnswer != .zero)
  }

  private mutating func endOpening(in t: Trial) throws(Refusal) -> Step {
    guard t.auditPpm > 0 else { return .verdict(verdict()) }
    if auditSeal != .zero && auditAnswer == .zero { auditSilent = true }
    if answers.isEmpty { return .verdict(verdict()) }
    stage = .window
    var accused: Bytes32?
    if auditAnswer != .zero, let majority, auditAnswer != majority.answer.digest {
      accused = majority.answer.output
    }
    return .open(until: try t.afterRedoing(t.clocks.dispute), accused: accused)
  }

  private mutating func open(
    _ seat: Int, _ evidence: Evidence, _ salt: Bytes32, _ id: EvidenceID, in t: Trial
  ) throws(Refusal) {
    try replicas.requireSealed(evidence.output.root, evidence.units, salt, by: seat, in: t)
    // What no game could judge is not left to a vote either.
    guard t.auditPpm == 0 || evidence.units == t.units else {
      throw .unitsDiffer(used: evidence.units, asked: t.units)
    }
    replicas.open(seat, evidence.output.root, evidence.units, id)
  }
}

// MARK: - Verdict

extension ReplicatedCheck {
  private var opened: [SeatVerdict] {
    replicas.filter { $0.state == .opened }.map(\.answer)
  }

  private static func distinct(_ outputs: [Bytes32]) -> [Bytes32] {
    outputs.indices.filter { !outputs[..<$0].contains(outputs[$0]) }.map { outputs[$0] }
  }

  /// A replica of those that are more than half of all seats, with equal output and units.
  private var majority: Replica? {
    replicas.first { candidate in
      candidate.state == .opened
        && replicas.count { candidate.agrees(with: $0) } * 2 > replicas.count
    }
  }

  private func verdict() -> Verdict {
    let standing = majority.flatMap { fallen.contains($0.answer.output) ? nil : $0 }
    let seats = replicas.map { replica in
      var seat = replica.answer
      seat.fate = fate(of: replica, standing: standing)
      return seat
    }
    var verdict = Verdict(standing == nil ? .noMajority : .majority, seats: seats)
    if auditAnswer != .zero {
      let stands =
        standing.map { $0.answer.digest == auditAnswer }
        ?? opened.contains { $0.digest == auditAnswer && !fallen.contains($0.output) }
      verdict.audit = stands ? .equal : .differs
    } else if auditSilent {
      verdict.audit = .silent
    }
    if verdict.audit != .none { verdict.auditor = draw.auditor }
    return verdict
  }

  private func fate(of replica: Replica, standing: Replica?) -> Fate {
    switch replica.state {
    case .waiting: .absent
    case .sealed: .silent
    case .opened:
      if fallen.contains(replica.answer.output) {
        .fallen
      } else if let standing {
        standing.agrees(with: replica) ? .paid : .differs
      } else {
        .undecided
      }
    }
  }
}

extension Replica {
  func agrees(with other: Replica) -> Bool {
    other.state == .opened && other.answer.output == answer.output
      && other.answer.units == answer.units
  }
}

extension SeatVerdict {
  /// What two answers must have in common to be equal: output and units.
  public static func digest(output: Bytes32, units: UInt64) -> Bytes32 {
    SHA256.hash {
      $0.update(output)
      $0.update(units)
    }
  }

  public var digest: Bytes32 { SeatVerdict.digest(output: output, units: units) }
}

extension Refusal {
  static func badReplicas(_ count: UInt64) -> Refusal {
    Refusal("badReplicas", ["replicas": count, "least": 3, "most": 7])
  }
  /// Where answers may be disputed, all units asked for are billed: no game could judge fewer.
  static func unitsDiffer(used: UInt64, asked: UInt64) -> Refusal {
    Refusal("unitsDiffer", ["used": used, "asked": asked])
  }
}
