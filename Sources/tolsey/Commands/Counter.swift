// Turns how far something is into how far it has come since the last look.

import Synchronization

final class Counter: Sendable {
  private let last = Mutex<UInt64>(0)

  /// By how much the count rose; a count that fell is no progress.
  func raise(to count: UInt64) -> UInt64 {
    last.withLock { last in
      guard count > last else { return 0 }
      defer { last = count }
      return count - last
    }
  }
}
