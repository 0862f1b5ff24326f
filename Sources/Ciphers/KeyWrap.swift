// Content keys on their way to one reader, sealed so that nobody else can open them.

public import Primitives

/// Wraps a content key to a reader's published key: 32 bytes of encapsulated key, then 48 of
/// sealed content key.
///
/// What is sealed is bound to the network, to the key's own promise and to the reader, so that
/// nobody can pass it on as something else.
public enum KeyWrap {
  public static let byteCount = 80

  /// The same key for the same reader gives the same bytes.
  ///
  /// - Parameter sender: whose secret the ephemeral key derives from.
  public static func wrap(
    _ key: Bytes32, to reader: Address, sealingKey: Bytes32, network: Bytes32,
    by sender: PrivateKey
  ) throws(Refusal) -> [UInt8] {
    let keyHash = ContentSalt.keyHash(of: key)
    let seed = HMAC.sha256(
      key: sender.secret,
      message: Array("tolsey/wrap/ephemeral/1".utf8) + network.bytes + keyHash.bytes
        + reader.bytes + sealingKey.bytes)
    return try HybridSeal.seal(
      key.bytes, to: sealingKey, info: info(network), aad: keyHash.bytes + reader.bytes,
      seed: seed.bytes)
  }

  /// The content key that was promised; nil where these bytes do not hold it for this reader.
  public static func unwrap(
    _ bytes: [UInt8], promised keyHash: Bytes32, for reader: Address, with key: SealingKey,
    network: Bytes32
  ) -> Bytes32? {
    guard bytes.count == byteCount,
      let plain = HybridSeal.open(
        bytes, with: key, info: info(network), aad: keyHash.bytes + reader.bytes),
      let contentKey = Bytes32(plain), ContentSalt.keyHash(of: contentKey) == keyHash
    else { return nil }
    return contentKey
  }

  private static func info(_ network: Bytes32) -> [UInt8] {
    Array("tolsey/wrap/1".utf8) + network.bytes
  }
}
