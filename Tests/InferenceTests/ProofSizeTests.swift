// What a proof costs the ledger is worked out from the manifest, and never to less than it is.

import Graphs
import Kernel
import Market
import Primitives
import Proofs
import Testing

@testable import Inference

@Suite struct ProofSizeTests {
  private func size(rateBits: Int) throws -> ProofSize {
    let window = Window(height: 3, width: 3)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1, 12, 12])),
      nodes: [
        Node(.convolution(Convolution(outputs: 4, window: window, biasBound: 9)), [0]),
        Node(
          .requantise(
            Requantise(multipliers: [9, 9, 9, 9], shift: 24, element: .uint8)), [1]),
        Node(.reshape(Reshape(dims: [400])), [2]),
        Node(.linear(Linear(outputs: 10, biasBound: 9)), [3]),
      ])
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(), commitments: [])
    let shape = try MatrixShape(graph, columnBits: 8, rateBits: rateBits)
    let size = ProofSize(open: manifest, graph, shape)
    // Every element is looked at once at least.
    #expect(size.work > UInt64(graph.types.reduce(0) { $0 + $1.shape.count }))
    return size
  }

  @Test func aSmallModelIsTaken() throws {
    for rate in MatrixShape.rateBitsRange { #expect(try size(rateBits: rate).isTaken) }
  }

  /// Who holds a receipt has no ledger to ask, and whoever founds a network can put into one what
  /// he likes: a proof that would be dear to verify is turned away before it is.
  @Test func aReceiptsProofIsHeldToTheLedgersBounds() throws {
    var window = Window(height: 64, width: 64)
    (window.top, window.bottom, window.left, window.right) = (31, 31, 31, 31)
    let pool = AveragePool(window: window, multiplier: 1, shift: 24, element: .uint8)
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1])),
      nodes: [
        Node(.rearrange(Rearrangement(dims: [1, 32, 32], strides: [0, 0, 0])), [0]),
        Node(.averagePool(pool), [1]),
        Node(.reshape(Reshape(dims: [961])), [2]),
        Node(.linear(Linear(outputs: 1, biasBound: 0)), [3]),
      ])
    let weights = [LayerWeights(matrix: [Int8](repeating: 1, count: 961), bias: [0])]
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [
        try CommittedWeights(graph, weights).commitment,
        try WeightTiles.commitment(to: weights, of: graph),
      ])
    var proof = OpenProof()
    proof.manifest = manifest.encoded
    let claim = ProofClaim(
      level: 1, spec: InferenceSpec(model: manifest.id.digest).encoded, run: RunID(),
      input: Content(), salt: ContentSalt(value: .zero), output: [], now: .zero)
    #expect(throws: Refusal("notProvableHere", ["level": 1])) {
      try InferenceWork.verify(claim, proof: proof.bytes)
    }
  }

  @Test func aCountThatDoesNotAddUp() {
    #expect(ProofSize.steps(7) == 7)
    #expect(ProofSize.steps(-1) == .max)
  }
}
