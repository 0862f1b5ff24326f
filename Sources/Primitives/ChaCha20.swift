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
    var output = bytes
    var state = start(key: key, nonce: nonce, counter: counter)
    output.withUnsafeMutableBytes { raw in
      for block in 0..<blocks {
        let stream = permuted(state)
        let at = block * 64
        withUnsafeBytes(of: stream) { mask in
          if raw.count - at >= 64 {
            let hidden = raw.loadUnaligned(fromByteOffset: at, as: SIMD64<UInt8>.self)
            let block = mask.loadUnaligned(as: SIMD64<UInt8>.self)
            raw.storeBytes(of: hidden ^ block, toByteOffset: at, as: SIMD64<UInt8>.self)
          } else {
            for index in 0..<raw.count - at { raw[at + index] ^= mask[index] }
          }
        }
        state.3[0] &+= 1
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

  private typealias Row = SIMD4<UInt32>
  private typealias State = (Row, Row, Row, Row)

  /// Constants, key, counter and nonce as four rows of little-endian words.
  private static func start(key: Bytes32, nonce: [UInt8], counter: UInt32) -> State {
    let k = words(key.bytes)
    let n = words(nonce)
    return (
      Row(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574),
      Row(k[0], k[1], k[2], k[3]), Row(k[4], k[5], k[6], k[7]),
      Row(counter, n[0], n[1], n[2])
    )
  }

  private static func words(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { at in
      bytes[at..<at + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
  }

  /// Ten double rounds, added to what they began with, as little-endian words.
  private static func permuted(_ s: State) -> State {
    var (a, b, c, d) = s
    for _ in 0..<10 {
      quarters(&a, &b, &c, &d)
      b = Row(b[1], b[2], b[3], b[0])
      c = Row(c[2], c[3], c[0], c[1])
      d = Row(d[3], d[0], d[1], d[2])
      quarters(&a, &b, &c, &d)
      b = Row(b[3], b[0], b[1], b[2])
      c = Row(c[2], c[3], c[0], c[1])
      d = Row(d[1], d[2], d[3], d[0])
    }
    return (little(a &+ s.0), little(b &+ s.1), little(c &+ s.2), little(d &+ s.3))
  }

  /// Four quarter rounds side by side.
  @inline(__always)
  private static func quarters(_ a: inout Row, _ b: inout Row, _ c: inout Row, _ d: inout Row) {
    a &+= b
    d = rotate(d ^ a, 16)
    c &+= d
    b = rotate(b ^ c, 12)
    a &+= b
    d = rotate(d ^ a, 8)
    c &+= d
    b = rotate(b ^ c, 7)
  }

  @inline(__always)
  private static func rotate(_ x: Row, _ n: UInt32) -> Row { x &<< n | x &>> (32 &- n) }

  @inline(__always)
  private static func little(_ x: Row) -> Row {
    Row(x[0].littleEndian, x[1].littleEndian, x[2].littleEndian, x[3].littleEndian)
  }
}
