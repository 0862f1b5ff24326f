// The number that is searched for is the least there is, whichever way it is searched.

import Testing

@testable import Primitives

@Suite struct SHA256SearchTests {
  @Test func theLeastNumberIsFound() {
    var dice = Dice(11)
    for bits in [1, 5, 8, 11, 12, 12, 13] {
      let prefix = dice.bytes(36)
      func starts(_ number: UInt64) -> Bool {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
        return SHA256.referenceHash(prefix + bytes).words.0 >> UInt64(64 - bits) == 0
      }
      let number = SHA256.search(prefix, zeroBits: bits)
      #expect(starts(number))
      #expect(!(0..<number).contains(where: starts))
      #expect(SHA256.search(prefix, zeroBits: bits, lanes: false) == number)
    }
  }

  /// The first word's highest bits are those that are asked for, none beside them.
  @Test func noBitMoreIsAskedFor() {
    var dice = Dice(12)
    var next = 0
    for _ in 0..<64 {
      let prefix = dice.bytes(36)
      let number = SHA256.search(prefix, zeroBits: 3)
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
      if SHA256.hash(prefix + bytes).words.0 >> 60 == 1 { next += 1 }
    }
    #expect((8...56).contains(next))
  }
}
