// The check `panel`: seats answer freely and blindly, and drawn judges score blindly.

import Kernel
public import Primitives

/// The stations of a run before a panel, numbered as `docs/reference/states.md` lists them.
public enum PanelStage: UInt8, ByteChoice {
  /// The answers lie open; the beacon of the next block is awaited.
  case submitted = 4
  /// The buyer's salt is awaited.
  case drawing = 5
  case running = 9
  case opening = 11
  /// What the buyer knew beforehand is awaited.
  case gold = 18
  /// The judges are drawn and score.
  case scoring = 20
  /// Scores are sealed; the judges open them.
  case showing = 21
}

/// What a seat before a panel said, and what share of its price that is worth.
public struct PanelAnswer: Fielded, Hashable {
  public static let typeName = "PanelAnswer"
  /// The hash of each part of the answer, zero of an empty one; none before it was opened.
  public var parts: [Bytes32] = []
  /// In parts per million; zero before the panel spoke.
  public var share: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("parts", &parts)
    try v("share", &share)
  }
}

/// One judge of a run.
public struct PanelJudge: Fielded, Hashable {
  public static let typeName = "PanelJudge"
  public var account = Address()
  public var state = ReplicaState.waiting
  public var seal = Bytes32()
  /// Points of every part of every answer, seat after seat; empty before it was opened.
  public var sheet: [UInt8] = []
  /// The message that opened it; zero before.
  public var evidence = EvidenceID()
  /// Of its purse, in parts per million.
  public var share: UInt64 = 0

  public init() {}
  init(_ account: Address) { self.account = account }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("account", &account)
    try v("state", &state)
    try v("seal", &seal)
    try v("sheet", &sheet)
    try v("evidence", &evidence)
    try v("share", &share)
  }
}

/// k answers by commit and reveal, scored by a panel that is drawn when they lie there, so that
/// nobody knows beforehand whom to bribe.
///
/// Whoever bid, sells or bought judges nothing. A judge is paid for how near its scores come to
/// what stands in the end, where the buyer's gold stands before the other judges.
public struct PanelCheck: Check {
  public static let typeName = "PanelCheck"
  public static let name = "panel"
  public static let numbers = ["seats", "judges", "share", "rule", "par", "gold", "topic"]
  public static let promise =
    "k drawn seats answer freely, and a drawn panel of bonded judges scores blindly"
  public static let outcomes: Set<Outcome> = [
    .accepted, .silent, .judged, .goldWithheld, .tooFew, .unjudged,
  ]

  /// The score from which a seat has its whole price, where an order does not say: 6.4 points.
  public static let usualPar: UInt64 = 600_000
  /// Of every price, for the judges, where an order does not say.
  public static let usualShare: UInt64 = 200_000
  /// Parts of all answers of a run: what one judge can be asked to score.
  public static let mostParts = 128

  public var judges: UInt64 = 3
  public var rule = PanelRule.median
  public var par = PanelCheck.usualPar
  /// Items of which the buyer has committed to the answer.
  public var golden: UInt64 = 0
  public var topic: UInt64 = 0
  public var stage = PanelStage.running
  public var replicas: [Replica] = []
  public var given: [PanelAnswer] = []
  public var draw = AuditDraw()
  public var bench: [PanelJudge] = []
  /// What each judge has at stake.
  public var bond = Amount()
  /// The hash of the known answer to each item, zero where there is none; none before it was
  /// opened.
  public var gold: [Bytes32] = []

  public init() {}
  public init(_ numbers: [UInt64]) throws(Refusal) {
    judges = numbers[1]
    rule = try PanelRule(number: numbers[3])
    par = numbers[4]
    golden = numbers[5]
    topic = numbers[6]
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("judges", &judges)
    try v("rule", &rule)
    try v("par", &par)
    try v("golden", &golden)
    try v("topic", &topic)
    try v("stage", &stage)
    try v("replicas", &replicas)
    try v("given", &given)
    try v("draw", &draw)
    try v("bench", &bench)
    try v("bond", &bond)
    try v("gold", &gold)
  }

  public var game: Game { .panel(self) }

  public static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape {
    try checkRange("seats", numbers[0], 1...7)
    try checkRange("judges", numbers[1], 3...5)
    try checkRange("share", numbers[2], 10_000...500_000)
    _ = try PanelRule(number: numbers[3])
    try checkRange("par", numbers[4], 100_000...million)
    try checkRange("gold", numbers[5], 0...65_536)
    // What JSON readers keep whole.
    try checkRange("topic", numbers[6], 0...((1 << 53) - 1))
    return CheckShape(
      seats: Int(numbers[0]), drawn: true, seatBond: false, auditPpm: 0, offered: false,
      judged: true, pledged: numbers[5] > 0, judges: numbers[1], topic: numbers[6])
  }

  public var awaitsBuyer: Bool { false }
  public func awaits(seat: Int) -> Bool {
    stage == .running && replicas[seat].state == .waiting
  }
  public var awaitsBeacon: Bool { stage == .submitted }
  public var called: [Address] { bench.map(\.account) }

  public var phase: Phase {
    switch stage {
    case .running: replicas.contains { $0.state != .waiting } ? .sealing : .working
    case .opening: .opening
    case .submitted: .beacon
    case .drawing: .salt
    case .scoring: .scoring
    case .showing: .showing
    case .gold: .gold
    }
  }

  public var seats: [SeatView] { replicas.views }

  public mutating func begin(in t: Trial) throws(Refusal) -> Step {
    replicas = .waiting(for: t.seats)
    given = t.seats.map { _ in PanelAnswer() }
    return .wait(until: try t.now.after(seconds: t.runTime))
  }
}

// MARK: - Moves

extension PanelCheck {
  public mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    switch (m, p, stage) {
    case (.seal(let seal), .seat(let seat), .running):
      return try replicas.seal(seal, by: seat) ? try beginOpening(in: t) : .stay
    case (.exhibit(let output, let parts, let salt, let id), .seat(let seat), .opening):
      try replicas.requireSealed(output, t.units, salt, by: seat, in: t)
      replicas.open(seat, output, t.units, id)
      given[seat].parts = parts
      return replicas.areSealed ? .stay : try endOpening(in: t)
    case (.accept, .buyer, .submitted), (.accept, .buyer, .drawing): return accepted(.accepted)
    case (.salt(let salt), .buyer, .drawing):
      return .empanel(draw.openPanel(salt, in: t))
    case (.seated(let accounts, let bond), .market, .drawing):
      bench = accounts.map { PanelJudge($0) }
      self.bond = bond
      guard !bench.isEmpty else { return accepted(.unjudged) }
      stage = .scoring
      return .wait(until: try t.now.after(seconds: t.clocks.seal))
    case (.seal(let seal), .judge(let place), .scoring):
      guard bench[place].state == .waiting else { throw .alreadyAnswered }
      bench[place].state = .sealed
      bench[place].seal = seal
      return bench.contains { $0.state == .waiting } ? .stay : try beginShowing(in: t)
    case (.answer(let sheet, let salt, let id), .judge(let place), .showing):
      try show(sheet, salt, by: place, in: t)
      bench[place].evidence = id
      return bench.contains { $0.state == .sealed } ? .stay : try endShowing(in: t)
    case (.known(let known), .buyer, .gold):
      gold = known
      return .verdict(verdict())
    default: throw .notYourMove
    }
  }

  public mutating func expire(in t: Trial) throws(Refusal) -> Step {
    switch stage {
    case .running: return replicas.areSealed ? try beginOpening(in: t) : .verdict(tooFew())
    case .opening: return try endOpening(in: t)
    case .submitted:
      guard draw.takeBeacon(in: t) else { return .beacon }
      stage = .drawing
      return .wait(until: max(draw.saltUntil, try t.now.adding(Time(1))))
    case .drawing: return accepted(.silent)
    case .scoring:
      let sealed = bench.count { $0.state == .sealed }
      return isQuorum(sealed) ? try beginShowing(in: t) : .verdict(unjudged())
    case .showing: return try endShowing(in: t)
    case .gold: return .verdict(verdict())
    }
  }

  private mutating func beginOpening(in t: Trial) throws(Refusal) -> Step {
    stage = .opening
    return .wait(until: try t.now.after(seconds: t.clocks.seal))
  }

  /// What is drawn over is fixed: who is to be judged, and by what.
  private mutating func endOpening(in t: Trial) throws(Refusal) -> Step {
    guard replicas.contains(where: { $0.state == .opened }) else { return .verdict(tooFew()) }
    stage = .submitted
    let fixed = SHA256.hash { hash in
      for replica in replicas { hash.update(replica.answer.evidence.digest) }
    }
    try draw.fix(fixed, in: t)
    return .beacon
  }

  private mutating func beginShowing(in t: Trial) throws(Refusal) -> Step {
    stage = .showing
    return .wait(until: try t.now.after(seconds: t.clocks.seal))
  }

  private mutating func show(
    _ sheet: [UInt8], _ salt: Bytes32, by place: Int, in t: Trial
  ) throws(Refusal) {
    let judge = bench[place]
    guard judge.state == .sealed else { throw .notYourMove }
    let sealed = OpenAnswer.seal(
      run: t.run, seat: judge.account, answer: sheet, units: t.units, salt: salt)
    guard sealed == judge.seal else { throw .sealDiffers }
    guard PanelRuling.isSheet(sheet, of: given.map(\.parts)) else { throw .badSheet }
    bench[place].state = .opened
    bench[place].sheet = sheet
  }

  private mutating func endShowing(in t: Trial) throws(Refusal) -> Step {
    guard isQuorum(bench.count { $0.state == .opened }) else { return .verdict(unjudged()) }
    guard golden > 0 else { return .verdict(verdict()) }
    stage = .gold
    return .wait(until: try t.now.after(seconds: t.acceptWindow))
  }

  /// More than half of the judges that the order asks for.
  func isQuorum(_ count: Int) -> Bool { UInt64(clamping: count) * 2 > judges }
}

// MARK: - Verdict

extension PanelCheck {
  private func fates(_ outcome: Outcome, opened: Fate) -> Verdict {
    Verdict(
      outcome,
      seats: replicas.map { replica in
        var seat = replica.answer
        switch replica.state {
        case .waiting: seat.fate = .absent
        case .sealed: seat.fate = .silent
        case .opened: seat.fate = opened
        }
        return seat
      })
  }

  private func tooFew() -> Verdict { fates(.tooFew, opened: .undecided) }
  private func unjudged() -> Verdict { fates(.unjudged, opened: .undecided) }

  /// The buyer wants no panel after all, or keeps the salt that would draw it, or judges are
  /// missing: everybody who answered is paid as if all were well. Were prices to go back, a buyer
  /// could read for nothing by ordering under a topic whose judges are its own, and leave.
  private mutating func accepted(_ outcome: Outcome) -> Step {
    for (seat, replica) in replicas.enumerated() where replica.state == .opened {
      given[seat].share = million
    }
    return .verdict(fates(outcome, opened: .paid))
  }

  /// What the opened scores come to, with the gold where it was opened.
  public var ruling: PanelRuling {
    PanelRuling(answers: given.map(\.parts), gold: gold, sheets: bench.map(\.sheet), rule: rule)
  }

  private mutating func verdict() -> Verdict {
    let isWithheld = golden > 0 && gold.isEmpty
    let ruling = ruling
    var verdict = fates(isWithheld ? .goldWithheld : .judged, opened: .undecided)
    for seat in replicas.indices where replicas[seat].state == .opened {
      let worth = ruling.worth(of: seat, par: par, takesBonds: !isWithheld)
      verdict.seats[seat].fate = worth.fate
      given[seat].share = worth.share
    }
    for place in bench.indices { bench[place].share = ruling.judges[place].share }
    return verdict
  }
}

extension Refusal {
  /// The sheet is not one point of 1 to 10 for every part that was answered, and none elsewhere.
  static var badSheet: Refusal { Refusal("badSheet") }
}
