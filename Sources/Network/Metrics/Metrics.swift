// What a node counts of itself while it runs.

import Synchronization

/// Counts that only grow, and where they stand now. Everybody in the node adds to the same ones.
public final class Metrics: Sendable {
  /// All of it at one moment.
  public struct Counts: Sendable {
    public var blocks: UInt64 = 0
    /// Messages in blocks, by kind.
    public var done: [String: UInt64] = [:]
    public var refused: [String: UInt64] = [:]
    /// Messages that the door turned away, by the problem's code.
    public var turnedAway: [String: UInt64] = [:]
    public var commits = Histogram()
    /// Answers by route and status.
    public var answers: [Answer: UInt64] = [:]
    public var requests = Histogram()
    public var listeners: UInt64 = 0
    public var listenersDropped: UInt64 = 0
    public var events: UInt64 = 0

    public init() {}
  }

  public struct Answer: Hashable, Comparable, Sendable {
    public var method: String
    /// The pattern of the route, never what somebody typed: names are few and known.
    public var route: String
    public var status: Int

    public init(_ method: String, _ route: String, _ status: Int) {
      self.method = method
      self.route = route
      self.status = status
    }

    public static func < (l: Answer, r: Answer) -> Bool {
      (l.route, l.method, l.status) < (r.route, r.method, r.status)
    }
  }

  private let inside = Mutex(Counts())

  public init() {}

  public var counts: Counts { inside.withLock { $0 } }

  /// A block became durable.
  public func block(done: [String], refused: [String], events: Int, microseconds: UInt64) {
    inside.withLock { counts in
      counts.blocks += 1
      counts.events += UInt64(events)
      for kind in done { counts.done[kind, default: 0] += 1 }
      for kind in refused { counts.refused[kind, default: 0] += 1 }
      counts.commits.add(microseconds: microseconds)
    }
  }

  public func turnedAway(_ code: String) {
    inside.withLock { $0.turnedAway[code, default: 0] += 1 }
  }

  public func answered(_ answer: Answer, microseconds: UInt64) {
    inside.withLock { counts in
      counts.answers[answer, default: 0] += 1
      counts.requests.add(microseconds: microseconds)
    }
  }

  public func listens(_ change: Int) {
    inside.withLock { counts in
      if change > 0 { counts.listeners += 1 } else if counts.listeners > 0 { counts.listeners -= 1 }
    }
  }

  public func droppedListener() { inside.withLock { $0.listenersDropped += 1 } }
}
