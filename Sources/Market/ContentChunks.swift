// Salted chunks: how content is cut, committed to, encrypted and judged, one chunk at a time.

public import Primitives

/// Content cut into chunks of at most 16 KiB, each bound to its place by a salt.
///
/// The plain leaf is SHA-256(tag ‖ HMAC(salt, index) ‖ chunk). Each encrypted chunk holds both
/// the HMAC and the bytes, so that the ledger can judge one alone (FairSwap, Dziembowski et al.
/// 2018): decrypt, hash, compare with the leaf that the commitment holds.
public struct ContentChunks: Sendable {
  public static let chunkBytes = 16_384
  /// Bytes of the HMAC before each chunk.
  public static let bindingBytes = 32

  /// Root of the plain leaves.
  public let root: Bytes32
  /// Root of the encrypted chunks.
  public let blobRoot: Bytes32
  /// The encrypted chunks one after the other: the blob.
  public let blob: [UInt8]

  /// Cuts, commits and encrypts.
  public init(_ bytes: [UInt8], salt: Bytes32, key: Bytes32) throws(Refusal) {
    var plain: [Bytes32] = []
    var sealed: [Bytes32] = []
    var blob: [UInt8] = []
    for (index, chunk) in ContentChunks.cut(bytes).enumerated() {
      let bound = ContentChunks.binding(salt, UInt64(index)) + chunk
      plain.append(ContentChunks.plainLeaf(bound))
      let box = try ContentChunks.crypt(bound, key: key, index: UInt64(index))
      sealed.append(ContentChunks.blobLeaf(box))
      blob += box
    }
    root = MerkleTree(leaves: plain).root
    blobRoot = MerkleTree(leaves: sealed).root
    self.blob = blob
  }

  /// The root of a blob as its readers and custodians compute it.
  public static func blobRoot(of blob: [UInt8]) -> Bytes32 {
    MerkleTree(leaves: boxes(of: blob).map { blobLeaf($0) }).root
  }

  /// The commitment to plain content under a salt, without encrypting it.
  public static func root(of bytes: [UInt8], salt: Bytes32) -> Bytes32 {
    MerkleTree(
      leaves: cut(bytes).enumerated().map {
        plainLeaf(binding(salt, UInt64($0.offset)) + $0.element)
      }
    ).root
  }

  /// Opens a blob: its content, and the root that the content has. Nil when it is too short.
  public static func open(
    _ blob: [UInt8], key: Bytes32
  ) throws(Refusal) -> (bytes: [UInt8], root: Bytes32)? {
    var bytes: [UInt8] = []
    var leaves: [Bytes32] = []
    for (index, box) in boxes(of: blob).enumerated() {
      guard box.count >= bindingBytes else { return nil }
      let bound = try crypt(box, key: key, index: UInt64(index))
      leaves.append(plainLeaf(bound))
      bytes += bound.dropFirst(bindingBytes)
    }
    return (bytes, MerkleTree(leaves: leaves).root)
  }

  static func cut(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    if bytes.isEmpty { return [bytes[...]] }
    return stride(from: 0, to: bytes.count, by: chunkBytes).map {
      bytes[$0..<min($0 + chunkBytes, bytes.count)]
    }
  }

  static func boxes(of blob: [UInt8]) -> [[UInt8]] {
    let step = chunkBytes + bindingBytes
    return stride(from: 0, to: blob.count, by: step).map {
      Array(blob[$0..<min($0 + step, blob.count)])
    }
  }

  /// How many chunks a blob of that size holds.
  static func count(ofBlob size: UInt64) -> UInt64 {
    let (whole, rest) = size.quotientAndRemainder(
      dividingBy: UInt64(chunkBytes + bindingBytes))
    return whole + (rest > 0 ? 1 : 0)
  }

  static func binding(_ salt: Bytes32, _ index: UInt64) -> [UInt8] {
    HMAC.sha256(key: salt.bytes, message: bigEndianBytes(index)).bytes
  }

  static func plainLeaf(_ bound: [UInt8]) -> Bytes32 {
    SHA256.hash(Array("tolsey/chunk/1".utf8) + bound)
  }

  static func blobLeaf(_ box: [UInt8]) -> Bytes32 {
    SHA256.hash(Array("tolsey/box/1".utf8) + box)
  }

  /// ChaCha20 with the chunk's index as the nonce: each key encrypts one blob only.
  static func crypt(
    _ bytes: [UInt8], key: Bytes32, index: UInt64
  ) throws(Refusal) -> [UInt8] {
    try ChaCha20.apply(
      key: key, nonce: [0, 0, 0, 0] + bigEndianBytes(index), to: bytes)
  }

  /// The hash by which a content key is promised.
  public static func keyHash(_ key: Bytes32) -> Bytes32 {
    SHA256.hash(Array("tolsey/key/1".utf8) + key.bytes)
  }
}
