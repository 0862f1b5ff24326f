// Content keys sealed to a reader, against the vector of RFC 9180 and against the library's HPKE.

import Crypto
import Foundation
import Primitives
import Testing

@testable import Ciphers

@Suite("Key wrap")
struct KeyWrapTests {
  static let sender = PrivateKey(seed: Array("sender".utf8))
  static let reader = PrivateKey(seed: Array("reader".utf8))
  static let network = SHA256.hash([1])
  static let contentKey = SHA256.hash([2])

  static func wrapped(
    _ key: Bytes32 = contentKey, to reader: PrivateKey = reader, network: Bytes32 = network
  ) throws -> [UInt8] {
    try KeyWrap.wrap(
      key, to: reader.address, sealingKey: SealingKey(of: reader).published,
      network: network, by: sender)
  }

  static func unwrapped(
    _ bytes: [UInt8], by reader: PrivateKey = reader, network: Bytes32 = network,
    promised: Bytes32 = ContentSalt.keyHash(of: contentKey)
  ) throws -> Bytes32? {
    KeyWrap.unwrap(
      bytes, promised: promised, for: reader.address, with: SealingKey(of: reader),
      network: network)
  }

  private static func vector() throws -> [String: Any] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = tests.appendingPathComponent(
      "Vectors/hpke/base-x25519-sha256-chacha20poly1305.json")
    let read = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    return try #require(read as? [String: Any])
  }

  private static func bytes(_ vector: [String: Any], _ name: String) throws -> [UInt8] {
    try #require((vector[name] as? String).flatMap { Hex.decode("0x" + $0) })
  }

  @Test("the published vector: keys, encapsulation and first ciphertext, both ways")
  func published() throws {
    let vector = try Self.vector()
    let first = try #require((vector["encryptions"] as? [[String: Any]])?.first)
    let reader = SealingKey(seed: try Self.bytes(vector, "ikmR"))
    #expect(reader.published.bytes == (try Self.bytes(vector, "pkRm")))
    #expect(
      HybridSeal.privateKey(from: try Self.bytes(vector, "ikmE")).bytes
        == (try Self.bytes(vector, "skEm")))
    let info = try Self.bytes(vector, "info")
    let aad = try Self.bytes(first, "aad")
    let plain = try Self.bytes(first, "pt")
    let sealed = try HybridSeal.seal(
      plain, to: reader.published, info: info, aad: aad, seed: try Self.bytes(vector, "ikmE"))
    #expect(sealed == (try Self.bytes(vector, "enc")) + (try Self.bytes(first, "ct")))
    #expect(HybridSeal.open(sealed, with: reader, info: info, aad: aad) == plain)
  }

  @Test("what we seal the library opens, what it seals we open")
  func library() throws {
    let suite = HPKE.Ciphersuite(
      kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .chaChaPoly)
    let secret = SHA256.hash([3])
    let ours = SealingKey(secret: secret)
    let theirs = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret.bytes)
    let (info, aad, plain) = (Array("info".utf8), Array("aad".utf8), Array("a key".utf8))
    let sealed = try HybridSeal.seal(
      plain, to: ours.published, info: info, aad: aad, seed: [1, 2, 3])
    var recipient = try HPKE.Recipient(
      privateKey: theirs, ciphersuite: suite, info: Data(info),
      encapsulatedKey: Data(sealed.prefix(32)))
    #expect(
      try recipient.open(Data(sealed.dropFirst(32)), authenticating: Data(aad)) == Data(plain))
    var sender = try HPKE.Sender(
      recipientKey: theirs.publicKey, ciphersuite: suite, info: Data(info))
    let text = try sender.seal(Data(plain), authenticating: Data(aad))
    #expect(
      HybridSeal.open(
        Array(sender.encapsulatedKey) + Array(text), with: ours, info: info, aad: aad) == plain)
  }

  @Test("a wrapped key has eighty bytes, opens for its reader, and is the same every time")
  func roundTrip() throws {
    let bytes = try Self.wrapped()
    #expect(bytes.count == KeyWrap.byteCount)
    #expect(bytes == (try Self.wrapped()))
    #expect(try Self.unwrapped(bytes) == Self.contentKey)
    let other = try KeyWrap.wrap(
      Self.contentKey, to: Self.reader.address,
      sealingKey: SealingKey(of: Self.reader).published, network: Self.network,
      by: PrivateKey(seed: [9]))
    #expect(Set([bytes, other, try Self.wrapped(SHA256.hash([8]))]).count == 3)
    #expect(bytes.prefix(32) != (try Self.wrapped(SHA256.hash([8]))).prefix(32))
  }

  @Test("nobody else, on no other network, and for no other promise does it open")
  func strangers() throws {
    let bytes = try Self.wrapped()
    let stranger = PrivateKey(seed: Array("stranger".utf8))
    #expect(try Self.unwrapped(bytes, by: stranger) == nil)
    #expect(try Self.unwrapped(bytes, network: SHA256.hash([5])) == nil)
    #expect(try Self.unwrapped(bytes, promised: SHA256.hash([6])) == nil)
    // Somebody who hands on what was sealed to the reader under an address of its own.
    #expect(
      KeyWrap.unwrap(
        bytes, promised: ContentSalt.keyHash(of: Self.contentKey), for: stranger.address,
        with: SealingKey(of: Self.reader), network: Self.network) == nil)
  }

  @Test("a byte changed anywhere, cut or added, opens nothing")
  func garbled() throws {
    let bytes = try Self.wrapped()
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1
      #expect(try Self.unwrapped(changed) == nil)
    }
    for count in [0, 1, 31, 32, 47, 79] {
      #expect(try Self.unwrapped(Array(bytes.prefix(count))) == nil)
    }
    #expect(try Self.unwrapped(bytes + [0]) == nil)
    #expect(try Self.unwrapped([UInt8](repeating: 0, count: 80)) == nil)
  }

  @Test("to a point of small order nothing is sealed, and nothing from one is opened")
  func smallOrder() throws {
    var one = [UInt8](repeating: 0, count: 32)
    one[0] = 1
    for point in [Bytes32.zero, try #require(Bytes32(one))] {
      #expect(throws: Refusal.unusableKey) {
        try KeyWrap.wrap(
          Self.contentKey, to: Self.reader.address, sealingKey: point, network: Self.network,
          by: Self.sender)
      }
      #expect(try Self.unwrapped(point.bytes + [UInt8](repeating: 7, count: 48)) == nil)
    }
  }

  @Test("the key of an account derives from its own, and from nothing else")
  func derived() throws {
    let one = SealingKey(of: Self.reader).published
    #expect(one == (SealingKey(of: Self.reader).published))
    #expect(one != (SealingKey(of: Self.sender).published))
    #expect(one != (SealingKey(secret: Self.reader.secret).published))
    #expect(one != .zero)
  }
}
