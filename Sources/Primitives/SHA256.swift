// SHA-256 (FIPS 180-4): ids, commitments, leaves and nodes of every Merkle tree.

import CKernels

/// SHA-256, in one call or piece by piece.
///
/// Blocks go through the CPU's SHA instructions where it has them, else through the Swift
/// reference; both give the same bits.
public struct SHA256: Sendable {
  /// The initial hash value (FIPS 180-4, 5.3.3).
  static let start = SIMD8<UInt32>(
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

  static let hasInstructions = tolsey_sha256_has_instructions() != 0

  var state = SHA256.start
  /// What does not fill a block yet, and zeros behind it: they are padding already.
  var pending = SIMD64<UInt8>()
  var pendingCount = 0
  var total: UInt64 = 0

  public init() {}

  /// Adds bytes to the message.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard var at = bytes.baseAddress else { return }
    var left = bytes.count
    total &+= UInt64(left)
    if pendingCount > 0 {
      let taken = min(64 - pendingCount, left)
      withUnsafeMutableBytes(of: &pending) {
        ($0.baseAddress! + pendingCount).copyMemory(from: at, byteCount: taken)
      }
      pendingCount += taken
      at += taken
      left -= taken
      guard pendingCount == 64 else { return }
      compressPending()
    }
    let blocks = left / 64
    if blocks > 0 {
      SHA256.compress(&state, at, blocks)
      at += blocks * 64
      left -= blocks * 64
    }
    if left > 0 {
      withUnsafeMutableBytes(of: &pending) {
        $0.baseAddress!.copyMemory(from: at, byteCount: left)
      }
      pendingCount = left
    }
  }

  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  public mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

  /// A digest mostly fits into the block at hand, and is then stored there word by word.
  public mutating func update(_ digest: Bytes32) {
    guard pendingCount > 32 else {
      withUnsafeMutableBytes(of: &pending) {
        digest.store(to: $0.baseAddress! + pendingCount)
      }
      total &+= 32
      pendingCount += 32
      if pendingCount == 64 { compressPending() }
      return
    }
    let words = digest.words
    var block = (
      words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
    )
    withUnsafeBytes(of: &block) { update($0) }
  }

  public mutating func update(_ byte: UInt8) {
    withUnsafeBytes(of: byte) { update($0) }
  }

  public mutating func update(_ address: Address) {
    var bytes = (UInt64.zero, UInt64.zero, UInt32.zero)
    withUnsafeMutableBytes(of: &bytes) {
      address.store(to: $0.baseAddress!)
      update(UnsafeRawBufferPointer(rebasing: $0[..<Address.byteCount]))
    }
  }

  /// The number as eight bytes, big-endian.
  public mutating func update(_ number: UInt64) {
    withUnsafeBytes(of: number.bigEndian) { update($0) }
  }

  /// The bytes of a text in UTF-8.
  public mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of what was added so far; more may be added afterwards.
  public func finalize() -> Bytes32 {
    var state = state
    var blocks = (pending, SIMD64<UInt8>())
    withUnsafeMutableBytes(of: &blocks) {
      SHA256.finish(&state, $0.baseAddress!, pendingCount, total)
    }
    return SHA256.digest(state)
  }

  private mutating func compressPending() {
    withUnsafeBytes(of: &pending) { SHA256.compress(&state, $0.baseAddress!, 1) }
    pending = SIMD64()
    pendingCount = 0
  }

  /// Pads the last bytes and gives the digest.
  static func finish(
    _ before: SIMD8<UInt32>, _ tail: UnsafeRawPointer, _ count: Int, _ total: UInt64
  ) -> Bytes32 {
    var state = before
    var blocks = (SIMD64<UInt8>(), SIMD64<UInt8>())
    withUnsafeMutableBytes(of: &blocks) {
      $0.baseAddress!.copyMemory(from: tail, byteCount: count)
      finish(&state, $0.baseAddress!, count, total)
    }
    return digest(state)
  }

  /// The same where the last bytes lie in two blocks that hold zeros behind them.
  @inline(__always)
  private static func finish(
    _ state: inout SIMD8<UInt32>, _ blocks: UnsafeMutableRawPointer, _ count: Int,
    _ total: UInt64
  ) {
    blocks.storeBytes(of: 0x80, toByteOffset: count, as: UInt8.self)
    let used = count < 56 ? 1 : 2
    let bits = total &<< 3
    blocks.storeBytes(of: bits.bigEndian, toByteOffset: used * 64 - 8, as: UInt64.self)
    compress(&state, blocks, used)
  }

  /// The compression function over whole blocks.
  @inline(__always)
  static func compress(_ state: inout SIMD8<UInt32>, _ data: UnsafeRawPointer, _ blocks: Int) {
    guard hasInstructions else { return referenceCompress(&state, data, blocks) }
    withUnsafeMutableBytes(of: &state) {
      tolsey_sha256_blocks(
        $0.baseAddress!.assumingMemoryBound(to: UInt32.self),
        data.assumingMemoryBound(to: UInt8.self), blocks)
    }
  }

  @inline(__always)
  static func digest(_ s: SIMD8<UInt32>) -> Bytes32 {
    Bytes32(
      words: UInt64(s[0]) << 32 | UInt64(s[1]), UInt64(s[2]) << 32 | UInt64(s[3]),
      UInt64(s[4]) << 32 | UInt64(s[5]), UInt64(s[6]) << 32 | UInt64(s[7]))
  }
}

extension SHA256 {
  /// The digest of what the body adds, piece by piece: nothing is put together before.
  public static func hash(_ body: (inout SHA256) -> Void) -> Bytes32 {
    var hasher = SHA256()
    body(&hasher)
    return hasher.finalize()
  }

  public static func hash(_ bytes: UnsafeRawBufferPointer) -> Bytes32 {
    guard let base = bytes.baseAddress else { return SHA256().finalize() }
    var state = start
    let blocks = bytes.count / 64
    if blocks > 0 { compress(&state, base, blocks) }
    return finish(state, base + blocks * 64, bytes.count & 63, UInt64(bytes.count))
  }

  public static func hash(_ bytes: [UInt8]) -> Bytes32 { bytes.withUnsafeBytes { hash($0) } }

  public static func hash(_ bytes: ArraySlice<UInt8>) -> Bytes32 {
    bytes.withUnsafeBytes { hash($0) }
  }

  /// The digest of a tag and two digests: a node of a Merkle tree. It allocates nothing.
  public static func hash(tag: UInt8, _ left: Bytes32, _ right: Bytes32) -> Bytes32 {
    var state = start
    var blocks = (SIMD64<UInt8>(), SIMD64<UInt8>())
    withUnsafeMutableBytes(of: &blocks) {
      let base = $0.baseAddress!
      base.storeBytes(of: tag, as: UInt8.self)
      left.store(to: base + 1)
      right.store(to: base + 33)
      base.storeBytes(of: 0x80, toByteOffset: 65, as: UInt8.self)
      base.storeBytes(of: UInt64(65 * 8).bigEndian, toByteOffset: 120, as: UInt64.self)
      compress(&state, base, 2)
    }
    return digest(state)
  }
}
