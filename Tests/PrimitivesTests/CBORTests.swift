// Canonical bytes: RFC 8949's own examples, what must be refused, and mutations of both.

import Primitives
import Testing

/// Structs of one field, so that an item of the vectors can be tried alone.
private struct OneUInt: Fielded, Equatable {
  static let typeName = "OneUInt"
  var value: UInt64 = 0
  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try v("value", &value) }
}

private struct OneBool: Fielded, Equatable {
  static let typeName = "OneBool"
  var value = false
  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try v("value", &value) }
}

private struct OneBytes: Fielded, Equatable {
  static let typeName = "OneBytes"
  var value: [UInt8] = []
  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try v("value", &value) }
}

private struct OneText: Fielded, Equatable {
  static let typeName = "OneText"
  var value = ""
  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try v("value", &value) }
}

private struct OneList: Fielded, Equatable {
  static let typeName = "OneList"
  var value: [UInt64] = []
  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try v("value", &value) }
}

/// More fields than one byte of a head can count.
private struct Wide: Fielded, Equatable {
  static let typeName = "Wide"
  var values = (0..<300).map { UInt64($0) }
  var shown = 300

  init() {}
  init(_ shown: Int) { self.shown = shown }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    for index in 0..<shown { try v("value", &values[index]) }
  }
}

@Suite struct CBORTests {
  private func same<T: Fielded & Equatable>(_ value: T, _ item: [UInt8]) throws {
    #expect(value.encoded == [0x81] + item)
    #expect(try CBOR.decode(T.self, from: [0x81] + item) == value)
  }

  @Test func agreesWithTheStandard() throws {
    for example in try Vectors.json("cbor/items.json").needList("examples") {
      let item = try example.needBytes("bytes")
      let value = try example.need("value")
      switch try example.needString("kind") {
      case "uint":
        let number = try #require(UInt64(value.string ?? ""))
        try same(OneUInt(value: number), item)
        #expect(CBOR.encode(number) == item)
        #expect(try CBOR.decodeUInt64(item) == number)
      case "bool": try same(OneBool(value: value == .bool(true)), item)
      case "bytes": try same(OneBytes(value: try example.needBytes("value")), item)
      case "text": try same(OneText(value: try #require(value.string)), item)
      default:
        try same(OneList(value: try #require(value.array).compactMap(\.uint64)), item)
      }
    }
  }

  @Test func refusesEveryOtherForm() throws {
    let refused = try Vectors.json("cbor/items.json").needList("refused")
    #expect(refused.count > 60)
    for example in refused {
      let bytes = [0x81] + (try example.needBytes("bytes"))
      let found =
        switch try example.needString("kind") {
        case "uint": code { try CBOR.decode(OneUInt.self, from: bytes) }
        case "bool": code { try CBOR.decode(OneBool.self, from: bytes) }
        case "bytes": code { try CBOR.decode(OneBytes.self, from: bytes) }
        case "text": code { try CBOR.decode(OneText.self, from: bytes) }
        default: code { try CBOR.decode(OneList.self, from: bytes) }
        }
      #expect(found == "malformed", "\(example.text)")
    }
  }

  @Test func refusesOtherNumbersOfFields() throws {
    let rate = Rate(Amount(5), per: 7).encoded
    #expect(rate == [0x82, 5, 7])
    for wrong: [UInt8] in [[0x81, 5], [0x83, 5, 7, 0], [0x80], [5], [0x82, 5], []] {
      #expect(code { try CBOR.decode(Rate.self, from: wrong) } == "malformed")
    }
    #expect(refusal { try CBOR.decode(Rate.self, from: rate + [0]) } == .malformed(at: 3))
    #expect(
      refusal { try CBOR.decode(Rate.self, from: rate, limit: 2) } == .tooLong(3, limit: 2))
  }

  @Test func refusesNumbersTooWideForTheirField() {
    var leaves = Leaves()
    leaves.small = 255
    leaves.middle = .max
    #expect((try? CBOR.decode(Leaves.self, from: leaves.encoded)) == leaves)
    // The head of nine, false, then a `uint8` of 256, or a `uint32` of 2^32.
    let small: [UInt8] = [0x89, 0xf4, 0x19, 0x01, 0x00]
    let middle: [UInt8] = [0x89, 0xf4, 0x00, 0x1b, 0, 0, 0, 1, 0, 0, 0, 0]
    let rest = Array(Leaves().encoded.dropFirst(4))
    #expect(refusal { try CBOR.decode(Leaves.self, from: small + [0] + rest) } == .malformed(at: 2))
    #expect(refusal { try CBOR.decode(Leaves.self, from: middle + rest) } == .malformed(at: 3))
  }

  @Test func countsManyFields() throws {
    for shown in [0, 1, 23, 24, 25, 255, 256, 300] {
      let bytes = Wide(shown).encoded
      let head: [UInt8] =
        switch shown {
        case ..<24: [0x80 | UInt8(shown)]
        case ..<256: [0x98, UInt8(shown)]
        default: [0x99, UInt8(shown >> 8), UInt8(shown & 0xff)]
        }
      #expect(Array(bytes.prefix(head.count)) == head)
      let body = (0..<shown).flatMap { CBOR.encode(UInt64($0)) }
      #expect(Array(bytes.dropFirst(head.count)) == body)
    }
    #expect(try CBOR.decode(Wide.self, from: Wide().encoded) == Wide())
  }

  @Test func growsWithItsContent() throws {
    var leaves = Leaves()
    for size in [0, 1, 200, 255, 256, 257, 1_000, 70_000] {
      leaves.data = [UInt8](repeating: 7, count: size)
      leaves.text = String(repeating: "é", count: size)
      #expect(try CBOR.decode(Leaves.self, from: leaves.encoded) == leaves)
    }
  }

  @Test func bindsContentToItsKind() throws {
    let rate = Rate(Amount(5), per: 7)
    for kind in [UInt8(0), 1, 23, 24, 255] {
      let bytes = CBOR.encode(kind: kind, rate)
      #expect(bytes == [0x82] + CBOR.encode(UInt64(kind)) + rate.encoded)
      #expect(try CBOR.kind(of: bytes) == kind)
      #expect(try CBOR.decode(Rate.self, kind: kind, from: bytes) == rate)
      #expect(code { try CBOR.decode(Rate.self, kind: kind &+ 1, from: bytes) } == "malformed")
    }
    for wrong: [UInt8] in [
      [], [0x82], [0x81, 1], [0x82, 0x18], [0x82, 0x18, 5], [0x82, 0x19, 1, 0],
    ] {
      #expect(code { try CBOR.kind(of: wrong) } == "malformed")
    }
  }

  @Test func writesKeysAlone() throws {
    let word = Bytes32(words: 1, 2, 3, 4)
    let address = PrivateKey(seed: [1]).address
    #expect(CBOR.encode(word) == [0x58, 0x20] + word.bytes)
    #expect(CBOR.encode(address) == [0x54] + address.bytes)
    #expect(try CBOR.decodeBytes32(CBOR.encode(word)) == word)
    #expect(try CBOR.decodeAddress(CBOR.encode(address)) == address)
    #expect(code { try CBOR.decodeBytes32(CBOR.encode(address)) } == "malformed")
    #expect(code { try CBOR.decodeBytes32(CBOR.encode(word) + [0]) } == "malformed")
    #expect(code { try CBOR.decodeAddress(CBOR.encode(word)) } == "malformed")
  }

  /// A list that claims more than there is must be refused before its memory is asked for.
  @Test func refusesListsLongerThanTheirBytes() {
    for count in [UInt64(1), 24, 1 << 20, 1 << 40, 1 << 62, .max] {
      var head = CBOR.encode(count)
      head[0] |= 0x80
      #expect(code { try CBOR.decode(OneList.self, from: [0x81] + head) } == "malformed")
      #expect(code { try CBOR.decode(Onion.self, from: [0x81] + head) } == "malformed")
      head[0] = head[0] & 0x1f | 0x40
      #expect(code { try CBOR.decode(OneBytes.self, from: [0x81] + head) } == "malformed")
    }
  }

  @Test func refusesDeepNesting() {
    // Each layer is a struct that holds a list, so two arrays.
    func onion(_ layers: Int) -> [UInt8] {
      [UInt8](repeating: 0x81, count: 2 * layers - 1) + [0x80]
    }
    #expect((try? CBOR.decode(Onion.self, from: onion(8))) != nil)
    #expect(code { try CBOR.decode(Onion.self, from: onion(9)) } == "malformed")
    #expect(code { try CBOR.decode(Onion.self, from: onion(100_000)) } == "malformed")
  }
}
