// What a liar may try against level `open`, and the step at which it fails.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct OpenForgeryTests {
  let model: ProvedModel
  let proof: OpenProof

  init() throws {
    var found: ProvedModel?
    for seed: UInt64 in 0..<50 where found == nil {
      if let model = try ProvedModel.random(seed, nodes: 9), model.graph.layers.count > 1 {
        found = model
      }
    }
    model = try #require(found)
    proof = try model.prove()
  }

  func fails(_ change: (inout OpenProof) -> Void) -> ProofStep? {
    var forged = proof
    change(&forged)
    return step { _ = try OpenVerifier.verify(forged) }
  }

  /// Forgery of the review: another accumulator, with everything else as it was.
  @Test func anotherSum() {
    for at in stride(from: 0, to: proof.sums.count, by: max(1, proof.sums.count / 40)) {
      #expect(fails { $0.sums[at] ^= 1 } != nil)
    }
  }

  /// The liar runs the protocol honestly over a false sum: the equations of the layer fail.
  @Test func aFalseSumProvedWithCare() throws {
    for layer in model.graph.layers {
      var lie = model
      let type = model.graph.types[layer.node + 1]
      var sums = model.graph.layers.map { model.traces[0][$0.node + 1].values }
      let place = try #require(model.graph.layers.firstIndex { $0.node == layer.node })
      sums[place][type.shape.count / 2] += 1
      lie.traces = [try model.graph.replay(on: model.traces[0][0].bytes, sums: sums)]
      let forged = try lie.prove()
      #expect(step { _ = try OpenVerifier.verify(forged) } == .sumcheck)
    }
  }

  /// Weights that are not the committed ones, in an otherwise honest proof.
  @Test func otherWeights() throws {
    var layers = model.layers
    for index in layers.indices { layers[index].matrix = layers[index].matrix.map { ~$0 } }
    let weights = try CommittedWeights(
      model.graph, layers, columnBits: model.prover.weights.shape.columnBits)
    var manifest = model.prover.manifest
    manifest.commitments[1] = weights.commitment
    let other = try OpenProver(manifest, weights)
    let trace = try model.graph.trace(layers, on: model.traces[0][0].bytes)
    var forged = try other.prove([trace], nonce: ProvedModel.nonce, expires: 9)
    #expect(step { _ = try OpenVerifier.verify(forged) } == nil)
    forged.manifest = proof.manifest
    #expect(step { _ = try OpenVerifier.verify(forged) } != nil)
  }

  /// Forgery of the review: one round more than there are columns' bits, or one fewer.
  @Test func anotherNumberOfRounds() {
    #expect(fails { $0.rounds += [UInt8](repeating: 0, count: 32) } == .lengths)
    #expect(fails { $0.rounds.removeLast(32) } == .lengths)
    #expect(fails { $0.rounds += $0.rounds.suffix(32) } == .lengths)
  }

  /// Forgery of the review: sums that only differ by multiples of 2^32 are no longer expressible.
  @Test func aSumIsFourBytes() {
    #expect(fails { $0.sums += [0, 0, 0, 0] } == .lengths)
    #expect(
      proof.sums.count
        == model.graph.layers.reduce(0) {
          $0 + 4 * model.graph.types[$1.node + 1].shape.count
        })
  }

  /// Forgery of the review: an inner node shown as a leaf, with a shorter path.
  @Test func anotherPath() {
    #expect(fails { $0.path.removeLast() } == .paths)
    #expect(fails { $0.path.append(.zero) } == .paths)
    #expect(fails { $0.path[0] = .zero } == .paths)
    #expect(fails { $0.path = [] } == .paths)
    #expect(fails { $0.path.swapAt(0, 1) } == .paths)
  }

  @Test func everyListHasOneLength() {
    let cuts: [(WritableKeyPath<OpenProof, [UInt8]> & Sendable)] = [
      \.input, \.sums, \.rounds, \.ends, \.row, \.columns,
    ]
    for list in cuts {
      #expect(fails { $0[keyPath: list].removeLast() } == .lengths)
      #expect(fails { $0[keyPath: list].append(0) } == .lengths)
      #expect(fails { $0[keyPath: list] = [] } == .lengths)
    }
    #expect(fails { $0.samples = 0 } == .lengths)
    #expect(fails { $0.samples = 2 } == .lengths)
    #expect(fails { $0.samples = .max } == .lengths)
  }

  @Test func everyElementIsCanonical() {
    let lists: [(WritableKeyPath<OpenProof, [UInt8]> & Sendable)] = [
      \.rounds, \.ends, \.row, \.columns,
    ]
    for list in lists {
      #expect(
        fails { $0[keyPath: list].replaceSubrange(0..<8, with: [UInt8](repeating: 255, count: 8)) }
          == .elements)
    }
  }

  /// Every byte of every field is held by some step.
  @Test func noByteIsFree() throws {
    let bytes = proof.bytes
    var draw = Draw(seed: 11)
    for _ in 0..<400 {
      var forged = bytes
      forged[draw.below(bytes.count)] ^= UInt8(1 << draw.below(8))
      let accepted = (try? OpenProof(bytes: forged)).flatMap { try? OpenVerifier.verify($0) }
      #expect(accepted == nil)
    }
  }

  @Test func nonceAndExpiryAreBound() {
    #expect(fails { $0.nonce = .zero } != nil)
    #expect(fails { $0.expires += 1 } != nil)
  }

  @Test func hostileFilesAreRefusedWithoutATrap() throws {
    let bytes = proof.bytes
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
      #expect(throws: Refusal.self) { try OpenProof(bytes: Array(bytes[..<length])) }
    }
    #expect(fails { $0.manifest = [] } == .manifest)
    #expect(fails { $0.manifest.append(0) } == .manifest)
    #expect(fails { $0.manifest = [UInt8](repeating: 0x9b, count: 64) } == .manifest)
  }

  /// Parameters under which a proof would say little are refused, whoever chose them.
  @Test func weakParametersAreRefused() throws {
    var manifest = model.prover.manifest
    for (name, value) in [("columnBits", 60), ("rateBits", 0), ("rateBits", 40), ("columnBits", 0)]
    {
      var own = manifest.commitments[1]
      let place = try #require(own.parameters.firstIndex { $0.name == name })
      own.parameters[place] = Number(name, UInt64(value))
      manifest.commitments[1] = own
      let bytes = manifest.encoded
      #expect(fails { $0.manifest = bytes } == .parameters)
      manifest = model.prover.manifest
    }
    manifest.commitments.removeLast()
    let bytes = manifest.encoded
    #expect(fails { $0.manifest = bytes } == .manifest)
  }
}
