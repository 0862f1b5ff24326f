// Timers fire in one order on every machine, and those of a message that is undone never do.

import Kernel
import Primitives
import Testing

@Suite("Timers")
struct TimersTests {
  private func key(_ random: inout Seeded) -> TimerKey {
    TimerKey(
      room: UInt8(random.below(2)), kind: UInt8(random.below(3)),
      id: word(UInt64(random.below(2))), sub: UInt64(random.below(3)))
  }

  private struct Entry: Hashable {
    var deadline: Time
    var key: TimerKey
  }

  /// Against a sorted list without doubles, with messages that are rolled back in between.
  @Test(arguments: 1...8)
  func firesInOrder(seed: UInt64) {
    var random = Seeded(seed)
    var timers = Timers()
    var model: Set<Entry> = []
    var now: UInt64 = 0
    for _ in 0..<200 {
      let mark = timers.mark()
      let set = (0..<random.below(6)).map { _ in
        Entry(deadline: Time(now + UInt64(random.below(40))), key: key(&random))
      }
      for entry in set { timers.set(entry.key, at: entry.deadline) }
      if random.chance(3) { timers.rollback(to: mark) } else { model.formUnion(set) }
      timers.forgetUndo()
      now += UInt64(random.below(15))
      var fired: [Entry] = []
      while let due = timers.popDue(Time(now)) {
        fired.append(Entry(deadline: due.deadline, key: due.key))
      }
      let expected = model.filter { $0.deadline <= Time(now) }
        .sorted { ($0.deadline, $0.key) < ($1.deadline, $1.key) }
      #expect(fired == expected)
      model.subtract(expected)
      #expect(timers.earliest == model.map(\.deadline).min())
    }
  }

  @Test
  func aTimerCountsOnlyOnceItsMessageStands() {
    var timers = Timers()
    timers.set(TimerKey(room: 1, kind: 1), at: Time(5))
    #expect(timers.earliest == nil)
    #expect((timers.popDue(Time(9)) == nil) == true)
    timers.forgetUndo()
    #expect(timers.earliest == Time(5))
    #expect((timers.popDue(Time(4)) == nil) == true)
    let due = timers.popDue(Time(5))
    #expect(due?.key == TimerKey(room: 1, kind: 1))
    #expect(due?.deadline == Time(5))
    #expect((timers.popDue(.never) == nil) == true)
  }

  @Test
  func whatIsPostponedIsDueInTheNextBlockInItsOldPlace() {
    var timers = Timers()
    let keys = (0..<3 as Range<UInt64>).map { TimerKey(room: 1, kind: 1, id: word($0)) }
    for (place, key) in keys.enumerated() { timers.set(key, at: Time(5 + UInt64(place))) }
    timers.forgetUndo()
    #expect(timers.popDue(Time(9))?.key == keys[0])
    timers.postpone(keys[0], at: Time(5))
    let mark = timers.mark()
    timers.postpone(keys[1], at: Time(5))
    timers.rollback(to: mark)
    timers.forgetUndo()
    // It keeps no block from its end, and is a reason for another one.
    #expect(timers.earliest == Time(6) && timers.next == Time(5))
    #expect(timers.popDue(Time(9))?.key == keys[1])
    timers.resume()
    let next = [timers.popDue(Time(9)), timers.popDue(Time(9)), timers.popDue(Time(9))]
    #expect(next.map { $0?.key } == [keys[0], keys[2], nil])
    #expect(timers.next == nil)
  }

  @Test
  func keysAreOrderedByRoomKindIdAndSub() {
    let ordered = [
      TimerKey(room: 0, kind: 9, id: word(9), sub: 9), TimerKey(room: 1, kind: 0),
      TimerKey(room: 1, kind: 0, sub: 1), TimerKey(room: 1, kind: 0, id: word(1)),
      TimerKey(room: 1, kind: 1),
    ]
    #expect(ordered.shuffled().sorted() == ordered)
  }
}
