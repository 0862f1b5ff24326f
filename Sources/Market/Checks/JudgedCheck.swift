// The check `judged`: seats answer blindly where no answer is right by its bits, and a jury says
// what each answer is worth.

import Kernel
public import Primitives

/// The stations of a judged run, numbered as `docs/reference/states.md` lists them.
public enum JudgedStage: UInt8, ByteChoice {
  case running = 9
  case opening = 11
  /// What the buyer knew beforehand is awaited.
  case gold = 18
  /// All that the jury may hear lies there; it speaks within the same message.
  case judging = 19
}

/// What a seat of a judged run said, and what share of its price that is worth.
public struct JudgedAnswer: Fielded, Hashable {
  public static let typeName = "JudgedAnswer"
  /// The answer as the kind of work writes it; empty before it was opened.
  public var said: [UInt8] = []
  /// In parts per million; zero before the jury spoke.
  public var share: UInt64 = 0

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("said", &said)
    try v("share", &share)
  }
}

/// k answers by commit and reveal, each paid for what it is worth.
///
/// The jury is the kind of work itself, which measures every answer by the others and by the
/// buyer's gold. What either says can burn a price and brings none back, so that to lie earns
/// nothing; a bond is lost only where seats and gold agree that an answer is worthless, beyond
/// doubt.
public struct JudgedCheck: Check {
  public static let typeName = "JudgedCheck"
  public static let name = "judged"
  public static let numbers = ["seats", "gold", "par", "panel"]
  public static let promise =
    "k drawn seats answer blindly, each paid for what the others and gold say"
  public static let outcomes: Set<Outcome> = [.judged, .goldWithheld, .tooFew]

  /// The score from which a seat has its whole price, where an order does not say.
  public static let usualPar: UInt64 = 150_000
  /// A score below this part of par is no answer at all.
  public static let floorPart: UInt64 = 5
  /// Answers whose judgement weighs as much as a timer that only moves money.
  public static let answersPerTimer: UInt64 = 16

  /// Items of which the buyer has committed to the answer.
  public var golden: UInt64 = 0
  public var par = JudgedCheck.usualPar
  public var stage = JudgedStage.running
  public var replicas: [Replica] = []
  public var answers: [JudgedAnswer] = []
  /// What the buyer opened; empty before, and for good where it did not.
  public var gold: [UInt8] = []

  public init() {}
  public init(_ numbers: [UInt64]) {
    golden = numbers[1]
    par = numbers[2]
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("golden", &golden)
    try v("par", &par)
    try v("stage", &stage)
    try v("replicas", &replicas)
    try v("answers", &answers)
    try v("gold", &gold)
  }

  public var game: Game { .judged(self) }

  /// No seat bond: who sells an evening's judgement has no three prices to lock, and what a bad
  /// answer costs is B.
  public static func shape(of numbers: [UInt64]) throws(Refusal) -> CheckShape {
    try checkRange("seats", numbers[0], 3...7)
    try checkRange("gold", numbers[1], 0...65_536)
    try checkRange("par", numbers[2], 50_000...million)
    // A panel of judges has no rules yet: the work judges.
    try checkRange("panel", numbers[3], 0...0)
    return CheckShape(
      seats: Int(numbers[0]), drawn: true, seatBond: false, auditPpm: 0, offered: false,
      judged: true, pledged: numbers[1] > 0)
  }

  public var awaitsBuyer: Bool { false }
  public func awaits(seat: Int) -> Bool {
    stage == .running && replicas[seat].state == .waiting
  }

  public var phase: Phase {
    switch stage {
    case .running: replicas.contains { $0.state != .waiting } ? .sealing : .working
    case .opening: .opening
    case .gold, .judging: .gold
    }
  }

  public var seats: [SeatView] { replicas.views }

  public mutating func begin(in t: Trial) throws(Refusal) -> Step {
    replicas = .waiting(for: t.seats)
    answers = t.seats.map { _ in JudgedAnswer() }
    return .wait(until: try t.now.after(seconds: t.runTime))
  }
}

// MARK: - Moves

extension JudgedCheck {
  public mutating func play(_ m: Move, by p: Player, in t: Trial) throws(Refusal) -> Step {
    switch (m, p, stage) {
    case (.seal(let seal), .seat(let seat), .running):
      return try replicas.seal(seal, by: seat) ? try beginOpening(in: t) : .stay
    case (.answer(let said, let salt, let id), .seat(let seat), .opening):
      let output = SHA256.hash(said)
      try replicas.requireSealed(output, t.units, salt, by: seat, in: t)
      replicas.open(seat, output, t.units, id)
      answers[seat].said = said
      return replicas.areSealed ? .stay : try endOpening(in: t)
    case (.gold(let known), .buyer, .gold):
      gold = known
      stage = .judging
      return .stay
    case (.scored(let scores), .market, .judging): return try verdict(scores)
    default: throw .notYourMove
    }
  }

  public mutating func expire(in t: Trial) throws(Refusal) -> Step {
    switch stage {
    case .running: return replicas.areSealed ? try beginOpening(in: t) : .verdict(tooFew())
    case .opening: return try endOpening(in: t)
    case .gold, .judging:
      stage = .judging
      return .stay
    }
  }

  private mutating func beginOpening(in t: Trial) throws(Refusal) -> Step {
    stage = .opening
    return .wait(until: try t.now.after(seconds: t.clocks.seal))
  }

  /// One answer has nothing to be measured by.
  private mutating func endOpening(in t: Trial) throws(Refusal) -> Step {
    guard opened > 1 else { return .verdict(tooFew()) }
    guard golden > 0 else {
      stage = .judging
      return .stay
    }
    stage = .gold
    return .wait(until: try t.now.after(seconds: t.acceptWindow))
  }

  private var opened: Int { replicas.count { $0.state == .opened } }
}

// MARK: - Verdict

extension JudgedCheck {
  private func tooFew() -> Verdict {
    Verdict(
      .tooFew,
      seats: replicas.map { replica in
        var seat = replica.answer
        seat.fate = replica.state == .opened ? .undecided : JudgedCheck.fate(replica.state)
        return seat
      })
  }

  private mutating func verdict(_ scores: [SeatScore]) throws(Refusal) -> Step {
    guard scores.count == replicas.count else { throw .impossibleCase("scores") }
    let isWithheld = golden > 0 && gold.isEmpty
    let worth = JudgedCheck.worth(scores, par: par, takesBonds: !isWithheld)
    var seats: [SeatVerdict] = []
    for (place, replica) in replicas.enumerated() {
      var seat = replica.answer
      seat.fate = JudgedCheck.fate(replica.state)
      if replica.state == .opened { (seat.fate, answers[place].share) = worth[place] }
      seats.append(seat)
    }
    return .verdict(Verdict(isWithheld ? .goldWithheld : .judged, seats: seats))
  }

  private static func fate(_ state: ReplicaState) -> Fate {
    state == .waiting ? .absent : .silent
  }

  /// What scored answers come to: the fate of each, and the share of its price.
  ///
  /// Where gold confirms one seat and condemns all others, that seat has nobody to be measured by
  /// but liars: gold alone says what it is worth. A bond falls only where neither gold nor the
  /// answers of the others leave room for a seat at par; a buyer cannot make that bar higher than
  /// the usual.
  ///
  /// - Parameter takesBonds: not where the buyer kept back what might have spoken for a seat.
  public static func worth(
    _ scores: [SeatScore], par: UInt64, takesBonds: Bool = true
  ) -> [(fate: Fate, share: UInt64)] {
    let floor = par / floorPart
    let bar = min(par, usualPar)
    let confirmed = scores.indices.filter { scores[$0].known >= bar }
    return scores.enumerated().map { place, score in
      let told = confirmed == [place] ? max(score.whole, score.known) : score.whole
      if told >= floor {
        // First the cap and then the share: half of the items are never the whole price.
        let full = min(million, min(told, million) * million / max(1, par))
        return (.paid, full * min(score.answered, million) / million)
      }
      if score.crowd >= floor { return (.rejected, 0) }
      let isDoubtful = max(score.most, score.known) >= bar
      return (takesBonds && !isDoubtful ? .differs : .undecided, 0)
    }
  }
}
