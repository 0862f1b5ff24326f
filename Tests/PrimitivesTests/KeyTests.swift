// Keys and signatures against a second implementation, and against those who forge them.

import Primitives
import Testing

@Suite struct KeyTests {
  private let order =
    "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"

  /// s of the same signature on the other side of the group.
  private func mirrored(_ s: Bytes32) throws -> Bytes32 {
    let n = try #require(Bytes32(hex: order))
    let (a, b) = (n.words, s.words)
    var words: [UInt64] = []
    var borrow: UInt64 = 0
    for (x, y) in [(a.3, b.3), (a.2, b.2), (a.1, b.1), (a.0, b.0)] {
      let (first, under) = x.subtractingReportingOverflow(y)
      let (second, again) = first.subtractingReportingOverflow(borrow)
      borrow = under || again ? 1 : 0
      words.append(second)
    }
    return Bytes32(words: words[3], words[2], words[1], words[0])
  }

  @Test func agreesWithAnotherImplementation() throws {
    let vectors = try Vectors.json("secp256k1/signatures.json").array ?? []
    #expect(vectors.count == 40)
    for vector in vectors {
      let key = try PrivateKey(try vector.needBytes32("key"))
      let digest = try vector.needBytes32("digest")
      let signature = try Signature(try vector.needBytes("signature"))
      #expect(Array(key.publicKey.uncompressed.dropFirst()) == (try vector.needBytes("public")))
      #expect(key.publicKey.uncompressed.first == 4)
      #expect(key.address.checksummed == (try vector.needString("address")))
      #expect(key.sign(digest: digest) == signature)
      #expect(signature.bytes == (try vector.needBytes("signature")))
      #expect(try signature.recover(digest: digest) == key.address)
      #expect(try signature.recoverKey(digest: digest) == key.publicKey)
    }
  }

  @Test func refusesWhatIsNoKey() throws {
    let n = try #require(Bytes32(hex: order))
    let bad = [Bytes32.zero, n, Bytes32(words: .max, .max, .max, .max)]
    for secret in bad {
      #expect(code { try PrivateKey(secret) } == "badKey")
    }
  }

  @Test func refusesTheOtherS() throws {
    let key = PrivateKey(seed: [1])
    for round in 0..<20 {
      let digest = SHA256.hash([UInt8(round)])
      let signature = key.sign(digest: digest)
      var forged = signature
      forged.s = try mirrored(signature.s)
      forged.v = 55 - signature.v
      #expect(code { try forged.recover(digest: digest) } == "highS")
    }
  }

  @Test func refusesOtherRecoveryBytes() {
    let digest = SHA256.hash([])
    var signature = PrivateKey(seed: [2]).sign(digest: digest)
    for v in UInt8.min...UInt8.max where v != 27 && v != 28 {
      signature.v = v
      #expect(
        refusal { try signature.recover(digest: digest) } == .badRecoveryByte(v))
    }
  }

  @Test func refusesWhatIsNoSignature() throws {
    let digest = SHA256.hash([])
    let good = PrivateKey(seed: [3]).sign(digest: digest)
    let n = try #require(Bytes32(hex: order))
    let one = Bytes32(words: 0, 0, 0, 1)
    for (r, s) in [(Bytes32.zero, good.s), (good.r, Bytes32.zero), (n, good.s), (.zero, .zero)] {
      let forged = Signature(r: r, s: s, v: 27)
      #expect(
        code { try forged.recover(digest: digest) } == "badSignature")
    }
    // 5 is no x of the curve: there is no square root of 5³ + 7.
    let offCurve = Signature(r: Bytes32(words: 0, 0, 0, 5), s: one, v: 27)
    #expect(
      code { try offCurve.recover(digest: digest) } == "badSignature")
    let bytes = good.bytes
    for wrong in [[], Array(bytes.dropLast()), bytes + [27]] {
      #expect(
        refusal { try Signature(wrong) } == .badSignatureLength(wrong.count))
    }
  }

  @Test func aChangedBitIsAnotherSignerOrNone() {
    let key = PrivateKey(seed: [4])
    let digest = SHA256.hash(Array("pay 5".utf8))
    let bytes = key.sign(digest: digest).bytes
    for bit in 0..<520 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      let signer = try? Signature(changed).recover(digest: digest)
      #expect(signer != key.address)
    }
    let other = SHA256.hash(Array("pay 6".utf8))
    #expect((try? Signature(bytes).recover(digest: other)) != key.address)
  }

  @Test func seedsGiveTheSameKeys() {
    #expect(PrivateKey(seed: [1]).secret == PrivateKey(seed: [1]).secret)
    #expect(PrivateKey(seed: [1]).secret != PrivateKey(seed: [1, 0]).secret)
    #expect(PrivateKey(seed: []).address != .zero)
  }

  @Test func keysDoNotShowThemselves() {
    let key = PrivateKey(seed: [9])
    var dumped = ""
    dump(key, to: &dumped)
    for text in ["\(key)", String(reflecting: key), dumped, "\([key])"] {
      #expect(!text.contains(Hex.digits(key.secret.bytes)))
      #expect(!text.contains("secret"))
    }
  }

  @Test func signsFromManyThreads() async {
    let key = PrivateKey(seed: [5])
    let wanted = (0..<64).map { key.sign(digest: SHA256.hash([UInt8($0)])) }
    await withTaskGroup(of: Bool.self) { group in
      for index in 0..<64 {
        group.addTask {
          let digest = SHA256.hash([UInt8(index)])
          let signature = key.sign(digest: digest)
          return signature == wanted[index]
            && (try? signature.recover(digest: digest)) == key.address
        }
      }
      for await same in group { #expect(same) }
    }
  }
}
