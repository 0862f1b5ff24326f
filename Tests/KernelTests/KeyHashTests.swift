// Keys that are alike lie apart, and equal keys have equal hashes.

import Primitives
import Testing

@testable import Kernel

@Suite("KeyHash")
struct KeyHashTests {
  /// How many of the keys differ in the sixteen bits by which a large index begins its search.
  private func places<Key: TableKey>(_ keys: [Key]) -> Int {
    let table = Table<Key, Lane>("keys")
    return Set(keys.map { table.storage.pointee.hash($0) >> 48 }).count
  }

  @Test func alikeKeysLieApart() {
    // Of 4,000 even throws into 65,536 places some 3,880 meet nobody before them. Under some secrets
    // of a process keys that are alike lie less evenly; a hash that is none leaves a few places.
    #expect(places((0..<4_000).map { UInt64($0) }) > 2_500)
    #expect(places((0..<4_000).map { UInt64($0) << 40 }) > 2_500)
    #expect(places((0..<4_000).map { Bytes32(words: 1, 2, 3, UInt64($0)) }) > 2_500)
    #expect(places((0..<4_000).map { Bytes32(words: UInt64($0), 2, 3, 4) }) > 2_500)
    #expect(
      places(
        (0..<4_000).map {
          BalanceKey(.account(Address(lastBytesOf: Bytes32(words: 0, 0, 0, $0))), .dollar)
        }) > 2_500)
    #expect(places((0..<200).map { LaneKey(address(9), UInt8($0)) }) > 150)
  }

  @Test func equalKeysHaveOneHash() {
    let table = Table<BalanceKey, Balance>("balances")
    let (first, second) = (
      BalanceKey(.escrow(word(5)), Asset(1)), BalanceKey(.escrow(word(5)), Asset(1))
    )
    let same = table.storage.pointee.hash(first) == table.storage.pointee.hash(second)
    #expect(same)
    let treasury = table.storage.pointee.hash(BalanceKey(.treasury, .dollar))
    let tolls = table.storage.pointee.hash(BalanceKey(.operator, .dollar))
    #expect(treasury != tolls)
  }
}
