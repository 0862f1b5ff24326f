// The curve of Ethereum's keys, through libsecp256k1 and one context that all threads share.

import CKernels
import CSecp256k1

/// What the key types ask of the library. The context is only read after it was made.
enum Secp256k1 {
  nonisolated(unsafe) private static let context: OpaquePointer = {
    guard let made = tolsey_secp256k1_context() else {
      preconditionFailure("libsecp256k1 gave no context")
    }
    // The nonce of a signature takes some twenty blocks of SHA-256.
    if SHA256.hasInstructions {
      secp256k1_context_set_sha256_compression(made) { state, blocks, count in
        tolsey_sha256_blocks(state, blocks, count)
      }
    }
    return made
  }()

  /// What checks by frequent signers share, made with the first of them; nil without memory.
  nonisolated(unsafe) static let generatorMultiples = tolsey_secp256k1_multiples_of_generator()

  /// Half the order of the group, rounded down: the largest `s` that is not malleable (EIP-2).
  static let halfOrder = Bytes32(
    words: 0x7fff_ffff_ffff_ffff, 0xffff_ffff_ffff_ffff, 0x5d57_6e73_57a4_501d,
    0xdfe9_2f46_681b_20a0)

  /// Whether the number is in 1 ..< order.
  static func isKey(_ secret: Bytes32) -> Bool {
    secp256k1_ec_seckey_verify(context, secret.bytes) == 1
  }

  /// The public key of a valid secret one.
  static func publicKey(of secret: Bytes32) -> PublicKey? {
    var key = secp256k1_pubkey()
    guard secp256k1_ec_pubkey_create(context, &key, secret.bytes) == 1 else { return nil }
    return serialise(&key)
  }

  /// Signs with the nonce of RFC 6979; the library gives a low `s`.
  static func sign(_ digest: Bytes32, with secret: Bytes32) -> Signature? {
    var raw = secp256k1_ecdsa_recoverable_signature()
    let signed = withWords(digest, secret) { digest, secret in
      secp256k1_ecdsa_sign_recoverable(context, &raw, digest, secret, nil, nil)
    }
    guard signed == 1 else { return nil }
    var recovery: Int32 = 0
    return withWords(.zero, .zero) { r, s in
      secp256k1_ecdsa_recoverable_signature_serialize_compact(context, r, &recovery, &raw)
      return Signature(r: Bytes32(loading: r), s: Bytes32(loading: s), v: UInt8(27 + recovery))
    }
  }

  /// The key that made a signature; nil where no key could have.
  static func recover(_ signature: Signature, _ digest: Bytes32) -> PublicKey? {
    var raw = secp256k1_ecdsa_recoverable_signature()
    let parsed = withWords(signature.r, signature.s) { r, _ in
      secp256k1_ecdsa_recoverable_signature_parse_compact(
        context, &raw, r, Int32(signature.v) - 27)
    }
    guard parsed == 1 else { return nil }
    var key = secp256k1_pubkey()
    let found = withWords(digest, .zero) { digest, _ in
      secp256k1_ecdsa_recover(context, &key, &raw, digest)
    }
    return found == 1 ? serialise(&key) : nil
  }

  /// Sixty-four bytes without an allocation: the bytes of two words, one behind the other.
  static func withWords<T>(
    _ one: Bytes32, _ other: Bytes32,
    _ body: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> T
  ) -> T {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
      let start = buffer.baseAddress!
      one.store(to: start)
      other.store(to: start + 32)
      return body(start, start + 32)
    }
  }

  private static func serialise(_ key: inout secp256k1_pubkey) -> PublicKey? {
    let bytes = [UInt8](unsafeUninitializedCapacity: 65) { buffer, count in
      count = tolsey_secp256k1_uncompressed(context, buffer.baseAddress!, &key) == 1 ? 65 : 0
    }
    guard bytes.count == 65, let x = Bytes32(bytes[1..<33]), let y = Bytes32(bytes[33...]) else {
      return nil
    }
    return PublicKey(x: x, y: y)
  }
}
