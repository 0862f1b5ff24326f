// The X25519 key of an account, by which others seal what only its owner may read.

import Crypto
import FoundationEssentials
public import Primitives

/// Derived from the account's own key, so that there is no second file to keep or to lose. Keys of
/// accounts sign on another curve, which HPKE has no place for.
public struct SealingKey: Sendable {
  private let key: Curve25519.KeyAgreement.PrivateKey

  /// HKDF-SHA256 of the account's key.
  public init(of account: PrivateKey) {
    let seed = HMAC.sha256(
      key: Array("tolsey/sealing/1".utf8), message: account.secret.bytes)
    self.init(secret: HMAC.sha256(key: seed, message: Array("X25519".utf8) + [1]))
  }

  init(secret: Bytes32) {
    guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret.bytes)
    else { preconditionFailure("any 32 bytes are a secret key of X25519") }
    self.key = key
  }

  /// What the account publishes.
  public var published: Bytes32 { Bytes32(Array(key.publicKey.rawRepresentation)) ?? .zero }

  /// X25519 with another's published key; a point of small order, which would give a secret that
  /// everybody knows, is refused.
  func agreement(with other: Bytes32) throws(Refusal) -> [UInt8] {
    let secret: [UInt8]
    do {
      let point = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: other.bytes)
      secret = try key.sharedSecretFromKeyAgreement(with: point).withUnsafeBytes { Array($0) }
    } catch { throw .unusableKey }
    // The library hands out the zeros that such a point gives (RFC 9180, 7.1.4).
    guard secret.contains(where: { $0 != 0 }) else { throw .unusableKey }
    return secret
  }
}

extension Refusal {
  /// Nothing can be sealed to that key: it is no point of the curve that hides anything.
  public static var unusableKey: Refusal { Refusal("unusableKey") }
}
