// The specimen itself: it must be a market, or the pages' tests say little.

import Archive
import Kernel
import Market
import Primitives
import Testing

@Suite struct SpecimenTests {
  @Test func everyOutcomeOfModelRunsIsThere() throws {
    let specimen = Specimen.shared
    let seen = Set(specimen.listings.allRuns.map(\.outcome))
    // Nobody honours: such a lease never has a run. Nobody orders labels or tasks, nor hides an
    // input.
    let elsewhere: Set<Outcome> = [
      .notHonoured, .judged, .goldWithheld, .tooFew, .otherInput, .unjudged,
    ]
    #expect(seen == Set(Outcome.allCases).subtracting(elsewhere))
    #expect(Set(specimen.listings.allGames.map(\.state)).count == 3)
  }

  @Test func whatGoesInComesOut() throws {
    for entry in Specimen.shared.records.settledRuns {
      let run = try CBOR.decode(SettledRun.self, from: entry.bytes)
      let given = run.prices.reduce(0, +) + run.stakes.reduce(0, +) + run.fee + run.auditBond
      #expect(run.payouts.reduce(0) { $0 + $1.amount.units } == given)
    }
  }

  @Test func everyRoadIsFoundByItsRun() throws {
    let lists = Specimen.shared.listings
    for run in lists.allRuns {
      let found = try lists.road(of: run.run).value
      #expect(found?.id == run.road)
    }
  }
}
