// Drives a buyer or a provider along a node's blocks, and hears when somebody stops the program.

import Agents
import Chain
import Dispatch
import Glibc
import Kernel
import NetworkRoom
import Node
import Primitives

/// SIGINT and SIGTERM as a stream; until it is listened to they end the program as usual.
enum StopSignals {
  static func stream() -> AsyncStream<Int32> {
    AsyncStream { stream in
      let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { stream.yield(number) }
        source.resume()
        return source
      }
      let held = UncheckedSources(sources)
      stream.onTermination = { _ in held.cancel() }
    }
  }

  /// Dispatch sources may be cancelled from any thread, which their type does not say.
  private struct UncheckedSources: @unchecked Sendable {
    let sources: [any DispatchSourceSignal]
    init(_ sources: [any DispatchSourceSignal]) { self.sources = sources }
    func cancel() { for source in sources { source.cancel() } }
  }
}

/// One actor on a node that runs by the wall clock.
struct Clockwork: Sendable {
  /// What wakes the actor.
  private enum Tick: Sendable {
    case height(UInt64)
    /// Nothing happened for a while: there may be something new to take.
    case idle
    case stop
    case lost(Failure)
  }

  let link: NodeLink
  let reactor: any Reactor
  /// Whether it first reads back what it has under way from the whole log.
  var resumes = true
  /// How long a node may say nothing before it counts as away.
  var silence = Duration.seconds(60)
  /// What a run that was cut short has left to the next.
  let rest = ClockworkRest()

  /// Runs until `isOver`. The first stop signal calls `stop`, the second ends it at once.
  func run(
    stop: @escaping @Sendable () async -> Void,
    refused: @escaping @Sendable (Failure) -> Void,
    isOver: @escaping @Sendable (BlockNews) async throws -> Bool
  ) async throws {
    let (ticks, feed) = AsyncStream.makeStream(of: Tick.self)
    let start = try await link.ask { client throws(ClientError) in try await client.status() }
    if resumes { try await guarded { try await reactor.resume(through: start.height) } }
    try await sendRest(refused)
    let heights = Task { await watch(from: start.height, feed) }
    let signals = Task { for await _ in StopSignals.stream() { feed.yield(.stop) } }
    let idle = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(2))
        feed.yield(.idle)
      }
    }
    defer {
      for task in [heights, signals, idle] { task.cancel() }
      feed.finish()
    }
    var news = try await block(start.height, start)
    try await react(news, refused)
    if rest.isStopping, try await isOver(news) { return }
    for await tick in ticks {
      switch tick {
      case .height(let height):
        while news.height < height {
          news = try await block(news.height + 1, nil)
          try await react(news, refused)
          if try await isOver(news) { return }
        }
      case .idle:
        if !start.isStepped { news = Clockwork.current(news) }
        try await react(news, refused)
      case .stop:
        if rest.isStopping { throw CancellationError() }
        rest.isStopping = true
        await stop()
        try await react(news, refused)
      case .lost(let failure): throw failure
      }
      if try await isOver(news) { return }
    }
  }

  /// Reads the log, lets the actor answer the last block once, and gives what it sent.
  func once() async throws -> [SignedMessage] {
    let start = try await link.ask { client throws(ClientError) in try await client.status() }
    try await guarded { try await reactor.resume(through: start.height) }
    var news = try await block(start.height, start)
    if !start.isStepped { news = Clockwork.current(news) }
    let messages = try await guarded { [news] in try await reactor.react(to: news) }
    for message in messages {
      let settlement = try await link.ask { client throws(ClientError) in
        try await client.submit(message)
      }
      if let refusal = settlement.outcome.refusal { throw Failure(refusal) }
    }
    return messages
  }

  /// The last block may be hours old; what is signed and what is due now counts from now on.
  private static func current(_ news: BlockNews) -> BlockNews {
    var news = news
    let time = max(news.time, WallClock().now)
    let passed = time.milliseconds - news.time.milliseconds
    news.time = time
    news.now = Time(news.now.milliseconds + passed)
    return news
  }

  private func react(
    _ news: BlockNews, _ refused: @Sendable (Failure) -> Void
  ) async throws {
    try await guarded {
      rest.unsent = try await reactor.react(to: news)
      rest.answered()
      try await sendUnsent(refused)
    }
  }

  /// Sends what a run before had signed when the node was away.
  private func sendRest(_ refused: @Sendable (Failure) -> Void) async throws {
    guard !rest.unsent.isEmpty else { return }
    try await guarded {
      try await sendUnsent(refused)
      try await reactor.resync()
    }
  }

  private func sendUnsent(_ refused: @Sendable (Failure) -> Void) async throws {
    while let message = rest.unsent.first {
      do {
        // An idle node makes no further block in which a refusal would be noticed.
        let settlement = try await link.client.submit(message, patience: silence)
        if let refusal = settlement.outcome.refusal { refused(Failure(refusal)) }
      } catch let error as ClientError {
        // Who is only too busy takes it later.
        guard case .refused(let problem) = error, !problem.isTemporary else { throw error }
        refused(Failure(error))
        try await reactor.resync()
      }
      rest.unsent.removeFirst()
    }
  }

  /// The block, in which an actor reads what happened. Height 0 is the founding.
  private func block(_ height: UInt64, _ status: NodeStatus?) async throws -> BlockNews {
    try await guarded {
      if let news = try await link.market.block(height) { return news }
      let status = try await link.ask { client throws(ClientError) in try await client.status() }
      return BlockNews(
        height: height, time: status.time, now: status.marketTime, events: [])
    }
  }

  /// Says every new height; a node that is away for a while is waited for.
  private func watch(
    from start: UInt64, _ feed: AsyncStream<Tick>.Continuation
  ) async {
    var height = start
    var lastAnswer = ContinuousClock.now
    while !Task.isCancelled {
      do {
        height = try await link.client.status(atLeast: height + 1).height
        lastAnswer = .now
        feed.yield(.height(height))
      } catch {
        if case .refused = error { lastAnswer = .now }
        if ContinuousClock.now - lastAnswer > silence {
          feed.yield(.lost(Failure(error)))
          return
        }
        try? await Task.sleep(for: .milliseconds(error.problem == nil ? 500 : 50))
      }
    }
  }

  private func guarded<T>(_ body: () async throws -> T) async throws -> T {
    do { return try await body() } catch { throw Failure.online(error) }
  }
}
