// Actors that are killed and started anew at any height, and worlds that run twice.

import Agents
import Chain
import Market
import Primitives
import Testing
import Workers

@Suite("Restarts and repetition")
struct RestartScenarios {
  static func wants() throws -> [Want] {
    let model = try Stage.model()
    return [
      Stage.want(.auction, 1, model), Stage.want(.auction, 2, model),
      Stage.want(.offer, 3, model), Stage.want(.offer, 4, model),
    ]
  }

  @Test("everybody is killed after every block, and nothing is lost")
  func killedAtEveryHeight() async throws {
    var stage = try Stage(try Self.wants())
    let world = stage.world
    let model = stage.model
    var news = Stage.dawn
    var last = stage.shopper
    for _ in 0..<60 {
      guard let next = try await stage.turn(news) else { break }
      news = next
      last = Stage.shopper(try Self.wants(), world)
      try await last.resume(through: news.height - 1)
      stage.buyer = last
      stage.providers = []
      for number in 1...7 {
        let provider = Stage.provider(number, world, model)
        try await provider.resume(through: news.height - 1)
        stage.providers.append(provider)
      }
      if await last.isDone { break }
    }
    #expect(await world.settled.count == 4)
    for run in await world.settled {
      #expect(run.verdict.outcome.isGood)
      for seat in run.verdict.seats { #expect(seat.fate == .paid) }
    }
    #expect(await world.refusals == [])
    #expect(await world.audit().isWhole)
    let again = Stage.shopper(try Self.wants(), world)
    try await again.resume(through: await world.height())
    #expect(await again.isDone)
    #expect(await again.results.count == 4)
    #expect(await again.results.allSatisfy { $0.output != nil })
  }

  @Test("a provider that starts again reads what is alive, and not the log")
  func readsNoBlocks() async throws {
    var stage = try Stage(try Self.wants())
    let (world, model) = (stage.world, stage.model)
    let news = try await stage.play { news in
      news.events.contains { $0.name == "leaseAwarded" }
    }
    let read = await world.blocksRead
    stage.providers = []
    for number in 1...7 {
      let provider = Stage.provider(number, world, model)
      try await provider.resume(through: news.height - 1)
      stage.providers.append(provider)
    }
    #expect(await world.blocksRead == read)
    try await stage.play(from: news) { _ in await stage.shopper.isDone }
    #expect(await world.settled.count == 4)
    for run in await world.settled { #expect(run.verdict.seats.allSatisfy { $0.fate == .paid }) }
    #expect(await world.refusals == [])
  }

  @Test("the same seeds give the same receipts, byte for byte")
  func sameReceipts() async throws {
    func receipts() async throws -> [[UInt8]] {
      let stage = try Stage(try Self.wants())
      try await stage.play { _ in await stage.shopper.isDone }
      return await stage.shopper.results.compactMap(\.receipt)
    }
    let first = try await receipts()
    #expect(first.count == 4)
    #expect(try await receipts() == first)
  }

  @Test("a node that fails every now and then costs nobody anything", arguments: [5, 7, 11])
  func stumbling(_ interval: Int) async throws {
    let stage = try Stage(try Self.wants())
    await stage.world.stumble(every: interval)
    // A node that is away fails whole reactions too; whoever plays the actor asks again.
    var news = Stage.dawn
    for _ in 0..<80 where await !stage.shopper.isDone {
      for reactor in [stage.buyer] + stage.providers {
        for _ in 0..<20 {
          guard let sent = try? await reactor.react(to: news) else { continue }
          for message in sent { try await stage.world.submit(message) }
          break
        }
      }
      guard let next = try await stage.world.step() else { break }
      news = next
    }
    let settled = await stage.world.settled
    #expect(settled.count == 4)
    #expect(settled.allSatisfy { run in run.verdict.seats.allSatisfy { $0.fate == .paid } })
    #expect(await stage.shopper.isDone)
    #expect(await stage.world.refusals == [])
  }

  @Test("a provider that comes back with other prices still opens the bid that it sealed")
  func otherPrices() async throws {
    var want = Stage.want(.auction, 1, try Stage.model())
    want.limit = Rate(Amount(9_000))
    var stage = try Stage([want], capacity: 0)
    let (world, model) = (stage.world, stage.model)
    stage.providers = (1...7).map {
      Stage.provider($0, world, model, 0, cost: 5_000 + 10 * UInt64($0))
    }
    let news = try await stage.play { news in
      news.events.contains { $0.name == "orderRevealing" }
    }
    let dearer = Stage.provider(1, world, model, 0, cost: 8_000)
    try await dearer.resume(through: news.height - 1)
    stage.providers[0] = dearer
    try await stage.play(from: news)
    #expect(await stage.shopper.results.first?.isGood == true)
    let names = await world.blocks.flatMap(\.results.events).map(\.name)
    #expect(names.filter { $0 == "bidRevealed" }.count == 7)
    #expect(!names.contains("bidNotRevealed"))
  }
}
