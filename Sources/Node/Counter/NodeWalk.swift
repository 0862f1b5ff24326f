// Takes an actor along the blocks of a node in the same process, and tells what became of each of
// its messages.

import Agents
import Chain
import Market
public import NetworkRoom
import Primitives

/// Whoever knows when a node has another block.
public protocol BlockBell: Sendable {
  /// Whether the node reached a height before the time was over.
  func wait(for height: UInt64, upTo limit: Duration) async -> Bool
}

extension HeightGate: BlockBell {}

/// Asks a node elsewhere, several times a second.
public struct AskedBell: BlockBell {
  private let client: NodeClient
  private static let pause = Duration.milliseconds(100)

  public init(_ client: NodeClient) { self.client = client }

  public func wait(for height: UInt64, upTo limit: Duration) async -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end, !Task.isCancelled {
      if let now = try? await client.status().height, now >= height { return true }
      try? await Task.sleep(for: AskedBell.pause)
    }
    return false
  }
}

/// One actor on a node that runs by the wall clock.
struct NodeWalk: Sendable {
  let market: NodeMarket
  let gate: any BlockBell
  let clock: any NodeClock
  /// Whether it first reads back what it has under way from the whole log.
  var resumes = false
  /// Without a block it is asked again after this long.
  static let patience = Duration.seconds(2)

  /// - Parameters:
  ///   - sent: hears the outcome of each message, or why the door did not let it in.
  ///   - isOver: asked after each block, and from time to time without one.
  func run(
    _ reactor: any Reactor,
    sent: @Sendable (SignedMessage, Refusal?) async -> Void = { _, _ in },
    isOver: @Sendable (BlockNews) async throws -> Bool
  ) async throws {
    let start = try await market.client.status()
    if resumes { try await reactor.resume(through: start.height) }
    var news = current(
      BlockNews(height: start.height, time: start.time, now: start.marketTime, events: []))
    await react(reactor, news, sent)
    while try await !isOver(news) {
      try Task.checkCancellation()
      if await gate.wait(for: news.height + 1, upTo: NodeWalk.patience),
        let next = try? await market.block(news.height + 1)
      {
        news = current(next)
      } else {
        news = current(news)
      }
      try Task.checkCancellation()
      await react(reactor, news, sent)
    }
  }

  private func react(
    _ reactor: any Reactor, _ news: BlockNews,
    _ sent: @Sendable (SignedMessage, Refusal?) async -> Void
  ) async {
    // A node that does not answer now is asked again with the next block.
    guard let messages = try? await reactor.react(to: news) else { return }
    for message in messages {
      do {
        await sent(message, try await market.client.submit(message).outcome.refusal)
      } catch {
        guard let problem = error.problem else { continue }
        await sent(message, Refusal(problem.code, problem.numbers))
        try? await reactor.resync()
      }
    }
  }

  /// The last block may be hours old; what is signed now must be valid from now on.
  private func current(_ news: BlockNews) -> BlockNews {
    var news = news
    let time = max(news.time, clock.now)
    let passed = time.milliseconds - news.time.milliseconds
    news.time = time
    news.now = Time(news.now.milliseconds + passed)
    return news
  }
}
