// The court with whole actors: audits that agree, lies that are caught, and what silence costs.

import Agents
import Chain
import Market
import Models
import Primitives
import Testing
import Workers

@Suite("A run under disputable")
struct CourtScenarios {
  @Test("audits of honest runs agree; their checkers are paid, and every dollar is somewhere")
  func honest() async throws {
    let court = try Court(try Court.wants(6))
    try await court.play()
    let settled = await court.world.settled
    #expect(settled.count == 6)
    #expect(settled.allSatisfy { $0.verdict.outcome == .stands })
    let audited = settled.filter { $0.verdict.audit == .equal }
    #expect(audited.count >= 1)
    #expect(audited.count < 6)
    #expect(settled.allSatisfy { $0.verdict.audit == .equal || $0.verdict.audit == .none })
    var fees: UInt64 = 0
    var called: UInt64 = 0
    for checker in court.auditors {
      let report = await checker.report
      fees += report.fees.units
      called += report.called
      #expect(report.audited == report.called)
      #expect(report.lies == 0 && report.forfeited == .zero)
    }
    #expect(called == UInt64(audited.count))
    // F is the price and 500.
    #expect(fees == 5_500 * called)
    #expect(await court.world.refusals == [])
    let audit = await court.world.audit()
    #expect(audit.isWhole)
    for result in await court.shopper.results {
      #expect(result.isGood)
      let want = court.wants[result.want]
      #expect(result.output == (try Honest().answer(want.input, of: try Court.model(), run: .zero)))
      #expect(result.cost.units == (result.settled?.verdict.audit == .equal ? 10_500 : 5_000))
      _ = try ReceiptVerifier.verify(try #require(result.receipt))
    }
  }

  @Test(
    "a lie is caught by whoever is drawn, whatever it is about",
    arguments: ["lie.middle", "lie.output", "lie.trace"])
  func lies(_ name: String) async throws {
    let lie: any Answering =
      switch name {
      case "lie.middle": LieInTheMiddle()
      case "lie.output": LieAtTheEnd()
      default: LieInTheTrace()
      }
    let court = try Court(try Court.wants(2, audit: 1_000_000), answering: lie)
    try await court.play()
    let settled = await court.world.settled
    #expect(settled.count == 2)
    #expect(settled.allSatisfy { $0.verdict.outcome == .fell && $0.verdict.audit == .differs })
    #expect(settled.allSatisfy { $0.verdict.seats.first?.fate == .fallen })
    let ends = await court.events("gameWon")
    #expect(ends.count == 2)
    #expect(ends.allSatisfy { $0.numbers.first?.name == "stepFails" })
    // S = 60,000 and floor; the buyer has everything back.
    #expect(await court.world.gain(Stage.buyerKey.address) > -5_000)
    #expect(await court.world.gain(Stage.key(1).address) < -120_000)
    var prizes: UInt64 = 0
    for checker in court.auditors { prizes += await checker.report.prizes.units }
    #expect(prizes > 2 * 29_000)
    #expect(await court.world.refusals == [])
    #expect(await court.world.audit().isWhole)
  }

  @Test("a volunteer catches a lie about an input that everybody may read")
  func volunteer() async throws {
    let wants = try Court.wants(2, audit: 50_000, isPublic: true)
    let court = try Court(wants, answering: LieInTheMiddle(), volunteer: 1_000_000)
    try await court.play()
    let settled = await court.world.settled
    #expect(settled.map(\.verdict.outcome) == [.fell, .fell])
    let report = await court.auditors[4].report
    #expect(report.sampled >= 1)
    #expect(report.lies == report.games)
    #expect(report.won >= 1)
    #expect(report.prizes > .zero && report.forfeited == .zero)
    #expect(await court.world.gain(Court.checkerKey(5).address) > 20_000)
    #expect(await court.events("traceShown").count == 2)
    #expect(await court.world.audit().isWhole)
  }

  @Test("a volunteer leaves honest answers and unreadable inputs alone")
  func volunteerAtRest() async throws {
    let open = try Court(
      try Court.wants(3, audit: 50_000, isPublic: true), volunteer: 1_000_000)
    try await open.play()
    #expect(await open.world.settled.allSatisfy { $0.verdict.outcome == .stands })
    #expect(await open.auditors[4].report.sampled == 3)
    #expect(await open.auditors[4].report.games == 0)
    let closed = try Court(try Court.wants(3, audit: 50_000), volunteer: 1_000_000)
    try await closed.play()
    #expect(await closed.auditors[4].report.sampled == 0)
    #expect(await closed.auditors[4].report.unreadable == 3)
  }

  @Test("who lies and is silent when it is drawn loses as much")
  func silentWhenDrawn() async throws {
    let court = try Court(try Court.wants(1, audit: 1_000_000), answering: SilentWhenDrawn())
    try await court.play()
    let run = try #require(await court.world.settled.first)
    #expect(run.verdict.outcome == .leftSilent)
    #expect(await court.world.gain(Stage.key(1).address) < -59_000)
    #expect(await court.world.gain(Stage.buyerKey.address) > -5_000)
  }

  @Test("junk for a trace costs its checker the bond, and the honest provider loses nothing")
  func junk() async throws {
    let model = try Court.model()
    var plans: [Int: CheckerPlan] = [:]
    for number in 1...4 {
      plans[number] = CheckerPlan(
        [model], bond: Court.bond, conduct: .junk(seed: SHA256.hash([UInt8(number)])))
    }
    let court = try Court(try Court.wants(1, audit: 1_000_000), plans: plans)
    try await court.play()
    let run = try #require(await court.world.settled.first)
    #expect(run.verdict.outcome == .stands && run.verdict.audit == .differs)
    #expect(await court.events("gameLost").first?.numbers.first?.name == "challengerSilent")
    // Its price, the bond back, and half of what the auditor lost, tolls left out.
    let share = try #require(run.payouts.dropFirst().first)
    #expect(share.account == Stage.key(1).address && share.amount.units > 60_000 + 4_900 + 14_000)
    var forfeited: UInt64 = 0
    for checker in court.auditors { forfeited += await checker.report.forfeited.units }
    #expect(forfeited == 30_000)
  }

  @Test("silent auditors are fined one after the other, and the run stands")
  func silent() async throws {
    let model = try Court.model()
    var plans: [Int: CheckerPlan] = [:]
    for number in 1...4 {
      plans[number] = CheckerPlan([model], bond: Court.bond, conduct: .silent)
    }
    let court = try Court(try Court.wants(1, audit: 1_000_000), plans: plans)
    try await court.play()
    let run = try #require(await court.world.settled.first)
    #expect(run.verdict.outcome == .stands && run.verdict.audit == .silent)
    #expect(await court.events("auditorCalled").count == 3)
    #expect(await court.world.treasury >= 3 * 5_500)
    var forfeited: UInt64 = 0
    for checker in court.auditors { forfeited += await checker.report.forfeited.units }
    #expect(forfeited == 3 * 5_500)
  }

  @Test("everybody is killed after every block of an audit and of its game; the lie still falls")
  func killedAtEveryHeight() async throws {
    var court = try Court(try Court.wants(1, audit: 1_000_000), answering: LieInTheMiddle())
    let world = court.world
    var news = Stage.dawn
    for _ in 0..<120 where await world.settled.isEmpty {
      guard let next = try await court.turn(news) else { break }
      news = next
      let buyer = Court.shopper(court.wants, world)
      try await buyer.resume(through: news.height - 1)
      court.buyer = buyer
      let provider = try Court.seller(world, court.audit, LieInTheMiddle())
      try await provider.resume(through: news.height - 1)
      court.provider = provider
      court.checkers = []
      for number in 1...4 {
        let checker = try Court.checker(number, world)
        try await checker.resume(through: news.height - 1)
        court.checkers.append(checker)
      }
    }
    #expect(await world.settled.first?.verdict.outcome == .fell)
    #expect(await court.events("gameWon").first?.numbers.first?.name == "stepFails")
    #expect(await world.refusals == [])
    #expect(await world.audit().isWhole)
  }

  @Test("a checker that leaves has its bond back, and is called no more")
  func leaving() async throws {
    let court = try Court(try Court.wants(1, audit: 50_000))
    try await court.play()
    for checker in court.auditors { await checker.stop(leaving: true) }
    var news = try #require(await court.world.block(await court.world.height()))
    for _ in 0..<40 {
      guard let next = try await court.turn(news) else { break }
      news = next
    }
    for checker in court.auditors { #expect(await checker.isDone) }
    #expect(await court.events("auditorLeft").count == 4)
    #expect(await court.world.gain(Court.checkerKey(1).address) > -1_000)
  }

  @Test("a checker that leaves stays for the call over older evidence, and is not fined")
  func leavingWithDebts() async throws {
    let court = try Court(try Court.wants(1, audit: 1_000_000))
    // The evidence lies, nobody is drawn yet; then all of them leave.
    var news = Stage.dawn
    while !news.events.contains(where: { $0.name == "runSubmitted" }) {
      news = try #require(try await court.turn(news))
    }
    for checker in court.auditors { await checker.stop(leaving: true) }
    var leaving: [Leaving] = []
    for _ in 0..<40 {
      guard let next = try await court.turn(news) else { break }
      news = next
      if let state = await court.auditors[0].leaving, leaving.last != state {
        leaving.append(state)
      }
      if await court.world.settled.isEmpty { continue }
      break
    }
    #expect(leaving.first?.mayCall == 1)
    #expect(leaving.first?.atRisk == Amount(5_500))
    #expect(leaving.first?.bond == Court.bond)
    #expect(leaving.last?.mayCall == 0)
    #expect(await court.world.settled.first?.verdict.audit == .equal)
    #expect(await court.events("auditorCalled").count == 1)
    #expect(await court.events("auditorSilent").isEmpty)
    var forfeited: UInt64 = 0
    for checker in court.auditors {
      _ = try await checker.react(to: news)
      #expect(await checker.isDone)
      forfeited += await checker.report.forfeited.units
    }
    #expect(forfeited == 0)
  }

  @Test("a checker that is on no list is done with leaving at once")
  func leavingWithoutBond() async throws {
    let court = try Court(try Court.wants(1))
    try await court.play()
    let stranger = Checker(
      key: Court.checkerKey(5), client: court.world, plan: CheckerPlan([try Court.model()]))
    await stranger.stop(leaving: true)
    let news = try #require(await court.world.block(await court.world.height()))
    #expect(try await stranger.react(to: news).isEmpty)
    #expect(await stranger.isDone)
    #expect(await stranger.leaving?.bond == nil)
  }
}
