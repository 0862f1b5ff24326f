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
