// Places in lanes, secrets that come back, and actions that are not repeated.

import Chain
import Kernel
import Primitives
import Testing

@testable import Agents

@Suite struct OutboxTests {
  static let key = PrivateKey(seed: [1])

  @Test func messagesOfOneBlockLieInDifferentLanes() throws {
    var box = Outbox(Self.key, Genesis(), next: [2: 7])
    let heads = try (0..<Outbox.lanes).map { _ in try box.head(at: Time(5)) }
    #expect(Set(heads.map(\.lane)).count == Outbox.lanes)
    #expect(heads.allSatisfy { $0.sequence == ($0.lane == 2 ? 7 : 0) })
    #expect(heads.allSatisfy { $0.validUntil > Time(5) })
    let again = try box.head(at: Time(5))
    #expect(again.sequence == 1)
  }

  @Test func aPlaceThatWasNotUsedComesBack() throws {
    var box = Outbox(Self.key, Genesis(), next: [:])
    let head = try box.head(at: .zero)
    box.giveBack(head)
    for _ in 1..<Outbox.lanes { _ = try box.head(at: .zero) }
    let again = try box.head(at: .zero)
    #expect(again.sequence == 0)
  }

  @Test func secretsDependOnKeyPlaceAndUse() {
    let salts = Salts(Self.key)
    let network = SHA256.hash([9])
    let one = salts.of(network: network, lane: 1, sequence: 2, "seats")
    #expect(Salts(Self.key).of(network: network, lane: 1, sequence: 2, "seats") == one)
    let others = [
      salts.of(network: network, lane: 1, sequence: 3, "seats"),
      salts.of(network: network, lane: 2, sequence: 2, "seats"),
      salts.of(network: network, lane: 1, sequence: 2, "input key"),
      salts.of(network: SHA256.hash([8]), lane: 1, sequence: 2, "seats"),
      Salts(PrivateKey(seed: [2])).of(network: network, lane: 1, sequence: 2, "seats"),
    ]
    #expect(Set(others).count == others.count)
    #expect(!others.contains(one))
  }

  @Test func anActionIsSentOnceThenAgainThenNoMore() {
    var attempts = Attempts<Int>()
    let heights = (10...40).filter { attempts.begin(1, at: UInt64($0)) }
    #expect(heights == [10, 13, 16])
    let first = attempts.begin(2, at: 11)
    attempts.undo(2)
    let second = attempts.begin(2, at: 11)
    #expect(first && second)
  }
}
