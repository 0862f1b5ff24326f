// Plays an actor by the wall clock, against a node that goes on by itself.

public import Chain
public import Primitives

/// Follows the blocks of a node and hands each to a reactor, until it is told to end.
///
/// The demo plays the same reactors by steps. Here a node may be idle for hours, may be away, and
/// may refuse: an actor is asked again from time to time although no block came, and a message
/// that does not get through is sent again, and given up when it is refused.
public struct WallPlayer<Client: MarketClient>: Sendable {
  public let reactor: any Reactor
  public let client: Client
  /// The clock by which messages expire.
  let now: @Sendable () -> Time
  /// How often the node is asked for the next block.
  let pause: Duration
  /// Pauses without a block after which the reactor is asked again.
  let patience: Int

  public init(
    _ reactor: any Reactor, _ client: Client, pause: Duration = .milliseconds(200),
    patience: Int = 10, now: @escaping @Sendable () -> Time
  ) {
    self.reactor = reactor
    self.client = client
    self.now = now
    self.pause = pause
    self.patience = patience
  }

  /// Catches up with the ledger and plays until `isOver`, or until the task is cancelled.
  public func play(until isOver: () async -> Bool) async throws {
    var height = try await client.height()
    if height > 0 { try await reactor.resume(through: height - 1) }
    var news = try await news(at: height)
    var quiet = 0
    try await send(try await reactor.react(to: news))
    while !(await isOver()) {
      try Task.checkCancellation()
      if let next = await next(after: height) {
        height = next.height
        news = current(next)
        quiet = 0
      } else {
        try await Task.sleep(for: pause)
        quiet += 1
        guard quiet % patience == 0 else { continue }
        news = current(news)
      }
      do {
        try await send(try await reactor.react(to: news))
      } catch let error as CancellationError {
        throw error
      } catch {
        // The node does not answer; the same block is looked at again.
        try await Task.sleep(for: pause)
      }
    }
  }

  private func next(after height: UInt64) async -> BlockNews? {
    // Nothing tells a node that is away from one that has no block yet.
    do { return try await client.block(height + 1) } catch { return nil }
  }

  private func news(at height: UInt64) async throws -> BlockNews {
    if let news = try await client.block(height) { return current(news) }
    let start = try await client.genesis().time
    return current(BlockNews(height: height, time: start, now: start, events: []))
  }

  /// The last block may be hours old; what is signed now must be valid from now on.
  private func current(_ news: BlockNews) -> BlockNews {
    var news = news
    let time = max(news.time, now())
    let passed = time.milliseconds - news.time.milliseconds
    news.time = time
    news.now = Time(news.now.milliseconds + passed)
    return news
  }

  private func send(_ messages: [SignedMessage]) async throws {
    var isWhole = true
    for message in messages {
      let isSent = try await send(message)
      isWhole = isWhole && isSent
    }
    if !isWhole { try await reactor.resync() }
  }

  private func send(_ message: SignedMessage) async throws -> Bool {
    for _ in 0..<3 {
      do {
        try await client.submit(message)
        return true
      } catch let error as CancellationError {
        throw error
      } catch {
        try await Task.sleep(for: pause)
      }
    }
    return false
  }
}
