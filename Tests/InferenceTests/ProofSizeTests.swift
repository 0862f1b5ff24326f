// What a proof costs the ledger is worked out from the manifest, and never to less than it is.

import Graphs
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

  @Test func aCountThatDoesNotAddUp() {
    #expect(ProofSize.steps(7) == 7)
    #expect(ProofSize.steps(-1) == .max)
  }
}
