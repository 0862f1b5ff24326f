// Judged labels through signed messages and blocks: paid, burnt, withheld, and judged again
// offline.

import Kernel
import Labels
import Primitives
import Testing

@testable import Chain
@testable import Market

@Suite struct JudgedRoadTests {
  static let items = 40
  static let truth = (0..<items).map { UInt8(1 + $0 * 7 % 3) }
  static let gold = truth.enumerated().map { $0 % 4 == 0 ? $1 : 0 }
  static let goldSalt = SampleNetwork.salt("gold")

  /// Nearly the truth; `slips` are items that the seat gets wrong.
  static func good(_ slips: Int...) -> [UInt8] {
    truth.enumerated().map { slips.contains($0) ? 1 + $1 % 3 : $1 }
  }

  static let constant = [UInt8](repeating: 1, count: items)

  static func request(_ request: inout Request, gold: [UInt8]?) {
    let leaf = gold.map { LabelsGold.leaf(run: 0, salt: goldSalt, gold: $0) }
    request.work = "labels"
    request.spec =
      LabelsSpec(
        question: "What is it?", choices: ["cat", "dog", "neither"], items: UInt64(items),
        gold: leaf ?? .zero
      ).encoded
    request.check = CheckTerms(
      "judged",
      [
        Number("seats", 3), Number("gold", UInt64(gold?.count { $0 != 0 } ?? 0)),
        Number("par", 100_000), Number("panel", 0),
      ])
    request.limit = Rate(Amount(1_000_000), per: UInt64(items))
    request.units = UInt64(items)
  }

  /// Up to the opened answers: nil for a seat that never seals; those named stay shut.
  static func opened(
    _ network: inout SampleNetwork, _ answers: [[UInt8]?], gold: [UInt8]? = Self.gold,
    shut: Set<Int> = []
  ) throws -> (run: RunKey, seats: [String]) {
    let (lease, seats) = try network.funded { request(&$0, gold: gold) }
    let run = RunKey(lease, 0)
    _ = try network.say("buyer") { network, head in
      var m = SendInput()
      m.head = head
      m.run = run
      m.input = try network.input("eight by eight")
      m.keys = seats.map { SampleNetwork.sealed(to: $0) }
      return .sendInput(m)
    }
    for (seat, answer) in zip(seats, answers) {
      guard let answer else { continue }
      _ = try network.say(seat) { _, head in
        var m = SealAnswer()
        m.head = head
        m.run = run
        m.seal = OpenAnswer.seal(
          run: run.id, seat: Sample.address(seat), answer: answer, units: UInt64(items),
          salt: SampleNetwork.salt(seat))
        return .sealAnswer(m)
      }
    }
    if answers.contains(where: { $0 == nil }) { try network.block(after: 61_000) }
    for (place, (seat, answer)) in zip(seats, answers).enumerated() {
      guard let answer, !shut.contains(place) else { continue }
      _ = try network.say(seat) { _, head in
        .openAnswer(open(run, seat, answer, head))
      }
    }
    if !shut.isEmpty { try network.block(after: 3_601_000) }
    return (run, seats)
  }

  static func open(_ run: RunKey, _ seat: String, _ answer: [UInt8], _ head: Head) -> OpenAnswer {
    var m = OpenAnswer()
    m.head = head
    m.run = run
    m.answer = answer
    m.salt = SampleNetwork.salt(seat)
    return m
  }

  static func openGold(_ run: RunKey, _ gold: [UInt8], _ head: Head) -> OpenGold {
    var m = OpenGold()
    m.head = head
    m.run = run
    m.gold = gold
    m.salt = goldSalt
    return m
  }

  /// A run to its end, gold and all.
  static func ended(
    _ answers: [[UInt8]?], gold: [UInt8]? = Self.gold, shut: Set<Int> = [], opens: Bool = true
  ) throws -> SampleNetwork.Road {
    var network = try SampleNetwork.market()
    let (run, seats) = try opened(&network, answers, gold: gold, shut: shut)
    if let gold, network.blocks.last?.results.settled.isEmpty == true {
      if opens {
        _ = try network.say("buyer") { .openGold(openGold(run, gold, $1)) }
      } else {
        try network.block(after: 3_601_000)
      }
    }
    let receipt = try network.receipt()
    return SampleNetwork.Road(receipt: receipt, seats: seats)
  }

  static func gains(_ receipt: Receipt) -> [Int64] {
    let settled = receipt.settled
    let stakes = settled.stakes
    return stakes.indices.map {
      Int64(settled.payouts[$0 + 1].amount.units) - Int64(stakes[$0])
    }
  }

  @Test func goodAnswersArePaidAndTheReceiptJudgesThemAgain() throws {
    let receipt = try Self.ended([Self.good(3), Self.good(), Self.good(7)]).receipt
    let verified = try ReceiptVerifier.verify(receipt.bytes)
    #expect(verified.isJudged)
    #expect(verified.trust([])[0].hasPrefix("judged"))
    #expect(receipt.evidence.count == 4)
    let settled = verified.settled
    #expect(settled.verdict.outcome == .judged)
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .paid, .paid])
    #expect(settled.fee == settled.prices.max())
    // The pledge comes back; each seat has its price less a quarter of a percent.
    #expect(settled.payouts[0].amount.units == settled.fee)
    for (gain, price) in zip(Self.gains(receipt), settled.prices) {
      #expect(gain == Int64(price - (price * 2_500 + 999_999) / 1_000_000))
    }
  }

  @Test func withoutGoldTheOthersJudge() throws {
    let receipt = try Self.ended([Self.good(3), Self.constant, Self.good()], gold: nil).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .differs, .paid])
    // Who tells nothing loses B, and the buyer has nothing back for it.
    #expect(Self.gains(receipt)[1] == -100_000)
    #expect(settled.fee == 0 && settled.payouts[0].amount == .zero)
  }

  @Test func aBuyerThatKeepsItsGoldLosesItsPledge() throws {
    let receipt = try Self.ended([Self.good(3), Self.good(), Self.good(7)], opens: false).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.outcome == .goldWithheld)
    #expect(settled.verdict.seats.allSatisfy { $0.fate == .paid })
    #expect(settled.payouts[0].amount == .zero)
    #expect(receipt.evidence.count == 3)
  }

  /// It pays every price and its pledge for the lie, and takes no bond.
  @Test func aBuyerThatLiesAboutItsGoldGainsNothing() throws {
    let lie = Self.gold.map { $0 == 0 ? 0 : 1 + $0 % 3 }
    let receipt = try Self.ended([Self.good(3), Self.good(), Self.good(7)], gold: lie).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.seats.allSatisfy { $0.fate == .rejected })
    #expect(settled.payouts[0].amount == .zero)
    #expect(Self.gains(receipt) == [0, 0, 0])
    let treasury = try #require(settled.payouts.last)
    #expect(treasury.amount.units == settled.prices.reduce(0, +) + settled.fee)
  }

  @Test func silenceLosesBAndGivesThePriceBack() throws {
    let receipt = try Self.ended([Self.good(3), nil, Self.good(7)]).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .absent, .paid])
    #expect(settled.payouts[0].amount.units == settled.fee + settled.prices[1])
    #expect(Self.gains(receipt)[1] == -100_000)
    let shut = try Self.ended([Self.good(3), Self.good(), Self.good(7)], shut: [2]).receipt
    let other = try ReceiptVerifier.verify(shut.bytes).settled
    #expect(other.verdict.seats.map(\.fate) == [.paid, .paid, .silent])
    #expect(Self.gains(shut)[2] == -100_000)
  }

  @Test func oneAnswerAloneIsNotJudged() throws {
    let receipt = try Self.ended([Self.good(3), nil, nil]).receipt
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.outcome == .tooFew)
    #expect(settled.verdict.seats.map(\.fate) == [.undecided, .absent, .absent])
    // What it opened can be read, so that its price burns: two puppets of a buyer buy nothing free.
    #expect(settled.payouts[0].amount.units == settled.fee + settled.prices[1] + settled.prices[2])
    #expect(Self.gains(receipt) == [0, -100_000, -100_000])
    let treasury = try #require(settled.payouts.last)
    #expect(treasury.amount.units == settled.prices[0] + 200_000)
  }

  @Test func whatIsNoMoveIsRefused() throws {
    var network = try SampleNetwork.market()
    let answers = [Self.good(3), Self.good(), [9] + Self.good().dropFirst()]
    let (lease, seats) = try network.funded { Self.request(&$0, gold: Self.gold) }
    let run = RunKey(lease, 0)
    func code(_ name: String, _ make: (Head) -> Message) throws -> String {
      let message = try network.verified(make(network.head(name)), by: name)
      return try #require(try network.block([message]).block.results.outcomes.first).code
    }
    _ = try network.say("buyer") { network, head in
      var m = SendInput()
      m.head = head
      m.run = run
      m.input = try network.input("eight by eight")
      m.keys = seats.map { SampleNetwork.sealed(to: $0) }
      return .sendInput(m)
    }
    // Nothing is opened before all have sealed or the time is over.
    #expect(
      try code(seats[0]) { .openAnswer(Self.open(run, seats[0], answers[0], $0)) }
        == "notYourMove")
    for (seat, answer) in zip(seats, answers) {
      _ = try network.say(seat) { _, head in
        var m = SealAnswer()
        m.head = head
        m.run = run
        m.seal = OpenAnswer.seal(
          run: run.id, seat: Sample.address(seat), answer: answer, units: UInt64(Self.items),
          salt: SampleNetwork.salt(seat))
        return .sealAnswer(m)
      }
    }
    #expect(try code("buyer") { .openGold(Self.openGold(run, Self.gold, $0)) } == "notYourMove")
    #expect(
      try code("buyer") { .openAnswer(Self.open(run, seats[0], answers[0], $0)) } == "notYours")
    // What was sealed, and nothing else; and what is no answer stays shut for good.
    #expect(
      try code(seats[0]) { .openAnswer(Self.open(run, seats[0], answers[1], $0)) }
        == "sealDiffers")
    // The seal is asked for before the answer is read.
    #expect(
      try code(seats[0]) { .openAnswer(Self.open(run, seats[0], answers[2], $0)) }
        == "sealDiffers")
    #expect(
      try code(seats[2]) { .openAnswer(Self.open(run, seats[2], answers[2], $0)) } == "badAnswer")
    for place in 0..<2 {
      #expect(
        try code(seats[place]) {
          .openAnswer(Self.open(run, seats[place], answers[place], $0))
        } == "")
    }
    try network.block(after: 3_601_000)
    #expect(try code(seats[0]) { .openGold(Self.openGold(run, Self.gold, $0)) } == "notYours")
    let other = Self.gold.map { $0 == 0 ? 0 : 1 + $0 % 3 }
    #expect(try code("buyer") { .openGold(Self.openGold(run, other, $0)) } == "goldDiffers")
    #expect(try code("buyer") { .openGold(Self.openGold(run, Self.gold, $0)) } == "")
    let settled = try #require(network.blocks.last?.results.settled.last)
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .paid, .silent])
    try Self.expectReplay(of: network)
  }

  /// Whoever replays the blocks comes to the same state.
  private static func expectReplay(of network: borrowing SampleNetwork) throws {
    var replica = try State(network.genesis)
    for block in network.blocks { _ = try replica.replay(block) }
    #expect(replica.stateRoot == network.state.stateRoot)
  }

  @Test func ordersThatNoJuryCouldJudgeAreRefused() throws {
    var network = try SampleNetwork.market()
    func code(_ change: (inout Request) -> Void) throws -> String {
      var m = PlaceOrder()
      m.head = network.head("buyer")
      Self.request(&m.request, gold: nil)
      change(&m.request)
      m.saltCommitment = SaltCommitment.of(SampleNetwork.salt("seats"))
      m.input = try network.input("eight by eight")
      let message = try network.verified(.placeOrder(m), by: "buyer")
      return try #require(try network.block([message]).block.results.outcomes.first).code
    }
    #expect(
      try code {
        $0.work = "inference"
        $0.spec = SampleNetwork.spec
      } == "noJury")
    #expect(try code { $0.check.numbers[0].value = 2 } == "outOfRange")
    #expect(try code { $0.check.numbers[3].value = 3 } == "outOfRange")
    #expect(try code { $0.check = CheckTerms("proved", [Number("level", 1)]) } == "notForLabels")
    #expect(try code { _ in } == "")
  }

  /// A receipt in which anything is bent that money hangs on.
  @Test func aReceiptIsHeldAgainstItsAnswers() throws {
    let receipt = try Self.ended([Self.good(3), Self.constant, Self.good(7)]).receipt
    func broken(_ change: (inout Receipt) -> Void) -> Station? {
      var forged = receipt
      change(&forged)
      do throws(Refusal) {
        try ReceiptCheck(forged).evidence()
        try ReceiptCheck(forged).verdict()
        try ReceiptCheck(forged).judgement()
        return nil
      } catch { return error.station }
    }
    #expect(broken { _ in } == nil)
    #expect(broken { $0.settled.verdict.seats[1].fate = .paid } == .verdict)
    #expect(broken { $0.settled.verdict.seats[0].fate = .rejected } == .verdict)
    #expect(broken { $0.settled.verdict.outcome = .goldWithheld } == .evidence)
    #expect(broken { $0.evidence.removeLast() } == .verdict)
    #expect(broken { $0.evidence.swapAt(0, 2) } == .evidence)
    #expect(broken { $0.settled.payouts[1].amount = Amount(1) } == .settlement)
    #expect(broken { $0.settled.payouts[2].amount = Amount(1) } == .settlement)
    #expect(broken { $0.settled.payouts[0].amount = .zero } == .settlement)
    #expect(broken { $0.settled.fee = 0 } == .settlement)
    #expect(broken { $0.settled.verdict.seats[1].fate = .undecided } == .verdict)
    // Gold in a receipt that says there was none.
    let gold = try #require(receipt.evidence.last)
    let shut = try Self.ended([Self.good(3), Self.constant, Self.good(7)], opens: false).receipt
    var forged = shut
    forged.evidence.append(gold)
    #expect(throws: Refusal.self) { try ReceiptCheck(forged).judgement() }
    #expect(throws: Never.self) { try ReceiptCheck(shut).judgement() }
    // One bit of every 97th byte of the file.
    for index in stride(from: 0, to: receipt.bytes.count, by: 97) {
      var bent = receipt.bytes
      bent[index] ^= 1 << UInt8(index % 8)
      #expect(ReceiptTests.refusal(bent) != nil, "byte \(index)")
    }
  }
}

extension SampleNetwork {
  /// A road that was walked to its end.
  struct Road {
    let receipt: Receipt
    let seats: [String]
  }
}
