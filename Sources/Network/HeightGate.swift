// Lets readers wait until the ledger has reached a height.

import Synchronization

/// The height of the last durable block, and those who wait for the next.
///
/// A waiter holds nothing but its continuation; whatever it then wants it reads from the store.
public final class HeightGate: Sendable {
  private struct Waiter {
    let height: UInt64
    let continuation: CheckedContinuation<Void, Never>
    let timer: Task<Void, Never>

    func release() {
      timer.cancel()
      continuation.resume()
    }
  }

  private struct Inside {
    var height: UInt64
    var isClosed = false
    var nextTicket: UInt64 = 0
    var waiters: [UInt64: Waiter] = [:]
  }

  private let inside: Mutex<Inside>

  public init(height: UInt64 = 0) { inside = Mutex(Inside(height: height)) }

  public var height: UInt64 { inside.withLock { $0.height } }

  public var isClosed: Bool { inside.withLock { $0.isClosed } }

  /// A block became durable.
  public func advance(to height: UInt64) {
    let ready = inside.withLock { inside in
      let reached = max(inside.height, height)
      inside.height = reached
      return take(&inside) { $0.height <= reached }
    }
    for waiter in ready { waiter.release() }
  }

  /// What was there is gone, as when lists are made anew: who comes now waits for it again.
  public func fall(to height: UInt64) {
    inside.withLock { $0.height = min($0.height, height) }
  }

  /// The node stops: everybody goes home.
  public func close() {
    let all = inside.withLock { inside in
      inside.isClosed = true
      return take(&inside) { _ in true }
    }
    for waiter in all { waiter.release() }
  }

  private func take(
    _ inside: inout Inside, _ matches: (Waiter) -> Bool
  ) -> [Waiter] {
    let tickets = inside.waiters.filter { matches($0.value) }.keys
    return tickets.compactMap { inside.waiters.removeValue(forKey: $0) }
  }

  /// Waits until the height is there, the time is over, the node stops, or the task is cancelled.
  /// True says that the height is there.
  @discardableResult
  public func wait(for height: UInt64, upTo limit: Duration) async -> Bool {
    if self.height >= height { return true }
    let ticket = inside.withLock { inside in
      inside.nextTicket += 1
      return inside.nextTicket
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = inside.withLock { inside in
          if inside.height >= height || inside.isClosed || Task.isCancelled { return true }
          let timer = Task {
            try? await Task.sleep(for: limit)
            if !Task.isCancelled { self.release(ticket) }
          }
          inside.waiters[ticket] = Waiter(
            height: height, continuation: continuation, timer: timer)
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      release(ticket)
    }
    return self.height >= height
  }

  /// Releasing twice, or before the wait began, releases nobody else.
  private func release(_ ticket: UInt64) {
    inside.withLock { $0.waiters.removeValue(forKey: ticket) }?.release()
  }
}
