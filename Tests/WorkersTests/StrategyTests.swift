// Lies are lies: they differ where they say, and a trace of them is a trace.

import Graphs
import Models
import Primitives
import Testing

@testable import Workers

@Suite struct StrategyTests {
  /// Four pixels, six activations, two logits.
  static func model() throws -> Model {
    let requantise = Requantise(
      multipliers: [UInt32](repeating: 1 << 23, count: 6), shift: 24, element: .uint8)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([4])),
      nodes: [
        Node(.linear(Linear(outputs: 6, biasBound: 0)), [0]), Node(.requantise(requantise), [1]),
        Node(.linear(Linear(outputs: 2, biasBound: 0)), [2]),
      ])
    let weights = [
      LayerWeights(matrix: (0..<24).map { Int8($0 % 5) }, bias: [Int32](repeating: 0, count: 6)),
      LayerWeights(matrix: (0..<12).map { Int8($0 % 7 - 3) }, bias: [0, 0]),
    ]
    let scale = try Scale(mantissa: 3 << 29, exponent: 40)
    return try Model(
      Manifest(
        graph: graph, inputScale: scale, outputScale: scale, readout: .plain,
        report: AccuracyReport(),
        commitments: [try WeightTiles.commitment(to: weights, of: graph)]), weights)
  }

  static let input: [UInt8] = [3, 9, 1, 20]

  @Test func anHonestTraceEndsWithTheAnswer() throws {
    let model = try Self.model()
    let tensors = try Honest().tensors(of: Self.input, on: model, run: .zero)
    #expect(tensors.count == 4)
    #expect(tensors[0] == Self.input)
    #expect(tensors[3] == (try Honest().answer(Self.input, of: model, run: .zero)))
  }

  @Test func aLieInTheMiddleChangesOneActivationAndIsConsistentAfterIt() throws {
    let model = try Self.model()
    let honest = try Honest().tensors(of: Self.input, on: model, run: .zero)
    let lie = try LieInTheMiddle().tensors(of: Self.input, on: model, run: .zero)
    #expect(lie[0] == honest[0] && lie[1] == honest[1])
    #expect(zip(lie[2], honest[2]).filter { $0 != $1 }.count == 1)
    #expect(lie[3] != honest[3])
    #expect(lie[3] == (try LieInTheMiddle().answer(Self.input, of: model, run: .zero)))
    // What follows the lie is the model's own arithmetic.
    let rest = try #require(try Remainder(of: model, near: 2))
    #expect(rest.tensor == 2)
    #expect(try rest.run(lie[2]).last == lie[3])
  }

  @Test func aLieAtTheEndLeavesTheTraceBeforeItTrue() throws {
    let model = try Self.model()
    let honest = try Honest().tensors(of: Self.input, on: model, run: .zero)
    let lie = try LieAtTheEnd().tensors(of: Self.input, on: model, run: .zero)
    #expect(Array(lie.dropLast()) == Array(honest.dropLast()))
    #expect(lie[3] != honest[3])
  }

  @Test func anotherInputIsTheModelsOwnRunOfIt() throws {
    let model = try Self.model()
    let other = try OtherInput().tensors(of: Self.input, on: model, run: .zero)
    #expect(other[0] == Self.input.reversed() && other.count == 4)
    #expect(other == (try Honest().tensors(of: other[0], on: model, run: .zero)))
    #expect(other[3] == (try OtherInput().answer(Self.input, of: model, run: .zero)))
    let same = try OtherInput().tensors(of: [1, 2, 2, 1], on: model, run: .zero)
    #expect(same[0] == [0, 2, 2, 1])
  }

  @Test func aLieInTheTraceGivesTheTrueAnswer() throws {
    let model = try Self.model()
    let honest = try Honest().tensors(of: Self.input, on: model, run: .zero)
    let lie = try LieInTheTrace().tensors(of: Self.input, on: model, run: .zero)
    #expect(lie[3] == honest[3] && lie != honest)
  }

  @Test func onlyTheSilentOneDoesNotAnswerTheCourt() {
    #expect(!SilentWhenDrawn().answersToTheCourt)
    #expect(LieInTheMiddle().answersToTheCourt && Honest().answersToTheCourt)
  }

  @Test func tracesOfClaimsAndOfRunsAgree() throws {
    let tracer = try Tracer(try Self.model())
    let salt = ContentSalt(contentKey: SHA256.hash([7]))
    let own = try tracer.trace(Self.input, salt: salt)
    let tensors = try Honest().tensors(of: Self.input, on: tracer.model, run: .zero)
    #expect(try tracer.trace(claimed: tensors, salt: salt).root == own.root)
    let lie = try LieInTheTrace().tensors(of: Self.input, on: tracer.model, run: .zero)
    #expect(try tracer.trace(claimed: lie, salt: salt).root != own.root)
    #expect(throws: Refusal.self) { try tracer.trace(claimed: tensors.dropLast(), salt: salt) }
  }
}
