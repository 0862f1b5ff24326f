// Carries an actor on through a node that is away for a while: what it has promised waits for it.

import Agents
import Chain
import Glibc
import Kernel
import NetworkRoom
import Primitives
import Synchronization

/// How long a node that is away is waited for, and how that is said.
struct Patience: Sendable {
  let warn: @Sendable (String) -> Void
  /// How often in a row it is asked in vain; nil: until somebody stops the program.
  var tries: Int?
  /// Whoever was asked to stop waits a minute for a node that is away: nobody may be there to ask
  /// a second time.
  static let whenStopping = 12
  /// False where somebody stops the program meanwhile.
  var pause: @Sendable () async -> Bool = { await Patience.pause(seconds: 5) }

  /// Of a program that stands by: a bond may hang on what it has promised.
  static func endless(_ console: Console) -> Patience { Patience(warn: { console.warn($0) }) }

  /// Of whoever buys: ten minutes, after which the same command goes on another time.
  static func ofBuyers(_ console: Console) -> Patience {
    Patience(warn: { console.warn($0) }, tries: 120)
  }

  /// A node that is away, or has too much to do, comes back.
  static func covers(_ failure: Failure) -> Bool {
    failure.status == .unreachable || failure.status == .tryAgain
  }

  private static func pause(seconds: Int) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { (try? await Task.sleep(for: .seconds(seconds))) != nil }
      group.addTask {
        for await _ in StopSignals.stream() { return false }
        return true
      }
      defer { group.cancelAll() }
      return await group.next() ?? true
    }
  }
}

/// What is left of a run that a node's absence cut short.
final class ClockworkRest: Sendable {
  private struct Rest {
    var unsent: [SignedMessage] = []
    var hasBegun = false
    var isStopping = false
    /// Failures since the node last answered the actor's question what is new.
    var failures = 0
  }

  private let rest = Mutex(Rest())

  /// What was signed and not answered. It is sent again as it is: a node that has taken it gives
  /// the same answer, and no lane has a hole.
  var unsent: [SignedMessage] {
    get { rest.withLock { $0.unsent } }
    set { rest.withLock { $0.unsent = newValue } }
  }
  /// Whether the actor has answered a block: from there on it must not miss one.
  var hasBegun: Bool { rest.withLock { $0.hasBegun } }
  var isStopping: Bool {
    get { rest.withLock { $0.isStopping } }
    set { rest.withLock { $0.isStopping = newValue } }
  }

  /// How often a node that is away is asked in a row.
  func limit(of patience: Patience) -> Int? {
    guard isStopping else { return patience.tries }
    return min(patience.tries ?? Patience.whenStopping, Patience.whenStopping)
  }

  func answered() {
    rest.withLock {
      $0.hasBegun = true
      $0.failures = 0
    }
  }

  func failed() -> Int {
    rest.withLock {
      $0.failures += 1
      return $0.failures
    }
  }
}

extension Clockwork {
  /// As `run`, but a node that is away, or has too much to do, is asked again, and the actor goes
  /// on where it was.
  func run(
    _ patience: Patience,
    stop: @escaping @Sendable () async -> Void,
    refused: @escaping @Sendable (Failure) -> Void,
    isOver: @escaping @Sendable (BlockNews) async throws -> Bool
  ) async throws {
    var clockwork = self
    while true {
      do {
        return try await clockwork.run(stop: stop, refused: refused, isOver: isOver)
      } catch let failure as Failure where Patience.covers(failure) {
        if let tries = rest.limit(of: patience), rest.failed() > tries { throw failure }
        patience.warn("\(failure.message); it is asked again")
        guard await patience.pause() else { throw CancellationError() }
        clockwork.resumes = resumes || rest.hasBegun
      }
    }
  }
}
