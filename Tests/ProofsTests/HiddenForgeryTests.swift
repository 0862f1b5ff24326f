// What a liar may try with hidden weights, and files of such proofs that were changed.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct HiddenForgeryTests {
  let model: HiddenModel

  init() throws { model = try HiddenModel() }

  @Test func theHonestRunHolds() throws {
    for hiding in [Hiding.weights, [.input, .weights]] {
      for index: UInt64 in 0..<3 { #expect(try model.caught(hiding, index: index) == nil) }
    }
  }

  private func otherLayers() -> [LayerWeights] {
    model.layers.map { LayerWeights(matrix: $0.matrix.map { ~$0 }, bias: $0.bias) }
  }

  /// The run of other weights than the committed ones.
  @Test func aRunOfOtherWeights() throws {
    var liar = model
    liar.traces = [try model.graph.trace(otherLayers(), on: model.traces[0][0].bytes)]
    #expect(try liar.caught() == .witness)
    #expect(try liar.caught(.weights) == .witness)
  }

  /// The same with rows of these weights, under the honest mask, above the committed columns.
  @Test func rowsOfOtherWeights() throws {
    let layers = otherLayers()
    var liar = model
    liar.traces = [try model.graph.trace(layers, on: model.traces[0][0].bytes)]
    let other = try HiddenModel(model.graph, layers, liar.traces)
    liar.weights.weights = other.weights.weights
    #expect(try liar.caught() == .columns)
    // And with the committed rows for the row alone: then it is the equation that fails.
    var half = model
    half.traces = liar.traces
    #expect(try half.caught() == .witness)
  }

  @Test func anotherTailOrMask() throws {
    let other = try HiddenModel(secret: .zero).weights
    var liar = model
    liar.weights.hiding = other.hiding
    // Salts are others too, so that the tree catches it first.
    #expect(try liar.caught() == .paths)
    for index in 1..<3 {
      // The mask of another index than the file says.
      var proof = try model.prove(index: UInt64(index))
      proof.index = 0
      #expect(step { _ = try PrivateVerifier.verify(proof) } == .witness)
    }
  }

  /// Triples that are no products: those of ends and values are the last.
  @Test func aTripleThatIsNoProduct() throws {
    let statement = try model.statement([.input, .weights])
    for product in (statement.layout.products - statement.layerPieces)..<statement.layout.products {
      let place = statement.layout.triple(product) + 2
      #expect(try model.caught { $0[place] += .one } == .witness)
    }
  }

  // MARK: - The file

  @Test func theOpeningIsBound() throws {
    let both = try model.prove()
    let weights = try model.prove(.weights)
    func fails(
      _ hiding: Hiding = [.input, .weights], _ change: (inout PrivateProof) -> Void
    ) -> ProofStep? {
      var forged = hiding == .weights ? weights : both
      change(&forged)
      return step { _ = try PrivateVerifier.verify(forged) }
    }
    #expect(fails { $0.index = 1 } == .witness)
    #expect(fails { $0.index = 3 } == .parameters)
    #expect(fails { $0.index = .max } == .parameters)
    #expect(fails { $0.epoch = 1 } == .parameters)
    #expect(fails { $0.epoch = .max } == .parameters)
    #expect(fails { $0.root = .zero } == .parameters)
    #expect(fails { $0.hides = 1 } == .manifest)
    #expect(fails { $0.hides = 2 } == .lengths)
    #expect(fails(.weights) { $0.hides = 3 } == .lengths)
    #expect(fails(.weights) { $0.input[0] ^= 1 } == .witness)
    #expect(fails(.weights) { $0.output[0] ^= 1 } == .witness)
    #expect(fails { $0.nonce = .zero } == .witness)
    #expect(fails { $0.salts[0] = .zero } == .paths)
    #expect(fails { $0.salts.swapAt(0, 1) } == .paths)
    #expect(fails { $0.salts.removeLast() } == .lengths)
    #expect(fails { $0.path.removeLast() } == .paths)
  }

  @Test func everyListHasOneLength() throws {
    for hiding in [Hiding.weights, [.input, .weights]] {
      let proof = try model.prove(hiding)
      for list in PrivateFileTests.lists {
        for change: (inout [UInt8]) -> Void in [
          { $0.append(0) }, { $0 += [UInt8](repeating: 0, count: 16) },
          { if !$0.isEmpty { $0.removeLast() } else { $0 = [1] } },
        ] {
          var forged = proof
          change(&forged[keyPath: list])
          #expect(step { _ = try PrivateVerifier.verify(forged) } == .lengths)
        }
      }
    }
  }

  /// The step at which a change of each list comes out.
  @Test func everyElementIsHeld() throws {
    let proof = try model.prove()
    let steps: [(PrivateFileTests.List, Set<ProofStep>)] = [
      (\.input, [.witness]), (\.messages, [.witness]), (\.factors, [.witness]),
      (\.row, [.witness]), (\.columns, [.paths]), (\.rounds, [.witness, .combination]),
      (\.witnessRow, [.combination, .work]), (\.witnessColumns, [.paths]),
    ]
    for (list, wanted) in steps {
      let count = proof[keyPath: list].count
      for start in stride(from: 0, to: count, by: max(8, count / 6 / 8 * 8)) {
        var forged = proof
        forged[keyPath: list][start] ^= 1
        let found = step { _ = try PrivateVerifier.verify(forged) }
        #expect(found.map(wanted.contains) == true, "\(list) at \(start)")
        forged[keyPath: list].replaceSubrange(
          start / 8 * 8..<(start / 8 * 8 + 8), with: [UInt8](repeating: 255, count: 8))
        #expect(step { _ = try PrivateVerifier.verify(forged) } == .elements)
      }
    }
  }

  @Test func noByteIsFree() throws {
    let bytes = try model.prove(.weights).bytes
    var draw = Draw(seed: 31)
    for _ in 0..<60 {
      var forged = bytes
      forged[draw.below(bytes.count)] ^= UInt8(1 << draw.below(8))
      #expect((try? Proof.verify(bytes: forged)) == nil)
    }
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      #expect(throws: Refusal.self) { try Proof(bytes: Array(bytes[..<length])) }
    }
  }

  /// Whatever is said before the first challenge moves it.
  @Test func theFirstChallengeFollowsFromEverything() throws {
    let proof = try model.prove(.weights)
    let changes: [(inout PrivateProof) -> Void] = [
      { _ in }, { $0.epoch = 1 }, { $0.index = 1 }, { $0.input[0] ^= 1 }, { $0.hides = 3 },
      { $0.output[0] ^= 1 }, { $0.nonce = .zero }, { $0.witness = .zero },
    ]
    var drawn: Set<GoldilocksPair> = []
    let statement = try model.statement(.weights)
    for change in changes {
      var own = proof
      change(&own)
      var transcript = statement.transcript(
        own, model: model.manifest.id.digest, root: own.root)
      drawn.insert(transcript.challenge())
    }
    var other = statement.transcript(proof, model: model.manifest.id.digest, root: .zero)
    drawn.insert(other.challenge())
    #expect(drawn.count == changes.count + 1)
  }

  /// Parameters of the commitment that are none, and a manifest that asks for much.
  @Test func parametersThatAreNone() throws {
    let proof = try model.prove()
    let changes: [(inout [Number]) -> Void] = [
      { $0[2].value = 0 }, { $0[2].value = .max }, { $0[2].value = 4097 }, { $0[2].value = 100 },
      { $0.removeLast() }, { $0[1].value = 9 }, { $0[0].value = 3 }, { $0.swapAt(0, 1) },
    ]
    for change in changes {
      var manifest = model.manifest
      change(&manifest.commitments[0].parameters)
      var forged = proof
      forged.manifest = manifest.encoded
      #expect(step { _ = try PrivateVerifier.verify(forged) } == .parameters)
    }
  }
}
