// Checks by frequent signers against recoveries: the same answer, to friends and to forgers.

import Primitives
import Testing

@Suite struct FrequentSignerTests {
  private static let order = Bytes32(
    words: 0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_fffe, 0xbaae_dce6_af48_a03b,
    0xbfd2_5e8c_d036_4141)

  /// `order` and a small number, or without it.
  private func order(plus: UInt64 = 0, minus: UInt64 = 0) -> Bytes32 {
    let words = FrequentSignerTests.order.words
    return Bytes32(words: words.0, words.1, words.2, words.3 &+ plus &- minus)
  }

  /// Both ways say the same; what they say.
  private func check(
    _ signer: FrequentSigner, _ digest: Bytes32, _ signature: Signature,
    _ place: SourceLocation = #_sourceLocation
  ) -> Bool {
    let recovered = try? signature.recoverKey(digest: digest)
    let signed = signer.signed(digest, signature)
    #expect(signed == (recovered == signer.key), sourceLocation: place)
    return signed
  }

  @Test func takesWhatAnotherImplementationSigned() throws {
    for vector in try Vectors.json("secp256k1/signatures.json").array ?? [] {
      let key = try PrivateKey(try vector.needBytes32("key"))
      let signer = try #require(FrequentSigner(key.publicKey))
      let signature = try Signature(try vector.needBytes("signature"))
      #expect(check(signer, try vector.needBytes32("digest"), signature))
    }
  }

  @Test func takesWhatItsKeySignedAndNothingElse() throws {
    var dice = Dice(1)
    for _ in 0..<12 {
      let key = PrivateKey(seed: dice.bytes(8))
      let signer = try #require(FrequentSigner(key.publicKey))
      for _ in 0..<24 {
        let digest = dice.word()
        let signature = key.sign(digest: digest)
        #expect(check(signer, digest, signature))
        #expect(!check(signer, dice.word(), signature))
        var other = signature
        other.v = 55 - signature.v
        #expect(!check(signer, digest, other))
        #expect(!check(signer, digest, PrivateKey(seed: dice.bytes(8)).sign(digest: digest)))
        // One bit of it anywhere.
        var bytes = signature.bytes
        bytes[Int(dice.next() % 64)] ^= 1 << UInt8(dice.next() % 8)
        #expect(!check(signer, digest, try Signature(bytes)))
      }
    }
  }

  @Test func theOtherSIsRefusedByBoth() throws {
    var dice = Dice(2)
    let key = PrivateKey(seed: [3])
    let signer = try #require(FrequentSigner(key.publicKey))
    for _ in 0..<20 {
      let digest = dice.word()
      let signature = key.sign(digest: digest)
      for parity in 27...28 as ClosedRange<UInt8> {
        let forged = Signature(r: signature.r, s: negated(signature.s), v: parity)
        #expect(!check(signer, digest, forged))
      }
    }
  }

  /// Of a number below the order, the other with the same multiple of the generator but for its y.
  private func negated(_ s: Bytes32) -> Bytes32 {
    let (a, b) = (FrequentSignerTests.order.words, s.words)
    var borrow: UInt64 = 0
    func less(_ x: UInt64, _ y: UInt64) -> UInt64 {
      let (first, under) = x.subtractingReportingOverflow(y)
      let (second, again) = first.subtractingReportingOverflow(borrow)
      borrow = under || again ? 1 : 0
      return second
    }
    let d = less(a.3, b.3)
    let c = less(a.2, b.2)
    let e = less(a.1, b.1)
    return Bytes32(words: less(a.0, b.0), e, c, d)
  }

  @Test func numbersAtTheEdges() throws {
    let one = Bytes32(words: 0, 0, 0, 1)
    // The least key and the greatest: their points are the generator's and its mirror image, so
    // that both sums of a check go through the same points, and through opposite ones.
    for secret in [one, Bytes32(words: 0, 0, 0, 2), order(minus: 1), order(minus: 2)] {
      let key = try PrivateKey(secret)
      let signer = try #require(FrequentSigner(key.publicKey))
      let edges = [
        .zero, one, order(minus: 1), order(), order(plus: 1),
        Bytes32(words: .max, .max, .max, .max),
        Bytes32(words: 0, 0, 1, 0), Bytes32(words: 0, 0, 0, .max), Bytes32(words: 0, 1, 0, 0),
      ]
      for digest in edges {
        #expect(check(signer, digest, key.sign(digest: digest)))
        for r in edges {
          for s in edges + [key.sign(digest: digest).s] {
            for v in 27...28 as ClosedRange<UInt8> {
              _ = check(signer, digest, Signature(r: r, s: s, v: v))
            }
          }
        }
      }
    }
  }

  /// For the key 1 and the digest −r both sums cancel: there is no point, whatever s is.
  @Test func aSumOfNothingIsNoSignature() throws {
    let signer = try #require(FrequentSigner(try PrivateKey(Bytes32(words: 0, 0, 0, 1)).publicKey))
    for r in 1..<40 as Range<UInt64> {
      let signature = Signature(
        r: Bytes32(words: 0, 0, 0, r), s: Bytes32(words: 0, 7, 0, r), v: 27 + UInt8(r & 1))
      #expect(!check(signer, order(minus: r), signature))
    }
  }

  /// A recovery id of 2 or 3 is for an r that lost the order: Ethereum knows none, here neither.
  @Test func aParityIsOneOfTwo() throws {
    let key = PrivateKey(seed: [9])
    let signer = try #require(FrequentSigner(key.publicKey))
    let digest = SHA256.hash([1])
    let signature = key.sign(digest: digest)
    for v in 0...255 as ClosedRange<UInt8> where v != signature.v {
      #expect(!check(signer, digest, Signature(r: signature.r, s: signature.s, v: v)))
    }
    // The least numbers that stand for x = r + n as well: never taken for that x.
    for r in 0..<64 as Range<UInt64> {
      let small = Signature(r: Bytes32(words: 0, 0, 0, r), s: signature.s, v: 27)
      #expect(!check(signer, digest, small))
    }
  }

  @Test func whereItFreesItsMemoryOthersGoOn() throws {
    let key = PrivateKey(seed: [4])
    let digest = SHA256.hash([2])
    let signature = key.sign(digest: digest)
    for _ in 0..<50 {
      #expect(try #require(FrequentSigner(key.publicKey)).signed(digest, signature))
    }
    #expect(FrequentSigner.byteCount < 80_000)
  }
}
