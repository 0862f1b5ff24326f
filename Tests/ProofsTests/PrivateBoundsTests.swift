// What a manifest says of its proofs of level `private` holds for every proof, counted in steps.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct PrivateBoundsTests {
  /// What the other level does not have: pads, bits, masks, salts.
  private func walked(_ statement: PrivateStatement, _ proof: PrivateProof) -> Int {
    let walk = VerifierWalk(
      graph: statement.graph, shape: statement.shape, plan: statement.plan,
      space: statement.space, witnessRows: statement.layout.matrixRows)
    let own = statement.plan.shape
    var steps = walk.steps(
      bytes: proof.bytes.count, hashes: proof.path.count + proof.witnessPath.count)
    // Each message is absorbed, and each pad's factor scaled once a hidden round.
    steps += statement.layout.messages * SuccinctBounds.hash
    steps += statement.layout.pads * statement.layout.rowVariables
    // The counts' bits: powers, their sum, a vector of three parts, and its value.
    for (counts, space) in [(256, own.counts), (256 * own.helpers.tables, own.tableCounts)] {
      if let space { steps += counts * (space.top + 1) + 5 << space.bits }
    }
    steps += statement.layout.pieces * 2 << own.columnBits
    steps += (own.queries + 1) * SuccinctBounds.hash + 2 * statement.layout.rowLength
    return steps + 3 * statement.graph.input.shape.count
  }

  @Test(arguments: 0..<24) func noProofIsLongerOrDearerThanItsManifestSays(seed: Int) throws {
    guard let model = try ProvedModel.random(UInt64(seed)) else { return }
    try holds(model)
  }

  @Test(arguments: 0..<24) func noWideProofIsLongerOrDearer(seed: Int) throws {
    guard
      let model = try ProvedModel.random(UInt64(seed), mostElements: 100, isWide: true)
    else { return }
    try holds(model)
  }

  private func holds(_ model: ProvedModel) throws {
    let (graph, shape) = (model.graph, model.prover.weights.shape)
    let bounds = try PrivateBounds(model.prover.manifest, graph, shape)
    let proof = try model.privately()
    #expect((bounds.leastBytes...bounds.mostBytes).contains(proof.bytes.count))
    let statement = try PrivateStatement(graph, shape, samples: 1, hiding: .input)
    #expect(bounds.steps >= walked(statement, proof))
    // And not by so much that honest models are turned away.
    #expect(bounds.mostBytes < 3 * bounds.leastBytes)
  }

  /// Counting comes to what laying out comes to, the input's rows with it.
  @Test(arguments: 100..<160) func sizesAreThoseOfThePlan(seed: Int) throws {
    let graph = try ProvableGraph(
      seed: UInt64(seed), mostElements: seed % 2 == 0 ? 800 : 100, isWide: seed % 2 == 1
    ).graph
    let counts = try WitnessCounts(graph)
    let plan = try WitnessPlan(graph, samples: 1, hiding: .input)
    let own = WitnessShape(
      rows: counts.rows + graph.input.shape.count, pairs: counts.pairs,
      limbs: counts.shape.limbs, helpers: counts.helpers, isHidden: true)
    #expect(own == plan.shape)
  }

  /// An input makes a witness too large that would not be without it.
  @Test func anInputIsCounted() throws {
    var window = Window(height: 1, width: 1)
    (window.strideY, window.strideX) = (1024, 1024)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1, 1025, 1024])),
      nodes: [
        Node(.convolution(Convolution(outputs: 1, window: window, biasBound: 0)), [0])
      ])
    #expect(throws: Never.self) { try WitnessCounts(graph) }
    let shape = try MatrixShape(graph, columnBits: 10, rateBits: 2)
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(), commitments: [])
    #expect(throws: Refusal.witnessTooLarge(1025 * 1024)) {
      try PrivateBounds(manifest, graph, shape)
    }
  }

  // MARK: - What a judge keeps

  @Test func aBindingIsReadAsItWasMade() throws {
    let model = try SuccinctLiar().model
    let run = try PrivateVerifier.verify(try model.privately())
    let hidden = try #require(run.hiddenInput)
    let again = try HiddenInput(binding: hidden.binding)
    let input = model.traces[0][0].bytes
    #expect(again.isInput([input], salt: ProvedModel.salt))
    #expect(!again.isInput([input], salt: .zero))
    var other = input
    other[0] ^= 1
    #expect(!again.isInput([other], salt: ProvedModel.salt))
    #expect(!again.isInput([input + [0]], salt: ProvedModel.salt))
    #expect(again.binding == hidden.binding)
  }

  @Test func aBindingThatIsNoneIsRefused() throws {
    let model = try SuccinctLiar().model
    let run = try PrivateVerifier.verify(try model.privately())
    let good = try #require(run.hiddenInput).binding
    for length in stride(from: 0, to: good.count, by: 7) {
      #expect(throws: Refusal.self) { try HiddenInput(binding: Array(good[..<length])) }
    }
    for place in good.indices {
      var forged = good
      forged[place] ^= 0x81
      // Refused, or of another input: none traps.
      guard let read = try? HiddenInput(binding: forged) else { continue }
      #expect(!read.isInput([model.traces[0][0].bytes], salt: ProvedModel.salt))
    }
  }
}
