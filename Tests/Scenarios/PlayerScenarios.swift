// The same actors by the wall clock, against a world that moves by itself.

import Agents
import Chain
import Market
import Primitives
import Testing
import Workers

/// Who has looked at which height how often. A player that looks a second time has sent what it
/// had to say the first time.
actor Roll {
  private var looks: [Address: (height: UInt64, count: Int)] = [:]

  init(_ players: [Address]) { for player in players { looks[player] = (0, 0) } }

  func saw(_ height: UInt64, by player: Address) {
    let count = looks[player]?.height == height ? (looks[player]?.count ?? 0) + 1 : 1
    looks[player] = (height, count)
  }

  func leaves(_ player: Address) { looks[player] = nil }

  var isEmpty: Bool { looks.isEmpty }

  func isDone(with height: UInt64) -> Bool {
    looks.values.allSatisfy { $0.height == height && $0.count >= 2 }
  }
}

/// Tells the roll what it sees.
struct Counted: Reactor {
  let inner: any Reactor
  let roll: Roll

  var address: Address { inner.address }
  func resume(through height: UInt64) async throws { try await inner.resume(through: height) }
  func resync() async throws { try await inner.resync() }

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    await roll.saw(news.height, by: address)
    return try await inner.react(to: news)
  }
}

@Suite("Actors by the wall clock")
struct PlayerScenarios {
  @Test("buyer and providers play by themselves, and the providers stop when they are told")
  func play() async throws {
    let model = try Stage.model()
    let stage = try Stage([Stage.want(.auction, 1, model), Stage.want(.offer, 2, model)])
    let world = stage.world
    let shopper = stage.shopper
    let providers = stage.providers.compactMap { $0 as? Provider }
    let roll = Roll([shopper.address] + providers.map(\.address))
    @Sendable func player(_ reactor: any Reactor) -> WallPlayer<World> {
      WallPlayer(
        Counted(inner: reactor, roll: roll), world, pause: .milliseconds(1), patience: 2
      ) { World.epoch }
    }
    try await withThrowingTaskGroup { group in
      group.addTask {
        // The node: it steps when everybody has had its say.
        while await !roll.isEmpty {
          if await roll.isDone(with: world.height()) { _ = try await world.step() }
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      for provider in providers {
        group.addTask {
          try await player(provider).play { await provider.isDone }
          await roll.leaves(provider.address)
        }
      }
      group.addTask {
        try await player(shopper).play { await shopper.isDone }
        for provider in providers { await provider.stop() }
        await roll.leaves(shopper.address)
      }
      try await group.waitForAll()
    }
    #expect(await shopper.results.count { $0.isGood } == 2)
    #expect(await world.offers(of: nil).isEmpty)
    let audit = await world.audit()
    #expect(audit.isWhole)
    #expect(audit.escrow == 0)
  }
}
