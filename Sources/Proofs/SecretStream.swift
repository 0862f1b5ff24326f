// Uniform elements from a secret: pads, masks, random tails of rows, and salts.

import Arithmetic
import Primitives

/// SHA-256 in counter mode. Streams of different uses of one secret share nothing.
struct SecretStream {
  private let key: Bytes32
  private var counter: UInt64 = 0
  private var pending: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var left = 0

  init(_ secret: Bytes32, _ use: String) {
    var hasher = SHA256()
    hasher.update("tolsey/secret/1")
    hasher.update(secret)
    hasher.update(use)
    key = hasher.finalize()
  }

  mutating func block() -> Bytes32 {
    var hasher = SHA256()
    hasher.update(key)
    hasher.update(counter)
    counter += 1
    return hasher.finalize()
  }

  /// A canonical word of the field; what lies above the modulus is drawn again.
  mutating func word() -> UInt64 {
    while true {
      if left == 0 {
        pending = block().words
        left = 4
      }
      left -= 1
      let word = pending.0
      pending = (pending.1, pending.2, pending.3, 0)
      if word < Goldilocks.modulus { return word }
    }
  }

  mutating func words(_ count: Int) -> [UInt64] { (0..<count).map { _ in word() } }

  mutating func element() -> GoldilocksPair {
    GoldilocksPair(Goldilocks(canonical: word()), Goldilocks(canonical: word()))
  }
}
