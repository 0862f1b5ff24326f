// The doors of the court: messages of a dispute, and the bytes that its referee judges by.

import Chain
import Graphs
import Primitives

enum DisputeDoors {
  /// The kinds of the court, from PublishModel to ShareInput: the first byte picks one.
  static func readsMove(_ bytes: [UInt8]) throws {
    guard let first = bytes.first else { return }
    let kinds = MessageKind.allCases.filter { (37...48).contains($0.rawValue) }
    let kind = kinds[Int(first) % kinds.count]
    // A message is the array of its kind and its content.
    let own = [0x82, 0x18, kind.rawValue] + bytes.dropFirst()
    let message = try Message(decoding: own)
    hold("a move has two encodings") { message.encoded == own }
  }

  /// The first byte picks a claim, a right or a wrong one, and whether the rest is an opening or
  /// changes a true one. No bytes may turn a verdict.
  static func readsOpening(_ bytes: [UInt8]) throws {
    precondition(!bench.isEmpty, "there is nothing to judge")
    guard let first = bytes.first else { return }
    let place = bench[Int(first >> 2) % bench.count]
    let isRight = first & 1 == 0
    let rest = Array(bytes.dropFirst())
    let opening = first & 2 == 0 ? rest : change(place.opening, by: rest)
    var claim = place.claim
    if !isRight { claim.disputed = claim.root }
    let verdict = try Referee.redo(claim, opening: opening)
    precondition(verdict == isRight, "an opening turned a verdict")
  }

  /// Three bytes a change: where, in two of them, and what is added there; then the length.
  private static func change(_ opening: [UInt8], by program: [UInt8]) -> [UInt8] {
    var changed = opening
    var rest = program[...]
    while rest.count >= 3, !changed.isEmpty {
      let at = (Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])) % changed.count
      changed[at] &+= rest[rest.startIndex + 2]
      rest = rest.dropFirst(3)
    }
    if let cut = rest.first { changed.removeLast(min(changed.count, Int(cut))) }
    return changed
  }

  // MARK: - What is judged

  struct Place: Sendable {
    let claim: BlockClaim
    let opening: [UInt8]
  }

  /// Every step of a small model's run that a game can come to, up to thirty-two.
  private static let bench = (try? places()) ?? []

  static func places() throws -> [Place] {
    let graph = try Graph(
      input: TensorType(.int8, try Shape([130])),
      nodes: [
        Node(.linear(Linear(outputs: 70, biasBound: 49)), [0]),
        Node(
          .requantise(
            Requantise(
              multipliers: [UInt32](repeating: 1 << 18, count: 70), shift: 24, element: .int8)),
          [1]),
        Node(.add(ResidualAdd(left: 1 << 22, right: 1 << 23, shift: 24, element: .int8)), [2, 2]),
      ])
    let weights = [
      LayerWeights(
        matrix: (0..<70 * 130).map { Int8(truncatingIfNeeded: $0 &* 37) },
        bias: (0..<70).map { Int32($0 % 50) })
    ]
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(),
      commitments: [try WeightTiles.commitment(to: weights, of: graph)])
    let salt = ContentSalt(contentKey: Bytes32(words: 1, 2, 3, 4))
    let input = (0..<130).map { UInt8($0) }
    let trace = try Trace(
      TracePlan(graph), salt: salt, tensors: try graph.trace(weights, on: input))
    let start = BlockClaim(
      model: SHA256.hash(manifest.encoded), root: trace.root, keyHash: salt.keyHash, picks: [],
      before: .zero, disputed: trace.root)
    var found: [Place] = []
    var open = [start]
    while let claim = open.popLast(), found.count < 32 {
      switch try trace.plan.shape.place(at: claim.picks) {
      case .input: continue
      case .step:
        let opening = try trace.opening(at: claim.picks, manifest: manifest, weights)
        found.append(Place(claim: claim, opening: opening.encoded))
      case .vertex, .blocks:
        open += try below(claim, trace, weights)
      }
    }
    return found
  }

  private static func below(
    _ claim: BlockClaim, _ trace: Trace, _ weights: [LayerWeights]
  ) throws -> [BlockClaim] {
    let children = try trace.children(at: claim.picks, weights)
    var isChain = false
    if case .blocks = try trace.plan.shape.place(at: claim.picks) { isChain = true }
    return children.indices.map { child in
      var next = claim
      next.picks.append(UInt8(child))
      next.disputed = children[child]
      if isChain && child > 0 { next.before = children[child - 1] }
      return next
    }
  }
}
