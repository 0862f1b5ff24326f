// Files of level `private` of models with lookups and products that were changed, cut or made up.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct PrivateWideFileTests {
  let statement: PrivateStatement
  let proof: PrivateProof
  let model: Bytes32
  let root: Bytes32

  init() throws {
    let liar = try WideLiar(.private)
    statement = try #require(liar.hidden)
    proof = try liar.privately(statement)
    model = liar.prover.manifest.id.digest
    root = liar.prover.weights.root
  }

  func fails(_ change: (inout PrivateProof) -> Void) -> ProofStep? {
    var forged = proof
    change(&forged)
    return step { _ = try PrivateVerifier.verify(forged) }
  }

  @Test func everyListHasOneLength() {
    for list in PrivateFileTests.lists + [\.output] {
      #expect(fails { $0[keyPath: list].removeLast() } == .lengths)
      #expect(fails { $0[keyPath: list].append(0) } == .lengths)
      #expect(fails { $0[keyPath: list] = [] } == .lengths)
      // Forgery of the review: one round more, of two messages and of three.
      for more in [32, 48] {
        #expect(
          fails { $0[keyPath: list] += [UInt8](repeating: 0, count: more) } == .lengths)
      }
    }
    for samples in [0, 2, UInt64.max] { #expect(fails { $0.samples = samples } == .lengths) }
  }

  @Test func everyElementIsCanonical() {
    for list in PrivateFileTests.lists {
      for start in [0, proof[keyPath: list].count - 8] {
        #expect(
          fails {
            $0[keyPath: list].replaceSubrange(
              start..<(start + 8), with: [UInt8](repeating: 255, count: 8))
          } == .elements)
      }
    }
  }

  @Test func everyElementIsHeld() {
    for list in PrivateFileTests.lists {
      let count = proof[keyPath: list].count
      for start in stride(from: 0, to: count, by: max(8, count / 12 / 8 * 8)) {
        #expect(fails { $0[keyPath: list][start] ^= 1 } != nil)
      }
    }
  }

  /// Rounds in each other's place.
  @Test func swappedRounds() {
    for start in stride(from: 16, to: proof.messages.count - 96, by: 480) {
      #expect(
        fails { own in
          let first = Array(own.messages[start..<(start + 48)])
          let second = Array(own.messages[(start + 48)..<(start + 96)])
          own.messages.replaceSubrange(start..<(start + 96), with: second + first)
        } == .witness)
    }
  }

  @Test func noByteIsFree() {
    let bytes = proof.bytes
    var draw = Draw(seed: 41)
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
  @Test func theFirstChallengeFollowsFromEverything() {
    let changes: [(inout PrivateProof) -> Void] = [
      { _ in }, { $0.nonce = .zero }, { $0.expires = 7 }, { $0.tag = .zero }, { $0.hides = 3 },
      { $0.output[0] ^= 1 }, { $0.witness = .zero },
    ]
    var drawn: Set<GoldilocksPair> = []
    for change in changes {
      var own = proof
      change(&own)
      var transcript = statement.transcript(own, model: model, root: root)
      drawn.insert(transcript.challenge())
    }
    #expect(drawn.count == changes.count)
  }

  @Test func theSumSaysWhatEveryStepAdds() throws {
    let names = statement.security.terms.map(\.name)
    #expect(
      names == [
        "bytes", "bits", "lookups", "roundings", "maxima", "equation", "sums", "factors",
        "columns", "ends", "input", "products", "claims", "witness", "witnessEnds",
        "combination", "queries",
      ])
    #expect(statement.security.bits == 100)
    func units(_ name: String, _ own: PrivateStatement) -> UInt128? {
      own.security.terms.first { $0.name == name }?.units
    }
    let helpers = statement.plan.helpers.sizes
    let table = try #require(statement.plan.shape.tableCounts).bits
    let trees = (helpers.lookupBits + 1) * (helpers.lookupBits + 1) + (table + 1) * (table + 1)
    #expect(units("lookups", statement) == UInt128(2 * helpers.lookups + trees))
    #expect(units("factors", statement) == UInt128(3 * helpers.factorBits))
    #expect(
      units("bits", statement) == UInt128(3 * (statement.counts.bits + table)))
  }

  /// Messages and products are as many as prover and verifier go through.
  @Test func sizesAreThoseOfTheTalk() throws {
    var follow = PrivateFollow(
      statement, statement.transcript(proof, model: model, root: root),
      try ElementBytes.pairs(proof.messages))
    let output = Tensor.words(proof.output)
    let ends = follow.follow(
      ends: try ElementBytes.pairs(proof.ends), row: []
    ) { LinearEquation(statement.plan, statement.space, $0, input: [], output: output) }
    #expect(follow.padded.products.count == statement.layout.products)
    #expect(ends.lookups != nil && ends.factors != nil)
    // What is left are the hidden rounds.
    let left = follow.padded.read("round", 2 * statement.layout.rowVariables)
    #expect(left.messages.endIndex == statement.layout.messages)
    // Four equations that are none of a product, one more of lookups.
    #expect(follow.padded.zeros.count == 5)
  }

  /// What operations with helpers took left files of other models as they were: of `succinct` the
  /// format 2, of `private` the format 3, word for word.
  @Test func filesOfOtherModelsAreAsTheyWere() throws {
    let plain = try PrivateLiar()
    let files = [try plain.prove().bytes, try plain.model.succinct().bytes]
    #expect(
      files.map { "\(SHA256.hash($0))" } == [
        "0x528ae23458ecb26712b13587466883b4e0f90116a70ed83eff5566b1ac079fd6",
        "0x06a54006273fa4883f240a4c95c9752db4f6495ace9b5b93a4733a70b480af3c",
      ])
  }

  /// A small file cannot ask for the counts of very many tables.
  @Test func aSmallFileCannotAskForMuch() throws {
    let table = ByteTable(bytes: [UInt8](repeating: 1, count: 256), element: .int8)
    var nodes = (0..<2048).map { Node(.table(table), [$0]) }
    nodes.append(Node(.linear(Linear(outputs: 1, biasBound: 1)), [2048]))
    let graph = try Graph(input: TensorType(.int8, try Shape([64])), nodes: nodes)
    let shape = try MatrixShape(graph, columnBits: 6, rateBits: 2)
    #expect(throws: Refusal.witnessTooLarge(1 << 24)) {
      try PrivateStatement(graph, shape, samples: 1, hiding: .input)
    }
    let manifest = Manifest(
      graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
      report: AccuracyReport(), commitments: [])
    #expect(throws: Refusal.witnessTooLarge(1 << 24)) {
      try PrivateBounds(manifest, graph, shape)
    }
  }
}
