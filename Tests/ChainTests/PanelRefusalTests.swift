// What a panel refuses: orders, inputs, seals, sheets and receipts that are not what they must be.

import Kernel
import Primitives
import Tasks
import Testing

@testable import Chain
@testable import Market

@Suite struct PanelRefusalTests {
  private static func code(
    _ network: inout SampleNetwork, _ name: String, _ make: (Head) throws -> Message
  ) throws -> String {
    let message = try network.verified(try make(network.head(name)), by: name)
    return try #require(try network.block([message]).block.results.outcomes.first).code
  }

  @Test func ordersThatNoPanelCouldJudgeAreRefused() throws {
    var network = try PanelRoadTests.market(judges: 5)
    func place(_ change: (inout Request) -> Void) throws -> String {
      var m = PlaceOrder()
      m.request.limit = Rate(Amount(1_000_000))
      PanelRoadTests.request(&m.request, gold: nil)
      change(&m.request)
      m.saltCommitment = SaltCommitment.of(SampleNetwork.salt("seats"))
      m.input = try network.input("eight by eight")
      return try Self.code(&network, "buyer") {
        m.head = $0
        return .placeOrder(m)
      }
    }
    // Five judges, a bidder and the buyer stand: of seven operators three can be drawn, not four.
    #expect(try place { _ in } == "")
    #expect(try place { $0.check.numbers[1].value = 4 } == "tooFewJudges")
    #expect(try place { $0.check.numbers[1].value = 7 } == "outOfRange")
    #expect(try place { $0.check.numbers[2].value = 900_000 } == "outOfRange")
    #expect(try place { $0.check.numbers[3].value = 3 } == "outOfRange")
    #expect(try place { $0.check.numbers[5].value = 2 } == "goldDiffers")
    #expect(try place { $0.check.numbers[6].value = 9 } == "badTask")
    #expect(
      try place {
        $0.work = "inference"
        $0.spec = SampleNetwork.spec
      } == "noJury")
    #expect(try place { $0.check = CheckTerms("proved", [Number("level", 1)]) } == "notForTasks")
  }

  @Test func whatIsNoMoveIsRefused() throws {
    var network = try PanelRoadTests.market()
    let (lease, seats) = try network.funded { PanelRoadTests.request(&$0, gold: nil) }
    let run = RunKey(lease, 0)
    func send(_ keys: [WrappedKey]) throws -> String {
      var m = SendInput()
      m.run = run
      m.input = try network.input("eight by eight")
      m.keys = keys
      m.auditSalt = SaltCommitment.of(PanelRoadTests.auditSalt)
      return try Self.code(&network, "buyer") {
        m.head = $0
        return .sendInput(m)
      }
    }
    // Judges could not read a sealed input.
    #expect(try send(seats.map { SampleNetwork.sealed(to: $0) }) == "hiddenFromJudges")
    #expect(
      try send(
        seats.map {
          WrappedKey(to: Sample.address($0), bytes: SampleNetwork.inputKey.bytes)
        }) == "")
    let answers = [["a", "b"], PanelRoadTests.good, PanelRoadTests.junk].map(PanelRoadTests.answer)
    for (seat, answer) in zip(seats, answers) {
      try PanelRoadTests.seal(&network, run, seat, answer)
    }
    func open(_ name: String, _ said: [UInt8]) throws -> String {
      try Self.code(&network, name) { PanelRoadTests.opening(run, name, said, $0) }
    }
    #expect(try open(seats[0], answers[1]) == "sealDiffers")
    #expect(try open(seats[0], answers[0]) == "badPieces")
    #expect(try open("judge1", answers[0]) == "notYours")
    #expect(try open(seats[1], answers[1]) == "")
    #expect(try open(seats[1], answers[1]) == "notYourMove")
    #expect(try open(seats[2], answers[2]) == "")
    try network.block(after: 3_601_000)
    try network.block()
    try network.block()
    let bench = try PanelRoadTests.drawn(&network, run)
    #expect(bench.count == 3)
    let outsider = try #require(PanelRoadTests.judges.first { !bench.contains($0) })
    let texts = [nil, PanelRoadTests.good, PanelRoadTests.junk]
    let sheet = PanelRoadTests.sheet(texts, PanelRoadTests.honest)
    let short = Array(sheet.dropLast())
    for (judge, said) in zip(bench, [sheet, short, sheet]) {
      try PanelRoadTests.seal(&network, run, judge, said)
    }
    #expect(try open(outsider, sheet) == "notYours")
    // A seal that was copied opens to nothing; a sheet that is none stays shut for good.
    #expect(try open(bench[0], short) == "sealDiffers")
    #expect(try open(bench[1], short) == "badSheet")
    #expect(try open(bench[0], sheet) == "")
    #expect(try open(bench[0], sheet) == "notYourMove")
    #expect(try open(bench[2], sheet) == "")
    try network.block(after: 3_601_000)
    let settled = try #require(network.blocks.last?.results.settled.last)
    #expect(settled.verdict.outcome == .judged)
    #expect(settled.promises.count == 5)
  }

  /// A receipt in which anything is bent that money hangs on.
  @Test func aReceiptIsHeldAgainstItsScores() throws {
    let texts = [PanelRoadTests.good, PanelRoadTests.fair, PanelRoadTests.junk]
    let honest = PanelRoadTests.honest
    let receipt = try PanelRoadTests.ended(
      texts, judges: [honest, honest, PanelRoadTests.liar], gold: PanelRoadTests.gold
    ).receipt
    func broken(_ change: (inout Receipt) -> Void) -> Station? {
      var forged = receipt
      change(&forged)
      do throws(Refusal) {
        try ReceiptCheck(forged).promises()
        try ReceiptCheck(forged).evidence()
        try ReceiptCheck(forged).verdict()
        try ReceiptCheck(forged).judgement()
        return nil
      } catch { return error.station }
    }
    #expect(broken { _ in } == nil)
    #expect(broken { $0.settled.verdict.seats[2].fate = .paid } == .verdict)
    #expect(broken { $0.settled.verdict.outcome = .goldWithheld } == .evidence)
    #expect(broken { $0.settled.verdict.outcome = .unjudged } != nil)
    #expect(broken { $0.evidence.removeLast() } == .verdict)
    #expect(broken { $0.settled.payouts[1].amount = Amount(1) } == .settlement)
    #expect(broken { $0.settled.payouts[4].amount = .zero } == .settlement)
    #expect(broken { $0.settled.payouts[6].amount = Amount(1_000) } == .settlement)
    #expect(broken { $0.settled.payouts[0].amount = .zero } == .settlement)
    #expect(broken { $0.settled.fee = 0 } == .settlement)
    // A sheet left out, named twice, or of another.
    #expect(
      broken {
        $0.promises.removeLast()
        $0.settled.promises.removeLast()
        $0.promises.removeLast()
        $0.settled.promises.removeLast()
      } == .verdict)
    #expect(
      broken {
        $0.promises[5] = $0.promises[4]
        $0.settled.promises[5] = $0.settled.promises[4]
      } == .evidence)
    #expect(broken { $0.promises.removeLast() } == .bid)
    for index in stride(from: 0, to: receipt.bytes.count, by: 97) {
      var bent = receipt.bytes
      bent[index] ^= 1 << UInt8(index % 8)
      #expect(ReceiptTests.refusal(bent) != nil, "byte \(index)")
    }
  }
}

/// Topics whose judges are the buyer's own.
@Suite struct PanelTopicTests {
  /// They stand for the order, leave before the answers lie open, and the buyer reads for nothing?
  @Test func judgesWhoLeaveSaveTheBuyerNothing() throws {
    var network = try PanelRoadTests.market()
    let (lease, seats) = try network.funded { PanelRoadTests.request(&$0, gold: nil) }
    let run = RunKey(lease, 0)
    for name in PanelRoadTests.judges {
      _ = try network.say(name) { _, head in
        var m = LeaveAudits()
        m.head = head
        return .leaveAudits(m)
      }
    }
    _ = try network.say("buyer") { network, head in
      var m = SendInput()
      m.head = head
      m.run = run
      m.input = try network.input("eight by eight")
      m.keys = seats.map { WrappedKey(to: Sample.address($0), bytes: SampleNetwork.inputKey.bytes) }
      m.auditSalt = SaltCommitment.of(PanelRoadTests.auditSalt)
      return .sendInput(m)
    }
    let answer = PanelRoadTests.answer(PanelRoadTests.good)
    for seat in seats { try PanelRoadTests.seal(&network, run, seat, answer) }
    for seat in seats {
      _ = try network.say(seat) { _, head in PanelRoadTests.opening(run, seat, answer, head) }
    }
    try network.block()
    try network.block()
    #expect(try PanelRoadTests.drawn(&network, run).isEmpty)
    let receipt = try network.receipt()
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.outcome == .unjudged)
    #expect(settled.verdict.seats.allSatisfy { $0.fate == .paid })
    #expect(settled.payouts[0].amount == .zero)
    #expect(JudgedRoadTests.gains(receipt).allSatisfy { $0 > 0 })
  }

  /// Many judges of one operator have one place, however great their bonds.
  @Test func anOperatorIsDrawnOnce() throws {
    var network = try PanelRoadTests.market()
    for name in PanelRoadTests.judges.prefix(5) {
      for sender in [name, "judge1"] where name != "judge1" {
        _ = try network.say(sender) { _, head in
          var m = Declare()
          m.head = head
          m.operator = Sample.address("judge1")
          m.member = Sample.address(name)
          return .declare(m)
        }
      }
      _ = try network.say(name) { _, head in
        var m = RegisterAuditor()
        m.head = head
        m.subjects = [Subject.panel(0)]
        m.bond = Amount(70_000_000)
        return .registerAuditor(m)
      }
    }
    let own = Set(PanelRoadTests.judges.prefix(5))
    let (run, _) = try PanelRoadTests.answered(
      &network, [PanelRoadTests.good, PanelRoadTests.fair, PanelRoadTests.junk])
    let bench = try PanelRoadTests.drawn(&network, run)
    #expect(bench.count == 3 && bench.count { own.contains($0) } <= 1)
  }
}
