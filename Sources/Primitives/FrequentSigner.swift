// A key whose signatures are checked often: what its checks have in common is made once.

import CSecp256k1

/// Checks signatures by one key in half the time of a recovery, and says the same: a signature is
/// the key's where `Signature.recoverKey` gives that key, and nowhere else, byte for byte.
///
/// It pays for a key that signs some thirty times or more. Public values only: how long a check
/// takes depends on the signature.
public final class FrequentSigner: Sendable {
  public let key: PublicKey
  private nonisolated(unsafe) let multiples: OpaquePointer

  /// Bytes that one takes.
  public static var byteCount: Int { tolsey_secp256k1_multiples_bytes() }

  /// Nil where there is no memory for it.
  public init?(_ key: PublicKey) {
    guard Secp256k1.generatorMultiples != nil,
      let multiples = Secp256k1.withWords(
        key.x, key.y, { point, _ in tolsey_secp256k1_multiples_of(point) })
    else { return nil }
    self.key = key
    self.multiples = multiples
  }

  deinit { tolsey_secp256k1_multiples_free(multiples) }

  /// Whether the key signed this digest.
  public func signed(_ digest: Bytes32, _ signature: Signature) -> Bool {
    guard signature.v == 27 || signature.v == 28, signature.s <= Secp256k1.halfOrder,
      let generator = Secp256k1.generatorMultiples
    else { return false }
    return Secp256k1.withWords(signature.r, signature.s) { numbers, _ in
      Secp256k1.withWords(digest, .zero) { digest, _ in
        tolsey_secp256k1_is_signer(
          generator, multiples, numbers, Int32(signature.v) - 27, digest) == 1
      }
    }
  }
}
