// Whatever a stranger makes of our bytes is refused, or is the canonical form of what it says.

import Primitives
import Testing

@Suite struct CBORMutationTests {
  static func leaves() -> Leaves {
    var leaves = Leaves()
    leaves.flag = true
    leaves.small = 200
    leaves.middle = 70_000
    leaves.large = Amount(1 << 40)
    leaves.huge = .max
    leaves.word = Bytes32(words: 1, 2, 3, 4)
    leaves.who = PrivateKey(seed: [1]).address
    leaves.data = [0, 1, 2, 0xff]
    leaves.text = "Zoë 🦉"
    return leaves
  }

  static func lists() -> Lists {
    var lists = Lists()
    lists.numbers = [0, 23, 24, 255, 256, 65_536, .max]
    lists.words = [.zero, Bytes32(words: 9, 8, 7, 6)]
    lists.people = [.zero, PrivateKey(seed: [2]).address]
    lists.texts = ["", "日本", "Zoe\u{308}"]
    lists.named = [Number("a", 1), Number("", 0)]
    var terms = CheckTerms()
    terms.kind = "replicated"
    terms.numbers = [Number("k", 3)]
    lists.terms = [CheckTerms(), terms]
    return lists
  }

  /// Decodes or is refused; what decodes gives exactly these bytes again.
  private func holds<T: Fielded>(_ type: T.Type, _ bytes: [UInt8]) -> Bool {
    guard let value = try? CBOR.decode(type, from: bytes) else { return true }
    return value.encoded == bytes
  }

  private func attack<T: Fielded & Equatable>(_ value: T) {
    let bytes = value.encoded
    #expect((try? CBOR.decode(T.self, from: bytes)) == value)
    var broken = 0
    for index in bytes.indices {
      var changed = bytes
      for byte in UInt8.min...UInt8.max {
        changed[index] = byte
        if !holds(T.self, changed) { broken += 1 }
      }
      var shorter = bytes
      shorter.remove(at: index)
      if !holds(T.self, shorter) { broken += 1 }
      for extra in [UInt8(0), 0x40, 0x80, 0xff] {
        var longer = bytes
        longer.insert(extra, at: index)
        if !holds(T.self, longer) { broken += 1 }
      }
      if (try? CBOR.decode(T.self, from: Array(bytes[..<index]))) != nil { broken += 1 }
    }
    #expect(broken == 0)
  }

  @Test func leavesHold() { attack(Self.leaves()) }

  @Test func listsHold() { attack(Self.lists()) }

  @Test func foreignIntegersHold() throws {
    var foreign = Foreign()
    foreign.delay = try UInt40(900 as UInt64)
    foreign.delays = [try UInt40((1 << 40) - 1 as UInt64)]
    attack(foreign)
  }

  @Test func randomBytesHold() {
    var dice = Dice(7)
    for _ in 0..<20_000 {
      var bytes = dice.bytes(Int(dice.next() % 24))
      if !bytes.isEmpty { bytes[0] = 0x82 }
      #expect(holds(Rate.self, bytes))
      #expect(holds(Number.self, bytes))
      #expect(holds(CheckTerms.self, bytes))
    }
  }

  /// Texts that look alike are different bytes, and stay so.
  @Test func doesNotNormaliseText() throws {
    let composed = Number("Zo\u{eb}", 1)
    let decomposed = Number("Zoe\u{308}", 1)
    #expect(composed.encoded != decomposed.encoded)
    let read = try CBOR.decode(Number.self, from: decomposed.encoded)
    #expect(read.encoded == decomposed.encoded)
    #expect(composed.contentHash != decomposed.contentHash)
  }
}
