// The transcript: every message moves every later challenge, and none can pass for another.

import Arithmetic
import Primitives
import Testing

@testable import Proofs

@Suite struct TranscriptTests {
  func challenge(_ talk: (inout Transcript) -> Void) -> GoldilocksPair {
    var transcript = Transcript("test/1")
    talk(&transcript)
    return transcript.challenge()
  }

  @Test func noTwoTalksShareAChallenge() {
    let talks: [(inout Transcript) -> Void] = [
      { _ in }, { $0.absorb("a", [1]) }, { $0.absorb("a", [1, 0]) }, { $0.absorb("b", [1]) },
      {
        $0.absorb("a", [UInt8]()); $0.absorb("", [1])
      }, { $0.absorb("", [UInt8]()) },
      {
        $0.absorb("a", [1]); $0.absorb("a", [UInt8]())
      }, { $0.absorb("a1", [UInt8]()) },
      { _ = $0.challenge() }, { $0.absorb("a", UInt64(1)) },
    ]
    let drawn = talks.map { challenge($0) }
    #expect(Set(drawn).count == drawn.count)
    var other = Transcript("test/2")
    #expect(!drawn.contains(other.challenge()))
  }

  /// A name and the bytes behind it run into one another where neither length stands between.
  @Test func namesAndMessagesHaveTheirLengths() {
    let name = "a" + String(repeating: "\0", count: 7) + "\t"
    let inner: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1, 7]
    #expect(challenge { $0.absorb("a", inner) } != challenge { $0.absorb(name, [7]) })
    // Lengths apart both are one list of bytes.
    #expect(Array("a".utf8) + [0, 0, 0, 0, 0, 0, 0, 9] + inner == Array(name.utf8) + inner)
  }

  /// Byte by byte what the page on proofs says that is hashed.
  @Test func itIsTheOneOfThePage() {
    func number(_ value: UInt64) -> [UInt8] {
      withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
    func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    var state = SHA256.hash(text("tolsey/transcript/1") + number(6) + text("test/1")).bytes
    var transcript = Transcript("test/1")
    for (name, bytes) in [("one", [UInt8](1...5)), ("", []), ("two", [9])] {
      state =
        SHA256.hash(
          state + number(UInt64(name.utf8.count)) + text(name) + number(UInt64(bytes.count)) + bytes
        ).bytes
      transcript.absorb(name, bytes)
      #expect(transcript.stateBytes == state)
    }
    for drawn: UInt64 in 0..<4 {
      let words = SHA256.hash(state + text("challenge") + number(drawn)).words
      let wanted = GoldilocksPair(
        Goldilocks(canonical: words.0), Goldilocks(canonical: words.1))
      #expect(transcript.challenge() == wanted)
    }
  }

  /// One in 2^31 blocks has a word above the modulus; this one was looked for. The next is drawn.
  @Test func aWordAboveTheModulusIsDrawnAgain() throws {
    let found: UInt64 = 738_498_829
    var transcript = Transcript("test/1")
    transcript.absorb("", (0..<7).reversed().map { UInt8(found >> UInt64(8 * $0) & 255) })
    let blocks = (0..<2).map { drawn in
      SHA256.hash(
        transcript.stateBytes + Array("challenge".utf8) + [0, 0, 0, 0, 0, 0, 0, UInt8(drawn)])
    }
    #expect(blocks[0].words.1 >= Goldilocks.modulus)
    let (low, high, _, _) = blocks[1].words
    #expect(
      transcript.challenge()
        == GoldilocksPair(Goldilocks(canonical: low), Goldilocks(canonical: high)))
  }

  /// The least number with enough zero bits, absorbed: nobody tries places for less than 2^14
  /// hashes.
  @Test func workIsDoneAndChecked() throws {
    var enough: UInt64 = 0
    for talk in 0..<8 {
      var prover = Transcript("test/1")
      prover.absorb("talk", UInt64(talk))
      var verifier = prover
      let other = prover
      let number = prover.work()
      try verifier.check(work: number)
      #expect(prover.challenge() == verifier.challenge())
      // None below it, and about one in 2^14 above.
      for wrong in 0..<min(number, 64) {
        var copy = other
        #expect(step { try copy.check(work: wrong) } == .work)
      }
      enough += number
    }
    // The mean of eight geometric draws of 2^14 is within a factor of five of it.
    #expect((1 << 14) / 5 < enough / 8 && enough / 8 < 5 << 14)
    #expect(Transcript.workBits == 14)
  }

  /// Work and queries are as many bits together as queries are alone.
  @Test func workTakesTheirPlaceOfQueries() {
    for rate: UInt64 in 2...4 {
      let (columns, length) = (UInt64(1) << 10, UInt64(1) << (10 + rate))
      let (alone, less) = (
        SecurityLevel.queries(columns: columns, length: length, work: 0),
        SecurityLevel.queries(columns: columns, length: length)
      )
      #expect(less < alone)
      for (count, work) in [(alone, UInt64(0)), (less, SecurityLevel.workBits)] {
        func units(_ count: Int) -> UInt128 {
          SecurityLevel.queryUnits(
            columns: columns, length: length, queries: count, work: work)
        }
        // 2^-100.5 is 0.75 of 2^-100 at most as it is rounded; one column fewer is more than that.
        #expect(units(count) <= 3 << 26 && units(count - 1) > 3 << 26)
      }
    }
  }

  @Test func placesAreDistinctAndInside() {
    var transcript = Transcript("test/1")
    for bits in [8, 9, 13] {
      let places = transcript.places(149, below: 1 << bits)
      #expect(Set(places).count == 149)
      #expect(places == places.sorted())
      #expect(places.allSatisfy { (0..<(1 << bits)).contains($0) })
    }
    #expect(transcript.places(16, below: 16) == Array(0..<16))
  }
}
