// The check `disputable`: one bonded answer, a blind audit drawn by lot, and games with anybody.

public import Kernel
public import Primitives

/// The stations of a disputable run, numbered as `docs/reference/states.md` lists them.
public enum DisputableStage: UInt8, ByteChoice {
  case running = 3
  /// The evidence lies; the beacon of the next block is awaited.
  case submitted = 4
  /// The buyer's salt is awaited.
  case drawing = 5
  /// An auditor is called; the provider's seal is awaited.
  case drawn = 6
  /// The auditor's seal is awaited.
  case sealed = 8
  /// Both have sealed; the provider opens first.
  case committed = 9
  /// The auditor opens.
  case opened = 10
  /// Anybody may challenge.
  case window = 12
  /// The window is over; games are still played.
  case playing = 14
}

/// One provider answers under a bond that a single honest checker can take.
///
/// Nobody is paid twice for the same answer: the buyer's salt and a later beacon decide whether an
/// auditor runs the work again, blindly. Both seal the root of their trace before either opens it,
/// so an auditor who did not run has nothing to open. Whoever finds another trace disputes it.
public struct DisputableCheck: Check {
  public static let typeName = "DisputableCheck"
  public static let name = "disputable"
  public static let numbers = ["audit"]
  public static let promise =
    "one seat answers under a bond; auditors are drawn, and anybody may dispute"
  public static let outcomes: Set<Outcome> = [.stands, .fell, .leftSilent, .noEvidence]

  public var stage = DisputableStage.running
  public var answer = SeatVerdict()
  /// Drawn over the evidence.
  public var draw = AuditDraw()
  public var providerSeal = Bytes32()
  public var auditorSeal = Bytes32()
  /// The provider's root, once opened.
  public var root = Bytes32()
  public var audit = AuditFinding.none

  public init() {}
  public init(_ numbers: [UInt64]) {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("stage", &stage)
    try v("answer", &answer)
    try v("draw", &draw)
    try v("providerSeal", &providerSeal)
    try v("auditorSeal", &auditorSeal)
    try v("root", &root)
    try v("audit", &audit)
  }

  public var game: Game { .disputable(self) }

  public static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape {
    // Below one run in a hundred the bond would be out of all proportion.
    try checkRange("audit", numbers[0], 10_000...million)
    return CheckShape(
      seats: 1, drawn: false, seatBond: true, auditPpm: numbers[0], offered: true)
  }

  /// The output may be demanded while it may be challenged: before, both sides have clocks to mind.
  public var awaitsBuyer: Bool { stage == .window }
  public func awaits(seat: Int) -> Bool { stage == .running }
  public var awaitsAuditor: Bool { stage == .sealed }
  public var awaitsBeacon: Bool { stage == .submitted }
  public var waitsForGames: Bool { stage == .playing }
  public var answers: [Bytes32] { answer.output == .zero ? [] : [answer.output] }

  public func defenders(of claimed: Bytes32) -> [Int] {
    (stage == .window || stage == .playing) && claimed == answer.output ? [0] : []
  }

  public var phase: Phase {
    switch stage {
    case .running: .working
    case .submitted: .beacon
    case .drawing: .salt
    case .drawn: .called
    case .sealed: .auditing
    case .committed: .committed
    case .opened: .confirming
    case .window: .window
    case .playing: .playing
    }
  }

  public var seats: [SeatView] { [stage == .running ? .nothing : .shown(answer)] }
  public var called: [Address] { draw.called }

  public mutating func begin(in t: Trial) throws(Refusal) -> Step {
    answer.provider = t.seats[0]
    return .wait(until: try t.now.after(seconds: t.runTime))
  }
}

// MARK: - Moves

extension DisputableCheck {
  public mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    switch (m, p, stage) {
    case (.evidence(let evidence, let id), .seat(0), .running):
      answer.units = evidence.units
      answer.output = evidence.output.root
      answer.evidence = id
      stage = .submitted
      try draw.fix(id.digest, in: t)
      return .beacon
    case (.salt(let salt), .buyer, .drawing): return try draw(salt, in: t)
    case (.called(let auditor, let behind), .market, .drawn):
      guard let auditor else { return try openWindow(in: t) }
      draw.call(auditor, behind: behind)
      return .wait(until: try t.afterRedoing(t.clocks.audit))
    case (.sealTrace(let seal), .seat(0), .drawn):
      // A provider who is asked again must not change its word meanwhile.
      guard providerSeal == .zero || providerSeal == seal else { throw .sealDiffers }
      providerSeal = seal
      stage = .sealed
      return .wait(until: try t.afterRedoing(t.clocks.audit))
    case (.sealTrace(let seal), .auditor, .sealed):
      auditorSeal = seal
      stage = .committed
      return .wait(until: try t.now.after(seconds: t.clocks.seal))
    case (.unsealTrace(let root, let salt), .seat(0), .committed):
      try require(providerSeal, opens: root, salt, by: t.seats[0], in: t)
      self.root = root
      stage = .opened
      return .wait(until: try t.now.after(seconds: t.clocks.seal))
    case (.unsealTrace(let root, let salt), .auditor, .opened):
      try require(auditorSeal, opens: root, salt, by: draw.auditor, in: t)
      audit = root == self.root ? .equal : .differs
      return try openWindow(in: t)
    case (.fell, .market, .window), (.fell, .market, .playing):
      return verdict(.fell, .fallen)
    case (.gamesOver, .market, .playing): return verdict(.stands, .paid)
    case (.spoiled, .seat, .sealed): return verdict(.leftSilent, .left)
    case (.spoiled, .seat, .window): return verdict(.leftSilent, .spoiled)
    default: throw .notYourMove
    }
  }

  public mutating func expire(in t: Trial) throws(Refusal) -> Step {
    switch stage {
    case .running:
      return .verdict(
        Verdict(.noEvidence, seats: [SeatVerdict(provider: t.seats[0], fate: .absent)]))
    case .submitted:
      guard draw.takeBeacon(in: t) else { return .beacon }
      if draw.saltWithheld { return try draw(.zero, in: t) }
      stage = .drawing
      return .wait(until: max(draw.saltUntil, try t.now.adding(Time(1))))
    case .drawing:
      draw.withholdSalt(in: t)
      stage = .submitted
      return .beacon
    case .drawn, .committed:
      if stage == .committed { audit = .committed }
      return verdict(.leftSilent, .left)
    case .sealed:
      guard let call = draw.next(in: t) else {
        audit = .silent
        return try openWindow(in: t)
      }
      stage = .drawn
      return .call(call)
    case .opened:
      audit = .silent
      return try openWindow(in: t)
    case .window:
      guard t.openGames == 0 else {
        stage = .playing
        return .wait(until: .never)
      }
      return verdict(.stands, .paid)
    case .playing: return .wait(until: .never)
    }
  }
}

// MARK: - Draw, window, verdict

extension DisputableCheck {
  private mutating func draw(_ salt: Bytes32, in t: Trial) throws(Refusal) -> Step {
    guard let call = draw.open(salt, in: t) else { return try openWindow(in: t) }
    stage = .drawn
    return .call(call)
  }

  private mutating func openWindow(in t: Trial) throws(Refusal) -> Step {
    stage = .window
    return .open(
      until: try t.afterRedoing(t.clocks.dispute),
      accused: audit == .differs ? answer.output : nil)
  }

  private func require(
    _ seal: Bytes32, opens root: Bytes32, _ salt: Bytes32, by sender: Address, in t: Trial
  ) throws(Refusal) {
    guard SealTrace.seal(run: t.run, by: sender, root: root, salt: salt) == seal else {
      throw .sealDiffers
    }
  }

  private func verdict(_ outcome: Outcome, _ fate: Fate) -> Step {
    var seat = answer
    seat.fate = fate
    var verdict = Verdict(outcome, seats: [seat])
    verdict.audit = audit
    if audit != .none { verdict.auditor = draw.auditor }
    return .verdict(verdict)
  }
}
