// That level `private` hides: what a reader of `succinct` works out stays out of reach.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

/// Answers with challenges that are known beforehand.
private struct FixedConversation: Conversation {
  var challenges: [GoldilocksPair]
  var heard: [GoldilocksPair] = []

  mutating func absorb(_ name: String, _ elements: [GoldilocksPair]) { heard += elements }
  mutating func challenge() -> GoldilocksPair { challenges.removeFirst() }
}

@Suite struct PrivateHidingTests {
  let liar: PrivateLiar

  init() throws { liar = try PrivateLiar() }

  private static func secret(_ number: Int) -> Bytes32 { SHA256.hash(Array("\(number)".utf8)) }

  private func proof(_ secret: Int, input: [UInt8]? = nil) throws -> PrivateProof {
    var model = liar.model
    if let input { model.traces = [try model.graph.trace(model.layers, on: input)] }
    return try model.privately(secret: Self.secret(secret))
  }

  /// One proof at level `succinct` opens more columns than a small witness has: its rows follow.
  /// The same letters at level `private` are of a polynomial that is longer by as many.
  @Test func openedColumnsShowNoWitness() throws {
    let open = try SuccinctLiar()
    let shape = open.shape
    let shown = try open.prove()
    // The places are those that the verifier draws; here they are found by the letters.
    let committed = try open.witness.committed()
    let all = (0..<shape.length).map { committed.letters([$0]) }
    let rowBytes = shape.matrixRows.count * 8
    var letters: [(Int, Goldilocks)] = []
    for query in 0..<shape.queries where letters.count < 1 << shape.columnBits {
      let column = Array(shown.witnessColumns[(query * rowBytes)..<((query + 1) * rowBytes)])
      let place = try #require(all.firstIndex(of: column))
      letters.append((place, try ElementBytes.elements(Array(column[..<8]), count: 1)[0]))
    }
    #expect(letters.count == 1 << shape.columnBits)
    let row = try Reader.interpolated(letters, lengthBits: shape.columnBits + shape.rateBits)
    #expect(row.map(\.value) == open.witness.entries(ofRow: shape.matrixRows[0]))

    let own = liar.shape
    #expect(own.queries == own.tail && own.tail > 0)
    let hidden = try PrivateWitness(
      liar.statement, liar.witness, secret: Self.secret(1), inputPad: .zero)
    var few: [(Int, Goldilocks)] = []
    for place in 0..<own.queries {
      few.append(
        (
          3 * place,
          try ElementBytes.elements(
            Array(hidden.hidden.matrix.letters([3 * place])[..<8]), count: 1)[0]
        ))
    }
    let guess = try Reader.interpolated(few, lengthBits: own.columnBits + own.rateBits)
    let bytes = guess.filter { $0.value < 256 }.count
    #expect(bytes < 3)
  }

  /// Any columns of the number that is opened are those of any other row too: the tail's part is
  /// an invertible matrix, so that a tail makes up for whatever entries there are.
  @Test func tailsMakeColumnsUniform() throws {
    let places = [0, 1, 5, 9, 30, 31, 77, 100]
    let root = try #require(Goldilocks.root(ofOrderLog2: 10))
    let rows = places.map { place in
      let point = root.raised(
        to: UInt64(NumberTheoreticTransform.bitReversed(place, bits: 10)))
      return (0..<places.count).map { GoldilocksPair(point.raised(to: UInt64(256 + $0))) }
    }
    #expect(Reader.rank(rows) == places.count)
  }

  /// The masks' sum, rounds and ends have every value that the sum-check's own checks leave them,
  /// each as often: so that the run's part of them does not show.
  @Test func twoMasksSpanEveryRound() throws {
    let variables = 4
    var transcript = Transcript("masks")
    let kappas = (0..<2).map { _ in transcript.challenges(variables) }
    let challenges = transcript.challenges(variables)
    let vectors = kappas.map { PairVector.weights(at: $0) }
    var rows: [[GoldilocksPair]] = []
    for mask in 0..<2 {
      for entry in 0..<(1 << variables) {
        var masks = [PairVector(zeros: 1 << variables), PairVector(zeros: 1 << variables)]
        masks[mask][entry] = .one
        var talk = FixedConversation(challenges: challenges)
        let sum = zip(vectors, masks).reduce(GoldilocksPair.zero) { $0 + $1.0.inner($1.1) }
        let end = ColumnSumcheck.prove(
          rows: masks, vectors: vectors, variables: variables, &talk)
        rows.append([sum] + talk.heard + end.rows)
      }
    }
    // Of 2·variables + 3 numbers one follows from the others: the verifier's check.
    #expect(rows[0].count == 2 * variables + 3)
    #expect(Reader.rank(rows) == 2 * variables + 2)
    // One mask alone would not do.
    #expect(Reader.rank(Array(rows[..<(1 << variables)])) < 2 * variables + 2)
  }

  // MARK: - Statistics

  private func words(_ proof: PrivateProof) throws -> [UInt64] {
    var words: [UInt64] = []
    for list in [
      proof.input, proof.messages, proof.factors, proof.rounds, proof.witnessRow,
      proof.witnessColumns,
    ] { words += try ElementBytes.elements(list, count: list.count / 8).map(\.value) }
    return words
  }

  /// Proofs of an input of zeros and of one of the greatest bytes: the leading and the last byte of
  /// every word that is sent are spread evenly, and alike. 255 degrees of freedom: the mean of the
  /// sum is 255, its deviation 23.
  @Test func twoInputsLookAlike() throws {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 4)
    for (input, byte) in [UInt8(0), 255].enumerated() {
      for secret in 0..<3 {
        let own = try proof(secret, input: [UInt8](repeating: byte, count: 25))
        for word in try words(own) {
          counts[2 * input][Int(word >> 56)] += 1
          counts[2 * input + 1][Int(word & 255)] += 1
        }
      }
    }
    for own in counts { #expect(Reader.squares(own) < 400) }
    for place in 0..<2 {
      let (one, two) = (counts[place], counts[2 + place])
      let both = zip(one, two).map { own in
        own.0 + own.1 == 0
          ? 0 : Double((own.0 - own.1) * (own.0 - own.1)) / Double(own.0 + own.1)
      }
      // The inputs have as many words each.
      #expect(one.reduce(0, +) == two.reduce(0, +))
      #expect(both.reduce(0, +) < 400)
    }
  }

  /// The same places of proofs of one run under other secrets have other words; at level `succinct`
  /// the same letters stand in the same columns.
  @Test func nothingIsSaidTwice() throws {
    let first = try words(try proof(1))
    let second = try words(try proof(2))
    #expect(Set(first).isDisjoint(with: second))
    #expect(Set(first).count == first.count)
  }

  /// The same secret again is no slip: what is drawn follows from the statement too.
  @Test func oneSecretForTwoRuns() throws {
    let one = try proof(1)
    #expect(try proof(1) == one)
    let other = try proof(1, input: [UInt8](repeating: 3, count: 25))
    #expect(Set(try words(one)).isDisjoint(with: try words(other)))
    let later = try liar.prover.prove(
      liar.traces, nonce: .zero, expires: 9, secret: Self.secret(1), salt: ProvedModel.salt)
    #expect(Set(try words(one)).isDisjoint(with: try words(later)))
    let salted = try liar.prover.prove(
      liar.traces, nonce: ProvedModel.nonce, expires: 9, secret: Self.secret(1), salt: .zero)
    #expect(Set(try words(one)).isDisjoint(with: try words(salted)))
  }

  /// The file holds the input nowhere, and has the same length for any.
  @Test func theInputIsNotInTheFile() throws {
    let bytes = liar.traces[0][0].bytes
    let file = try liar.prove().bytes
    let places = file.indices.dropLast(bytes.count).filter { file[$0] == bytes[0] }
    #expect(!places.contains { Array(file[$0..<($0 + bytes.count)]) == bytes })
    let open = try liar.model.prove().bytes
    #expect(
      open.indices.dropLast(bytes.count).contains {
        Array(open[$0..<($0 + bytes.count)]) == bytes
      })
    let zeros = try proof(1, input: [UInt8](repeating: 0, count: 25))
    let most = try proof(1, input: [UInt8](repeating: 255, count: 25))
    for list in PrivateFileTests.lists {
      #expect(zeros[keyPath: list].count == most[keyPath: list].count)
    }
  }
}
