// Files of level `succinct` in the wide format that were changed, cut or made up.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct WideFileTests {
  let liar: WideLiar
  let proof: SuccinctProof

  init() throws {
    liar = try WideLiar()
    proof = try liar.prove()
  }

  func fails(_ change: (inout SuccinctProof) -> Void) -> ProofStep? {
    var forged = proof
    change(&forged)
    return step { _ = try SuccinctVerifier.verify(forged) }
  }

  typealias List = WritableKeyPath<SuccinctProof, [UInt8]> & Sendable

  static let lists: [List] = SuccinctFileTests.lists + [\.lookups, \.factors]

  @Test func everyListHasOneLength() {
    for list in Self.lists + [\.tables] {
      #expect(fails { $0[keyPath: list].removeLast() } == .lengths)
      #expect(fails { $0[keyPath: list].append(0) } == .lengths)
      #expect(fails { $0[keyPath: list] = [] } == .lengths)
      // Forgery of the review: one round more.
      #expect(fails { $0[keyPath: list] += [UInt8](repeating: 0, count: 48) } == .lengths)
    }
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

  @Test func everyElementIsHeld() {
    for list in Self.lists {
      let count = proof[keyPath: list].count
      for start in stride(from: 0, to: count, by: max(8, count / 12 / 8 * 8)) {
        #expect(fails { $0[keyPath: list][start] ^= 1 } != nil)
      }
    }
    for start in stride(from: 0, to: proof.lookups.count, by: 16) {
      #expect(fails { $0.lookups[start] ^= 1 } == .lookups)
    }
    for start in stride(from: 0, to: proof.factors.count, by: 16) {
      #expect(fails { $0.factors[start] ^= 1 } == .products)
    }
  }

  /// Rounds of the products and levels of the lookups in each other's place.
  @Test func swappedRounds() {
    for list in [\.lookups, \.factors] as [List] {
      let last = proof[keyPath: list].count
      #expect(
        fails { own in
          let first = Array(own[keyPath: list][(last - 96)..<(last - 48)])
          let second = Array(own[keyPath: list][(last - 48)...])
          own[keyPath: list].replaceSubrange((last - 96)..<last, with: second + first)
        } != nil)
    }
  }

  /// Whatever is said before the first challenge moves it.
  @Test func theFirstChallengeFollowsFromEverything() {
    let changes: [(inout SuccinctProof) -> Void] = [
      { _ in }, { $0.nonce = .zero }, { $0.input[0] ^= 1 }, { $0.output[0] ^= 1 },
      { $0.witness = .zero }, { $0.counts[0] ^= 1 }, { $0.tables[0] ^= 1 },
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

  @Test func noByteIsFree() {
    let bytes = proof.bytes
    var draw = Draw(seed: 31)
    for _ in 0..<60 {
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
    // Either format's lists in the other's file.
    var narrow = proof
    narrow.format = SuccinctProof.runFormat
    #expect((try? Proof(bytes: narrow.bytes)) != nil)
    #expect(step { _ = try Proof.verify(bytes: narrow.bytes) } == .parameters)
    for format: UInt8 in [0, 2, 4, 6] {
      var other = bytes
      other[2] = format
      #expect(throws: Refusal.self) { try Proof(bytes: other) }
    }
    // A batch's lists are the same; its format is not.
    var batch = proof
    batch.format += 2
    #expect((try? Proof(bytes: batch.bytes)) != nil)
    #expect(step { _ = try Proof.verify(bytes: batch.bytes) } == .parameters)
  }

  /// A model without helpers has no proof in the wide format.
  @Test func aProofHasOneFormat() throws {
    var plain = try SuccinctLiar().prove()
    #expect(plain.format == SuccinctProof.runFormat)
    #expect(try Proof.verify(bytes: plain.bytes).level == .succinct)
    plain.format = SuccinctProof.runFormat + 1
    #expect(step { _ = try SuccinctVerifier.verify(plain) } == .parameters)
  }

  /// A small file that names a run of many samples is refused before anything is laid out.
  @Test func aSmallFileCannotAskForMuch() throws {
    #expect(
      fails {
        $0.samples = 4096
        $0.format += 2
        $0.input = [UInt8](repeating: 0, count: 4096 * 4)
        $0.output = [UInt8](repeating: 0, count: 4096 * 20)
      } != nil)
  }
}
