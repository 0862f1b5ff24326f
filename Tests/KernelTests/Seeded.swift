// Reproducible randomness and short names for the tests of this room.

import Kernel
import Primitives

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  mutating func chance(_ one: Int) -> Bool { below(one) == 0 }
}

/// The address whose last bytes are the number.
func address(_ number: UInt64) -> Address {
  Address(lastBytesOf: Bytes32(words: 0, 0, 0, number))
}

func word(_ number: UInt64) -> Bytes32 { Bytes32(words: 0, 0, 0, number) }

/// The refusal that a body throws, or nil if it throws none.
func refusal(of body: () throws(Refusal) -> Void) -> Refusal? {
  do throws(Refusal) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// A chain of links: the last one is the anchor, and each is the hash of the one before it.
func links(_ count: Int, seed: UInt64) -> [Bytes32] {
  var chain = [word(seed)]
  for _ in 0..<count { chain.append(SHA256.hash(chain[chain.count - 1].bytes)) }
  return chain
}
