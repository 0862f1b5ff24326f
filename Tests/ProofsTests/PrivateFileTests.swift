// Files of level `private` that were changed, cut, swapped or made up.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct PrivateFileTests {
  let liar: PrivateLiar
  let proof: PrivateProof

  init() throws {
    liar = try PrivateLiar()
    proof = try liar.prove()
  }

  func fails(_ change: (inout PrivateProof) -> Void) -> ProofStep? {
    var forged = proof
    change(&forged)
    return step { _ = try PrivateVerifier.verify(forged) }
  }

  typealias List = WritableKeyPath<PrivateProof, [UInt8]> & Sendable
  typealias Hashes = WritableKeyPath<PrivateProof, [Bytes32]> & Sendable

  static let lists: [List] = [
    \.input, \.messages, \.ends, \.factors, \.row, \.columns, \.rounds, \.witnessRow,
    \.witnessColumns,
  ]

  @Test func everyListHasOneLength() {
    for list in Self.lists + [\.output] {
      #expect(fails { $0[keyPath: list].removeLast() } == .lengths)
      #expect(fails { $0[keyPath: list].append(0) } == .lengths)
      #expect(fails { $0[keyPath: list] = [] } == .lengths)
      #expect(fails { $0[keyPath: list] += [UInt8](repeating: 0, count: 32) } == .lengths)
    }
    #expect(fails { $0.witnessSalts.removeLast() } == .lengths)
    #expect(fails { $0.witnessSalts.append(.zero) } == .lengths)
    for samples in [0, 2, UInt64.max] { #expect(fails { $0.samples = samples } == .lengths) }
  }

  @Test func everyElementIsCanonical() {
    for list in Self.lists {
      for start in [0, proof[keyPath: list].count - 8] {
        #expect(
          fails {
            $0[keyPath: list].replaceSubrange(
              start..<(start + 8), with: [UInt8](repeating: 255, count: 8))
          } == .elements)
      }
    }
  }

  /// The step at which a change of each list comes out.
  @Test func everyElementIsHeld() {
    let steps: [(List, Set<ProofStep>)] = [
      (\.input, [.witness]), (\.messages, [.witness]), (\.ends, [.witness]),
      (\.factors, [.witness]), (\.row, [.combination]), (\.columns, [.paths]),
      (\.rounds, [.witness, .combination]), (\.witnessRow, [.combination, .work]),
      (\.witnessColumns, [.paths]),
    ]
    for (list, wanted) in steps {
      let count = proof[keyPath: list].count
      for start in stride(from: 0, to: count, by: max(8, count / 10 / 8 * 8)) {
        let found = fails { $0[keyPath: list][start] ^= 1 }
        #expect(found.map(wanted.contains) == true, "\(list) at \(start)")
      }
    }
  }

  @Test func everyHeadIsHeld() {
    #expect(fails { $0.nonce = .zero } == .witness)
    #expect(fails { $0.expires += 1 } == .witness)
    #expect(fails { $0.tag = .zero } == .witness)
    #expect(fails { $0.witness = .zero } == .witness)
    #expect(fails { $0.output[3] ^= 1 } == .witness)
    #expect(fails { $0.level = .succinct } == .parameters)
    #expect(fails { $0.format = 4 } == .parameters)
    #expect(fails { $0.manifest = [] } == .manifest)
    #expect(fails { $0.manifest.append(0) } == .manifest)
    for hides: UInt8 in [0, 4, 255] { #expect(fails { $0.hides = hides } == .parameters) }
    // The manifest commits to its weights without hiding them.
    for hides: UInt8 in [2, 3] { #expect(fails { $0.hides = hides } == .manifest) }
  }

  /// What belongs to hidden weights says nothing here, and has one form.
  @Test func noOpeningOfWeightsThatAreNotHidden() {
    #expect(fails { $0.epoch = 1 } == .parameters)
    #expect(fails { $0.index = 1 } == .parameters)
    #expect(fails { $0.root = liar.prover.weights.root } == .parameters)
    #expect(fails { $0.salts = [.zero] } == .lengths)
  }

  @Test func anotherPathOrSalt() {
    for path in [\.path, \.witnessPath] as [Hashes] {
      #expect(fails { $0[keyPath: path].removeLast() } == .paths)
      #expect(fails { $0[keyPath: path].append(.zero) } == .paths)
      #expect(fails { $0[keyPath: path][0] = .zero } == .paths)
      #expect(fails { $0[keyPath: path] = [] } == .paths)
    }
    #expect(fails { $0.witnessSalts[0] = .zero } == .paths)
    #expect(fails { $0.witnessSalts.swapAt(0, 1) } == .paths)
    #expect(fails { swap(&$0.path, &$0.witnessPath) } == .paths)
  }

  @Test func noByteIsFree() {
    let bytes = proof.bytes
    var draw = Draw(seed: 12)
    for _ in 0..<100 {
      var forged = bytes
      forged[draw.below(bytes.count)] ^= UInt8(1 << draw.below(8))
      #expect((try? Proof.verify(bytes: forged)) == nil)
    }
    for place in 0..<8 {
      for bit in 0..<8 {
        var forged = bytes
        forged[place] ^= 1 << UInt8(bit)
        #expect((try? Proof.verify(bytes: forged)) == nil)
      }
    }
  }

  @Test func hostileFilesAreRefusedWithoutATrap() {
    let bytes = proof.bytes
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      #expect(throws: Refusal.self) { try Proof(bytes: Array(bytes[..<length])) }
    }
  }

  /// A small file that names many samples is refused before anything is laid out.
  @Test func aSmallFileCannotAskForMuch() throws {
    #expect(fails { $0.samples = 4096 } == .lengths)
    #expect(
      fails {
        $0.samples = 4096
        $0.output = [UInt8](repeating: 0, count: 4096 * 10)
      } == .lengths)
    #expect(throws: Refusal.self) {
      try PrivateStatement(
        try Graph(
          input: TensorType(.uint8, try Shape([1, 2000, 2000])),
          nodes: [
            Node(
              .convolution(
                Convolution(
                  outputs: 1, window: Window(height: 1, width: 1), biasBound: 1)), [0])
          ]), liar.statement.shape, samples: 1, hiding: .input)
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
      var transcript = liar.statement.transcript(
        own, model: liar.prover.manifest.id.digest, root: liar.prover.weights.root)
      drawn.insert(transcript.challenge())
    }
    #expect(drawn.count == changes.count)
  }

  // MARK: - Parameters

  /// Places follow from the work that was done for them; another number is none, or is of others.
  @Test func theWorkIsHeld() {
    for change: UInt64 in [1, 2, 1 << 40] {
      let found = fails { $0.work ^= change }
      #expect(found == .work || found == .paths)
    }
    #expect(fails { $0.work = .max } != nil)
  }

  /// Finding 17: tails count in the rate, and the columns that are opened are worked out with them.
  @Test func tailsAreCountedInTheRate() throws {
    for bits: UInt64 in 8...14 {
      let (columns, length) = (UInt64(1) << bits, UInt64(4) << bits)
      let tail = try #require(SecurityLevel.hidingQueries(columns: columns, length: length))
      #expect(tail > SecurityLevel.queries(columns: columns, length: length))
      func units(_ queries: Int, _ tail: Int) -> UInt128 {
        SecurityLevel.queryUnits(
          columns: columns + UInt64(tail), length: length, queries: queries)
      }
      #expect(units(tail, tail) <= 1 << 27)
      // One column fewer, and a tail of as many, would not do.
      #expect(units(tail - 1, tail - 1) > 1 << 27)
    }
    // Below a half, or there is nothing to decode.
    #expect(SecurityLevel.hidingQueries(columns: 128, length: 512) == nil)
    #expect(SecurityLevel.hidingQueries(columns: 256, length: 512) == nil)
  }

  @Test func theSumSaysWhatEveryStepAdds() throws {
    let security = liar.statement.security
    #expect(
      security.terms.map(\.name) == [
        "bytes", "bits", "roundings", "maxima", "equation", "sums", "columns", "ends", "input",
        "products", "claims", "witness", "witnessEnds", "combination", "queries",
      ])
    #expect(security.bits == 100)
    let most = security.terms.max { $0.units < $1.units }
    #expect(most?.name == "queries" && most.map { $0.units < 3 << 26 } == true)
  }

  /// Many layers at the longest code: refused before a proof is made, and when one is judged.
  @Test func aProofThatWouldBeTooWeak() throws {
    let nodes = (0..<200).flatMap { index in
      [
        Node(.linear(Linear(outputs: 1, biasBound: 0)), [2 * index]),
        Node(
          .requantise(Requantise(multipliers: [1 << 20], shift: 32, element: .int8)),
          [2 * index + 1]),
      ]
    }
    let graph = try Graph(input: TensorType(.int8, try Shape([1])), nodes: nodes)
    let weak = try PrivateStatement(
      graph, try MatrixShape(graph, columnBits: 16, rateBits: 4), samples: 1, hiding: .input)
    #expect(throws: Refusal("proofTooWeak", ["bits": 99, "least": 100])) {
      try weak.security.check()
    }
  }

  @Test func whatIsNotBuiltIsRefusedByItsWord() {
    for word in ["output", "", "input,", "input,output", "weights,weights"] {
      #expect(throws: Refusal("hidingNotBuilt", [Number(word, 0)])) { try Hiding.named(word) }
    }
    #expect(throws: Refusal("hidingNotBuilt", [Number("4", 0)])) {
      try PrivateProver(
        liar.prover.manifest, liar.prover.weights, hiding: Hiding(rawValue: 4))
    }
    // Weights that are committed to in clear cannot be hidden afterwards.
    for hiding in [Hiding.weights, [.input, .weights]] {
      #expect(throws: Refusal("weightsNotHidden")) {
        try PrivateProver(liar.prover.manifest, liar.prover.weights, hiding: hiding)
      }
    }
  }
}
