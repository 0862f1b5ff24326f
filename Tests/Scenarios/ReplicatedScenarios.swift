// Walk 1 with whole actors: from the want to the receipt, and what each silence costs.

import Agents
import Chain
import Market
import Primitives
import Testing
import Workers

@Suite("An auction under replicated(3)")
struct ReplicatedScenarios {
  static func wants(_ count: UInt8 = 1) throws -> [Want] {
    let model = try Stage.model()
    return (0..<count).map { Stage.want(.auction, $0, model) }
  }

  /// The one settled run, its prices, and the numbers of its seats.
  static func run(_ stage: Stage) async throws -> (SettledRun, seats: [Int]) {
    let settled = await stage.world.settled
    let run = try #require(settled.first)
    return (run, run.verdict.seats.compactMap { Stage.number(of: $0.provider) })
  }

  static func expectWhole(_ stage: Stage) async {
    let audit = await stage.world.audit()
    #expect(audit.isWhole)
    #expect(audit.escrow == 0)
  }

  @Test("three agree: the buyer has the model's own output and a receipt that verifies")
  func threeAgree() async throws {
    let stage = try Stage(try Self.wants(), capacity: 0)
    try await stage.play()
    let results = await stage.shopper.results
    let result = try #require(results.first)
    #expect(result.isGood)
    #expect(result.output == (try Honest().answer([0, 2, 3, 4], of: stage.model, run: .zero)))
    let (run, seats) = try await Self.run(stage)
    #expect(run.verdict.outcome == .majority)
    #expect(seats.count == 3)
    #expect(result.cost.units == run.prices.reduce(0, +))
    #expect(await stage.shopper.budget.spent == result.cost)
    #expect(await stage.shopper.budget.reserved == .zero)
    let verified = try ReceiptVerifier.verify(try #require(result.receipt))
    _ = verified
    #expect(await stage.world.refusals == [])
    await Self.expectWhole(stage)
  }

  @Test("a cheat among three loses its bond, and the buyer still gets the true output")
  func cheatLoses() async throws {
    // Every provider but the dearest can be drawn; two cheats leave at least one honest seat.
    let cheap = try Stage.model(1)
    let stage = try Stage(
      try Self.wants(8), answering: [2: CheaperModel(cheap), 5: MadeUp(seed: SHA256.hash([5]))],
      capacity: 0, budget: Amount(100_000_000))
    try await stage.play(blocks: 120)
    var slashed = 0
    for run in await stage.world.settled {
      for seat in run.verdict.seats {
        let isCheat = [2, 5].contains(Stage.number(of: seat.provider))
        #expect(seat.fate != .paid || !isCheat)
        #expect(seat.fate != .differs || isCheat)
        if seat.fate == .differs { slashed += 1 }
      }
    }
    #expect(slashed > 0)
    await Self.expectWhole(stage)
  }

  @Test("a bidder who dies before it opens its bid loses B, the auction goes on")
  func bidderDies() async throws {
    let stage = try Stage(
      try Self.wants(), capacity: 0, mute: [7: { $0.kind == .revealBid }])
    try await stage.play()
    #expect(await stage.shopper.results.first?.isGood == true)
    let lost = await stage.gain(7)
    #expect((-101_000)...(-100_000) ~= lost)
    await Self.expectWhole(stage)
  }

  @Test("two bidders dead: fewer than six are left, everybody has its money back")
  func tooFewBidders() async throws {
    let stage = try Stage(
      try Self.wants(), capacity: 0,
      mute: [6: { $0.kind == .placeBid }, 7: { $0.kind == .placeBid }])
    try await stage.play()
    #expect(await stage.shopper.results.first?.end == "orderNoMatch")
    #expect(await stage.shopper.refusals[0]?.code == "givenUp")
    #expect(await stage.buyerGain() > -1_000)
    #expect(await stage.world.treasury == 0)
    await Self.expectWhole(stage)
  }

  @Test("a buyer who dies before the draw loses one price")
  func buyerKeepsSalt() async throws {
    let stage = try Stage(
      try Self.wants(), capacity: 0, muteBuyer: { $0.kind == .drawSeats })
    try await stage.play()
    #expect(await stage.shopper.results.first?.end == "orderSaltWithheld")
    let treasury = await stage.world.treasury
    // A tie of equal scores goes by the bids' ids, and moves the critical value by one.
    #expect(treasury >= 769_999)
    await Self.expectWhole(stage)
  }

  @Test("a buyer who dies before the input pays each seat a tenth")
  func buyerWithholdsInput() async throws {
    let stage = try Stage(
      try Self.wants(), capacity: 0, muteBuyer: { $0.kind == .sendInput })
    try await stage.play()
    let (run, seats) = try await Self.run(stage)
    #expect(run.verdict.outcome == .inputWithheld)
    for seat in seats { #expect(await stage.gain(seat) > 70_000) }
    #expect(await stage.buyerGain() < -200_000)
    await Self.expectWhole(stage)
  }

  @Test("a seat that dies before it honours is replaced from the reserve")
  func seatDoesNotHonour() async throws {
    // All of one to four die at honour: whoever is drawn, some seat is not honoured.
    let dies: @Sendable (Message) -> Bool = { $0.kind == .honourSeat }
    let stage = try Stage(
      try Self.wants(), capacity: 0, mute: [1: dies, 2: dies, 3: dies])
    try await stage.play(blocks: 120)
    #expect(await stage.shopper.results.first?.isGood == true)
    let (_, seats) = try await Self.run(stage)
    #expect(Set(seats).isDisjoint(with: [1, 2, 3]))
    await Self.expectWhole(stage)
  }

  @Test(
    "a seat that dies before its seal loses B, after it S; the others are paid",
    arguments: [MessageKind.sealAnswer, .unsealAnswer])
  func seatDies(_ kind: MessageKind) async throws {
    // A death that only the drawn can die: one of the six, told by its seal.
    for number in 1...6 {
      let stage = try Stage(
        try Self.wants(), capacity: 0, mute: [number: { $0.kind == kind }])
      try await stage.play(blocks: 120)
      let (run, seats) = try await Self.run(stage)
      guard let place = seats.firstIndex(of: number) else { continue }
      #expect(run.verdict.outcome == .majority)
      #expect(run.verdict.seats[place].fate == (kind == .sealAnswer ? .absent : .silent))
      let lost = await stage.gain(number)
      let wanted: ClosedRange<Int64> =
        kind == .sealAnswer
        ? (-101_000)...(-100_000) : (-2_400_000)...(-2_200_000)
      #expect(wanted ~= lost)
      #expect(await stage.shopper.results.first?.isGood == true)
      await Self.expectWhole(stage)
      return
    }
    Issue.record("nobody that died had a seat")
  }
}
