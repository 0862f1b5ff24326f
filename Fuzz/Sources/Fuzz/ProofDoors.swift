// The doors of proofs: files as they come, and proofs that hold with something in them changed.

import Graphs
import Primitives
import Proofs

enum ProofDoors {
  /// Any bytes as a file. What is read is written the same; that it should hold is out of reach.
  static func readsProof(_ bytes: [UInt8]) throws {
    let proof = try Proof(bytes: bytes)
    hold("a proof has two encodings") { proof.bytes == bytes }
    _ = try proof.verify()
  }

  /// The first byte picks a proof that holds; three bytes a change: where, in two of them, and what
  /// is added there. Nothing may hold but what held, and nothing may trap.
  static func readsParts(_ bytes: [UInt8]) throws {
    precondition(!bench.isEmpty, "there is no proof")
    guard let first = bytes.first else { return }
    let whole = bench[Int(first) % bench.count]
    var changed = whole
    var rest = bytes.dropFirst()
    while rest.count >= 3 {
      let at = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
      // Two bytes do not reach every place of a long file: steps of its length over 65,536.
      let place = at * changed.count >> 16
      changed[place] &+= rest[rest.startIndex + 2]
      rest = rest.dropFirst(3)
    }
    if let cut = rest.first { changed.removeLast(min(changed.count, Int(cut))) }
    guard changed != whole else { return }
    let held = (try? Proof.verify(bytes: changed)) != nil
    precondition(!held, "a changed proof holds")
  }

  /// A proof of each level of a small model's run.
  private static let bench = (try? proofs()) ?? []

  static func proofs() throws -> [[UInt8]] {
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1, 4, 4])),
      nodes: [
        Node(
          .convolution(
            Convolution(outputs: 2, window: Window(height: 2, width: 2), biasBound: 9)), [0]),
        Node(
          .requantise(Requantise(multipliers: [1 << 14, 3 << 15], shift: 24, element: .uint8)),
          [1]),
        Node(.maxPool(MaxPool(window: Window(height: 3, width: 3))), [2]),
        Node(.add(ResidualAdd(left: 1 << 23, right: 1 << 22, shift: 24, element: .int8)), [3, 3]),
        Node(.reshape(Reshape(dims: [2])), [4]),
        Node(.linear(Linear(outputs: 3, biasBound: 2)), [5]),
      ])
    let weights = [
      LayerWeights(matrix: (0..<8).map { Int8(truncatingIfNeeded: $0 &* 37) }, bias: [9, -4]),
      LayerWeights(matrix: [1, -2, 3, -4, 5, -6], bias: [0, 1, 2]),
    ]
    let committed = try CommittedWeights(graph, weights)
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph), committed.commitment])
    let trace = try graph.trace(weights, on: (0..<16).map { UInt8($0 * 16) })
    let all = [
      try OpenProver(manifest, committed).prove([trace], nonce: .zero).bytes,
      try SuccinctProver(manifest, committed).prove([trace], nonce: .zero).bytes,
      try PrivateProver(manifest, committed)
        .prove([trace], nonce: .zero, secret: .zero, salt: .zero).bytes,
    ]
    for bytes in all { _ = try Proof.verify(bytes: bytes) }
    return all
  }
}
