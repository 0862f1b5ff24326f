// Re-commitments: the model's id survives them, and no other weights pass for the same.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct RecommitmentTests {
  let model: HiddenModel
  let later: HiddenModel
  let link: Recommitment

  init() throws {
    model = try HiddenModel()
    later = try model.later()
    link = try Recommitment(model.manifest, from: model.weights, to: later.weights)
  }

  @Test func theIdSurvives() throws {
    try Recommitment(bytes: link.bytes).verify()
    #expect(later.weights.root != model.weights.root)
    let proof = try later.prove()
    let run = try Proof.verify(bytes: proof.bytes, recommitments: [link])
    #expect(run.model == model.manifest.id && run.opening?.epoch == 1)
    #expect(run.opening?.root == later.weights.root)
    // Without the re-commitment nobody knows the root.
    #expect(step { _ = try PrivateVerifier.verify(proof) } == .parameters)
    // A chain, in its order; proofs of earlier epochs are judged with it too.
    let last = try model.later(2)
    let second = try Recommitment(model.manifest, from: later.weights, to: last.weights)
    let third = try last.prove()
    #expect(try PrivateVerifier.verify(third, recommitments: [link, second]).opening?.epoch == 2)
    for wrong in [[], [link], [second], [second, link], [link, link]] {
      #expect(step { _ = try PrivateVerifier.verify(third, recommitments: wrong) } == .parameters)
    }
    _ = try PrivateVerifier.verify(proof, recommitments: [link, second])
    _ = try PrivateVerifier.verify(try model.prove(), recommitments: [link, second])
  }

  /// Other weights, committed to again from a root of their own: the second link holds by itself,
  /// and follows from nothing.
  @Test func aChainOfOtherWeights() throws {
    var layers = model.layers
    layers[0].matrix[0] ^= 1
    let others = try (1...2).map { epoch in
      try CommittedWeights(
        layers, model.weights.shape, secret: HiddenModel.secret, epoch: UInt64(epoch))
    }
    let second = try Recommitment(model.manifest, from: others[0], to: others[1])
    #expect(throws: Never.self) { try second.verify() }
    var last = try model.later(2)
    last.weights = others[1]
    last.traces = [try model.graph.trace(layers, on: model.traces[0][0].bytes)]
    let proof = try last.prove()
    #expect(proof.root == others[1].root)
    #expect(
      step { _ = try PrivateVerifier.verify(proof, recommitments: [link, second]) } == .parameters)
    // Nor does a first link between them that is no proof of anything.
    var first = link
    first.to = others[0].root
    #expect(
      step { _ = try PrivateVerifier.verify(proof, recommitments: [first, second]) }
        == .combination)
  }

  @Test func madeTwiceItIsOneFile() throws {
    #expect(try Recommitment(model.manifest, from: model.weights, to: later.weights) == link)
  }

  @Test func onlyTheNextEpoch() throws {
    let last = try model.later(2)
    #expect(throws: Refusal("otherWeights")) {
      try Recommitment(model.manifest, from: model.weights, to: last.weights)
    }
    #expect(throws: Refusal("otherWeights")) {
      try Recommitment(model.manifest, from: later.weights, to: model.weights)
    }
    #expect(throws: Refusal("otherWeights")) {
      try Recommitment(model.manifest, from: model.weights, to: model.weights)
    }
  }

  /// One weight or one bias that is another, at every kind of place.
  @Test func otherWeightsAreNotTheSame() throws {
    let shape = model.weights.shape
    var changes: [(inout [LayerWeights]) -> Void] = []
    for layer in model.layers.indices {
      changes.append { $0[layer].matrix[0] ^= 1 }
      changes.append { $0[layer].matrix[model.layers[layer].matrix.count - 1] ^= 1 }
      changes.append { $0[layer].bias[1] += $0[layer].bias[1] > 0 ? -1 : 1 }
    }
    for change in changes {
      var layers = model.layers
      change(&layers)
      let weights = try CommittedWeights(layers, shape, secret: HiddenModel.secret, epoch: 1)
      let forged = try Recommitment(model.manifest, from: model.weights, to: weights)
      #expect(step { try forged.verify() } == .combination)
      // With the rows of the old weights above the new columns.
      var liar = weights
      liar.weights = model.weights.weights
      let careful = try Recommitment(model.manifest, from: model.weights, to: liar)
      let wanted: Set<ProofStep> =
        weights.weights == model.weights.weights ? [.combination] : [.columns]
      #expect(step { try careful.verify() }.map(wanted.contains) == true)
    }
  }

  typealias List = WritableKeyPath<Recommitment, [UInt8]> & Sendable
  typealias Hashes = WritableKeyPath<Recommitment, [Bytes32]> & Sendable

  private func fails(_ change: (inout Recommitment) -> Void) -> ProofStep? {
    var forged = link
    change(&forged)
    return step { try forged.verify() }
  }

  @Test func everyPartIsHeld() throws {
    let lists: [List] = [\.difference, \.oldRow, \.newRow, \.oldColumns, \.newColumns]
    for list in lists {
      #expect(fails { $0[keyPath: list].append(0) } == .lengths)
      #expect(fails { $0[keyPath: list].removeLast() } == .lengths)
      let count = link[keyPath: list].count
      for start in stride(from: 0, to: count, by: max(8, count / 6 / 8 * 8)) {
        #expect(fails { $0[keyPath: list][start] ^= 1 } != nil)
        #expect(
          fails {
            $0[keyPath: list].replaceSubrange(
              start..<(start + 8), with: [UInt8](repeating: 255, count: 8))
          } == .elements)
      }
    }
    for list in [\.oldSalts, \.newSalts] as [Hashes] {
      #expect(fails { $0[keyPath: list].removeLast() } == .lengths)
      #expect(fails { $0[keyPath: list][0] = .zero } == .paths)
    }
    for list in [\.oldPath, \.newPath] as [Hashes] {
      #expect(fails { $0[keyPath: list].removeLast() } == .paths)
      #expect(fails { $0[keyPath: list][0] = .zero } == .paths)
    }
    #expect(fails { $0.epoch = 0 } == .parameters)
    #expect(fails { $0.epoch = 2 } == .combination)
    #expect(fails { $0.from = .zero } == .parameters)
    #expect(fails { $0.to = $0.from } == .parameters)
    // Only the first leads from the root that the id is made of.
    #expect(
      fails {
        $0.epoch = 2
        $0.from = .zero
      } == .combination)
    #expect(fails { $0.to = .zero } == .combination)
    #expect(fails { swap(&$0.oldRow, &$0.newRow) } == .combination)
    #expect(fails { $0.manifest = [] } == .manifest)
    let open = try SuccinctLiar().model.prover.manifest
    #expect(fails { $0.manifest = open.encoded } == .manifest)
  }

  /// A re-commitment of another model leads nowhere.
  @Test func anotherModelsRecommitment() throws {
    let other = try HiddenModel(every: 3, secret: .zero)
    let next = try other.later(secret: .zero)
    let alien = try Recommitment(other.manifest, from: other.weights, to: next.weights)
    try alien.verify()
    let proof = try later.prove()
    #expect(step { _ = try PrivateVerifier.verify(proof, recommitments: [alien]) } == .manifest)
    #expect(throws: Refusal("otherWeights")) {
      try Recommitment(other.manifest, from: model.weights, to: later.weights)
    }
  }

  @Test func noByteIsFree() throws {
    let bytes = link.bytes
    var draw = Draw(seed: 41)
    for _ in 0..<60 {
      var forged = bytes
      forged[draw.below(bytes.count)] ^= UInt8(1 << draw.below(8))
      #expect(throws: Refusal.self) { try Recommitment(bytes: forged).verify() }
    }
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      #expect(throws: Refusal.self) { try Recommitment(bytes: Array(bytes[..<length])) }
    }
  }

  /// Nobody gives a nonce: what its queries miss is below 2^-128, and the rest is small.
  @Test func itsErrorIsBelowAProofs() throws {
    let security = Recommitment.security(model.weights.shape)
    #expect(security.terms.map(\.name) == ["points", "ends", "combination", "queries"])
    #expect(security.terms.last?.units == 1 && security.bits >= 105)
  }
}
