// Packing: exact both ways, and nothing damaged is read.

import Primitives
import Testing

@testable import Store

@Suite struct BlockSectionTests {
  let items = [
    LogItem(ids: [], bytes: []),
    LogItem(ids: [Fixture.digest("a"), .zero], name: "settled", bytes: [1, 2, 3]),
    LogItem(ids: [], name: "ünïcode", bytes: [UInt8](repeating: 9, count: 70_000)),
    LogItem(ids: (0..<300).map { Fixture.digest("\($0)") }, bytes: [0]),
  ]

  @Test func readsWhatItWrote() throws {
    #expect(try BlockSection.unpack(BlockSection.pack(items)) == items)
    #expect(try BlockSection.unpack(BlockSection.pack([])) == [])
  }

  @Test func findsOneItemAmongMany() throws {
    let packed = try PackedSection(BlockSection.pack(items))
    #expect(packed.count == items.count)
    for (position, item) in items.enumerated() {
      #expect(try packed.item(at: position) == item)
    }
    #expect(try packed.item(at: items.count) == nil)
    #expect(try packed.item(at: -1) == nil)
  }

  @Test func refusesEveryFlippedByteAndEveryCut() {
    let whole = BlockSection.pack(Array(items.prefix(2)))
    for index in whole.indices {
      var damaged = whole
      damaged[index] ^= 0x10
      #expect(storeError { _ = try BlockSection.unpack(damaged) }?.code == "storeCorrupt")
      let cut = Array(whole.prefix(index))
      #expect(storeError { _ = try BlockSection.unpack(cut) }?.code == "storeCorrupt")
      #expect(storeError { _ = try PackedSection(damaged) }?.code == "storeCorrupt")
    }
  }

  /// A check sum can be computed by whoever writes the file; lengths are still not believed.
  @Test func refusesHostileLengths() {
    for (at, value) in [(0, UInt8(255)), (3, 255), (4, 255), (5, 255), (6, 200), (10, 255)] {
      var body = Array(BlockSection.pack(Array(items.prefix(2))).dropLast(BlockSection.sumBytes))
      body[at] = value
      let signed = body + SHA256.hash(body).bytes.prefix(BlockSection.sumBytes)
      #expect(storeError { _ = try BlockSection.unpack(signed) }?.code == "storeCorrupt")
      #expect(
        storeError { _ = try PackedSection(signed).item(at: 1) }?.code == "storeCorrupt" || at == 0)
    }
  }

  @Test func prefixesKeepOnlyWhatWasTyped() throws {
    let id = Fixture.digest("a")
    let full = PrintedID.full("run", id).dropFirst(4)
    for count in 1...56 {
      let prefix = try #require(IDPrefix(letters: String(full.prefix(count))))
      #expect(prefix.bitCount == min(256, count * 5))
      #expect(prefix.matches(id))
      #expect(Stem.range(of: prefix).contains(Stem.of(id)))
    }
    #expect(IDPrefix(letters: "") == nil)
    #expect(IDPrefix(letters: "u7") == nil)
    #expect(IDPrefix(letters: "../x") == nil)
    let other = try #require(IDPrefix(letters: String(full.prefix(9))))
    #expect(!other.matches(Fixture.digest("b")))
  }

  @Test func placesSortByHeightAndKeepTheirParts() {
    let place = Place(height: 1 << 40, kind: .event, position: Place.positionLimit - 1)
    #expect(place.height == 1 << 40)
    #expect(place.kind == .event)
    #expect(place.position == Place.positionLimit - 1)
    #expect(Place(height: 7, kind: .message, position: 0).number == Place.start(of: 7))
    #expect(Place(height: 6, kind: .event, position: 99) < Place(number: Place.start(of: 7)))
    #expect(Place.start(of: .max) == Int64.max)
  }
}
