// Messages hashed side by side have the digests that they have alone.

import Testing

@testable import Primitives

@Suite struct SHA256BatchTests {
  /// Every length up to five blocks, around sixteen of each, in a mixed order; and a few that are
  /// too long for the lanes.
  @Test func agreesWithOneByOne() {
    var dice = Dice(7)
    var messages: [[UInt8]] = []
    for length in 0...260 {
      for _ in 0..<(14 + Int(dice.next() % 5)) { messages.append(dice.bytes(length)) }
    }
    for length in [4_000, 4_087, 4_088, 4_096, 100_000] { messages.append(dice.bytes(length)) }
    for place in messages.indices.reversed() {
      messages.swapAt(place, Int(dice.next() % UInt64(place + 1)))
    }
    var batch = SHA256Batch()
    // A batch is empty again after its digests were taken.
    for part in [messages[..<0], messages[..<40], messages[40...]] {
      for message in part { batch.add(message) }
      #expect(batch.digests() == part.map { SHA256.referenceHash($0) })
    }
  }

  @Test func nodesAreThoseOfATree() {
    var dice = Dice(8)
    var batch = SHA256Batch()
    var wanted: [Bytes32] = []
    for tag in 0..<40 {
      let (left, right) = (SHA256.hash(dice.bytes(9)), SHA256.hash(dice.bytes(9)))
      batch.add(tag: UInt8(tag), left, right)
      wanted.append(SHA256.referenceHash([UInt8(tag)] + left.bytes + right.bytes))
    }
    #expect(batch.digests() == wanted)
  }

  /// The root alone is hashed in batches, a whole tree node by node.
  @Test func rootsOfLongListsAgree() {
    var dice = Dice(9)
    let leaves = (0..<5_000).map { _ in SHA256.hash(dice.bytes(8)) }
    for count in Array(0...140) + [1_023, 2_047, 2_048, 2_049, 4_095, 4_999, 5_000] {
      let some = Array(leaves[..<count])
      #expect(MerkleTree.root(of: some) == MerkleTree(leaves: some).root, "\(count) leaves")
    }
  }
}
