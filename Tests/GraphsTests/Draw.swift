// Numbers from a seed, so that a failing case can be run again.

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Draw {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func word() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  mutating func below(_ end: Int) -> Int { Int(word() % UInt64(end)) }

  /// −most … most.
  mutating func signed(_ most: Int) -> Int { below(2 * most + 1) - most }
}
