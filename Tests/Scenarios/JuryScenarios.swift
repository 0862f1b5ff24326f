// Replicated runs that are audited and disputed, with whole actors: majorities that lie, and fall.

import Agents
import Chain
import Graphs
import Market
import Models
import Primitives
import Testing
import Workers

@Suite("A run under replicated with audits")
struct JuryScenarios {
  /// Rare enough that the lot spares a short scenario.
  static let rare: UInt64 = 10_000

  @Test("honest seats that nobody audits cost their prices, and nobody says a word more")
  func unanimous() async throws {
    let jury = try Jury(3, audit: Self.rare)
    try await jury.play()
    let settled = await jury.world.settled
    #expect(settled.count == 3)
    for run in settled {
      #expect(run.verdict.outcome == .majority && run.verdict.audit == .none)
      #expect(run.verdict.seats.allSatisfy { $0.fate == .paid })
    }
    for result in await jury.shopper.results {
      // Seven bids would set the price; with six it is the limit. F comes back.
      #expect(result.cost.units == result.settled?.prices.reduce(0, +))
      let want = jury.wants[result.want]
      #expect(result.output == (try Honest().answer(want.input, of: try Court.model(), run: .zero)))
      _ = try ReceiptVerifier.verify(try #require(result.receipt))
    }
    for name in ["gameBegun", "traceShown", "traceSealed", "inputShared"] {
      #expect(await jury.events(name).isEmpty)
    }
    #expect(await jury.refusals == [])
    await jury.expectWhole()
  }

  @Test("audited honest runs: the auditor answers as one more seat, and is paid")
  func audited() async throws {
    let jury = try Jury(3, audit: million)
    try await jury.play()
    let settled = await jury.world.settled
    #expect(settled.count == 3)
    #expect(settled.allSatisfy { $0.verdict.outcome == .majority && $0.verdict.audit == .equal })
    var fees: UInt64 = 0
    for checker in jury.auditors {
      let report = await checker.report
      fees += report.fees.units
      #expect(report.audited == report.called && report.lies == 0 && report.games == 0)
    }
    #expect(fees == settled.map(\.fee).reduce(0, +))
    #expect(await jury.events("gameBegun").isEmpty)
    #expect(await jury.events("runDemanded").isEmpty)
    #expect(await jury.refusals == [])
    await jury.expectWhole()
  }

  @Test(
    "the honest seat of a run fells two that lie, and takes half of their bonds",
    arguments: ["middle", "end"])
  func honestSeat(_ kind: String) async throws {
    let lie: any Answering = kind == "middle" ? LieInTheMiddle() : LieAtTheEnd()
    let jury = try Jury(6, audit: Self.rare, lies: [1: lie, 2: lie, 3: lie, 4: lie])
    try await jury.play()
    let runs = await jury.runs(liars: 2)
    #expect(runs.count >= 1)
    for run in runs where run.verdict.audit == .none {
      #expect(run.verdict.outcome == .noMajority)
      for (place, seat) in run.verdict.seats.enumerated() {
        #expect(seat.fate == (jury.isLiar(seat) ? .fallen : .undecided))
        let (share, stake) = (run.payouts[place + 1].amount.units, run.stakes[place])
        if jury.isLiar(seat) {
          #expect(share == 0)
        } else {
          // Half of two bonds, less the tolls of the game.
          #expect(share > stake + stake * 9 / 10)
        }
      }
      #expect(run.payouts[0].amount.units == run.prices.reduce(0, +) + run.fee)
    }
    for result in await jury.shopper.results where !result.isGood {
      #expect(result.cost == .zero)
    }
    let won = await jury.events("gameWon")
    #expect(won.count >= runs.count)
    #expect(won.allSatisfy { $0.numbers.first?.name == "stepFails" })
    #expect(await jury.refusals == [])
    await jury.expectWhole()
  }

  @Test("a lone liar is outvoted, challenged, and loses all of its bond")
  func loneLiar() async throws {
    let jury = try Jury(
      9, audit: Self.rare,
      lies: [1: LieInTheMiddle(), 2: LieAtTheEnd(), 3: MadeUp(seed: SHA256.hash([3]))])
    try await jury.play()
    let runs = await jury.runs(liars: 1)
    #expect(runs.count >= 1)
    for run in runs {
      #expect(run.verdict.outcome == .majority)
      for seat in run.verdict.seats {
        #expect(seat.fate == (jury.isLiar(seat) ? .fallen : .paid))
      }
    }
    #expect(
      await jury.world.settled.allSatisfy { run in
        run.verdict.seats.allSatisfy { $0.fate != .paid || !jury.isLiar($0) }
      })
    await jury.expectWhole()
  }

  @Test("where all three seats lie, the drawn auditor fells them")
  func auditor() async throws {
    let lie = LieInTheMiddle()
    let jury = try Jury(
      4, audit: million, lies: [1: lie, 2: lie, 3: lie, 4: lie, 5: lie, 6: lie])
    try await jury.play()
    let settled = await jury.world.settled
    #expect(settled.count == 4)
    for run in settled {
      #expect(run.verdict.outcome == .noMajority && run.verdict.audit == .differs)
      #expect(run.verdict.seats.allSatisfy { $0.fate == .fallen })
    }
    var prizes: UInt64 = 0
    for checker in jury.auditors {
      let report = await checker.report
      prizes += report.prizes.units
      #expect(report.won == report.called && report.forfeited == .zero && report.fees == .zero)
    }
    // Half of three bonds each, less tolls.
    let bonds = settled.flatMap(\.stakes).reduce(0, +)
    #expect(prizes > bonds * 4 / 10 && prizes <= bonds / 2)
    #expect(await jury.world.gain(Stage.buyerKey.address) > -10_000)
    #expect(await jury.refusals == [])
    await jury.expectWhole()
  }

  @Test("a volunteer fells a unanimous lie about a published input")
  func volunteer() async throws {
    let lie = LieAtTheEnd()
    let jury = try Jury(
      2, audit: Self.rare, lies: [1: lie, 2: lie, 3: lie, 4: lie, 5: lie, 6: lie],
      isPublic: true, volunteer: true)
    try await jury.play()
    let settled = await jury.world.settled
    #expect(settled.count == 2)
    #expect(settled.allSatisfy { $0.verdict.seats.allSatisfy { $0.fate == .fallen } })
    let report = await jury.auditors[4].report
    #expect(report.sampled == 2 && report.lies == 2 && report.won == 2)
    #expect(report.prizes > .zero && report.forfeited == .zero)
    await jury.expectWhole()
  }

  @Test("everybody is killed after every block; the lying majority still falls")
  func killedAtEveryHeight() async throws {
    let lie = LieInTheMiddle()
    var jury = try Jury(
      audit: million, lies: [1: lie, 2: lie, 3: lie, 4: lie, 5: lie, 6: lie])
    let world = jury.world
    var news = Stage.dawn
    for _ in 0..<160 where await world.settled.isEmpty {
      guard let next = try await jury.turn(news) else { break }
      news = next
      let buyer = Court.shopper(jury.wants, world)
      try await buyer.resume(through: news.height - 1)
      jury.buyer = buyer
      jury.providers = []
      for number in 1...Jury.bidders {
        let provider = try Jury.provider(number, world, million, lie)
        try await provider.resume(through: news.height - 1)
        jury.providers.append(provider)
      }
      jury.checkers = []
      for number in 1...4 {
        let plan = CheckerPlan([try Court.model()], bond: Amount(4_000_000))
        let checker = Checker(key: Court.checkerKey(number), client: world, plan: plan)
        try await checker.resume(through: news.height - 1)
        jury.checkers.append(checker)
      }
    }
    let run = try #require(await world.settled.first)
    #expect(run.verdict.outcome == .noMajority && run.verdict.audit == .differs)
    #expect(run.verdict.seats.allSatisfy { $0.fate == .fallen })
    await jury.expectWhole()
  }
}
