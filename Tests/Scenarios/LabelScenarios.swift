// Labelling jobs with whole actors: to the dataset, through every crash, with cheats among them.

import Agents
import Chain
import Foundation
import Labels
import Market
import Primitives
import Testing
import Workers

@Suite("A labelling job")
struct LabelScenarios {
  /// So many that six are left to bid when some have had their turn.
  private static let good: [LabelWay] = Array(repeating: .looks(92), count: 14)

  @Test("fourteen who look: true labels, within the budget, each batch with its receipt")
  func honest() async throws {
    let crew = try LabelCrew(Self.good)
    defer { crew.remove() }
    try await crew.play()
    let job = await crew.owner.job
    #expect(job.end != nil && job.end != .silence)
    let (right, all) = await crew.right()
    #expect(right * 100 >= all * 95, "\(right) of \(all)")
    #expect(job.spent <= job.definition.plan.budget && job.reserved == .zero)
    #expect(job.outcomes.allSatisfy { $0.cost > .zero && $0.seats.count == 3 })
    let runs = await crew.owner.runs
    #expect(runs.count == job.outcomes.count)
    for run in runs {
      #expect(run.settled.verdict.outcome == .judged)
      let verified = try ReceiptVerifier.verify(try #require(run.receipt))
      let review = try #require(LabelReview(verified.receipt))
      // The receipt alone says what the job has booked, and why.
      let outcome = try #require(job.outcomes.first { $0.run == run.settled.run.digest })
      #expect(review.answers == outcome.seats.map(\.answers))
      for (place, seat) in run.settled.verdict.seats.enumerated() {
        #expect(run.settled.earned(by: place).paid == outcome.seats[place].paid)
        #expect(seat.fate == .paid)
        #expect(review.why(seat.fate, of: place).contains("par is 15 %"))
      }
    }
    // Not a cent besides: what the owner lost is what the job says and tolls.
    let lost = -(await crew.world.gain(LabelCrew.ownerKey.address))
    #expect(UInt64(lost) >= job.spent.units && UInt64(lost) < job.spent.units + 200_000)
    await crew.expectWhole()
  }

  @Test("the owner is killed after every block, and orders nothing twice")
  func killedAtEveryHeight() async throws {
    var crew = try LabelCrew(Self.good, items: 50)
    defer { crew.remove() }
    var news = Stage.dawn
    for _ in 0..<200 {
      guard let next = try await crew.turn(news) else { break }
      news = next
      if await crew.owner.isDone { break }
      try await crew.restart(at: news)
    }
    #expect(await crew.owner.isDone)
    let job = await crew.owner.job
    #expect(job.end != nil && job.end != .silence)
    #expect(await crew.orders() == job.rounds.reduce(0) { $0 + $1.orders.count })
    #expect(await crew.world.settled.count == job.outcomes.count)
    let lost = -(await crew.world.gain(LabelCrew.ownerKey.address))
    #expect(UInt64(lost) >= job.spent.units && UInt64(lost) < job.spent.units + 200_000)
    let (right, all) = await crew.right()
    #expect(right * 100 >= all * 95)
    await crew.expectWhole()
  }

  @Test("who loses the journal gets all of it back from the ledger, and pays nothing")
  func journalLost() async throws {
    var crew = try LabelCrew(Self.good, items: 50)
    defer { crew.remove() }
    let news = try await crew.play()
    let before = LabelDataset(await crew.owner.job)
    let (orders, money) = (await crew.orders(), await crew.world.gain(LabelCrew.ownerKey.address))
    try FileManager.default.removeItem(atPath: crew.folder + "/events")
    try await crew.restart(at: news)
    try await crew.play(from: news)
    #expect(await crew.owner.isDone)
    #expect(LabelDataset(await crew.owner.job) == before)
    #expect(await crew.orders() == orders)
    #expect(await crew.world.gain(LabelCrew.ownerKey.address) == money)
  }

  @Test("nobody answers: it ends, nothing is paid, and it goes on when they have come")
  func silence() async throws {
    var crew = try LabelCrew(Self.good, items: 50)
    defer { crew.remove() }
    let labellers = crew.labellers
    crew.labellers = []
    let news = try await crew.play()
    #expect(await crew.owner.job.end == .silence)
    #expect(await crew.owner.isDone)
    #expect(await crew.owner.job.spent == .zero)
    crew.labellers = labellers
    let file = try LabelJobFile.job(at: crew.folder)
    #expect(file.end == .silence)
    try await crew.restart(at: news)
    try await crew.play(from: news)
    #expect(await crew.owner.job.end != .silence)
    let (right, all) = await crew.right()
    #expect(right * 100 >= all * 95)
    await crew.expectWhole()
  }

  @Test("an owner without the money orders nothing, and says what was needed")
  func poor() async throws {
    let crew = try LabelCrew(Self.good, items: 600, gold: 40)
    defer { crew.remove() }
    var plan = LabelPlan()
    plan.price = Amount(400_000)
    plan.budget = Amount(900_000_000)
    let definition = try LabelDefinition(
      try LabelQuestion("which?", ["a", "b"]),
      items: (0..<80).map { JobItem("i\($0)", Array("item \($0)".utf8)) }, gold: [], plan: plan,
      secret: SHA256.hash([5]))
    let owner = LabelBuyer(
      key: LabelCrew.ownerKey, client: crew.world, job: try LabelJob(definition))
    #expect(try await owner.react(to: Stage.dawn).isEmpty)
    guard case .insufficient(let needed, let has)? = await owner.halt else {
      Issue.record("it went on")
      return
    }
    #expect(needed > has && has == World.fund)
    #expect(await owner.isDone)
    #expect(await owner.job.rounds.isEmpty)
  }

  @Test("stopped before anybody bid, it cancels, and goes on later")
  func stopped() async throws {
    var crew = try LabelCrew(Self.good, items: 50)
    defer { crew.remove() }
    let labellers = crew.labellers
    crew.labellers = []
    var news = Stage.dawn
    while await crew.orders() == 0 { news = try #require(try await crew.turn(news)) }
    await crew.owner.stop()
    news = try await crew.play(from: news)
    #expect(await crew.owner.halt == .stopped)
    #expect(await crew.events("orderCancelled") > 0)
    crew.labellers = labellers
    try await crew.restart(at: news)
    try await crew.play(from: news)
    let (right, all) = await crew.right()
    #expect(right * 100 >= all * 95)
    await crew.expectWhole()
  }
}

@Suite("Cheats in a labelling job")
struct LabelCheatScenarios {
  private func play(_ ways: [LabelWay]) async throws -> (crew: LabelCrew, gains: [Int64]) {
    let crew = try LabelCrew(ways, items: 150, gold: 24)
    try await crew.play()
    #expect(await crew.owner.isDone)
    await crew.expectWhole()
    var gains: [Int64] = []
    for number in ways.indices { gains.append(await crew.gain(number)) }
    return (crew, gains)
  }

  /// Cheats bid lowest: who does no work can.
  @Test(
    "who does not look ends below all who do, and the labels stay true",
    arguments: [[LabelWay.clicks, .clicks], [.ring, .ring, .ring], [.told]])
  func blind(_ cheats: [LabelWay]) async throws {
    let (crew, gains) = try await play(cheats + Array(repeating: .looks(92), count: 8))
    defer { crew.remove() }
    let drawn = Set(await crew.owner.job.standing.labellers.map(\.account))
    let (bad, rest) = (gains.prefix(cheats.count), gains.dropFirst(cheats.count))
    let looked = zip(rest, rest.indices).filter { drawn.contains(LabelCrew.key($0.1).address) }
    #expect(!looked.isEmpty)
    for gain in bad { #expect(looked.allSatisfy { $0.0 > gain }, "\(gains)") }
    let (right, all) = await crew.right()
    #expect(right * 100 >= all * 90, "\(right) of \(all)")
    // Whom gold has found out is turned away.
    let failed = await crew.owner.job.standing.labellers.filter(\.hasFailed).map(\.account)
    for account in failed {
      #expect(cheats.indices.contains { LabelCrew.key($0).address == account })
    }
  }

  /// Whoever is shown something else than what is asked answers wrongly, at the cost of a bond.
  @Test(
    "nobody bids for a question that does not look like what it is",
    arguments: ["cat\u{202E}god", "cat\u{200B}", " cat"])
  func misleading(_ choice: String) async throws {
    let crew = try LabelCrew(Array(repeating: .looks(92), count: 8))
    defer { crew.remove() }
    let job = try LabelJob(try LabelCrew.definition(items: 50, gold: 0))
    var want = try job.definition.want(try #require(job.upcoming).orders[0])
    var spec = try LabelsSpec(bytes: want.spec)
    spec.choices[0] = choice
    want.spec = CBOR.encode(spec)
    let buyer = Buyer(
      key: LabelCrew.ownerKey, client: crew.world, wants: [want],
      budget: Budget(total: Amount(9_000_000), perOrder: Amount(9_000_000)), tries: 1)
    var news = Stage.dawn
    for _ in 0..<30 where await !buyer.isDone {
      for reactor in [buyer] + crew.labellers as [any Reactor] {
        for message in try await reactor.react(to: news) { try await crew.world.submit(message) }
      }
      guard let next = try await crew.world.step() else { break }
      news = next
    }
    #expect(await crew.events("orderPlaced") == 1)
    #expect(await crew.events("bidPlaced") == 0)
    #expect(await buyer.results.first?.end == "orderNoMatch")
  }

  @Test("one person in two seats has two prices for one look, and no more voices than accounts")
  func twice() async throws {
    let (crew, gains) = try await play(
      [.twin(1), .twin(1)] + Array(repeating: .looks(92), count: 8))
    defer { crew.remove() }
    // The ledger cannot see people: what it costs is bounded by the price of a seat.
    let job = await crew.owner.job
    #expect(job.spent <= job.definition.plan.budget)
    for run in await crew.owner.runs {
      for (place, price) in run.settled.prices.enumerated() {
        #expect(run.settled.earned(by: place).paid.units <= price)
      }
    }
    #expect(gains.allSatisfy { $0 < 10_000_000 })
    let (right, all) = await crew.right()
    #expect(right * 100 >= all * 85, "\(right) of \(all)")
  }
}
