// A block that is full of the dearest proofs that the ledger takes: what it takes to verify, in
// steps.

import Graphs
import Kernel
import Primitives
import Proofs
import Testing

@testable import Inference

@Suite struct StuffingTests {
  /// Steps for a block: what its bytes pay for.
  private var budget: UInt64 { Terms.standard.blockBytes * ProofSize.mostWorkPerByte }

  private func manifest(_ graph: Graph, columnBits: UInt64) -> Manifest {
    Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [
        WeightCommitment(
          scheme: CommittedWeights.scheme,
          parameters: [Number("columnBits", columnBits), Number("rateBits", 2)], root: .zero)
      ])
  }

  /// One byte that becomes a plane, at which a convolution, and a pool if there is one, look
  /// through a window: few bytes of a proof, many steps.
  private func plane(_ side: Int, _ window: Window, pool: Node? = nil) throws -> Graph {
    var nodes = [
      Node(.rearrange(Rearrangement(dims: [1, side, side], strides: [0, 0, 0])), [0])
    ]
    if let pool { nodes.append(pool) }
    nodes.append(
      Node(.convolution(Convolution(outputs: 1, window: window, biasBound: 0)), [nodes.count]))
    return try Graph(input: TensorType(.uint8, try Shape([1])), nodes: nodes)
  }

  private func windows() -> [Window] {
    [1, 2, 3, 5, 9, 13, 17, 25].map { side in
      var window = Window(height: side, width: side)
      (window.top, window.left) = ((side - 1) / 2, (side - 1) / 2)
      (window.bottom, window.right) = (side / 2, side / 2)
      return window
    }
  }

  /// Models that somebody would publish to make the ledger work.
  private func hostile() throws -> [(Graph, Manifest)] {
    var found: [Graph] = []
    for side in [8, 16, 32, 48, 64, 96, 128, 192, 256] {
      for window in windows() {
        found.append(try plane(side, window))
        let mean = AveragePool(window: window, multiplier: 1, shift: 24, element: .uint8)
        let small = Window(height: 1, width: 1)
        found.append(try plane(side, small, pool: Node(.averagePool(mean), [1])))
        found.append(try plane(side, small, pool: Node(.maxPool(MaxPool(window: window)), [1])))
      }
    }
    return found.flatMap { graph in
      ([6, 8, 10, 12] as [UInt64]).map { (graph, manifest(graph, columnBits: $0)) }
    }
  }

  @Test(arguments: ProofLevel.allCases)
  func aBlockIsVerifiedWithinItsBytes(_ level: ProofLevel) throws {
    #expect(budget == 268_435_456)
    var (dearest, taken, refused) = (UInt64(0), 0, 0)
    for (graph, manifest) in try hostile() {
      guard let size = ProofSize(level, manifest, graph), size.isTaken else {
        refused += 1
        continue
      }
      taken += 1
      let block = Terms.standard.blockBytes / size.leastBytes * size.work
      dearest = max(dearest, block)
      #expect(block <= budget)
      // The same by what a message pays: a dollar buys a thousand million steps.
      let toll = try Toll.price(bytes: Int(size.leastBytes), terms: .standard)
      #expect(size.work <= toll.units * ProofSize.mostWorkPerByte * Terms.standard.tollBytes)
    }
    // Some come near the bound and some are beyond it, or it would bound nothing.
    #expect(taken > 0 && refused > 0)
    #expect(dearest > budget / 2)
  }

  /// What a card says is what the ledger takes, level by level.
  @Test func aModelIsProvableAtTheLevelsThatItsBytesPayFor() throws {
    let small = try plane(16, windows()[2])
    let proofs = ModelCard.proofs(of: manifest(small, columnBits: 8), small)
    #expect(proofs.map(\.name).prefix(2) == ["open", "succinct"])
    for level in ProofLevel.allCases where level != .private || proofs.count == 3 {
      let size = try #require(ProofSize(level, manifest(small, columnBits: 8), small))
      #expect(proofs.contains(Number(level.name, size.bytes)))
    }
    let large = try plane(256, windows()[7])
    #expect(ModelCard.proofs(of: manifest(large, columnBits: 8), large).isEmpty)
  }

  /// No commitment, no proofs; what is proved by helpers has a form at every level.
  @Test func onlyACommitmentIsProved() throws {
    let graph = try plane(8, windows()[0])
    var bare = manifest(graph, columnBits: 8)
    bare.commitments = []
    #expect(ModelCard.proofs(of: bare, graph).isEmpty)
    let table = ByteTable(bytes: [UInt8](repeating: 1, count: 256), element: .uint8)
    let other = try plane(8, windows()[0], pool: Node(.table(table), [1]))
    #expect(
      ModelCard.proofs(of: manifest(other, columnBits: 8), other).map(\.name)
        == ["open", "succinct", "private"])
  }
}
