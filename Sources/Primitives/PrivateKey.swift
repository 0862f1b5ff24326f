// A secp256k1 key that signs digests, and never shows itself in a log.

/// A secret key.
public struct PrivateKey: Sendable {
  /// The secret itself, for a key file; nothing else reads it.
  public let secret: Bytes32
  public let publicKey: PublicKey

  /// Refused unless the number is in 1 ..< order of the group.
  public init(_ secret: Bytes32) throws(Refusal) {
    guard let key = PrivateKey(checking: secret) else { throw .badKey }
    self = key
  }

  /// The same key for the same seed: for tests, the demo and derived keys.
  ///
  /// It is SHA-256("tolsey/key/1" ‖ round ‖ seed) for the first round, from 0, that gives a key;
  /// no seed is known for which that is not round 0.
  public init(seed: [UInt8]) {
    var round: UInt64 = 0
    while true {
      var hasher = SHA256()
      hasher.update("tolsey/key/1")
      hasher.update(round)
      hasher.update(seed)
      if let key = PrivateKey(checking: hasher.finalize()) {
        self = key
        return
      }
      round &+= 1
    }
  }

  private init?(checking secret: Bytes32) {
    guard Secp256k1.isKey(secret), let key = Secp256k1.publicKey(of: secret) else { return nil }
    self.secret = secret
    publicKey = key
  }

  public var address: Address { publicKey.address }

  /// Signs a digest; the same key and digest give the same signature (RFC 6979).
  public func sign(digest: Bytes32) -> Signature {
    guard let signature = Secp256k1.sign(digest, with: secret) else {
      preconditionFailure("a checked key signs every digest")
    }
    return signature
  }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Whose key it is, not the key.
  public var description: String { "PrivateKey of \(address)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["address": address]) }
}

extension Refusal {
  /// Thirty-two bytes that are no secret key.
  public static var badKey: Refusal { Refusal("badKey") }
}
