// Ids as people type them: whole, in hex, or only begun.

import Archive
import NetworkRoom
import Primitives
import Testing

@Suite struct IDStemTests {
  let id = SHA256.hash(Array("an order".utf8))

  @Test func allFormsOfTheWholeIdAreTheId() throws {
    for text in [PrintedID.full("order", id), "\(id)", String("\(id)".dropFirst(2))] {
      let stem = try IDStem(text, kind: "order")
      #expect(stem.whole == id)
      #expect(stem.matches(id))
    }
  }

  @Test func everyPrefixMatchesAndNoOtherId() throws {
    let full = PrintedID.full("order", id)
    let other = SHA256.hash(Array("another".utf8))
    for count in 3..<52 {
      let stem = try IDStem(String(full.prefix(6 + count)), kind: "order")
      #expect(stem.matches(id) && !stem.matches(other))
      #expect(stem.whole == nil)
    }
    for count in 4..<64 {
      let stem = try IDStem(String("\(id)".prefix(2 + count)))
      #expect(stem.matches(id) && !stem.matches(other))
    }
  }

  @Test func whatIsNoIdIsRefusedByItsFault() {
    let full = PrintedID.full("order", id)
    let mistyped = String(full.dropLast()) + (full.hasSuffix("0") ? "1" : "0")
    let cases = [
      ("order_ab", "prefixTooShort"), ("lease_abcdef", "wrongKind"), (mistyped, "badChecksum"),
      ("order_", "malformed"), ("order_UPPER", "malformed"), ("zzz", "malformed"),
      ("0x", "malformed"), ("", "malformed"), (String(repeating: "a", count: 65), "malformed"),
      (full + "0", "malformed"),
    ]
    for (text, code) in cases {
      #expect { try IDStem(text, kind: "order") } throws: { ($0 as? Problem)?.code == code }
    }
  }
}
