// What a manifest says of its proofs of level `succinct` holds for every proof, and is counted in
// steps, never in time.

import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct SuccinctBoundsTests {
  private func walked(_ graph: Graph, _ shape: MatrixShape, _ proof: SuccinctProof) throws -> Int {
    let statement = try SuccinctStatement(graph, shape, samples: 1)
    let walk = VerifierWalk(
      graph: graph, shape: shape, plan: statement.plan, space: statement.space,
      witnessRows: statement.plan.shape.matrixRows.count)
    return walk.steps(bytes: proof.bytes.count, hashes: proof.path.count + proof.witnessPath.count)
  }

  @Test(arguments: 0..<48) func noProofIsLongerOrDearerThanItsManifestSays(seed: Int) throws {
    guard
      let model = try ProvedModel.random(
        UInt64(seed), mostElements: seed < 24 ? 800 : 100, isWide: seed >= 24)
    else { return }
    let (graph, shape) = (model.graph, model.prover.weights.shape)
    let bounds = try SuccinctBounds(model.prover.manifest, graph, shape)
    let proof = try model.succinct()
    #expect((bounds.leastBytes...bounds.mostBytes).contains(proof.bytes.count))
    #expect(bounds.steps >= (try walked(graph, shape, proof)))
    // And not by so much that honest models are turned away.
    #expect(bounds.mostBytes < 3 * bounds.leastBytes)
  }

  /// Counting comes to what laying out comes to.
  @Test(arguments: 100..<220) func countsAreThoseOfThePlan(seed: Int) throws {
    for isWide in [false, true] {
      let graph = try ProvableGraph(
        seed: UInt64(seed), mostElements: isWide ? 100 : 800, isWide: isWide
      ).graph
      let counts = try WitnessCounts(graph)
      let plan = try WitnessPlan(graph, samples: 1)
      #expect(counts.shape == plan.shape)
      #expect(counts.rows == plan.rows && counts.pairs == plan.pairs)
      #expect(counts.helpers == plan.helpers.sizes)
      #expect(HelperCounts.products(graph) == plan.helpers.products.map(\.size))
    }
  }

  /// What a plan refuses, counting refuses, and by the same word.
  @Test func whatCannotBeLaidOutIsNotCounted() throws {
    func graph(_ side: Int, _ node: Node, outputs: Int) throws -> Graph {
      try Graph(
        input: TensorType(.uint8, try Shape([1])),
        nodes: [
          Node(.rearrange(Rearrangement(dims: [1, side, side], strides: [0, 0, 0])), [0]), node,
          Node(.reshape(Reshape(dims: [outputs])), [2]),
          Node(.linear(Linear(outputs: 1, biasBound: 0)), [3]),
        ])
    }
    var window = Window(height: 64, width: 64)
    let most = Node(.maxPool(MaxPool(window: window)), [1])
    let pairs = try graph(96, most, outputs: 33 * 33)
    (window.strideY, window.strideX) = (4, 4)
    let mean = Node(
      .averagePool(AveragePool(window: window, multiplier: 1, shift: 24, element: .uint8)), [1])
    let reads = try graph(1024, mean, outputs: 241 * 241)
    let norm = Node(
      .normalise(
        Normalisation(
          axis: Axis(count: 1, inner: 1), isCentred: true, epsilon: 1, multipliers: [1],
          offsets: [0], shift: 24, element: .int8)), [1])
    let lines = try graph(320, norm, outputs: 320 * 320)
    for (graph, code) in [
      (pairs, "witnessTooLarge"), (reads, "witnessTooLarge"), (lines, "witnessTooLarge"),
    ] {
      for attempt in [{ _ = try WitnessCounts(graph) }, { _ = try WitnessPlan(graph, samples: 1) }]
        as [() throws -> Void]
      {
        let refusal = #expect(throws: Refusal.self) { try attempt() }
        #expect(refusal?.code == code)
      }
    }
  }

  /// Products of small results whose matrices are large, each alone within all bounds.
  @Test func matricesThatAreLargeTogether() throws {
    func graph(_ products: Int) throws -> Graph {
      var nodes = [
        Node(.rearrange(Rearrangement(dims: [1, 128, 8192], strides: [0, 0, 0])), [0]),
        Node(.rearrange(Rearrangement(dims: [1, 1, 8192], strides: [0, 0, 0])), [0]),
      ]
      for product in 0..<products {
        let matrices = MatrixProduct(isLeftTransposed: false, isRightTransposed: true)
        nodes.append(Node(.matMul(matrices), [2, 1]))
        nodes.append(
          Node(
            .requantise(Requantise(multipliers: [1], shift: 32, element: .int8)), [nodes.count]))
        if product == 0 { continue }
        let last = product == 1 ? 4 : nodes.count - 2
        nodes.append(
          Node(
            .add(ResidualAdd(left: 1, right: 1, shift: 24, element: .int8)),
            [last, nodes.count]))
      }
      nodes.append(Node(.reshape(Reshape(dims: [128])), [nodes.count]))
      nodes.append(Node(.linear(Linear(outputs: 1, biasBound: 0)), [nodes.count]))
      return try Graph(input: TensorType(.uint8, try Shape([1])), nodes: nodes)
    }
    let (small, large) = (try graph(60), try graph(66))
    #expect(throws: Never.self) { try WitnessCounts(small) }
    for attempt in [{ _ = try WitnessCounts(large) }, { _ = try WitnessPlan(large, samples: 1) }]
      as [() throws -> Void]
    {
      let refusal = #expect(throws: Refusal.self) { try attempt() }
      #expect(refusal?.code == "witnessTooLarge")
    }
  }

  @Test func aPathHasNoMoreHashesThanALevelHasHalves() {
    #expect(SuccinctBounds.pathHashes(3, 4) == 1 + 2 + 3 + 3)
    #expect(SuccinctBounds.pathHashes(1, 10) == 10)
  }
}
