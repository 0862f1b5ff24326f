// Hex, base 32, addresses, ids and wide numbers as text: one text for each value.

import Primitives
import Testing

@Suite struct TextFormTests {
  @Test func hexComesBack() {
    var dice = Dice(8)
    for count in 0...70 {
      let bytes = dice.bytes(count)
      let text = Hex.encode(bytes)
      #expect(text.utf8.count == 2 + 2 * count)
      #expect(Hex.decode(text) == bytes)
    }
    #expect(Hex.decode("0xABcd") == [0xab, 0xcd])
    #expect(Hex.encode([0xab, 0x0c]) == "0xab0c")
  }

  @Test(arguments: [
    "", "0", "x", "ab", "0X00", "0x0", "0x000", "0xg0", "0x0g", " 0x00", "0x00 ", "0x-1", "0x٠٠",
  ])
  func hexIsStrict(text: String) {
    #expect(Hex.decode(text) == nil)
  }

  @Test func base32ComesBack() {
    var dice = Dice(9)
    for count in 0...70 {
      let bytes = dice.bytes(count)
      let text = Base32.encode(bytes)
      #expect(text.utf8.count == (8 * count + 4) / 5)
      #expect(Base32.decode(text) == bytes)
    }
    #expect(Base32.encode([0xff, 0xff, 0xff, 0xff, 0xff]) == "zzzzzzzz")
    #expect(Base32.encode([0]) == "00")
    #expect(Base32.encode(Array("foobar".utf8)) == "csqpyrk1e8")
  }

  @Test(arguments: ["0", "01", "zz", "000", "i0", "l0", "o0", "u0", "Z0", "00=", " 00", "é0"])
  func base32IsStrict(text: String) {
    #expect(Base32.decode(text) == nil)
  }

  /// Every text of two letters that is read is the one that would be written.
  @Test func base32HasOneTextForEachValue() {
    let letters = "0123456789abcdefghijklmnopqrstuvwxyzABC-"
    var read = 0
    for first in letters {
      for second in letters {
        let text = String([first, second])
        guard let bytes = Base32.decode(text) else { continue }
        read += 1
        #expect(Base32.encode(bytes) == text)
      }
    }
    #expect(read == 256)
  }

  /// The examples of EIP-55.
  @Test(arguments: [
    "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
  ])
  func addressesCarryTheirChecksum(text: String) throws {
    let address = try #require(Address(hex: text))
    #expect(address.checksummed == text)
    #expect(Address(hex: address.description) == address)
    #expect(address.description == text.lowercased())
    #expect(Address(hex: "0x" + text.dropFirst(2).uppercased()) == address)
  }

  @Test func aMistypedAddressIsNone() {
    #expect(Address(hex: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD") == nil)
    #expect(Address(hex: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe") == nil)
    #expect(Address(hex: "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed") == nil)
    #expect(Bytes32(hex: "0x00") == nil)
  }

  @Test func wideNumbersComeBack() throws {
    var dice = Dice(10)
    #expect(
      UInt256.max.description
        == "115792089237316195423570985008687907853269984665640564039457584007913129639935")
    for width in 0..<256 {
      var words: [UInt64] = [0, 0, 0, 0]
      for bit in 0...width where bit == width || dice.next() % 2 == 0 {
        words[3 - bit / 64] |= 1 << UInt64(bit % 64)
      }
      let number = UInt256(Bytes32(words: words[0], words[1], words[2], words[3]))
      #expect(UInt256(decimal: number.description) == number)
      #expect(number.bitWidth == width + 1)
    }
    #expect(UInt256().bitWidth == 0)
    #expect(UInt256(decimal: "10000000000000000000")?.uint64 == 10_000_000_000_000_000_000)
    #expect(UInt256(decimal: "18446744073709551616")?.uint64 == nil)
    #expect(UInt256(decimal: "18446744073709551616")?.bitWidth == 65)
    #expect(UInt256(5 as UInt64) < UInt256.max)
  }

  @Test(arguments: [
    "", "-1", "+1", "00", "01", "1 ", " 1", "0x1", "1.0", "1e3", "١",
    "115792089237316195423570985008687907853269984665640564039457584007913129639936",
    "999999999999999999999999999999999999999999999999999999999999999999999999999999",
    "1000000000000000000000000000000000000000000000000000000000000000000000000000000",
  ])
  func wideNumbersAreStrict(text: String) {
    #expect(UInt256(decimal: text) == nil)
  }

  private enum LeaseKind: IDKind { static let prefix = "lease" }

  @Test func idsCarryAChecksum() throws {
    let id = ID<LeaseKind>(SHA256.hash([1]))
    let text = id.description
    #expect(text.hasPrefix("lease_"))
    #expect(try PrintedID.parse("lease", text) == id.digest)
    #expect(code { try PrintedID.parse("order", text) } == "badText")
    let letters = Array(text)
    for index in 6..<letters.count {
      var typed = letters
      typed[index] = typed[index] == "0" ? "1" : "0"
      #expect((try? PrintedID.parse("lease", String(typed))) == nil)
    }
  }
}
