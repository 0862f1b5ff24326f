// The curve of Ethereum's keys, through libsecp256k1 and one context that all threads share.

import CSecp256k1

/// What the key types ask of the library. The context is only read after it was made.
enum Secp256k1 {
  nonisolated(unsafe) private static let context: OpaquePointer = {
    guard let made = tolsey_secp256k1_context() else {
      preconditionFailure("libsecp256k1 gave no context")
    }
    return made
  }()

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
    let signed = secp256k1_ecdsa_sign_recoverable(
      context, &raw, digest.bytes, secret.bytes, nil, nil)
    guard signed == 1 else { return nil }
    var recovery: Int32 = 0
    let compact = [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
      secp256k1_ecdsa_recoverable_signature_serialize_compact(
        context, buffer.baseAddress!, &recovery, &raw)
      count = 64
    }
    guard let r = Bytes32(compact[..<32]), let s = Bytes32(compact[32...]) else { return nil }
    return Signature(r: r, s: s, v: UInt8(27 + recovery))
  }

  /// The key that made a signature; nil where no key could have.
  static func recover(_ signature: Signature, _ digest: Bytes32) -> PublicKey? {
    var raw = secp256k1_ecdsa_recoverable_signature()
    let compact = signature.r.bytes + signature.s.bytes
    let parsed = secp256k1_ecdsa_recoverable_signature_parse_compact(
      context, &raw, compact, Int32(signature.v) - 27)
    guard parsed == 1 else { return nil }
    var key = secp256k1_pubkey()
    guard secp256k1_ecdsa_recover(context, &key, &raw, digest.bytes) == 1 else { return nil }
    return serialise(&key)
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
