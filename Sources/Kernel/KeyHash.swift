// A short keyed hash, by which tables find rows.

public import Primitives

/// Mixes the words of a key under a secret of the process.
///
/// Nobody sees what it gives, and nothing that a table gives depends on it: so a multiplication a
/// word is enough to keep somebody from making up keys that lie together. The standard library's
/// hasher was an eighth of what the rules of a road cost.
@frozen
public struct KeyHash: Sendable {
  @usableFromInline var state: UInt64
  @usableFromInline let multiplier: UInt64

  /// The hash of nothing. The secret is that of the standard library's hasher.
  public init() {
    func secret(_ number: UInt64) -> UInt64 {
      var hasher = Hasher()
      hasher.combine(number)
      return UInt64(bitPattern: Int64(hasher.finalize()))
    }
    state = secret(0)
    multiplier = secret(1) | 1
  }

  @inlinable
  init(state: UInt64, multiplier: UInt64) {
    self.state = state
    self.multiplier = multiplier
  }

  /// Both halves of a product of 128 bits, folded: every bit of the word reaches the upper ones,
  /// which the index looks at first.
  @inlinable @inline(__always)
  public mutating func combine(_ word: UInt64) {
    let product = (state ^ word).multipliedFullWidth(by: multiplier)
    state = product.high ^ product.low
  }

  @inlinable @inline(__always)
  public mutating func combine(_ bytes: Bytes32) {
    let words = bytes.words
    combine(words.0)
    combine(words.1)
    combine(words.2)
    combine(words.3)
  }

  /// All twenty bytes: anybody can make up addresses that begin alike.
  @inlinable @inline(__always)
  public mutating func combine(_ address: Address) {
    let words = address.words
    combine(words.0)
    combine(words.1)
    combine(UInt64(words.2))
  }
}
