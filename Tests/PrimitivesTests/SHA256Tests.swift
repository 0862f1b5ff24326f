// SHA-256 and HMAC against their standards, and the fast path against the reference.

import Foundation
import Testing

@testable import Primitives

@Suite struct SHA256Tests {
  @Test func agreesWithTheStandard() throws {
    let file = try Vectors.json("hashes/hashes.json")
    for vector in try file.needList("hashes") {
      let message = try vector.needBytes("message")
      let wanted = try vector.needBytes32("sha256")
      #expect(SHA256.hash(message) == wanted)
      #expect(SHA256.hash(message[...]) == wanted)
      #expect(SHA256.referenceHash(message) == wanted)
    }
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(SHA256.hash(million) == (try file.need("millionA").needBytes32("sha256")))
  }

  @Test func fastPathEqualsReference() {
    var dice = Dice(1)
    for length in Array(0...260) + [1_000, 4_095, 4_096, 4_097, 65_537] {
      let message = dice.bytes(length)
      #expect(SHA256.hash(message) == SHA256.referenceHash(message), "length \(length)")
    }
    for _ in 0..<200 {
      let message = dice.bytes(Int(dice.next() % 2_000))
      #expect(SHA256.hash(message) == SHA256.referenceHash(message))
    }
  }

  /// Where Linux lists the features of an x86 processor, ours must be the same.
  @Test func findsTheInstructions() throws {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let flags = info.split(separator: "\n").first { $0.hasPrefix("flags") }
    guard let words = flags?.split(separator: " ") else { return }
    #expect(SHA256.hasInstructions == (words.contains("sha_ni") && words.contains("sse4_1")))
  }

  @Test func compressesFromAnyState() {
    var dice = Dice(2)
    for blocks in 1...5 {
      var fast = SIMD8<UInt32>()
      for lane in 0..<8 { fast[lane] = UInt32(truncatingIfNeeded: dice.next()) }
      var plain = fast
      let data = dice.bytes(64 * blocks)
      data.withUnsafeBytes {
        SHA256.compress(&fast, $0.baseAddress!, blocks)
        SHA256.referenceCompress(&plain, $0.baseAddress!, blocks)
      }
      #expect(fast == plain)
    }
  }

  @Test func readsAtAnyAlignment() {
    var dice = Dice(3)
    let bytes = dice.bytes(200)
    for offset in 0..<16 {
      let slice = bytes[offset..<offset + 130]
      #expect(SHA256.hash(slice) == SHA256.referenceHash(Array(slice)))
    }
  }

  @Test func piecesEqualTheWhole() {
    var dice = Dice(4)
    for _ in 0..<200 {
      let message = dice.bytes(Int(dice.next() % 400))
      var hasher = SHA256()
      var at = 0
      while at < message.count {
        let size = min(message.count - at, Int(dice.next() % 90))
        hasher.update(message[at..<at + size])
        at += size
        #expect(hasher.finalize() == SHA256.hash(message[..<at]))
      }
      #expect(hasher.finalize() == SHA256.hash(message))
    }
  }

  @Test func nodesAreATagAndTwoDigests() {
    var dice = Dice(5)
    for tag in [UInt8(0), 1, 2, 0xff] {
      let left = dice.word()
      let right = dice.word()
      #expect(
        SHA256.hash(tag: tag, left, right) == SHA256.hash([tag] + left.bytes + right.bytes))
    }
  }

  @Test func updatesTakeEveryKind() {
    var hasher = SHA256()
    let word = Bytes32(words: 1, 2, 3, 4)
    hasher.update(UInt8(7))
    hasher.update(UInt64(0x0102_0304_0506_0708))
    hasher.update("Zoë")
    hasher.update(word)
    hasher.update([UInt8]())
    let whole = [7, 1, 2, 3, 4, 5, 6, 7, 8] + Array("Zoë".utf8) + word.bytes
    #expect(hasher.finalize() == SHA256.hash(whole))
  }

  @Test func hmacAgreesWithTheStandard() throws {
    for vector in try Vectors.json("hashes/hashes.json").needList("hmac") {
      let key = try vector.needBytes("key")
      let message = try vector.needBytes("message")
      let wanted = try vector.needBytes32("hmac")
      #expect(HMAC.sha256(key: key, message: message) == wanted)
      if let word = Bytes32(key) { #expect(HMAC.sha256(key: word, message: message) == wanted) }
    }
  }
}
