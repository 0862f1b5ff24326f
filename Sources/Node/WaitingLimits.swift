// How much may wait at a node's door, in all and at the cost of one account.

import Primitives

/// Messages and bytes that wait, or may.
struct WaitingLoad: Hashable, Sendable {
  var count = 0
  var bytes = 0

  mutating func add(_ size: Int) {
    count += 1
    bytes += size
  }

  mutating func remove(_ size: Int) {
    count -= 1
    bytes -= size
  }

  /// Whether one more of that size fits. Where nothing waits any size does: terms may allow a
  /// message that is larger than a share.
  func takes(_ size: Int, within most: WaitingLoad) -> Bool {
    count == 0 || (count < most.count && bytes + size <= most.bytes)
  }

  func less(_ other: WaitingLoad) -> WaitingLoad {
    WaitingLoad(count: count - other.count, bytes: bytes - other.bytes)
  }
}

/// The limits of a waiting room.
struct WaitingLimits: Hashable, Sendable {
  /// All senders together.
  var all = WaitingLoad(count: 20_000, bytes: 64 << 20)
  /// One account has a part of the room in so many, its sessions half of that.
  var parts = 16
  /// How long a message waits for one before it in its lane.
  var gap = Time(60_000)

  var ofAccount: WaitingLoad { share(parts) }
  var ofSessions: WaitingLoad { share(2 * parts) }

  private func share(_ parts: Int) -> WaitingLoad {
    WaitingLoad(count: max(1, all.count / parts), bytes: all.bytes / parts)
  }
}
