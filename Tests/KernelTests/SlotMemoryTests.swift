// Memory of slots: what is put there stays, and goes with it.

import Primitives
import Testing

@testable import Kernel

@Suite struct SlotMemoryTests {
  /// Counts how many of its kind are alive.
  private final class Guest {
    static nonisolated(unsafe) var alive = 0
    init() { Guest.alive += 1 }
    deinit { Guest.alive -= 1 }
  }

  @Test func growingKeepsWhatIsThere() {
    var memory = SlotMemory<[Int]>()
    for number in 0..<1_000 { memory.append([number]) }
    for number in stride(from: 0, to: 1_000, by: 3) { memory[number].append(-1) }
    #expect(memory.count == 1_000)
    for number in 0..<1_000 {
      #expect(memory[number] == (number % 3 == 0 ? [number, -1] : [number]))
    }
  }

  @Test func everythingIsReleasedOnce() {
    do {
      var memory = SlotMemory<Guest>()
      for _ in 0..<100 { memory.append(Guest()) }
      memory[7] = Guest()
      #expect(Guest.alive == 100)
    }
    #expect(Guest.alive == 0)
  }
}
