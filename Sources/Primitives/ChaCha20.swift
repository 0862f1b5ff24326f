// The ChaCha20 stream cipher (RFC 8439, 2.3 and 2.4): what hides the content of blobs.

/// A key stream of 64-byte blocks, mixed into the bytes. It hides and does not authenticate:
/// blobs are bound by the hashes that commit to them.
public enum ChaCha20 {
  public static let nonceByteCount = 12

  /// Hides bytes, or shows hidden ones. The nonce is 12 bytes; the stream ends, with a refusal,
  /// where the 32-bit block counter would.
  public static func apply(
    key: Bytes32, nonce: [UInt8], counter: UInt32 = 0, to bytes: [UInt8]
  ) throws(Refusal) -> [UInt8] {
    guard nonce.count == nonceByteCount else { throw .malformed(at: nonce.count) }
    let blocks = (bytes.count + 63) / 64
    guard UInt64(blocks) <= UInt64(UInt32.max) + 1 - UInt64(counter) else { throw .overflow }
    var state = start(key: key, nonce: nonce, counter: counter)
    var output = bytes
    output.withUnsafeMutableBytes { raw in
      withUnsafeTemporaryAllocation(byteCount: 4 * 64, alignment: 16) { mask in
        for at in stride(from: 0, to: raw.count, by: 4 * 64) {
          stream(state, into: mask)
          mix(mask, into: raw, at: at)
          state[12] &+= Lanes(repeating: 4)
        }
      }
    }
    return output
  }

  /// One block of the key stream.
  public static func block(
    key: Bytes32, nonce: [UInt8], counter: UInt32
  ) throws(Refusal) -> [UInt8] {
    try apply(key: key, nonce: nonce, counter: counter, to: [UInt8](repeating: 0, count: 64))
  }

  /// One word of the state for four blocks side by side.
  private typealias Lanes = SIMD4<UInt32>
  private typealias State = InlineArray<16, Lanes>

  /// Constants, key, counters and nonce; the four blocks differ in their counter.
  private static func start(key: Bytes32, nonce: [UInt8], counter: UInt32) -> State {
    let constants: [UInt32] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]
    let single = constants + words(key.bytes) + [counter] + words(nonce)
    var state = State { Lanes(repeating: single[$0]) }
    state[12] &+= Lanes(0, 1, 2, 3)
    return state
  }

  private static func words(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { at in
      bytes[at..<at + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
  }

  /// Ten double rounds, added to what they began with: four blocks, one after the other.
  private static func stream(_ start: State, into mask: UnsafeMutableRawBufferPointer) {
    var s = start
    for _ in 0..<10 {
      quarter(&s, 0, 4, 8, 12)
      quarter(&s, 1, 5, 9, 13)
      quarter(&s, 2, 6, 10, 14)
      quarter(&s, 3, 7, 11, 15)
      quarter(&s, 0, 5, 10, 15)
      quarter(&s, 1, 6, 11, 12)
      quarter(&s, 2, 7, 8, 13)
      quarter(&s, 3, 4, 9, 14)
    }
    for word in 0..<16 {
      let sum = s[word] &+ start[word]
      for block in 0..<4 {
        mask.storeBytes(
          of: sum[block].littleEndian, toByteOffset: block * 64 + word * 4, as: UInt32.self)
      }
    }
  }

  @inline(__always)
  private static func quarter(_ s: inout State, _ i: Int, _ j: Int, _ k: Int, _ l: Int) {
    var (a, b, c, d) = (s[i], s[j], s[k], s[l])
    a &+= b
    d = rotate(d ^ a, 16)
    c &+= d
    b = rotate(b ^ c, 12)
    a &+= b
    d = rotate(d ^ a, 8)
    c &+= d
    b = rotate(b ^ c, 7)
    s[i] = a
    s[j] = b
    s[k] = c
    s[l] = d
  }

  @inline(__always)
  private static func rotate(_ x: Lanes, _ n: UInt32) -> Lanes { x &<< n | x &>> (32 &- n) }

  /// Changes as many bytes as there are, at most four blocks.
  private static func mix(
    _ mask: UnsafeMutableRawBufferPointer, into raw: UnsafeMutableRawBufferPointer, at: Int
  ) {
    let count = min(mask.count, raw.count - at)
    var index = 0
    while index + 8 <= count {
      let hidden = raw.loadUnaligned(fromByteOffset: at + index, as: UInt64.self)
      let word = mask.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      raw.storeBytes(of: hidden ^ word, toByteOffset: at + index, as: UInt64.self)
      index += 8
    }
    while index < count {
      raw[at + index] ^= mask[index]
      index += 1
    }
  }
}
