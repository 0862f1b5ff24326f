// Orders of a job as the ledger takes them: priced within the plan, numbered, their gold committed.

import Chain
import Labels
import Market
import Primitives
import Testing

@testable import Agents

@Suite struct LabelOrderTests {
  private func orders(gold: Int) throws -> (LabelDefinition, [LabelOrder]) {
    let definition = try LabelCrowd(skills: [90]).definition(items: 120, gold: gold)
    return (definition, try #require(LabelJob(definition).upcoming).orders)
  }

  @Test(arguments: [0, 40])
  func orderIsTakenAndCostsWhatThePlanReserved(_ gold: Int) throws {
    let (definition, orders) = try orders(gold: gold)
    for order in orders {
      let want = try definition.want(order)
      try LabelsWork.admit(want.spec, under: want.check)
      #expect(want.units == UInt64(order.units) && want.seats == UInt64(order.seats))
      #expect(want.runs == UInt64(order.batches.count))
      #expect(try want.most() == order.perBatch.multiplied(by: want.runs))
      #expect((want.gold == nil) == (gold == 0))
    }
  }

  @Test func labellersSeeNumbersAndContentsOnly() throws {
    let (definition, orders) = try orders(gold: 40)
    for order in orders {
      let want = try definition.want(order)
      let spec = try LabelsSpec(bytes: want.spec)
      for (run, batch) in order.batches.enumerated() {
        let bytes = try #require(want.input(of: UInt64(run)))
        let shown = try LabelItems(bytes: bytes, for: spec).items
        #expect(shown.map(\.name) == batch.indices.map { "\($0 + 1)" })
        #expect(shown.allSatisfy { $0.media == "text/plain" })
        let contents = batch.map { place in
          switch place {
          case .item(let item): definition.items[item].content
          case .gold(let item): definition.gold[item].item.content
          }
        }
        #expect(shown.map(\.body) == contents)
      }
    }
  }

  @Test func goldOpensForItsOwnRunOnly() throws {
    let (definition, orders) = try orders(gold: 40)
    let order = try #require(orders.first { $0.batches.count > 1 })
    let want = try definition.want(order)
    let gold = try #require(want.gold)
    func opens(_ run: UInt64, as other: UInt64) throws -> Bool {
      let own = try #require(gold.opening(of: run))
      let opening = GoldOpening(
        gold: own.gold, salt: own.salt, path: own.path, run: other, runs: want.runs,
        items: UInt64(order.gold))
      return (try? LabelsWork.admit(opening, to: want.spec)) != nil
    }
    for run in 0..<want.runs {
      for other in 0..<want.runs { #expect(try opens(run, as: other) == (run == other)) }
    }
    #expect(gold.opening(of: want.runs) == nil && gold.opening(of: .max) == nil)
    // What was opened says what the owner knew, and nothing of the other items.
    for (place, byte) in zip(order.batches[0], gold.runs[0]) {
      switch place {
      case .item: #expect(byte == 0)
      case .gold(let item): #expect(UInt64(byte) == definition.gold[item].label + 1)
      }
    }
  }

  @Test func equalGoldOfTwoJobsHasAnotherRoot() {
    let runs: [[UInt8]] = [[0, 1, 2], [0, 1, 2]]
    let one = WantGold(runs, secret: .zero)
    #expect(one == WantGold(runs, secret: .zero))
    #expect(one.root != WantGold(runs, secret: SHA256.hash([1])).root)
    #expect(one.opening(of: 0)?.salt != one.opening(of: 1)?.salt)
  }
}
