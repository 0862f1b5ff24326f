// Every run proves with hidden weights, says what the executor says, and spends an index.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct HiddenWeightsTests {
  @Test(arguments: 0..<24) func everyRunProves(seed: Int) throws {
    guard
      let model = try ProvedModel.random(
        UInt64(seed), nodes: 3 + seed % 9, samples: 1 + seed % 3, mostElements: 160)
    else { return }
    let hidden = try HiddenModel(model.graph, model.layers, model.traces, budget: 1 + seed % 3)
    let hiding: Hiding = seed % 2 == 0 ? .weights : [.input, .weights]
    let index = UInt64(seed % hidden.weights.shape.budget)
    let run = try Proof.verify(bytes: try hidden.prove(hiding, index: index).bytes)
    #expect(run.level == .private && run.hides == hiding)
    #expect(run.outputs == model.traces.map { $0[$0.count - 1].bytes })
    let inputs = model.traces.map { $0[0].bytes }
    #expect(run.inputs == (hiding == .weights ? inputs : []))
    #expect(
      run.hiddenInput?.isInput(inputs, salt: ProvedModel.salt) == (hiding == .weights ? nil : true))
    #expect(run.model == hidden.manifest.id)
    #expect(run.security.bits >= 100)
    let opening = try #require(run.opening)
    #expect(opening.root == hidden.weights.root && opening.index == index && opening.epoch == 0)
    #expect(opening.budget == UInt64(hidden.weights.shape.budget))
  }

  /// The parameters that suit a model prove, too.
  @Test func suitableParameters() throws {
    let model = try SuccinctLiar().model
    for budget in [1, 8, 32] {
      let weights = try CommittedWeights.hidden(
        model.graph, model.layers, budget: budget, secret: .zero)
      let shape = weights.shape
      #expect(shape.budget == budget)
      #expect(shape.tail >= budget * shape.workQueries + 2 * shape.linkQueries)
      #expect(2 * shape.rowLength < shape.length)
    }
    for budget in [0, 5000] {
      #expect(throws: Refusal("budgetTooLarge", ["got": UInt64(budget)])) {
        _ = try CommittedWeights.hidden(
          model.graph, model.layers, budget: budget, secret: .zero)
      }
      #expect(throws: Refusal("budgetTooLarge", ["got": UInt64(budget)])) {
        _ = try CommittedWeights.hidden(
          model.graph, model.layers, budget: budget, secret: .zero, columnBits: 8, rateBits: 4)
      }
    }
  }

  // MARK: - The budget

  @Test func eachProofSpendsAnIndex() throws {
    let model = try HiddenModel()
    let prover = try PrivateProver(model.manifest, model.weights, hiding: .weights)
    let counter = MemoryCounter(0..<3)
    var indices: [UInt64] = []
    for _ in 0..<2 {
      let proof = try prover.prove(
        model.traces, nonce: .zero, secret: .zero, salt: .zero, openings: counter)
      indices.append(try #require(try PrivateVerifier.verify(proof).opening).index)
    }
    #expect(indices == [0, 1])
    _ = try counter.spend(of: model.weights.root)
    #expect(throws: Refusal("budgetSpent", ["budget": 3])) {
      try prover.prove(
        model.traces, nonce: .zero, secret: .zero, salt: .zero, openings: counter)
    }
    #expect(throws: Refusal("noOpenings")) {
      try prover.prove(model.traces, nonce: .zero, secret: .zero, salt: .zero)
    }
    // A counter that counts too far.
    #expect(throws: Refusal("budgetSpent", ["budget": 3])) {
      try prover.prove(
        model.traces, nonce: .zero, secret: .zero, salt: .zero, openings: MemoryCounter(3..<9))
    }
  }

  /// An index is gone even where the proof fails: it is spent before anything is worked out.
  @Test func anIndexIsSpentFirst() throws {
    let model = try HiddenModel()
    let counter = MemoryCounter(0..<3)
    let prover = try PrivateProver(model.manifest, model.weights, hiding: .weights)
    var draws: [UInt64] = []
    for nonce: Bytes32 in [.zero, ProvedModel.nonce] {
      draws.append(
        try prover.prove(
          model.traces, nonce: nonce, secret: .zero, salt: .zero, openings: counter
        ).index)
    }
    #expect(draws == [0, 1])
  }

  @Test func rangesOfReplicasDoNotMeet() throws {
    var own = OpeningRange(0..<8)
    _ = try own.spend()
    var replica = try own.give(3)
    var second = try replica.give(1)
    var indices: [UInt64] = [0]
    for _ in 0..<4 { indices.append(try own.spend()) }
    for _ in 0..<2 { indices.append(try replica.spend()) }
    indices.append(try second.spend())
    #expect(indices == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(own.left == 0 && replica.left == 0 && second.left == 0)
    #expect(throws: Refusal.self) { try own.spend() }
    #expect(throws: Refusal.self) { try own.give(1) }
    var closed = OpeningRange(2..<5)
    _ = try closed.spend()
    closed.close()
    #expect(closed.left == 0)
    #expect(throws: Refusal.self) { try closed.spend() }
  }

  /// Tails are as long as all columns that are ever opened, and count in the rate.
  @Test func theTailCoversTheBudget() throws {
    for bits: UInt64 in 10...16 {
      for budget in [1, 8, 32] {
        let (columns, length) = (UInt64(1) << bits, UInt64(16) << bits)
        guard
          let own = SecurityLevel.budgetQueries(
            columns: columns, length: length, budget: budget)
        else { continue }
        #expect(own.tail >= budget * own.queries + 2 * own.links)
        let row = columns + UInt64(own.tail)
        func units(_ queries: Int) -> UInt128 {
          SecurityLevel.queryUnits(columns: row, length: length, queries: queries)
        }
        #expect(units(own.queries) <= 1 << 27 && units(own.links) <= 1)
        #expect(units(own.queries - 2) > 1 << 27)
      }
    }
    #expect(SecurityLevel.budgetQueries(columns: 512, length: 1024, budget: 1) == nil)
    #expect(SecurityLevel.budgetQueries(columns: 64, length: 4096, budget: 40) == nil)
  }

  // MARK: - What is called hidden is

  /// At the other levels, and beside a commitment without salt, hidden weights are refused.
  @Test func hiddenWeightsAreProvedAtNoOtherLevel() throws {
    let model = try HiddenModel()
    #expect(throws: Refusal("notProvable")) { try OpenProver(model.manifest, model.weights) }
    #expect(throws: Refusal("notProvable")) { try SuccinctProver(model.manifest, model.weights) }
    #expect(throws: Refusal("notProvable")) { try PrivateProver(model.manifest, model.weights) }
    let open = try CommittedWeights(model.graph, model.layers, columnBits: 6)
    let tiles = try WeightTiles.commitment(to: model.layers, of: model.graph)
    for other in [open.commitment, tiles] {
      for first in [true, false] {
        var manifest = model.manifest
        manifest.commitments.insert(other, at: first ? 0 : 1)
        #expect(throws: Refusal("weightsNotHidden")) {
          try PrivateProver(manifest, model.weights, hiding: .weights)
        }
        var proof = try model.prove()
        proof.manifest = manifest.encoded
        #expect(step { _ = try PrivateVerifier.verify(proof) } == .manifest)
      }
    }
    var manifest = model.manifest
    manifest.commitments = [open.commitment]
    #expect(throws: Refusal("otherWeights")) { try OpenProver(manifest, model.weights) }
  }
}
