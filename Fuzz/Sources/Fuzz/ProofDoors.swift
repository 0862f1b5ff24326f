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
    guard let changed = change(whole, by: bytes.dropFirst()) else { return }
    let held = (try? Proof.verify(bytes: changed)) != nil
    precondition(!held, "a changed proof holds")
  }

  /// Nil where nothing is changed.
  private static func change(_ whole: [UInt8], by bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var changed = whole
    var rest = bytes
    while rest.count >= 3 {
      let at = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
      // Two bytes do not reach every place of a long file: steps of its length over 65,536.
      let place = at * changed.count >> 16
      changed[place] &+= rest[rest.startIndex + 2]
      rest = rest.dropFirst(3)
    }
    if let cut = rest.first { changed.removeLast(min(changed.count, Int(cut))) }
    return changed == whole ? nil : changed
  }

  /// Any bytes as a re-commitment.
  static func readsRecommitment(_ bytes: [UInt8]) throws {
    let file = try Recommitment(bytes: bytes)
    hold("a re-commitment has two encodings") { file.bytes == bytes }
    try file.verify()
  }

  /// A re-commitment that holds, changed like a proof.
  static func changesRecommitment(_ bytes: [UInt8]) throws {
    precondition(!link.isEmpty, "there is no re-commitment")
    guard let changed = change(link, by: bytes[...]) else { return }
    let held = (try? Recommitment(bytes: changed).verify()) != nil
    precondition(!held, "a changed re-commitment holds")
  }

  /// Any bytes as a registration.
  static func readsRegistration(_ bytes: [UInt8]) throws {
    let file = try WeightRegistration(bytes: bytes)
    hold("a registration has two encodings") { file.bytes == bytes }
    try file.verify()
  }

  /// A registration that holds, changed like a proof.
  static func changesRegistration(_ bytes: [UInt8]) throws {
    precondition(!registered.isEmpty, "there is no registration")
    guard let changed = change(registered, by: bytes[...]) else { return }
    let held = (try? WeightRegistration(bytes: changed).verify()) != nil
    precondition(!held, "a changed registration holds")
  }

  /// A proof of each level of a small model's run, one that hides its weights, and the same of a
  /// small text model's.
  private static let bench = (try? proofs()) ?? []
  private static let link = (try? recommitment()) ?? []
  private static let registered = (try? registration()) ?? []

  private static func model() throws -> (graph: Graph, weights: [LayerWeights]) {
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
    return (graph, weights)
  }

  /// A run with symbols, a norm, a table, and activations that are multiplied: at level `succinct`,
  /// with its input hidden, and with its weights hidden too.
  private static func wide() throws -> [[UInt8]] {
    let norm = Normalisation(
      axis: Axis(count: 2, inner: 3), isCentred: true, epsilon: 9, multipliers: [1 << 15, 1 << 14],
      offsets: [0, 9], shift: 24, element: .int8)
    let table = ByteTable(bytes: (0..<256).map { UInt8($0 * 7 & 255) }, element: .int8)
    let powers = (0..<256).map { UInt16(60_000 / (1 + $0)) }
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([3])),
      nodes: [
        Node(
          .embedding(Embedding(outputs: 2, biasBound: 3, vocabulary: 4, hasPlaces: true)), [0]),
        Node(
          .requantise(Requantise(multipliers: [1 << 22, 1 << 22], shift: 24, element: .int8)),
          [1]),
        Node(.normalise(norm), [2]), Node(.table(table), [3]),
        Node(.product(Product(multiplier: 1 << 18, shift: 24, element: .int8)), [3, 4]),
        Node(.reshape(Reshape(dims: [1, 2, 3])), [5]),
        Node(.matMul(MatrixProduct(isLeftTransposed: false, isRightTransposed: true)), [6, 6]),
        Node(.requantise(Requantise(multipliers: [1 << 17], shift: 24, element: .int8)), [7]),
        Node(.softmax(Softmax(isCausal: true, exponentials: powers)), [8]),
        Node(.reshape(Reshape(dims: [4])), [9]),
        Node(.linear(Linear(outputs: 3, biasBound: 2)), [10]),
      ])
    let weights = graph.layers.map { layer in
      LayerWeights(
        matrix: (0..<layer.rows * layer.columns).map { Int8(truncatingIfNeeded: $0 &* 37) },
        bias: [Int32](repeating: Int32(layer.biasBound), count: layer.rows))
    }
    let trace = try graph.trace(weights, on: [1, 3, 2])
    let committed = try CommittedWeights(graph, weights)
    let shown = manifest(graph, [committed.commitment])
    let hidden = try CommittedWeights.hidden(
      graph, weights, budget: 2, secret: .zero, epoch: 0, columnBits: 8, rateBits: 4)
    return [
      try SuccinctProver(shown, committed).prove([trace], nonce: .zero).bytes,
      try PrivateProver(shown, committed)
        .prove([trace], nonce: .zero, secret: .zero, salt: .zero).bytes,
      try PrivateProver(
        manifest(graph, [hidden.commitment]), hidden, hiding: [.input, .weights]
      ).prove([trace], nonce: .zero, secret: .zero, salt: .zero, openings: FirstOpening()).bytes,
    ]
  }

  private static func manifest(_ graph: Graph, _ commitments: [WeightCommitment]) -> Manifest {
    Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(), commitments: commitments)
  }

  /// Weights that are hidden for two proofs.
  private static func hidden(_ epoch: UInt64) throws -> CommittedWeights {
    let (graph, weights) = try model()
    return try CommittedWeights.hidden(
      graph, weights, budget: 2, secret: .zero, epoch: epoch, columnBits: 8, rateBits: 4)
  }

  static func recommitment() throws -> [UInt8] {
    let (old, new) = (try hidden(0), try hidden(1))
    let file = try Recommitment(
      manifest(try model().graph, [old.commitment]), from: old, to: new)
    try file.verify()
    return file.bytes
  }

  static func registration() throws -> [UInt8] {
    let weights = try hidden(0)
    let file = try WeightRegistration(
      manifest(try model().graph, [weights.commitment]), weights)
    try file.verify()
    return file.bytes
  }

  /// The first byte of a test picks from these: a new one goes to the end.
  static func proofs() throws -> [[UInt8]] {
    let (graph, weights) = try model()
    let committed = try CommittedWeights(graph, weights)
    let manifest = manifest(
      graph, [try WeightTiles.commitment(to: weights, of: graph), committed.commitment])
    let hidden = try hidden(0)
    let trace = try graph.trace(weights, on: (0..<16).map { UInt8($0 * 16) })
    var all = [
      try OpenProver(manifest, committed).prove([trace], nonce: .zero).bytes,
      try SuccinctProver(manifest, committed).prove([trace], nonce: .zero).bytes,
      try PrivateProver(manifest, committed)
        .prove([trace], nonce: .zero, secret: .zero, salt: .zero).bytes,
      try PrivateProver(
        ProofDoors.manifest(graph, [hidden.commitment]), hidden, hiding: [.input, .weights]
      ).prove([trace], nonce: .zero, secret: .zero, salt: .zero, openings: FirstOpening()).bytes,
    ]
    all += try wide()
    for bytes in all { _ = try Proof.verify(bytes: bytes) }
    return all
  }
}

/// A counter that is never moved: one proof is made, of a model that nobody has.
private struct FirstOpening: OpeningCounter {
  func spend(of root: Bytes32) throws(Refusal) -> UInt64 { 0 }
}
