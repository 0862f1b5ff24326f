// The demo of labels: over HTTP, with real digits, twice; looking pays, and clicking does not.

import NetworkRoom
import Node
import Primitives
import Testing

@Suite("The demo of labels")
struct LabelsDemoTests {
  private static func run(_ seed: UInt64) async throws -> LabelsDemoSummary {
    var settings = LabelsDemoConfiguration()
    settings.seed = seed
    return try await LabelsDemo(settings).run()
  }

  @Test("one seed, one summary; and every dollar is somewhere")
  func twice() async throws {
    let first = try await Self.run(1)
    let again = try await Self.run(1)
    #expect(again == first && again.json == first.json)
    #expect(first.moneyIn == Amount(650_000_000))
    #expect(first.moneyOut == first.moneyIn && first.escrow == .zero)
    let ends = first.labellers.reduce(0) { $0 + $1.after.units }
    #expect(ends + first.treasury.units + first.tolls.units < first.moneyOut.units)
    #expect(first.dataset.card.cost <= first.dataset.card.budget)
  }

  @Test("labels are true, and who did not look has less than who did", arguments: [1, 3])
  func looking(_ seed: UInt64) async throws {
    let summary = try await Self.run(seed)
    for finding in summary.findings { #expect(finding.holds, "\(finding.says)") }
    #expect(summary.isAsItShouldBe && summary.findings.count == 5)
    #expect(summary.digits == 260 && summary.right * 10 >= summary.digits * 9)
    #expect(summary.labellers.count == 12)
    let drawn = summary.labellers.filter { $0.batches > 0 }
    let honest = drawn.filter { $0.part == .honest }
    #expect(honest.count > 3)
    for cheat in drawn where cheat.part != .honest {
      #expect(cheat.hasLost && honest.allSatisfy { $0.after > cheat.after }, "\(cheat.name)")
      #expect(cheat.accuracy < 300_000 && cheat.goldRight * 2 < cheat.goldAnswers)
    }
    #expect(drawn.count { $0.part != .honest } > 1)
    for labeller in summary.labellers {
      #expect(labeller.paidBatches + labeller.bondsLost <= labeller.batches)
      #expect((labeller.paid > .zero) == (labeller.paidBatches > 0))
    }
  }

  @Test("while it stands, its runs can be looked at")
  func stays() async throws {
    var settings = LabelsDemoConfiguration()
    settings.seed = 3
    settings.afterwards = { address, summary in
      let client = NodeClient(patient: address)
      defer { client.close() }
      let height = try await client.status().height
      #expect(height == summary.blocks)
    }
    let network = try await LabelsDemo(settings).run().network
    #expect(network != .zero)
  }
}
