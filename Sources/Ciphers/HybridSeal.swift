// HPKE (RFC 9180) in base mode, one message at a time: X25519, HKDF-SHA256, ChaCha20-Poly1305.

import Crypto
import FoundationEssentials
import Primitives

/// Seals to a published key and opens again.
///
/// The suite is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. The library's own HPKE
/// draws the ephemeral key at random; here it derives from a secret of the sender and from all that
/// is sealed, so that the same sender seals the same thing to the same bytes, as it signs it
/// (RFC 6979), and a run can be repeated bit for bit.
enum HybridSeal {
  static let encapsulatedBytes = 32
  static let tagBytes = 16

  /// Encapsulated key ‖ ciphertext. `seed` must differ for whatever differs in the other arguments.
  static func seal(
    _ plain: [UInt8], to reader: Bytes32, info: [UInt8], aad: [UInt8], seed: [UInt8]
  ) throws(Refusal) -> [UInt8] {
    let ephemeral = SealingKey(seed: seed)
    let secret = try sharedSecret(
      ephemeral.agreement(with: reader), encapsulated: ephemeral.published, reader)
    let (key, nonce) = schedule(secret, info)
    do {
      let box = try ChaChaPoly.seal(
        plain, using: SymmetricKey(data: key), nonce: ChaChaPoly.Nonce(data: nonce),
        authenticating: aad)
      return ephemeral.published.bytes + Array(box.ciphertext) + Array(box.tag)
    } catch { throw .unusableKey }
  }

  /// What was sealed; nil where it was not sealed so, or to somebody else.
  static func open(
    _ sealed: [UInt8], with key: SealingKey, info: [UInt8], aad: [UInt8]
  ) -> [UInt8]? {
    guard sealed.count >= encapsulatedBytes + tagBytes,
      let encapsulated = Bytes32(sealed.prefix(encapsulatedBytes)),
      let agreement = try? key.agreement(with: encapsulated)
    else { return nil }
    let secret = sharedSecret(agreement, encapsulated: encapsulated, key.published)
    let (symmetric, nonce) = schedule(secret, info)
    let text = sealed.dropFirst(encapsulatedBytes)
    guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
      let box = try? ChaChaPoly.SealedBox(
        nonce: nonce, ciphertext: text.dropLast(tagBytes), tag: text.suffix(tagBytes)),
      let plain = try? ChaChaPoly.open(
        box, using: SymmetricKey(data: symmetric), authenticating: aad)
    else { return nil }
    return Array(plain)
  }

  // MARK: - RFC 9180, 4.1 and 5.1

  private static let kem = Array("KEM".utf8) + [0x00, 0x20]
  private static let suite = Array("HPKE".utf8) + [0x00, 0x20, 0x00, 0x01, 0x00, 0x03]

  /// DeriveKeyPair.
  static func privateKey(from seed: [UInt8]) -> Bytes32 {
    let prk = extract([], "dkp_prk", seed, kem)
    return Bytes32(expand(prk, "sk", [], 32, kem)) ?? .zero
  }

  private static func sharedSecret(
    _ agreement: [UInt8], encapsulated: Bytes32, _ reader: Bytes32
  ) -> [UInt8] {
    let prk = extract([], "eae_prk", agreement, kem)
    return expand(prk, "shared_secret", encapsulated.bytes + reader.bytes, 32, kem)
  }

  /// Key and nonce of the first message in base mode.
  private static func schedule(
    _ secret: [UInt8], _ info: [UInt8]
  ) -> (key: [UInt8], nonce: [UInt8]) {
    let context =
      [0] + extract([], "psk_id_hash", [], suite).bytes
      + extract([], "info_hash", info, suite).bytes
    let prk = extract(secret, "secret", [], suite)
    return (
      expand(prk, "key", context, 32, suite), expand(prk, "base_nonce", context, 12, suite)
    )
  }

  /// LabeledExtract.
  private static func extract(
    _ salt: [UInt8], _ label: String, _ input: [UInt8], _ id: [UInt8]
  ) -> Bytes32 {
    HMAC.sha256(key: salt, message: Array("HPKE-v1".utf8) + id + Array(label.utf8) + input)
  }

  /// LabeledExpand of at most 32 bytes, which is one block.
  private static func expand(
    _ prk: Bytes32, _ label: String, _ info: [UInt8], _ count: UInt8, _ id: [UInt8]
  ) -> [UInt8] {
    let labelled = [0, count] + Array("HPKE-v1".utf8) + id + Array(label.utf8) + info
    return Array(HMAC.sha256(key: prk, message: labelled + [1]).bytes.prefix(Int(count)))
  }
}

extension SealingKey {
  /// An ephemeral key.
  init(seed: [UInt8]) {
    self.init(secret: HybridSeal.privateKey(from: seed))
  }
}
