// Keccak-256 as Ethereum uses it: SHA-3's sponge with the padding of the first submission.

/// Keccak-256, in one call or piece by piece.
public struct Keccak256: Sendable {
  private typealias Lanes = InlineArray<25, UInt64>

  /// Bytes that one permutation absorbs.
  static let rate = 136

  private var lanes = Lanes(repeating: 0)
  private var position = 0

  public init() {}

  /// Adds bytes to the message.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var at = 0
    while at < bytes.count {
      let taken = min(Keccak256.rate - position, bytes.count - at)
      withUnsafeMutableBytes(of: &lanes) { state in
        var index = 0
        while index + 8 <= taken {
          let word = bytes.loadUnaligned(fromByteOffset: at + index, as: UInt64.self)
          let old = state.loadUnaligned(fromByteOffset: position + index, as: UInt64.self)
          state.storeBytes(of: old ^ word, toByteOffset: position + index, as: UInt64.self)
          index += 8
        }
        while index < taken {
          state[position + index] ^= bytes[at + index]
          index += 1
        }
      }
      position += taken
      at += taken
      if position == Keccak256.rate { permute() }
    }
  }

  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds 32 bytes: a word of the ABI.
  public mutating func update(_ word: Bytes32) {
    let words = word.words
    var block = (
      words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
    )
    guard position & 7 == 0, position + 32 <= Keccak256.rate else {
      return withUnsafeBytes(of: &block) { update($0) }
    }
    let lane = position >> 3
    lanes[lane] ^= block.0.littleEndian
    lanes[lane + 1] ^= block.1.littleEndian
    lanes[lane + 2] ^= block.2.littleEndian
    lanes[lane + 3] ^= block.3.littleEndian
    position += 32
    if position == Keccak256.rate { permute() }
  }

  /// The digest of what was added so far; more may be added afterwards.
  public func finalize() -> Bytes32 {
    var copy = self
    return withUnsafeMutableBytes(of: &copy.lanes) { state in
      state[position] ^= 0x01
      state[Keccak256.rate - 1] ^= 0x80
      Keccak256.permute(state.baseAddress!.assumingMemoryBound(to: UInt64.self))
      return Bytes32(loading: UnsafeRawPointer(state.baseAddress!))
    }
  }

  private mutating func permute() {
    withUnsafeMutableBytes(of: &lanes) {
      Keccak256.permute($0.baseAddress!.assumingMemoryBound(to: UInt64.self))
    }
    position = 0
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update(bytes)
    return sponge.finalize()
  }

  public static func hash(_ bytes: [UInt8]) -> Bytes32 { bytes.withUnsafeBytes { hash($0) } }

  /// The bytes of a text in UTF-8.
  public static func hash(_ text: String) -> Bytes32 {
    var text = text
    return text.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
  }
}
