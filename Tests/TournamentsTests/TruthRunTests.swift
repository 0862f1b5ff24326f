// A truth that a run says: which run may be named, what is learned of it, and who may open it.

import Kernel
import Primitives
import Testing

@testable import Market
@testable import Tournaments

@Suite struct TruthRunTests {
  private static let spec: [UInt8] = [1, 2, 3]
  private static let check = CheckTerms("disputable", [Number("audit", 50_000)])
  private static let key = RunKey(LeaseID(SHA256.hash([1])), 0)
  private static let salt = ContentSalt(contentKey: SHA256.hash([7]))
  private static let rising: [UInt64] = [1, 2, 3, 4]

  private static var source: TruthSource {
    var source = TruthSource(runUnder: check, spec: spec)
    source.width = 1
    return source
  }

  /// A tournament whose entries are closed, and a run of the owner's that has begun.
  private static func ledger(
    _ change: (inout Lease, inout Run) -> Void = { _, _ in }
  ) throws -> TournamentLedger {
    var t = try TournamentLedger(people: ["a", "b"])
    #expect(t.create(.quick, source) == nil)
    #expect(t.enter("a", rising) == nil)
    #expect(t.enter("b", rising.reversed()) == nil)
    try t.pass(seconds: 60)
    var lease = Lease()
    lease.buyer = TournamentLedger.owner
    lease.check = check
    lease.spec = spec
    var run = Run()
    run.startedAt = t.k.now
    run.game = .disputable(DisputableCheck())
    change(&lease, &run)
    t.market.leases[key.lease] = lease
    t.market.runs[key] = run
    return t
  }

  private static func settled(_ outcome: Outcome, output: Bytes32) -> Conclusion {
    var seat = SeatVerdict(provider: TournamentLedger.account("p"), fate: .paid)
    if !outcome.isGood { seat.fate = .fallen }
    seat.output = output
    var run = SettledRun()
    run.run = key.id
    run.verdict = Verdict(outcome, seats: [seat])
    return .settled(run)
  }

  private static func conclude(_ t: inout TournamentLedger, _ conclusion: Conclusion) {
    t.room.conclude(conclusion, &t.k)
    t.forget()
  }

  @Test func anybodyOpensWhatTheRunGave() throws {
    var t = try Self.ledger()
    #expect(t.name(Self.key, by: "a") == .notTournamentOwner)
    #expect(t.name(Self.key) == nil)
    #expect(t.name(Self.key) == .truthNamed)
    // Reveals begin when nothing can be named any more.
    #expect(t.reveal("a", Self.rising) == .runNotNamed)
    try t.pass(seconds: 60)
    for name in ["a", "b"] {
      #expect(t.reveal(name, name == "a" ? Self.rising : Self.rising.reversed()) == nil)
    }
    try t.pass(seconds: 60)
    let output: [UInt8] = [250, 3, 9, 40]
    #expect(t.truth([-6, 3, 9, 40], by: "b") == .truthNotFixed)
    let root = ContentChunks.root(of: output, as: .output, salt: Self.salt)
    Self.conclude(&t, Self.settled(.stands, output: root))
    #expect(t.room.tournament(1)?.output == root)
    // Neither other bytes, nor another salt, nor the owner's own word.
    #expect(t.truth([-6, 3, 9, 41], by: "b", salt: Self.salt.value) == .truthDiffers)
    #expect(t.truth([-6, 3, 9, 40], by: "b", salt: .zero) == .truthDiffers)
    #expect(t.truth([1, 2, 3, 4]) == .truthDiffers)
    #expect(t.truth([-6, 3, 9, 40], by: "b", salt: Self.salt.value) == nil)
    try t.pass(seconds: 1)
    #expect(t.room.tournament(1)?.state == .paid)
    #expect(t.balance("a") > 1_000_000_000_000 && t.balance("b") < 1_000_000_000_000)
    #expect(t.isBalanced == true)
  }

  /// Another's run, another work, another check, and a run that began while entries were open.
  @Test func otherRunsAreRefused() throws {
    func refused(_ change: (inout Lease, inout Run) -> Void) throws -> Refusal? {
      var t = try Self.ledger(change)
      return t.name(Self.key)
    }
    #expect(try refused { lease, _ in lease.buyer = .zero } == .otherTruthRun)
    #expect(try refused { lease, _ in lease.spec = [1] } == .otherTruthRun)
    #expect(try refused { lease, _ in lease.spec = [] } == .otherTruthRun)
    #expect(try refused { lease, _ in lease.check = CheckTerms("open") } == .otherTruthRun)
    // Audited half as often: the whole terms count.
    #expect(
      try refused { lease, _ in lease.check.numbers[0].value /= 2 } == .otherTruthRun)
    #expect(
      try refused { _, run in run.startedAt = Time(run.startedAt.milliseconds - 1) }
        == .otherTruthRun)
    var t = try Self.ledger()
    #expect(t.name(RunKey(Self.key.lease, 1)) == .noSuchTruthRun)
    #expect(t.name(Self.key, 9) == .noSuchTournament(9))
  }

  /// The owner buys many runs and waits to see what they give, or what others forecast: neither an
  /// answered run nor a late one can be named.
  @Test func noRunIsChosenByItsAnswer() throws {
    var answered = try Self.ledger { _, run in
      var game = DisputableCheck()
      game.stage = .submitted
      game.answer = SeatVerdict(provider: TournamentLedger.account("p"), fate: .paid)
      game.answer.output = SHA256.hash([5])
      run.game = .disputable(game)
    }
    #expect(answered.name(Self.key) == .otherTruthRun)
    var sealed = try Self.ledger { _, run in
      var game = ReplicatedCheck()
      var replica = Replica()
      replica.state = .sealed
      replica.seal = SHA256.hash([6])
      game.replicas = [replica, Replica(), Replica()]
      run.game = .replicated(game)
    }
    #expect(sealed.name(Self.key) == .otherTruthRun)
    var late = try Self.ledger()
    try late.pass(seconds: 60)
    #expect(late.name(Self.key) == .truthTooLate)
    #expect(late.reveal("a", Self.rising) == nil)
  }

  /// A run that is let fail once forecasts are revealed has no successor: the round is void, and
  /// costs the bond.
  @Test func aRunThatFailsAfterRevealsCostsTheBond() throws {
    var t = try Self.ledger()
    #expect(t.name(Self.key) == nil)
    try t.pass(seconds: 60)
    #expect(t.reveal("a", Self.rising) == nil)
    Self.conclude(&t, Self.settled(.noEvidence, output: .zero))
    #expect(t.name(Self.key) == .truthTooLate)
    try t.pass(seconds: 60)
    #expect(t.name(Self.key) == .truthTooLate)
    try t.pass(seconds: 60)
    #expect(t.room.tournament(1)?.state == .void && t.treasury == 200_000_000)
    #expect(t.balance("a") == 1_000_000_000_000)
    #expect(t.isBalanced == true)
  }

  @Test func aWordNamesNoRun() throws {
    var t = try TournamentLedger()
    #expect(t.create() == nil)
    #expect(t.name(Self.key) == .truthIsAWord)
    #expect(t.create(.quick, Self.source) == nil)
    #expect(t.name(Self.key, 2) == .entriesOpen)
  }

  /// Before reveals begin a run that gave nothing leaves room for another; one that gave something
  /// does not.
  @Test func aRunThatFellMayBeFollowedByAnother() throws {
    var t = try Self.ledger()
    #expect(t.name(Self.key) == nil)
    Self.conclude(&t, Self.settled(.fell, output: SHA256.hash([5])))
    #expect(t.room.tournament(1)?.run == .zero && t.room.tournament(1)?.output == .zero)
    #expect(t.name(Self.key) == nil)
    Self.conclude(&t, Self.settled(.stands, output: SHA256.hash([6])))
    #expect(t.name(Self.key) == .truthNamed)
    // What is told twice, or of a run that nobody awaits, changes nothing.
    Self.conclude(&t, Self.settled(.stands, output: SHA256.hash([8])))
    #expect(t.room.tournament(1)?.output == SHA256.hash([6]))
  }

  /// One run says the truth of one tournament; and of a tournament that is over none is awaited.
  @Test func aRunIsAwaitedOnce() throws {
    var t = try Self.ledger()
    #expect(t.create(.quick, Self.source) == nil)
    #expect(t.name(Self.key) == nil)
    // Of two tournaments that it would fit it is the truth of one.
    #expect(t.name(Self.key, 2) == .entriesOpen)
    // Nobody opens it.
    try t.pass(seconds: 200)
    try t.pass(seconds: 1)
    #expect(t.room.tournament(1)?.state == .void)
    Self.conclude(&t, Self.settled(.stands, output: SHA256.hash([6])))
    #expect(t.room.tournament(1)?.output == .zero)
    #expect(t.isBalanced == true)
  }
}
