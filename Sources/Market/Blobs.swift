// How the ledger speaks of bytes that it never holds: commitments, keys and custody receipts.

public import Primitives

/// A custodian's word that it stores a blob of that root and size, whose boxes name the plain
/// leaves of that content.
///
/// Blobs are no part of the state; the ledger only checks this signature, so that the log
/// replays anywhere.
public struct Custody: Fielded, Hashable {
  public static let typeName = "Custody"
  public var custodian = Address()
  public var signature: [UInt8] = []

  public init() {}
  public init(custodian: Address, signature: [UInt8]) {
    self.custodian = custodian
    self.signature = signature
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("custodian", &custodian)
    try v("signature", &signature)
  }

  /// What the custodian signs.
  public static func digest(
    network: Bytes32, root: Bytes32, blob: Bytes32, size: UInt64
  ) -> Bytes32 {
    var hasher = SHA256()
    hasher.update("tolsey/custody/2")
    hasher.update(network)
    hasher.update(root)
    hasher.update(blob)
    hasher.update(size)
    return hasher.finalize()
  }
}

/// Content that is committed to in plain and stored encrypted.
public struct Content: Fielded, Hashable {
  public static let typeName = "Content"
  /// Bytes of the largest blob that a message may name.
  public static let largest: UInt64 = 67_108_864
  /// Root of the salted plain chunks: equal content under one salt compares equal.
  public var root = Bytes32()
  /// Root of the boxes: the name of the blob.
  public var blob = Bytes32()
  /// Bytes of the blob.
  public var size: UInt64 = 0
  /// Hash of the content key.
  public var keyHash = Bytes32()
  public var custody = Custody()

  public init() {}
  public init(root: Bytes32, blob: Bytes32, size: UInt64, keyHash: Bytes32, custody: Custody) {
    self.root = root
    self.blob = blob
    self.size = size
    self.keyHash = keyHash
    self.custody = custody
  }

  /// Content as it was cut, in the custody of who signed for it.
  public init(_ chunks: ContentChunks, custody: Custody) {
    self.init(
      root: chunks.root, blob: chunks.blobRoot, size: UInt64(chunks.blob.count),
      keyHash: chunks.keyHash, custody: custody)
  }

  /// What its custodian signs.
  public func custodyDigest(network: Bytes32) -> Bytes32 {
    Custody.digest(network: network, root: root, blob: blob, size: size)
  }

  /// How many chunks it has.
  public var chunks: UInt64 { ContentChunks.count(ofBlob: size) }

  /// Bytes of the plain content.
  public var plainBytes: UInt64 { ContentChunks.plainBytes(ofBlob: size) }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("root", &root)
    try v("blob", &blob)
    try v("size", &size)
    try v("keyHash", &keyHash)
    try v("custody", &custody)
  }
}

/// A content key on its way to one reader.
public struct WrappedKey: Fielded, Hashable {
  public static let typeName = "WrappedKey"
  /// The reader.
  public var to = Address()
  /// How it is wrapped: `clear` or `sealed`.
  public var scheme: UInt8 = 0
  public var bytes: [UInt8] = []

  public init() {}
  public init(to: Address, scheme: UInt8 = 0, bytes: [UInt8]) {
    self.to = to
    self.scheme = scheme
    self.bytes = bytes
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("to", &to)
    try v("scheme", &scheme)
    try v("bytes", &bytes)
  }

  /// The key as it is: a buyer publishes its own input so, and nothing else may stand in clear.
  public static let clear: UInt8 = 0
  /// Sealed to the reader's published key by HPKE (RFC 9180), as `Ciphers` does it. Whether it
  /// opens only the reader can tell; who cannot open it demands the key.
  public static let sealed: UInt8 = 1
  /// Bytes of a sealed key: the encapsulated key, the content key, the tag.
  static let sealedBytes = 80
}

extension Refusal {
  /// The custody receipt is not signed by a custodian of the genesis.
  static var badCustody: Refusal { Refusal("badCustody") }
  /// The wrapped keys are not one for each reader, in order.
  static func badKeys(got: Int, wanted: Int) -> Refusal {
    Refusal("badKeys", ["got": UInt64(got), "wanted": UInt64(wanted)])
  }
  /// A sealed key of another length than such have.
  static func sealedKeySize(bytes: Int, wanted: Int) -> Refusal {
    Refusal("sealedKeySize", ["bytes": UInt64(bytes), "wanted": UInt64(wanted)])
  }
  /// The account has published no key that anything could be sealed to.
  static var noSealingKey: Refusal { Refusal("noSealingKey") }
  /// A content key that is not the sender's own to publish, for everybody to see.
  static var keyInClear: Refusal { Refusal("keyInClear") }
  /// The content key does not hash to what was promised.
  static var wrongKey: Refusal { Refusal("wrongKey") }
  /// No content has that many bytes when it is cut and encrypted.
  static func blobSize(_ size: UInt64) -> Refusal { Refusal("blobSize", ["size": size]) }
  static func blobTooLarge(size: UInt64, limit: UInt64) -> Refusal {
    Refusal("blobTooLarge", ["size": size, "limit": limit])
  }
}
