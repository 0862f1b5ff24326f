// Cheats around own assets over whole seasons: what each earns, and how near it comes to its bound.

import Primitives
import Testing

@testable import Cheats

@Suite struct AssetRowTests {
  private func profit(_ title: String) throws -> Fraction {
    let cheat = try #require(AssetTraders.cheats.first { $0.title == "asset.\(title)" })
    return try cheat.expectation(in: Setting())
  }

  /// Ten pumps cost a stranger the fees of $20,000 of trades, and the pool's own owner the tolls.
  @Test func whatIsPumpedForASecondCountsNothing() throws {
    let stranger = try profit("pump.reading (by a trader)")
    #expect(stranger < -30_000_000 && stranger > -62_000_000)
    #expect(try profit("pump.reading (by the pool's owner)") == -660)
    #expect(try profit("wash (by a trader)") < -10_000_000)
    #expect(try profit("wash (by the pool's owner)") == -1_320)
  }

  /// What is held up for weeks counts, and brings less than the dollars that lie there may draw.
  @Test func aPriceThatIsHeldUpIsAVote() throws {
    let held = try profit("pump.held")
    let farmed = try profit("root.farm")
    #expect(held > 1_000_000 && held < 100_000_000, "\(held.text)")
    #expect(farmed > held && farmed < 250_000_000, "\(farmed.text)")
  }

  /// Who gets between a buyer and the pool has what that one bears; nothing is a loss.
  @Test func aSandwichIsWorthWhatItsVictimBears() throws {
    let loose = try profit("sandwich (the victim bears 1 %)")
    #expect(loose > 1_000_000 && loose < 1_100_000)
    #expect(try profit("sandwich (the victim bears nothing)") < 0)
  }

  /// Holders who miss the notice bring their seeder no more than those who sell in time.
  @Test func aSeederGainsNothingByHoldersWhoSleep() throws {
    let (awake, asleep) = (
      try profit("drain (holders sell)"), try profit("drain (holders sleep)")
    )
    #expect(asleep > 0 && asleep < awake && awake < 6_000_000)
  }

  /// An asset that nobody buys costs its farmer; one that others buy brings at most what they paid.
  @Test func anIssuerHasWhatOthersPaid() throws {
    #expect(try profit("self.issue (nobody buys)") < -1_000_000)
    for others in ["others bought for $200", "they sleep through the notice"] {
      let profit = try profit("self.issue (\(others))")
      #expect(profit > 150_000_000 && profit < 200_000_000, "\(profit.text)")
    }
  }
}
