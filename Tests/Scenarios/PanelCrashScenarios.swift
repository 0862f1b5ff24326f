// A judge's program that dies at any point, on a disk that tears, by a key that is used twice.

import Agents
import Chain
import Kernel
import Market
import Primitives
import Testing

@testable import Workers

@Suite("A judge that is killed")
struct PanelCrashScenarios {
  /// Its program says something else every time: what is opened can only be what was kept.
  private static let fickle = [PanelWay](repeating: .fickle, count: 8)

  private func expectJudged(_ crew: PanelCrew) async throws {
    let run = try #require(await crew.world.settled.first)
    #expect(run.verdict.outcome == .judged)
    #expect(await crew.events("judgeFined").isEmpty)
    #expect(await crew.world.refusals == [])
    await crew.expectWhole()
    for disk in crew.disks { #expect(disk.runs.isEmpty) }
  }

  @Test("after every block, all of them: each opens what it has sealed")
  func everyBlock() async throws {
    var crew = try PanelCrew(Self.fickle)
    var news = try await crew.stand()
    for _ in 0..<300 {
      if await crew.buyer.isDone { break }
      guard let next = try await crew.turn(news) else { break }
      news = next
      for number in crew.judges.indices {
        crew.judges[number] = PanelCrew.judge(
          number, crew.world, crew.eyes[number], crew.disks[number])
        try await crew.judges[number].resume(through: news.height - 1)
      }
    }
    try await expectJudged(crew)
  }

  /// Where a judge's process ends, in the order of its road.
  enum Point: CaseIterable {
    /// Its program was at work.
    case scoring
    /// The points were kept, and no seal was sent.
    case kept
    /// The seal was sent, and had not come into a block.
    case sealSent
    /// It had not yet seen its seal in a block.
    case sealed
    /// The opening got lost.
    case openingLost
    /// The opening was sent, and had not come into a block.
    case openingSent
  }

  @Test("at each point of its road", arguments: Point.allCases)
  func point(_ point: Point) async throws {
    var crew = try PanelCrew(Self.fickle)
    var news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let number = try #require(await crew.drawn().first)
    let judge = crew.judges[number]
    switch point {
    case .scoring:
      _ = try await judge.react(to: news)
    case .kept:
      _ = try await judge.react(to: news)
      await judge.scoringIsOver()
      #expect(crew.disks[number].runs.count == 1)
    case .sealSent:
      _ = try await judge.react(to: news)
      await judge.scoringIsOver()
      for message in try await judge.react(to: news) { try await crew.world.submit(message) }
    case .sealed: news = try #require(try await crew.turn(news))
    case .openingLost, .openingSent:
      news = try await crew.play(from: news) { _ in
        await crew.world.done.count { $0.message.kind == .sealAnswer } >= 6
      }
      let opened = try await judge.react(to: news).filter { $0.message.kind == .openAnswer }
      #expect(opened.count == 1)
      if point == .openingSent { for one in opened { try await crew.world.submit(one) } }
    }
    // The old process says nothing more; a new one has the disk and the key.
    let asked = crew.eyes[number].asked
    crew.judges[number] = PanelCrew.judge(
      number, crew.world, crew.eyes[number], crew.disks[number])
    try await crew.judges[number].resume(through: news.height)
    if [.sealSent, .openingSent].contains(point) {
      // Whoever starts again within a block sends it again at most once, for a toll.
      await crew.world.tolerateRefused()
    }
    try await crew.play(from: news)
    let run = try #require(await crew.world.settled.first)
    #expect(run.verdict.outcome == .judged)
    #expect(await crew.events("judgeFined").isEmpty)
    let harmless = ["alreadyAnswered", "notYourMove", "unknownRun"]
    #expect(await crew.world.refusals.allSatisfy { harmless.contains($0) })
    #expect(await crew.world.refusals.count <= 1)
    if point != .scoring { #expect(crew.eyes[number].asked == asked, "it scored twice") }
    await crew.expectWhole()
  }

  @Test("a shelf that tore is read as none before the seal: it scores anew, and opens that")
  func tornBeforeSeal() async throws {
    for cut in [0, 1, 20] {
      var crew = try PanelCrew(Self.fickle)
      let news = try await crew.play(from: try await crew.stand()) { news in
        news.events.contains { $0.name == "panelDrawn" }
      }
      let number = try #require(await crew.drawn().first)
      _ = try await crew.judges[number].react(to: news)
      await crew.judges[number].scoringIsOver()
      crew.disks[number].damage { Array($0.prefix(cut)) }
      crew.judges[number] = PanelCrew.judge(
        number, crew.world, crew.eyes[number], crew.disks[number])
      try await crew.judges[number].resume(through: news.height)
      try await crew.play(from: news)
      #expect(crew.eyes[number].asked == 2)
      try await expectJudged(crew)
    }
  }

  @Test("points that are kept for other answers are not given to these")
  func foreignShelf() async throws {
    var crew = try PanelCrew(Self.fickle)
    let news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let number = try #require(await crew.drawn().first)
    let run = RunID(try #require(await crew.events("panelDrawn").first).subject)
    // A network that was made anew from the same seed has the same ids, and other answers.
    let sheet = [UInt8](repeating: 9, count: 12)
    let stale = KeptSheet(SHA256.hash([1]), sheet, seal: .zero)
    #expect(crew.disks[number].keep(stale.encoded, of: run))
    crew.judges[number] = PanelCrew.judge(
      number, crew.world, crew.eyes[number], crew.disks[number])
    try await crew.judges[number].resume(through: news.height)
    try await crew.play(from: news)
    #expect(crew.eyes[number].asked == 1)
    try await expectJudged(crew)
  }

  @Test("who starts again reads what concerns it, and not the whole log")
  func looksBack() async throws {
    var crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    let world = crew.world
    let drawn = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let number = try #require(await crew.drawn().first)
    func again(_ news: BlockNews) async throws {
      crew.judges[number] = PanelCrew.judge(
        number, world, crew.eyes[number], crew.disks[number])
      try await crew.judges[number].resume(through: news.height)
    }
    let read = await world.blocksRead
    try await again(drawn)
    #expect(await world.blocksRead == read)
    #expect(await world.lookedBackTo == [0])
    #expect(await crew.judges[number].waiting == 1)
    // Until the panel is over its note names no later block; the next start finds it again.
    let sealed = try #require(try await crew.turn(drawn))
    try await again(sealed)
    #expect(await world.blocksRead == read)
    #expect(await world.lookedBackTo.last.map { $0 < drawn.height } == true)
    let end = try await crew.play(from: sealed)
    #expect(await world.settled.first?.verdict.outcome == .judged)
    #expect(await crew.events("judgeFined").isEmpty)
    let settled = try #require(await world.blocks.last { !$0.results.settled.isEmpty }).height
    try await again(end)
    #expect(await world.lookedBackTo.last.map { $0 >= settled } == true)
    #expect(await crew.judges[number].waiting == 0)
    // What is over is nobody's news.
    #expect(await crew.judges[number].takeNews().isEmpty)
    await crew.expectWhole()
  }

  @Test("a note that tore, is another network's or is ahead of the node hides no panel")
  func notes() async throws {
    let crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    let news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let number = try #require(await crew.drawn().first)
    let network = await crew.world.genesis().network
    for mark in [
      nil, [], [1, 2, 3], JudgeMark(.zero, height: news.height).encoded,
      JudgeMark(network, height: news.height + 1).encoded,
    ] {
      let disk = PanelDisk()
      disk.mark = mark
      let judge = PanelCrew.judge(number, crew.world, crew.eyes[number], disk)
      try await judge.resume(through: news.height)
      #expect(await judge.waiting == 1, "\(mark ?? [])")
    }
  }

  @Test("a panel that a judge turned down as it stopped is found when it comes back")
  func turnedDown() async throws {
    let crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    let news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "runStarted" }
    }
    for judge in crew.judges { await judge.stop() }
    let drawn = try await crew.play(from: news) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let number = try #require(await crew.drawn().first)
    _ = try await crew.judges[number].react(to: drawn)
    #expect(await crew.judges[number].waiting == 0)
    // It leaves a note as it goes, which names no block of that panel's.
    try await crew.judges[number].resume(through: drawn.height + 1)
    let judge = PanelCrew.judge(number, crew.world, crew.eyes[number], crew.disks[number])
    try await judge.resume(through: drawn.height)
    #expect(await crew.world.lookedBackTo.last == drawn.height - 1)
    #expect(await judge.waiting == 1)
  }

  @Test("what was sealed elsewhere by the same key is said at once, and nothing is sent for it")
  func otherSeal() async throws {
    var crew = try PanelCrew(Self.fickle)
    var news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let number = try #require(await crew.drawn().first)
    news = try #require(try await crew.turn(news))
    // Another machine, with the key and an empty disk.
    crew.judges[number] = PanelCrew.judge(number, crew.world, crew.eyes[number], PanelDisk())
    try await crew.judges[number].resume(through: news.height)
    await crew.world.nap(atMost: 600)
    try await crew.play(from: news)
    let told = await crew.judges[number].takeNews()
    #expect(PanelScenarios.codes(told).first == .otherSeal)
    #expect(await crew.events("judgeFined").count == 1)
    #expect(await crew.world.refusals == [])
    await crew.expectWhole()
  }
}

@Suite("A judge's program that fails")
struct PanelTroubleScenarios {
  /// All judges have the same program, so that whoever is drawn has it.
  private func play(
    _ way: PanelWay, _ change: (PanelCrew) async throws -> Void = { _ in }
  ) async throws -> (crew: PanelCrew, told: [AssessorNews], asked: Int) {
    let crew = try PanelCrew([PanelWay](repeating: way, count: 6))
    await crew.world.nap(atMost: 60)
    let news = try await crew.stand()
    try await change(crew)
    try await crew.play(from: news, blocks: 600)
    let number = try #require(await crew.drawn().first)
    return (crew, await crew.judges[number].takeNews(), crew.eyes[number].asked)
  }

  @Test("it is asked again, ever more seldom, and the seal comes in time")
  func failsFirst() async throws {
    let (crew, told, asked) = try await play(.failsFirst(4))
    #expect(asked == 5)
    // What fails in the same way is told once.
    #expect(PanelScenarios.codes(told) == [.scoreFailed])
    #expect(await crew.world.settled.first?.verdict.outcome == .judged)
    #expect(await crew.events("judgeFined").isEmpty)
    await crew.expectWhole()
  }

  @Test(
    "to the end: nothing is sealed, it is said why and that it is late, and the bond is gone",
    arguments: [
      (PanelWay.fails, ScoringTrouble.Code.scoreFailed), (.short, .badScores),
      (.beyond, .badScores),
    ])
  func fails(_ way: PanelWay, _ code: ScoringTrouble.Code) async throws {
    let (crew, told, asked) = try await play(way)
    #expect(PanelScenarios.codes(told).first == code)
    // An hour, with pauses from five seconds to five minutes.
    #expect((10...30).contains(asked), "asked \(asked) times")
    #expect(
      await crew.world.done.allSatisfy { message in
        !crew.judges.indices.contains { PanelCrew.judgeKey($0).address == message.head.from }
          || message.message.kind != .sealAnswer
      })
    #expect(await crew.world.settled.first?.verdict.outcome == .unjudged)
    #expect(await crew.events("judgeFined").count == 3)
    await crew.expectWhole()
  }

  @Test("a full disk: nothing is sealed that could not be opened; with room again it is")
  func fullDisk() async throws {
    let (crew, told, asked) = try await play(.looks) { crew in
      for disk in crew.disks { disk.isFull = true }
    }
    #expect(PanelScenarios.codes(told).first == .notKept)
    #expect(asked > 1)
    #expect(await crew.events("judgeFined").count == 3)
    let other = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    await other.world.nap(atMost: 60)
    for disk in other.disks { disk.isFull = true }
    let news = try await other.play(from: try await other.stand()) { _ in
      other.eyes.contains { $0.asked >= 3 }
    }
    for disk in other.disks { disk.isFull = false }
    try await other.play(from: news)
    #expect(await other.world.settled.first?.verdict.outcome == .judged)
    #expect(await other.events("judgeFined").isEmpty)
  }

  @Test("items that nobody hands out are waited for half of the time, and then done without")
  func inputAway() async throws {
    let crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    let news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    await crew.world.loseBlobs()
    await crew.world.nap(atMost: 60)
    try await crew.play(from: news)
    let number = try #require(await crew.drawn().first)
    #expect(crew.eyes[number].seen.map(\.items.count) == [0])
    let told = await crew.judges[number].takeNews()
    #expect(PanelScenarios.codes(told) == [.inputAway, .inputAway])
    #expect(await crew.world.settled.first?.verdict.outcome == .judged)
  }

  @Test("a program that is started every few minutes waits no longer for items than one that stays")
  func inputAwayByTurns() async throws {
    let crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    var news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    await crew.world.loseBlobs()
    let number = try #require(await crew.drawn().first)
    let disk = PanelDisk()
    let begun = news.now.milliseconds
    for _ in 0..<20 where crew.eyes[number].asked == 0 {
      let judge = PanelCrew.judge(number, crew.world, crew.eyes[number], disk)
      try await judge.resume(through: news.height)
      _ = try await judge.react(to: news)
      await judge.scoringIsOver()
      // It rests, and nothing that could be mended has failed.
      let rests = await judge.rests
      #expect(rests == (crew.eyes[number].asked == 0))
      #expect(await judge.failing == 0)
      for step in [\BlockNews.now, \.time] { news[keyPath: step].milliseconds += 300_000 }
    }
    #expect(crew.eyes[number].asked == 1)
    #expect(news.now.milliseconds - begun <= 2_400_000)
  }

  @Test("a node that fails now and then costs no judge anything", arguments: [5, 7, 11])
  func stumbling(_ interval: Int) async throws {
    let crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    let news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    await crew.world.stumble(every: interval)
    await crew.world.nap(atMost: 30)
    var last = news
    for _ in 0..<200 where await crew.world.settled.isEmpty {
      for number in crew.judges.indices {
        for _ in 0..<2 {
          for message in (try? await crew.judges[number].react(to: last)) ?? [] {
            try await crew.world.submit(message)
          }
          await crew.judges[number].scoringIsOver()
        }
      }
      for message in (try? await crew.buyer.react(to: last)) ?? [] {
        try await crew.world.submit(message)
      }
      guard let next = try await crew.world.step() else { break }
      last = next
    }
    #expect(await crew.world.settled.first?.verdict.outcome == .judged)
    #expect(await crew.events("judgeFined").isEmpty)
  }

  @Test("who is stopped opens what it has sealed, and takes no panel that is drawn later")
  func stopped() async throws {
    let crew = try PanelCrew([PanelWay](repeating: .looks, count: 6))
    let news = try await crew.play(from: try await crew.stand()) { news in
      news.events.contains { $0.name == "panelDrawn" }
    }
    let drawn = await crew.drawn()
    for number in crew.judges.indices {
      let judge = crew.judges[number]
      if drawn.contains(number) { _ = try await judge.react(to: news) }
      await judge.stop()
      #expect(await judge.isDone == !drawn.contains(number))
    }
    try await crew.play(from: news)
    for number in drawn { #expect(await crew.judges[number].isDone) }
    #expect(await crew.events("judgeFined").isEmpty)
  }
}
