// How many bytes of bodies may be in memory at once, all clients together.

import Synchronization

/// A number of bytes that is lent to requests. Who comes when it is used up is told to come back.
final class ByteBudget: Sendable {
  private let free: Mutex<Int>
  private let total: Int

  init(_ total: Int) {
    self.total = total
    free = Mutex(total)
  }

  /// Lends `count` bytes for as long as `body` runs.
  func lending<T>(_ count: Int, _ body: () async throws -> T) async throws -> T {
    let isLent = free.withLock { free in
      guard free >= count else { return false }
      free -= count
      return true
    }
    guard isLent else { throw Problem.tooManyUploads }
    defer { free.withLock { $0 += count } }
    return try await body()
  }
}
