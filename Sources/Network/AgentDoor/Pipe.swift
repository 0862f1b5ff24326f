// Hands parts of an answer from who receives them to who sends them on, at the pace of the slower.

import NIOCore

/// A few parts may wait. Whoever puts more in waits until some are taken.
actor Pipe {
  private enum End {
    case running, finished
    case failed(any Error)
  }

  private static let most = 8

  /// Whether whoever puts more in waits.
  var isFull: Bool { parts.count >= Pipe.most }

  private var parts: [ByteBuffer] = []
  private var end = End.running
  private var isAbandoned = false
  private var taker: CheckedContinuation<ByteBuffer?, any Error>?
  private var putter: CheckedContinuation<Void, Never>?

  /// Throws when nobody takes any more, or who puts is cancelled.
  func put(_ part: ByteBuffer) async throws {
    if isAbandoned { throw CancellationError() }
    if let waiting = taker {
      taker = nil
      return waiting.resume(returning: part)
    }
    parts.append(part)
    guard parts.count >= Pipe.most else { return }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // Cancelled before anybody could have woken it.
        if Task.isCancelled { continuation.resume() } else { putter = continuation }
      }
    } onCancel: {
      Task { await self.wake() }
    }
    if isAbandoned || Task.isCancelled { throw CancellationError() }
  }

  func finish(_ error: (any Error)? = nil) {
    guard case .running = end else { return }
    end = error.map { .failed($0) } ?? .finished
    guard let waiting = taker else { return }
    taker = nil
    if let error { waiting.resume(throwing: error) } else { waiting.resume(returning: nil) }
  }

  /// The next part; nil at the end.
  func next() async throws -> ByteBuffer? {
    if !parts.isEmpty {
      let first = parts.removeFirst()
      wake()
      return first
    }
    switch end {
    case .finished: return nil
    case .failed(let error): throw error
    case .running: return try await withCheckedThrowingContinuation { taker = $0 }
    }
  }

  /// Nobody takes any more.
  func abandon() {
    isAbandoned = true
    parts = []
    wake()
  }

  private func wake() {
    putter?.resume()
    putter = nil
  }
}
