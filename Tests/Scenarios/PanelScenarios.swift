// Panels with whole actors: the happy road, silence, ties, too few judges, a judge that is a party.

import Agents
import Chain
import Kernel
import Market
import Primitives
import Tasks
import Testing

@testable import Workers

@Suite("A panel")
struct PanelScenarios {
  private static let good = [PanelWay](repeating: .looks, count: 8)

  @Test("three drawn judges score, are paid, and the receipt counts again to the same")
  func happy() async throws {
    let crew = try PanelCrew(Self.good)
    try await crew.play(from: try await crew.stand())
    let run = try #require(await crew.world.settled.first)
    #expect(run.verdict.outcome == .judged)
    #expect(run.verdict.seats.allSatisfy { $0.fate == .paid })
    let drawn = await crew.drawn()
    #expect(drawn.count == 3)
    let receipt = try #require(await crew.buyer.results.first?.receipt)
    let review = try #require(PanelReview(try ReceiptVerifier.verify(receipt).receipt))
    // Who agree have their whole purse, a third of a fifth of all prices.
    let purse = run.prices.reduce(0, +) / 5 / 3
    for (place, number) in drawn.enumerated() {
      #expect(review.judges[place].account == PanelCrew.judgeKey(number).address)
      #expect(review.ruling.judges[place].share == million)
      let news = await crew.judges[number].takeNews()
      #expect(Self.words(news) == ["drawn", "scored", "sealed", "settled"])
      guard case .settled(_, .judged, let earned, let lost)? = news.last else {
        Issue.record("it was told nothing")
        continue
      }
      #expect(lost == .zero && earned.units <= purse && earned.units + purse / 10 > purse)
      #expect(crew.eyes[number].asked == 1)
      #expect(crew.disks[number].runs.isEmpty)
    }
    for number in crew.judges.indices where !drawn.contains(number) {
      #expect(crew.eyes[number].asked == 0)
      #expect(await crew.judges[number].takeNews() == [])
    }
    #expect(await crew.world.refusals == [])
    await crew.expectWhole()
  }

  @Test("a program is told what is asked and what was answered, and not who answered")
  func docket() async throws {
    let crew = try PanelCrew(Self.good)
    try await crew.play(from: try await crew.stand())
    let drawn = try #require(await crew.drawn().first)
    let docket = try #require(crew.eyes[drawn].seen.first)
    #expect(docket.spec.question == "Say it in English.")
    #expect(docket.items == PanelCrew.items.map { Array($0.utf8) })
    #expect(docket.pieces.map(\.seat) == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
    #expect(docket.pieces.map(\.item) == [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
  }

  @Test("gold weighs the judges: the honest earn what the liar does not")
  func gold() async throws {
    // Gold is what one seller says; the first that is drawn for its own gold is the one.
    for seller in 1...PanelCrew.sellers {
      var crew = try PanelCrew(Self.good, gold: seller)
      let news = try await crew.play(from: try await crew.stand()) { news in
        news.events.contains { $0.name == "panelDrawn" }
      }
      let liar = try #require(await crew.drawn().first)
      try await crew.replace(liar, .lies, at: news)
      try await crew.play(from: news)
      let run = try #require(await crew.world.settled.first)
      let seats = run.verdict.seats.map { Stage.number(of: $0.provider) }
      guard seats.contains(seller) else { continue }
      #expect(run.verdict.outcome == .judged)
      let receipt = try #require(await crew.buyer.results.first?.receipt)
      let review = try #require(PanelReview(try ReceiptVerifier.verify(receipt).receipt))
      #expect(!review.gold.isEmpty)
      for (place, number) in await crew.drawn().enumerated() {
        let share = review.ruling.judges[place].share
        #expect(number == liar ? share == 0 : share > 0, "\(review.ruling.judges[place])")
      }
      await crew.expectWhole()
      return
    }
    Issue.record("no seller was drawn for its own gold")
  }

  @Test("a seller that opens nothing loses its bond, and the judges score the others")
  func silentSeller() async throws {
    // The same world twice: the first tells who is drawn.
    let before = try PanelCrew(Self.good)
    try await before.play(from: try await before.stand())
    let seat = try #require(await before.world.settled.first?.verdict.seats.first?.provider)
    let silent = try #require(Stage.number(of: seat))
    let crew = try PanelCrew(Self.good, silentSellers: [silent])
    await crew.world.nap(atMost: 600)
    try await crew.play(from: try await crew.stand())
    let run = try #require(await crew.world.settled.first)
    #expect(run.verdict.seats.map(\.fate).filter { $0 == .silent }.count == 1)
    let opened = run.verdict.seats.filter { $0.fate == .paid }
    #expect(opened.count == 2 && run.verdict.outcome == .judged)
    let drawn = try #require(await crew.drawn().first)
    let docket = try #require(crew.eyes[drawn].seen.first)
    #expect(docket.pieces.count == 4 * opened.count)
    await crew.expectWhole()
  }

  // MARK: - Silence

  @Test("one of three is silent: the others' median stands, and its bond is gone")
  func silentJudge() async throws {
    var crew = try PanelCrew(Self.good)
    var news = try await crew.stand()
    news = try await crew.play(from: news) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let silent = try #require(await crew.drawn().first)
    crew.loses = { number, message in number == silent && message.kind == .sealAnswer }
    await crew.world.nap(atMost: 600)
    try await crew.play(from: news)
    let run = try #require(await crew.world.settled.first)
    #expect(run.verdict.outcome == .judged)
    let fined = await crew.events("judgeFined")
    #expect(fined.map(\.parties) == [[PanelCrew.judgeKey(silent).address]])
    let lost = fined.first?.numbers.first?.value ?? 0
    #expect(lost == run.prices.reduce(0, +))
    let told = await crew.judges[silent].takeNews()
    #expect(Self.codes(told) == [.late])
    guard case .settled(_, _, let earned, let fine)? = told.last else {
      Issue.record("it was told nothing")
      return
    }
    #expect(earned == .zero && fine.units == lost)
    await crew.expectWhole()
  }

  @Test("two of three are silent: prices go back, and both bonds are gone")
  func twoSilent() async throws {
    var crew = try PanelCrew(Self.good)
    var news = try await crew.stand()
    news = try await crew.play(from: news) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let silent = Array(await crew.drawn().prefix(2))
    crew.loses = { number, message in
      silent.contains(number) && message.kind == .openAnswer
    }
    await crew.world.nap(atMost: 600)
    try await crew.play(from: news)
    let run = try #require(await crew.world.settled.first)
    #expect(run.verdict.outcome == .unjudged)
    #expect(await crew.events("judgeFined").count == 2)
    // Two bonds of all prices burn for one time all prices back: no buyer gains by such puppets.
    let lost = await crew.events("judgeFined").reduce(0) { $0 + ($1.numbers.first?.value ?? 0) }
    #expect(lost == 2 * run.prices.reduce(0, +))
    await crew.expectWhole()
  }

  @Test("one of three silent leaves two who differ: what stands is their mean")
  func tie() async throws {
    var crew = try PanelCrew(Self.good)
    let news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let drawn = await crew.drawn()
    try #require(drawn.count == 3)
    try await crew.replace(drawn[0], .lies, at: news)
    let silent = drawn[1]
    crew.loses = { number, message in number == silent && message.kind == .sealAnswer }
    await crew.world.nap(atMost: 600)
    try await crew.play(from: news)
    let receipt = try #require(await crew.buyer.results.first?.receipt)
    let review = try #require(PanelReview(try ReceiptVerifier.verify(receipt).receipt))
    let sheets = review.judges.map(\.sheet).filter { !$0.isEmpty }
    #expect(sheets.count == 2)
    for place in review.ruling.stands.indices {
      let points = sheets.map { UInt64($0[place]) }
      #expect(review.ruling.stands[place] == points.reduce(0) { $0 + ($1 - 1) * million / 9 } / 2)
    }
    await crew.expectWhole()
  }

  // MARK: - Who may judge

  @Test("too few judges stand: the order is refused, and nothing is lost")
  func tooFewStand() async throws {
    let crew = try PanelCrew(Self.good)
    try await crew.play(from: try await crew.stand([0, 1, 2, 3, 4]))
    #expect(await crew.world.refusals == ["tooFewJudges"])
    #expect(await crew.world.settled.isEmpty)
    await crew.expectWhole()
  }

  @Test("judges leave when the answers lie open: everybody who answered is paid in full")
  func judgesLeave() async throws {
    let crew = try PanelCrew(Self.good)
    var news = try await crew.stand([0, 1, 2, 3, 4, 5])
    // Two stay, so that no panel can be drawn whole; the others leave before the answers do.
    news = try await crew.play(from: news) { news in
      news.events.contains { $0.name == "runStarted" }
    }
    for number in 2..<6 {
      var outbox = Outbox(
        PanelCrew.judgeKey(number), await crew.world.genesis(),
        next: await crew.world.nextSequences(of: PanelCrew.judgeKey(number).address))
      var m = LeaveAudits()
      m.head = try outbox.head(at: news.time)
      try await crew.world.submit(outbox.sign(.leaveAudits(m)))
    }
    try await crew.play(from: news)
    let run = try #require(await crew.world.settled.first)
    #expect(run.verdict.outcome == .unjudged)
    #expect(run.verdict.seats.allSatisfy { $0.fate == .paid })
    #expect(await crew.events("judgeFined").isEmpty)
    #expect(await crew.drawn().isEmpty)
  }

  @Test("a judge that sells in the order is never drawn for it, whatever its bond")
  func judgeIsParty() async throws {
    let crew = try PanelCrew(Self.good)
    _ = try await crew.stand()
    // Every seller stands as a judge, too, with more behind it than all judges together.
    let news = try await crew.stand((1...PanelCrew.sellers).map(Stage.key), Amount(8_000_000))
    try await crew.play(from: news)
    let bench = await crew.events("panelDrawn").first?.parties.dropLast() ?? []
    #expect(bench.count == 3)
    #expect(await crew.drawn().count == 3, "a seller was drawn")
    let run = try #require(await crew.world.settled.first)
    #expect(run.verdict.outcome == .judged)
  }

  // MARK: - Words

  static func words(_ news: [AssessorNews]) -> [String] {
    news.map { news in
      switch news {
      case .drawn: "drawn"
      case .scored: "scored"
      case .sealed: "sealed"
      case .opened: "opened"
      case .trouble: "trouble"
      case .settled: "settled"
      }
    }.filter { $0 != "opened" }
  }

  static func codes(_ news: [AssessorNews]) -> [ScoringTrouble.Code] {
    news.compactMap {
      if case .trouble(_, let trouble) = $0 { trouble.code } else { nil }
    }
  }
}
