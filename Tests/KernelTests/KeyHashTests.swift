// Keys that are alike lie apart, and equal keys have equal hashes.

import Primitives
import Testing

@testable import Kernel

@Suite("KeyHash")
struct KeyHashTests {
  /// Secrets that are the same in every run: the claims are about the hash, not about luck.
  private static let secrets: [KeyHash] = (0..<16).map { number in
    KeyHash(state: mixed(2 * number + 1), multiplier: mixed(2 * number + 2) | 1)
  }

  /// The words of SplitMix64, which no multiplication of the hash resembles.
  private static func mixed(_ number: UInt64) -> UInt64 {
    var word = number &* 0x9e37_79b9_7f4a_7c15
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// How many of the keys differ in the sixteen bits by which a large index begins its search:
  /// the mean over the secrets, some of which are worse than others.
  private func places<Key: TableKey>(_ keys: [Key]) -> Int {
    let counts = Self.secrets.map { secret in
      Set(
        keys.map { key in
          var hash = secret
          key.mix(into: &hash)
          return hash.state >> 48
        }
      ).count
    }
    return counts.reduce(0, +) / counts.count
  }

  @Test func alikeKeysLieApart() {
    // Of 4,000 even throws into 65,536 places some 3,880 meet nobody before them.
    #expect(places((0..<4_000).map { UInt64($0) }) > 3_700)
    #expect(places((0..<4_000).map { UInt64($0) << 40 }) > 3_700)
    #expect(places((0..<4_000).map { Bytes32(words: 1, 2, 3, UInt64($0)) }) > 3_700)
    #expect(places((0..<4_000).map { Bytes32(words: UInt64($0), 2, 3, 4) }) > 3_700)
    #expect(
      places(
        (0..<4_000).map {
          BalanceKey(.account(Address(lastBytesOf: Bytes32(words: 0, 0, 0, $0))), .dollar)
        }) > 3_700)
    #expect(places((0..<200).map { LaneKey(address(9), UInt8($0)) }) > 190)
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
