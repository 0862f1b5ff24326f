// Files of level `succinct` that were changed, cut, swapped or made up.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct SuccinctFileTests {
  let liar: SuccinctLiar
  let proof: SuccinctProof

  init() throws {
    liar = try SuccinctLiar()
    proof = try liar.prove()
  }

  func fails(_ change: (inout SuccinctProof) -> Void) -> ProofStep? {
    var forged = proof
    change(&forged)
    return step { _ = try SuccinctVerifier.verify(forged) }
  }

  typealias List = WritableKeyPath<SuccinctProof, [UInt8]> & Sendable

  static let lists: [List] = [
    \.products, \.roundings, \.maxima, \.sums, \.rounds, \.ends, \.values, \.claims, \.row,
    \.columns, \.witnessRow, \.witnessColumns,
  ]

  @Test func everyListHasOneLength() {
    let all = Self.lists + [\.input, \.output, \.counts]
    for list in all {
      #expect(fails { $0[keyPath: list].removeLast() } == .lengths)
      #expect(fails { $0[keyPath: list].append(0) } == .lengths)
      #expect(fails { $0[keyPath: list] = [] } == .lengths)
      // Forgery of the review: one round more.
      #expect(fails { $0[keyPath: list] += [UInt8](repeating: 0, count: 32) } == .lengths)
    }
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

  /// Each element of each list, each in its turn.
  @Test func everyElementIsHeld() {
    for list in Self.lists {
      let count = proof[keyPath: list].count
      for start in stride(from: 0, to: count, by: max(8, count / 12 / 8 * 8)) {
        #expect(fails { $0[keyPath: list][start] ^= 1 } != nil)
      }
    }
  }

  @Test func everyHeadIsHeld() {
    #expect(fails { $0.nonce = .zero } != nil)
    #expect(fails { $0.expires += 1 } != nil)
    #expect(fails { $0.witness = .zero } != nil)
    #expect(fails { $0.input[3] ^= 1 } != nil)
    #expect(fails { $0.output[3] ^= 1 } != nil)
    #expect(fails { $0.level = .open } == .parameters)
    #expect(fails { $0.manifest = [] } == .manifest)
    #expect(fails { $0.manifest.append(0) } == .manifest)
  }

  /// Whatever is said before the first challenge moves it.
  @Test func theFirstChallengeFollowsFromEverything() {
    let changes: [(inout SuccinctProof) -> Void] = [
      { _ in }, { $0.nonce = .zero }, { $0.expires = 7 }, { $0.input[0] ^= 1 },
      { $0.output[0] ^= 1 }, { $0.witness = .zero }, { $0.counts[0] ^= 1 },
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

  /// Places follow from the work that was done for them; another number is none, or is of others.
  @Test func theWorkIsHeld() {
    for change: UInt64 in [1, 2, 1 << 40] {
      let found = fails { $0.work ^= change }
      #expect(found == .work || found == .paths)
    }
    #expect(fails { $0.work = .max } != nil)
  }

  @Test func swappedRounds() {
    for list in [\.rounds, \.claims] as [List] {
      #expect(
        fails { own in
          let first = Array(own[keyPath: list][0..<32])
          let second = Array(own[keyPath: list][32..<64])
          own[keyPath: list].replaceSubrange(0..<64, with: second + first)
        } != nil)
    }
  }

  /// Lists of the two matrices in each other's place, columns out of order.
  @Test func swappedOpenings() {
    #expect(fails { swap(&$0.path, &$0.witnessPath) } == .paths)
    let letters = liar.shape.matrixRows.count * 8
    #expect(
      fails { own in
        let first = Array(own.witnessColumns[0..<letters])
        let second = Array(own.witnessColumns[letters..<(2 * letters)])
        own.witnessColumns.replaceSubrange(0..<(2 * letters), with: second + first)
      } == .paths)
  }

  /// Forgery of the review: an inner node shown as a leaf, with a shorter path.
  @Test func anotherPath() {
    for path in [\.path, \.witnessPath] as [WritableKeyPath<SuccinctProof, [Bytes32]> & Sendable] {
      #expect(fails { $0[keyPath: path].removeLast() } == .paths)
      #expect(fails { $0[keyPath: path].append(.zero) } == .paths)
      #expect(fails { $0[keyPath: path][0] = .zero } == .paths)
      #expect(fails { $0[keyPath: path] = [] } == .paths)
      #expect(fails { $0[keyPath: path].swapAt(0, 1) } == .paths)
    }
  }

  @Test func noByteIsFree() {
    let bytes = proof.bytes
    var draw = Draw(seed: 12)
    for _ in 0..<150 {
      var forged = bytes
      forged[draw.below(bytes.count)] ^= UInt8(1 << draw.below(8))
      #expect((try? Proof.verify(bytes: forged)) == nil)
    }
  }

  @Test func hostileFilesAreRefusedWithoutATrap() {
    let bytes = proof.bytes
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      #expect(throws: Refusal.self) { try Proof(bytes: Array(bytes[..<length])) }
    }
    for head: [UInt8] in [[], [0x98], [0x98, 0x18, 0x01], [0x8d, 1, 3, 0], [0x8d, 1, 0, 0]] {
      #expect(throws: Refusal.self) { try Proof(bytes: head) }
    }
  }

  /// A small file that names a run of many samples is refused before anything is laid out.
  @Test func aSmallFileCannotAskForMuch() throws {
    #expect(
      fails {
        $0.samples = 4096
        $0.format += 2
        $0.input = [UInt8](repeating: 0, count: 4096 * 25)
        $0.output = [UInt8](repeating: 0, count: 4096 * 10)
      } == .lengths)
  }

  @Test func levelsAreNotEachOthers() throws {
    let open = try liar.model.prove()
    #expect(try Proof(bytes: open.bytes).level == .open)
    #expect(try Proof(bytes: proof.bytes).level == .succinct)
    var other = open
    other.level = .succinct
    #expect(throws: Refusal.self) { try Proof(bytes: other.bytes) }
    #expect(step { _ = try OpenVerifier.verify(other) } == .parameters)
    #expect(throws: Refusal("levelNotBuilt", [Number("secret", 0)])) {
      try ProofLevel.named("secret")
    }
  }
}
