// Keccak-256 and ChaCha20 against vectors made by others.

import Primitives
import Testing

@Suite struct CipherTests {
  @Test func keccakAgrees() throws {
    let file = try Vectors.json("hashes/hashes.json")
    for vector in try file.needList("hashes") {
      let message = try vector.needBytes("message")
      #expect(Keccak256.hash(message) == (try vector.needBytes32("keccak256")))
    }
    let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(Keccak256.hash(million) == (try file.need("millionA").needBytes32("keccak256")))
    #expect(
      Keccak256.hash("").description
        == "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
  }

  @Test func keccakPiecesEqualTheWhole() {
    var dice = Dice(6)
    for _ in 0..<200 {
      var sponge = Keccak256()
      var whole: [UInt8] = []
      for _ in 0..<dice.next() % 12 {
        if dice.next() % 2 == 0 {
          let word = dice.word()
          sponge.update(word)
          whole += word.bytes
        } else {
          let piece = dice.bytes(Int(dice.next() % 150))
          sponge.update(piece)
          whole += piece
        }
        #expect(sponge.finalize() == Keccak256.hash(whole))
      }
    }
  }

  /// RFC 8439, 2.3.2.
  @Test func chachaBlock() throws {
    let key = try #require(Bytes32(Array(0..<32)))
    let nonce: [UInt8] = [0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0]
    #expect(
      Hex.digits(try ChaCha20.block(key: key, nonce: nonce, counter: 1))
        == "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
        + "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e")
  }

  /// RFC 8439, 2.4.2.
  @Test func chachaStream() throws {
    let key = try #require(Bytes32(Array(0..<32)))
    let text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
      + "future, sunscreen would be it."
    let hidden = try ChaCha20.apply(
      key: key, nonce: [0, 0, 0, 0, 0, 0, 0, 0x4a, 0, 0, 0, 0], counter: 1, to: Array(text.utf8))
    #expect(
      Hex.digits(hidden).hasPrefix(
        "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b"))
    #expect(Hex.digits(hidden).hasSuffix("5af90bbf74a35be6b40b8eedf2785e42874d"))
  }

  @Test func chachaAgrees() throws {
    for vector in try Vectors.json("hashes/hashes.json").needList("chacha20") {
      let key = try vector.needBytes32("key")
      let nonce = try vector.needBytes("nonce")
      let counter = UInt32(try #require(try vector.need("counter").uint64))
      let plain = try vector.needBytes("plain")
      let hidden = try ChaCha20.apply(key: key, nonce: nonce, counter: counter, to: plain)
      #expect(hidden == (try vector.needBytes("hidden")))
      #expect(try ChaCha20.apply(key: key, nonce: nonce, counter: counter, to: hidden) == plain)
    }
  }

  @Test func chachaRefusesWhatWouldRepeatItsStream() {
    let nonce = [UInt8](repeating: 0, count: 12)
    let two = [UInt8](repeating: 0, count: 65)
    func seen(_ nonce: [UInt8], _ bytes: [UInt8]) -> String? {
      code { try ChaCha20.apply(key: .zero, nonce: nonce, counter: .max, to: bytes) }
    }
    #expect(seen(nonce, two) == "overflow")
    #expect(seen(nonce, Array(two.prefix(64))) == nil)
    #expect(seen(Array(nonce.dropLast()), two) == "malformed")
  }
}
