// Several runs in one purchase: what is asked before anything is sent, and what is said of them.

import Agents
import Graphs
import Inference
import Kernel
import Market
import Models
import Primitives
import Testing

@testable import Agents
@testable import Market
@testable import tolsey

@Suite struct ManyRunsTests {
  /// Four numbers in, ten out.
  static func model() throws -> Model {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])),
      nodes: [Node(.linear(Linear(outputs: 10, biasBound: 9)), [0])])
    let weights = [
      LayerWeights(
        matrix: (0..<40).map { Int8($0 * 7 % 23) - 11 }, bias: (0..<10).map { Int32($0) })
    ]
    let scale = try Scale(mantissa: 3 << 29, exponent: 40)
    return try Model(
      Manifest(
        graph: graph, inputScale: scale, outputScale: scale, readout: .plain,
        report: AccuracyReport(),
        commitments: [try WeightTiles.commitment(to: weights, of: graph)]), weights)
  }

  static func shopping(_ runs: Int, check: String = "open", budget: UInt64? = nil) throws
    -> Shopping
  {
    var want = Want(
      .auction, spec: InferenceSpec(model: try model().id.digest).encoded, input: [0, 0, 0, 0],
      check: try CheckName.terms(check), limit: Rate(Amount(10_000)))
    want.more = (1..<runs).map { [UInt8($0), 0, 0, 0] }
    want.parallel = 4
    return Shopping(
      want: want, names: (0..<runs).map { "x.npy \($0)" }, budget: budget.map { Amount($0) })
  }

  @Test func everyRunAndEverySeatCountsAgainstTheBudget() throws {
    let terms = Terms.standard
    #expect(try Self.shopping(5).most(terms, offered: nil) == Amount(50_000))
    let three = try Self.shopping(5, check: "replicated(3)")
    #expect(try three.most(terms, offered: nil) == Amount(150_000))
    // Every run of a check with a court may be audited, and each audit has its fee.
    let court = try Self.shopping(2, check: "disputable").most(terms, offered: nil)
    #expect(court == Amount(2 * (10_000 + 10_000 + terms.auditBase)))
    let poor = try Self.shopping(5, budget: 49_999)
    #expect(throws: Failure.self) { try poor.most(terms, offered: nil) }
    // An offer has a price; what the budget allows is that much and no more.
    #expect(try poor.most(terms, offered: Amount(4_000)) == Amount(20_000))
    #expect(try poor.allowed(terms) == Amount(49_999))
    #expect(try Self.shopping(5, budget: 60_000).allowed(terms) == Amount(50_000))
  }

  /// Who may have to show its inputs has to be able to pay for it.
  @Test func aPurseThatContestsHoldsTheTollsToo() throws {
    let terms = Terms.standard
    let toll = try Buyer.contestToll(of: [0, 0, 0, 0], terms)
    #expect(toll >= (try Toll.price(bytes: 4, terms: terms)))
    let one = try Self.shopping(1, check: "proved(private)")
    #expect(try one.withContests(Amount(10_000), terms) == Amount(10_000).adding(toll))
    // Four of the five may be open at once.
    let five = try Self.shopping(5, check: "proved(private)")
    #expect(
      try five.withContests(Amount(50_000), terms)
        == Amount(50_000).adding(toll.multiplied(by: 4)))
  }

  @Test func whatTheTermsWouldRefuseIsRefusedBefore() throws {
    var terms = Terms.standard
    terms.maxRuns = 20
    terms.maxParallel = 8
    try Runs(of: 20, parallel: 8).require(terms)
    // No more at once than there are.
    try Runs(of: 3, parallel: 64).require(terms)
    #expect(throws: Failure.self) { try Runs(of: 21, parallel: 1).require(terms) }
    #expect(throws: Failure.self) { try Runs(of: 20, parallel: 9).require(terms) }
  }

  @Test func aQuoteCountsRunsAndSlots() throws {
    let want = try Self.shopping(1).want
    let one = try Quote(want: want, Runs(of: 1, parallel: 4), terms: .standard, cheapest: nil)
    let five = try Quote(want: want, Runs(of: 5, parallel: 2), terms: .standard, cheapest: nil)
    #expect(five.escrow.units == 5 * one.escrow.units)
    #expect(five.bidBond.units == 2 * one.bidBond.units)
    #expect(five.seatBond.units == 2 * one.seatBond.units)
    #expect(five.data(offers: 0)["runs"]?.uint64 == 5)
    #expect(DataSchemas.all["order.quote/1"]?.fault(in: five.data(offers: 0)) == nil)
  }

  static func settled(_ index: UInt64, _ outcome: Outcome, cost: UInt64) -> RunResult {
    var run = SettledRun()
    run.index = index
    run.check = CheckTerms("open")
    run.verdict = Verdict(
      outcome, seats: [SeatVerdict(provider: Address(), fate: outcome.isGood ? .paid : .absent)])
    return RunResult(settled: run, cost: Amount(cost))
  }

  static func view(_ runs: [RunResult], of wanted: Int, end: String) throws -> PurchaseView {
    var result = PurchaseResult(want: 0, message: .zero, road: .offer, end: end)
    result.wanted = UInt64(wanted)
    result.runs = runs
    result.cost = Amount(runs.reduce(0) { $0 + $1.cost.units })
    return PurchaseView(
      result: result, shopping: try shopping(wanted), limit: Amount(50_000), model: try model(),
      files: runs.map { _ in nil })
  }

  @Test func whatCameAndWhatDidNotIsToldRunByRun() throws {
    let output = [UInt8](repeating: 1, count: 40)
    var runs = [
      Self.settled(0, .accepted, cost: 4_000), Self.settled(1, .noEvidence, cost: 0),
    ]
    runs[0].output = output
    let view = try Self.view(runs, of: 4, end: "leaseBroken")
    let failure = try #require(view.failure)
    #expect(failure.code == "partlyDelivered")
    #expect(failure.message == "1 of 4 answers were delivered: run 2 ended as noEvidence")
    #expect(failure.hint == "buy the others again: x.npy 1, x.npy 2, x.npy 3")
    let data = view.data
    #expect(DataSchemas.all["buy/1"]?.fault(in: data) == nil)
    #expect(data["delivered"]?.bool == false)
    #expect(data["answers"]?.uint64 == 1)
    #expect(data["paid"]?.uint64 == 4_000)
    let states = data["runs"]?.array?.compactMap { $0["state"]?.string }
    #expect(states == ["accepted", "noEvidence", "notBegun", "notBegun"])
    let text = view.text(Paint(isTerminal: false) { _ in nil })
    #expect(text.contains("answers  1 of 4"))
    #expect(text.contains("not begun"))
  }

  @Test func anAnswerThatCannotBeFetchedIsNoAnswer() throws {
    let view = try Self.view([Self.settled(0, .accepted, cost: 4_000)], of: 1, end: "runSettled")
    #expect(view.failure?.code == "outputMissing")
    #expect(DataSchemas.all["buy/1"]?.fault(in: view.data) == nil)
  }

  @Test(arguments: [
    (["buy", "--limit", "1"], "missing expected argument '--model <model>'"),
    (["sell", "--model", "x"], "missing expected argument '--price <price>'"),
    (["buy", "--parallel", "0"], "at least one run must be open at once"),
    (["buy", "status", "--days", "0"], "name 1 to 3660 days"),
  ])
  func whatIsMissingIsSaid(words: [String], message: String) async throws {
    let recorder = Recorder()
    let status = await Tolsey.run(
      words, out: recorder.console().out, err: recorder.console().err)
    #expect(status == .usage)
    #expect(recorder.err.contains(message))
  }

  @Test func bothSidesHaveTheirOwnStatus() throws {
    #expect(try Tolsey.parseAsRoot(["buy", "status"]) is BuyStatus)
    #expect(try Tolsey.parseAsRoot(["sell", "status", "alice", "--cost", "1"]) is SellStatus)
    #expect(try Tolsey.parseAsRoot(["buy", "--model", "x"]) is BuyCommand)
  }
}
