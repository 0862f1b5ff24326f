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

  /// Blocks in their order, hashed side by side.
  mutating func blocks(_ count: Int) -> [Bytes32] {
    var message = key.bytes + [UInt8](repeating: 0, count: 8)
    var blocks: [Bytes32] = []
    blocks.reserveCapacity(count)
    var batch = SHA256Batch()
    while blocks.count < count {
      for _ in 0..<min(256, count - blocks.count) {
        message.withUnsafeMutableBytes {
          $0.storeBytes(of: counter.bigEndian, toByteOffset: 32, as: UInt64.self)
        }
        batch.add(message)
        counter += 1
      }
      blocks += batch.digests()
    }
    return blocks
  }

  /// The same words as one by one.
  mutating func words(_ count: Int) -> [UInt64] {
    var words: [UInt64] = []
    words.reserveCapacity(count)
    while words.count < count {
      let missing = count - words.count
      guard left == 0, missing >= 16 else {
        words.append(word())
        continue
      }
      for block in blocks(missing / 4) {
        let own = block.words
        for word in [own.0, own.1, own.2, own.3] where word < Goldilocks.modulus {
          words.append(word)
        }
      }
    }
    return words
  }

  mutating func elements(_ count: Int) -> [GoldilocksPair] {
    let words = words(2 * count)
    return (0..<count).map {
      GoldilocksPair(
        Goldilocks(canonical: words[2 * $0]), Goldilocks(canonical: words[2 * $0 + 1]))
    }
  }

  mutating func element() -> GoldilocksPair {
    GoldilocksPair(Goldilocks(canonical: word()), Goldilocks(canonical: word()))
  }
}
