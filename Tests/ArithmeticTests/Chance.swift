// Numbers that look random and are the same in every run.

import Arithmetic

/// SplitMix64 (Steele, Lea and Flood, 2014), with the values of the field's edges mixed in.
struct Chance {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func word() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  static let edges: [UInt64] = [
    0, 1, 2, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000, 0x7fff_ffff_8000_0000,
    0x7fff_ffff_8000_0001, 0xffff_fffe_ffff_ffff, 0xffff_ffff_0000_0000,
  ]

  mutating func element() -> Goldilocks {
    let choice = word()
    if choice % 4 == 0 { return Goldilocks(Chance.edges[Int(choice >> 8) % Chance.edges.count]) }
    return Goldilocks(word())
  }

  mutating func pair() -> GoldilocksPair { GoldilocksPair(element(), element()) }
}
