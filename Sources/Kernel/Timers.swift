// The index of deadlines: a heap that is rebuilt from rows and never stored.

public import Primitives

/// Deadlines in market time, the earliest first.
///
/// A timer is only an index; the deadline in its owner's row is the truth. An entry whose row has
/// gone or names another deadline is stale, and its owner does nothing. **A stale entry must not
/// count against the timers of a block**: a node that was restarted has none of them, and both
/// must fire the same timers in the same block.
public struct Timers: ~Copyable {
  private var heap: [Entry] = []
  /// What the current message set.
  private var pending: [Entry] = []
  /// What was due in this block and is due again in the next, by the same deadline.
  private var postponed: [Entry] = []

  private struct Entry: Comparable {
    var deadline: Time
    var key: TimerKey
    var isPostponed = false

    static func < (l: Entry, r: Entry) -> Bool {
      l.deadline != r.deadline ? l.deadline < r.deadline : l.key < r.key
    }
  }

  public init() {}

  /// Sets a deadline, which counts once the message stands.
  public mutating func set(_ key: TimerKey, at deadline: Time) {
    pending.append(Entry(deadline: deadline, key: key))
  }

  /// Leaves an entry that is due to the next block: its row stays as it is, so a node that is
  /// restarted in between finds the same entry there.
  public mutating func postpone(_ key: TimerKey, at deadline: Time) {
    pending.append(Entry(deadline: deadline, key: key, isPostponed: true))
  }

  /// A block begins: what the one before left to it is due.
  public mutating func resume() {
    for entry in postponed { insert(entry) }
    postponed.removeAll(keepingCapacity: true)
  }

  /// The earliest deadline among the messages that stand, of what may be due in this block.
  public var earliest: Time? { heap.first?.deadline }

  /// The earliest deadline at all: when there is a reason for another block.
  public var next: Time? { ([earliest] + postponed.map(\.deadline)).compactMap(\.self).min() }

  /// How many entries wait, stale ones among them.
  public var count: Int { heap.count }

  /// Takes the first entry that is due, by deadline and then by key. Entries that are equal in
  /// both are one.
  public mutating func popDue(_ now: Time) -> (key: TimerKey, deadline: Time)? {
    guard let first = heap.first, first.deadline <= now else { return nil }
    removeFirst()
    while heap.first == first { removeFirst() }
    return (first.key, first.deadline)
  }
}

// MARK: - The scope of a message

extension Timers {
  public func mark() -> Int { pending.count }

  public mutating func rollback(to mark: Int) {
    if pending.count > mark { pending.removeSubrange(mark...) }
  }

  public mutating func forgetUndo() {
    guard !pending.isEmpty else { return }
    for var entry in pending {
      guard entry.isPostponed else {
        insert(entry)
        continue
      }
      entry.isPostponed = false
      postponed.append(entry)
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Empties the index before the owners fill it again from their rows.
  public mutating func removeAll() {
    heap.removeAll()
    pending.removeAll()
    postponed.removeAll()
  }
}

// MARK: - The heap

extension Timers {
  private mutating func insert(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entry < heap[parent] else { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = entry
  }

  private mutating func removeFirst() {
    let last = heap.removeLast()
    guard !heap.isEmpty else { return }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < last else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
  }
}
