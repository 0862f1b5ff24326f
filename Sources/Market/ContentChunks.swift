// Contents: how bytes are cut, committed to and encrypted, so that one chunk alone can be judged.

public import Primitives

/// Which of a run's contents bytes are. Their chunks have different places.
public enum ContentSide: Hashable, Sendable {
  case input
  case output

  public func place(_ chunk: UInt64) -> ChunkPlace {
    switch self {
    case .input: .input(chunk)
    case .output: .output(chunk)
    }
  }
}

/// Content cut into chunks of 1,024 bytes, the last one shorter; no bytes are one empty chunk.
///
/// A chunk's plain leaf is bound to its place by the salt of the run's input. Its box is that leaf
/// in clear and, encrypted, the binding and the bytes. Whoever stores the boxes sees that their
/// leaves build the root that was committed to, so the only lie left is a box that does not
/// decrypt to its own leaf, and such a box proves itself (FairSwap, Dziembowski et al. 2018).
public struct ContentChunks: Sendable {
  public static let chunkBytes = 1_024
  /// Bytes of the plain leaf before each box.
  static let leafBytes = 32
  /// What a box has more than its chunk: the leaf and the binding.
  public static let boxOverhead = 64
  public static let boxBytes = chunkBytes + boxOverhead

  /// Root of the plain leaves.
  public let root: Bytes32
  /// Root of the boxes: the name of the blob.
  public let blobRoot: Bytes32
  /// The boxes one after the other: the blob.
  public let blob: [UInt8]
  /// What the content key is promised by.
  public let keyHash: Bytes32

  /// An input, whose salt derives from its key.
  public init(input bytes: [UInt8], key: Bytes32) throws(Refusal) {
    try self.init(bytes, .input, salt: ContentSalt(contentKey: key), key: key)
  }

  /// An output under the salt of the run's input, so that equal outputs have equal roots.
  public init(output bytes: [UInt8], salt: ContentSalt, key: Bytes32) throws(Refusal) {
    try self.init(bytes, .output, salt: salt, key: key)
  }

  private init(
    _ bytes: [UInt8], _ side: ContentSide, salt: ContentSalt, key: Bytes32
  ) throws(Refusal) {
    var leaves: [Bytes32] = []
    var names: [Bytes32] = []
    var blob: [UInt8] = []
    for (index, chunk) in ContentChunks.cut(bytes).enumerated() {
      let binding = salt.binding(side.place(UInt64(index)))
      let leaf = ContentSalt.leaf(binding: binding, chunk)
      let sealed = try ContentChunks.crypt(binding.bytes + chunk, key: key, index: UInt64(index))
      let box = leaf.bytes + sealed
      leaves.append(leaf)
      names.append(ContentChunks.boxLeaf(box))
      blob += box
    }
    root = WideTree.root(of: leaves)
    blobRoot = WideTree.root(of: names)
    keyHash = ContentSalt.keyHash(of: key)
    self.blob = blob
  }

  /// The commitment to plain content, without encrypting it.
  public static func root(
    of bytes: [UInt8], as side: ContentSide, salt: ContentSalt
  ) -> Bytes32 {
    WideTree.root(
      of: cut(bytes).enumerated().map {
        salt.leaf(side.place(UInt64($0.offset)), $0.element)
      })
  }

  static func cut(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    if bytes.isEmpty { return [bytes[...]] }
    return stride(from: 0, to: bytes.count, by: chunkBytes).map {
      bytes[$0..<min($0 + chunkBytes, bytes.count)]
    }
  }

  static func boxLeaf(_ box: [UInt8]) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/box/2")
    hasher.update(box)
    return hasher.finalize()
  }

  /// ChaCha20 with the chunk's index as the nonce: each key encrypts one blob only.
  static func crypt(
    _ bytes: [UInt8], key: Bytes32, index: UInt64
  ) throws(Refusal) -> [UInt8] {
    try ChaCha20.apply(
      key: key, nonce: [0, 0, 0, 0] + bigEndianBytes(index), to: bytes)
  }
}

// MARK: - Sizes

extension ContentChunks {
  /// Whether a content has that many bytes as a blob: none but the empty one ends in an empty
  /// chunk.
  public static func isBlobSize(_ size: UInt64) -> Bool {
    let rest = size % UInt64(boxBytes)
    if rest == 0 { return size > 0 }
    return rest > UInt64(boxOverhead) || size == UInt64(boxOverhead)
  }

  /// How many chunks a blob of that size holds.
  public static func count(ofBlob size: UInt64) -> UInt64 {
    let (whole, rest) = size.quotientAndRemainder(dividingBy: UInt64(boxBytes))
    return whole + (rest > 0 ? 1 : 0)
  }

  /// Bytes of the content whose blob has that size.
  public static func plainBytes(ofBlob size: UInt64) -> UInt64 {
    let overhead = count(ofBlob: size) * UInt64(boxOverhead)
    return size - min(size, overhead)
  }
}
