// Prices from a policy, and the answers of honest providers and cheats.

import Agents
import Graphs
import Inference
import Market
import Models
import Primitives
import Testing

@testable import Workers

@Suite struct CatalogueTests {
  static func model(_ first: Int8 = 1) throws -> Model {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([2])),
      nodes: [Node(.linear(Linear(outputs: 2, biasBound: 9)), [0])])
    let weights = [LayerWeights(matrix: [first, 2, -3, 4], bias: [5, -9])]
    let scale = try Scale(mantissa: 3 << 29, exponent: 40)
    return try Model(
      Manifest(
        graph: graph, inputScale: scale, outputScale: scale, readout: .plain,
        report: AccuracyReport(),
        commitments: [try WeightTiles.commitment(to: weights, of: graph)]), weights)
  }

  @Test func pricesAreCostAndMarginRoundedUp() throws {
    let policy = PricePolicy(
      cost: Rate(Amount(333), per: 10), auctionMargin: 10_000, offerMargin: 100_000)
    // 333 and one hundredth is 336.33, so 337 for ten units.
    #expect(try policy.bid(per: 10) == Amount(337))
    #expect(try policy.bid(per: 1) == Amount(34))
    #expect(try policy.bid(per: 25) == Amount(843))
    #expect(try policy.offer() == Rate(Amount(367), per: 10))
  }

  @Test func pricesThatDoNotFitAreRefused() {
    let policy = PricePolicy(cost: Rate(Amount(.max)), auctionMargin: 1, offerMargin: .max)
    #expect(throws: Refusal.overflow) { try policy.bid(per: 1) }
    #expect(throws: Refusal.overflow) { try policy.offer() }
  }

  @Test func onlyWhatIsOnSaleIsSold() throws {
    let ware = Ware(try Self.model(), PricePolicy(cost: Rate(Amount(1))))
    let catalogue = Catalogue([ware])
    #expect(catalogue.ware(for: ware.spec, of: "inference") != nil)
    #expect(catalogue.ware(for: ware.spec, of: "training") == nil)
    #expect(catalogue.ware(for: ware.spec + [0], of: "inference") == nil)
    let other = InferenceSpec(model: try Self.model(2).id.digest).encoded
    #expect(catalogue.ware(for: other, of: "inference") == nil)
  }

  @Test func anHonestAnswerIsAllLogitsLittleEndian() throws {
    let bytes = try Honest().answer([1, 10], of: try Self.model(), run: .zero)
    #expect(bytes == [26, 0, 0, 0, 28, 0, 0, 0])
  }

  @Test func cheatsGiveOutputsOfTheRightShapeAndOtherBits() throws {
    let model = try Self.model()
    let honest = try Honest().answer([1, 10], of: model, run: .zero)
    let cheap = try CheaperModel(try Self.model(7)).answer([1, 10], of: model, run: .zero)
    let madeUp = MadeUp(seed: SHA256.hash([1]))
    let invented = try madeUp.answer([1, 10], of: model, run: .zero)
    #expect(Set([honest, cheap, invented]).count == 3)
    #expect(cheap.count == honest.count && invented.count == honest.count)
    #expect(try madeUp.answer([9, 9], of: model, run: .zero) == invented)
    #expect(try madeUp.answer([1, 10], of: model, run: SHA256.hash([2])) != invented)
  }

  @Test func anInputOfAnotherLengthIsRefusedNotCrashed() throws {
    #expect(throws: Refusal.self) { try Honest().answer([1], of: try Self.model(), run: .zero) }
    #expect(throws: Refusal.self) { try Honest().answer([], of: try Self.model(), run: .zero) }
  }
}
