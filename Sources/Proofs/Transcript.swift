// The conversation of prover and verifier without a verifier: every challenge follows from all
// that was said before it (Fiat and Shamir, 1986).

public import Arithmetic
public import Primitives

/// A chain of SHA-256 over tagged, length-prefixed messages.
public struct Transcript: Sendable {
  private var state: Bytes32
  /// Challenges drawn since the last message.
  private var drawn: UInt64 = 0

  /// - Parameter domain: the protocol and its version; two protocols share no challenge.
  public init(_ domain: String) {
    var hasher = SHA256()
    hasher.update("tolsey/transcript/1")
    hasher.update(UInt64(domain.utf8.count))
    hasher.update(domain)
    state = hasher.finalize()
  }

  /// Adds a message under its name. Name and length are part of it, so that no two lists of
  /// messages have the same bytes.
  public mutating func absorb(_ name: String, _ bytes: [UInt8]) {
    absorb(name, count: bytes.count) { $0.update(bytes) }
  }

  @inline(__always)
  private mutating func absorb(_ name: String, count: Int, _ body: (inout SHA256) -> Void) {
    var hasher = SHA256()
    hasher.update(state)
    hasher.update(UInt64(name.utf8.count))
    hasher.update(name)
    hasher.update(UInt64(count))
    body(&hasher)
    state = hasher.finalize()
    drawn = 0
  }

  public mutating func absorb(_ name: String, _ digest: Bytes32) { absorb(name, digest.bytes) }

  public mutating func absorb(_ name: String, _ number: UInt64) {
    absorb(name, withUnsafeBytes(of: number.bigEndian) { Array($0) })
  }

  public mutating func absorb(_ name: String, _ elements: [GoldilocksPair]) {
    absorb(name, elements[...])
  }

  /// Most messages are two elements: no list of their bytes is made.
  mutating func absorb(_ name: String, _ elements: ArraySlice<GoldilocksPair>) {
    absorb(name, count: 16 * elements.count) { hasher in
      for element in elements {
        withUnsafeBytes(of: (element.a.value.littleEndian, element.b.value.littleEndian)) {
          hasher.update($0)
        }
      }
    }
  }

  /// What all that was said comes to so far; challenges and work follow from it.
  var stateBytes: [UInt8] { state.bytes }

  /// All that was said, as one hash.
  var digest: Bytes32 {
    var hasher = SHA256()
    hasher.update(state)
    hasher.update("digest")
    return hasher.finalize()
  }

  private mutating func block() -> Bytes32 {
    var hasher = SHA256()
    hasher.update(state)
    hasher.update("challenge")
    hasher.update(drawn)
    drawn += 1
    return hasher.finalize()
  }

  /// An element of the extension. What lies above the modulus is drawn again, so that every
  /// element is equally likely.
  public mutating func challenge() -> GoldilocksPair {
    while true {
      let words = block().words
      if words.0 < Goldilocks.modulus, words.1 < Goldilocks.modulus {
        return GoldilocksPair(Goldilocks(canonical: words.0), Goldilocks(canonical: words.1))
      }
    }
  }

  public mutating func challenges(_ count: Int) -> [GoldilocksPair] {
    (0..<count).map { _ in challenge() }
  }

  /// Distinct places below a power of two, in ascending order.
  public mutating func places(_ count: Int, below limit: Int) -> [Int] {
    precondition(limit > 0 && limit & (limit - 1) == 0 && count <= limit)
    var found: Set<Int> = []
    while found.count < count {
      let words = block().words
      for word in [words.0, words.1, words.2, words.3] where found.count < count {
        found.insert(Int(word & UInt64(limit - 1)))
      }
    }
    return found.sorted()
  }
}

/// Field elements as bytes: little-endian words of eight, the extension's lower half first.
public enum ElementBytes {
  public static func of(_ elements: [GoldilocksPair]) -> [UInt8] {
    written(16 * elements.count) { raw in
      for (index, element) in elements.enumerated() {
        raw.storeBytes(of: element.a.value.littleEndian, toByteOffset: 16 * index, as: UInt64.self)
        raw.storeBytes(
          of: element.b.value.littleEndian, toByteOffset: 16 * index + 8, as: UInt64.self)
      }
    }
  }

  public static func of(_ elements: [Goldilocks]) -> [UInt8] {
    written(8 * elements.count) { raw in
      for (index, element) in elements.enumerated() {
        raw.storeBytes(of: element.value.littleEndian, toByteOffset: 8 * index, as: UInt64.self)
      }
    }
  }

  private static func written(
    _ length: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: length) { bytes, count in
      body(UnsafeMutableRawBufferPointer(bytes))
      count = length
    }
  }

  /// Reads canonical elements, as many as there are bytes for.
  public static func pairs(_ bytes: [UInt8]) throws(Refusal) -> [GoldilocksPair] {
    try pairs(bytes, count: bytes.count / 16)
  }

  /// Reads exactly `count` canonical elements.
  public static func pairs(_ bytes: [UInt8], count: Int) throws(Refusal) -> [GoldilocksPair] {
    let words = try words(bytes, count: count * 2)
    var pairs: [GoldilocksPair] = []
    pairs.reserveCapacity(count)
    for index in 0..<count {
      pairs.append(try GoldilocksPair(checking: words[2 * index], words[2 * index + 1]))
    }
    return pairs
  }

  public static func elements(_ bytes: [UInt8], count: Int) throws(Refusal) -> [Goldilocks] {
    var elements: [Goldilocks] = []
    elements.reserveCapacity(count)
    for word in try words(bytes, count: count) { elements.append(try Goldilocks(checking: word)) }
    return elements
  }

  private static func words(_ bytes: [UInt8], count: Int) throws(Refusal) -> [UInt64] {
    guard bytes.count == count * 8 else {
      throw Refusal(
        "wrongLength",
        ["got": UInt64(clamping: bytes.count), "wanted": UInt64(clamping: count * 8)])
    }
    return bytes.withUnsafeBytes { raw in
      (0..<count).map {
        UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))
      }
    }
  }
}
