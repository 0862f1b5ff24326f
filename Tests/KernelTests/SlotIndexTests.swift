// The index of slots: keys whose hashes meet are told apart, and a removal loses nobody.

import Testing

@testable import Kernel

@Suite("SlotIndex")
struct SlotIndexTests {
  /// Few hashes for many keys: nearly every search walks past others, and around the end.
  @Test(arguments: 1...6)
  func agreesWithADictionary(seed: UInt64) {
    var random = Seeded(seed)
    let hashes = (0..<9).map { _ in random.next() | 0xf000_0000_0000_0000 }
    var index = SlotIndex()
    var keys: [Int] = []
    var model: [Int: Int] = [:]
    for _ in 0..<2_000 {
      let key = random.below(60)
      let hash = hashes[key % hashes.count]
      let found = index.find(hash) { keys[$0] == key }
      #expect(found == model[key])
      if let found {
        guard random.chance(2) else { continue }
        index.remove(hash, slot: found)
        model[key] = nil
      } else {
        keys.append(key)
        index.insert(hash, slot: keys.count - 1)
        model[key] = keys.count - 1
      }
      #expect(index.used == model.count)
    }
    for key in 0..<60 {
      #expect(index.find(hashes[key % hashes.count]) { keys[$0] == key } == model[key])
    }
  }

  @Test func growsWithoutForgetting() {
    var random = Seeded(3)
    let hashes = (0..<5_000).map { _ in random.next() }
    var index = SlotIndex()
    for slot in hashes.indices { index.insert(hashes[slot], slot: slot) }
    for slot in hashes.indices { #expect(index.find(hashes[slot]) { $0 == slot } == slot) }
    for slot in hashes.indices { index.remove(hashes[slot], slot: slot) }
    #expect(index.used == 0)
    #expect(index.find(hashes[0]) { _ in true } == nil)
  }
}
