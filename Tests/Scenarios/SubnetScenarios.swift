// The demo of a subnet: over HTTP, with real digits, twice; and that it can fail.

import Node
import Primitives
import Testing

@Suite("The demo of a subnet")
struct SubnetScenarios {
  private static func run(_ seed: UInt64, epochs: UInt64 = 8) async throws -> SubnetDemoSummary {
    var configuration = SubnetDemoConfiguration()
    configuration.seed = seed
    configuration.epochs = epochs
    return try await SubnetDemo(configuration).run()
  }

  @Test("one seed, one summary; good work pays best, and every dollar is somewhere")
  func twice() async throws {
    let first = try await Self.run(5)
    #expect(try await Self.run(5) == first)
    #expect(try await Self.run(6).network != first.network)
    #expect(first.isAsItShouldBe && first.findings.count == 4)
    #expect(first.moneyIn == first.moneyOut && first.escrow == .zero)
    #expect(first.moneyIn == Amount(19_000_000_000))
    #expect(first.paid <= first.budget)
    // What cannot be divided is all that nobody got.
    #expect(first.budget.units - first.paid.units < 1_000)
  }

  @Test("each cheat fails for its own reason")
  func cheats() async throws {
    let summary = try await Self.run(7)
    func actor(_ name: String) throws -> SubnetActorSummary {
      try #require(summary.actors.first { $0.name == name })
    }
    let (whole, relay) = (try actor("whole"), try actor("relay"))
    // The relay is as right as who it asks, and is paid nothing.
    #expect(relay.right == whole.right && relay.asked == whole.asked)
    #expect(relay.earned == .zero && whole.earned > .zero)
    // Nobody's weight but the cabal's own goes to its two.
    for name in ["ring", "ring-1", "ring-2"] { #expect(try actor(name).hasLost) }
    // The copier gives good weights, late.
    let (copier, vera) = (try actor("copier"), try actor("vera"))
    #expect(copier.earned > .zero)
    #expect(copier.earned.units * vera.staked.units < vera.earned.units * copier.staked.units)
    // Nobody who answers for itself is taken for another.
    for miner in summary.actors where miner.part == .miner {
      #expect(miner.why.hasSuffix("answers were right"), "\(miner.name)")
    }
    // Those who answer better earn more.
    #expect(try actor("coarse").earned < whole.earned)
  }

  @Test("a subnet that stays open holds what is staked")
  func staysOpen() async throws {
    var configuration = SubnetDemoConfiguration()
    configuration.epochs = 6
    configuration.afterwards = { _, summary in
      #expect(summary.escrow > .zero && summary.isAsItShouldBe)
    }
    let summary = try await SubnetDemo(configuration).run()
    #expect(try summary.moneyOut.adding(summary.escrow) == summary.moneyIn)
    #expect(summary.actors.filter { $0.part == .validator }.allSatisfy { $0.locked > $0.staked })
  }
}
