// Fans events out to listeners, away from whoever makes blocks: read once, encoded once a block.

import Archive
import Primitives
import Synchronization

/// The last events of the log, encoded, and those who listen for more.
///
/// The block writer wakes one task here, whatever the number of listeners. That task reads and
/// encodes what is new and wakes the listeners, who pull at their own pace and hold no events. It
/// runs only while somebody listens.
final class EventHub: Sendable {
  /// Lines that are kept for those who are a little behind; who is further behind reads the store.
  static let kept = 8_192
  /// Feeds of one address, and of all; this machine's own do not count for the first.
  static let mostFeedsOfOne = 32
  static let mostFeeds = 4_096

  private struct Listener {
    let peer: Peer
    /// Lines up to this number were handed to the connection; nil while it reads the store.
    var delivered: UInt64?
    var writes: UInt64 = 0
    var isWriting = false
    /// The write that was under way when the last block came.
    var seenWriting: UInt64?
  }

  private struct Inside {
    /// In order; holds every event of the heights above `after`, up to `through`.
    var lines: [FeedLine] = []
    var after: UInt64 = 0
    var through: UInt64 = 0
    var count: UInt64 = 0
    var isRunning = false
    var nextTicket: UInt64 = 0
    var listeners: [UInt64: Listener] = [:]
  }

  /// A listener that has not taken this many events while one write stands still is let go. It
  /// comes back with the id of the last event that it has.
  private let mostUndelivered: UInt64
  /// The height that listeners may read up to.
  let gate = HeightGate()
  private let inside = Mutex(Inside())

  init(mostUndelivered: UInt64 = RequestLimits.standard.undelivered) {
    self.mostUndelivered = mostUndelivered
  }

  var listenerCount: Int { inside.withLock { $0.listeners.count } }

  func hasRoom(for peer: Peer) -> Bool {
    inside.withLock { inside in
      guard inside.listeners.count < EventHub.mostFeeds else { return false }
      if peer.isLocal { return true }
      let own = inside.listeners.values.count { $0.peer.name == peer.name }
      return own < EventHub.mostFeedsOfOne
    }
  }

  func join(_ peer: Peer, _ node: NodeServices) -> UInt64 {
    let height = node.gate.height
    let (ticket, starts) = inside.withLock { inside in
      inside.nextTicket += 1
      inside.listeners[inside.nextTicket] = Listener(peer: peer)
      let starts = !inside.isRunning
      if starts {
        inside.isRunning = true
        inside.lines = []
        inside.after = height
        inside.through = height
      }
      return (inside.nextTicket, starts)
    }
    if starts {
      gate.advance(to: height)
      Task.detached { await self.run(node, from: height) }
    }
    return ticket
  }

  func leave(_ ticket: UInt64) {
    inside.withLock { _ = $0.listeners.removeValue(forKey: ticket) }
  }

  func beginWrite(_ ticket: UInt64, through number: UInt64?) {
    inside.withLock { inside in
      inside.listeners[ticket]?.isWriting = true
      inside.listeners[ticket]?.writes += 1
      inside.listeners[ticket]?.delivered = number
    }
  }

  func endWrite(_ ticket: UInt64) {
    inside.withLock { $0.listeners[ticket]?.isWriting = false }
  }

  /// What came after a place; nil where that lies before what is kept.
  func lines(after cursor: FeedCursor) -> FeedPage? {
    inside.withLock { inside in
      guard inside.isRunning, cursor.height <= inside.through else { return nil }
      let isCovered =
        cursor.index == nil ? cursor.height >= inside.after : cursor.height > inside.after
      guard isCovered else { return nil }
      let start = EventHub.start(in: inside.lines, after: cursor)
      return FeedPage(
        lines: Array(inside.lines[start...]), through: inside.through, height: inside.through,
        number: inside.count)
    }
  }

  /// The first line after a place, found by halving.
  private static func start(in lines: [FeedLine], after cursor: FeedCursor) -> Int {
    var low = 0
    var high = lines.count
    while low < high {
      let middle = (low + high) / 2
      if cursor.isBefore(height: lines[middle].height, index: lines[middle].index) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

// MARK: - The one task

extension EventHub {
  private func run(_ node: NodeServices, from start: UInt64) async {
    var height = start
    while true {
      await node.gate.wait(for: height + 1, upTo: .seconds(10))
      let isLast = node.gate.isClosed
      do {
        while height < node.gate.height {
          let page = try node.records.events(after: height, EventsFilter(), limit: EventHub.kept)
          guard page.value.through > height else { break }
          for _ in 0..<(try publish(page.value)) { node.metrics.droppedListener() }
          height = page.value.through
        }
      } catch {
        // The store is broken; whoever asks it is told so. Listeners go and come back.
        stop()
        return
      }
      if isLast {
        gate.close()
        return
      }
      if isDone() { return }
    }
  }

  /// Gives how many listeners were let go.
  func publish(_ page: EventsPage) throws -> Int {
    let first = inside.withLock { $0.count }
    var lines: [FeedLine] = []
    lines.reserveCapacity(page.events.count)
    for event in page.events {
      lines.append(try FeedLine(event, number: first + UInt64(lines.count) + 1))
    }
    let stuck = inside.withLock { inside in
      let stuck = EventHub.stuck(&inside, mostUndelivered)
      inside.lines += lines
      inside.count += UInt64(lines.count)
      inside.through = page.through
      EventHub.trim(&inside)
      return stuck
    }
    for peer in stuck { peer.hangUp() }
    gate.advance(to: page.through)
    return stuck.count
  }

  /// Those whose write has stood still since the block before and who miss too much.
  private static func stuck(_ inside: inout Inside, _ most: UInt64) -> [Peer] {
    var stuck: [Peer] = []
    for (ticket, listener) in inside.listeners {
      if let delivered = listener.delivered, listener.isWriting,
        listener.seenWriting == listener.writes,
        inside.count - delivered > most
      {
        stuck.append(listener.peer)
        // It is on its way out; the next block does not let it go again.
        inside.listeners[ticket]?.delivered = nil
      }
      inside.listeners[ticket]?.seenWriting = listener.isWriting ? listener.writes : nil
    }
    return stuck
  }

  /// Lets the oldest go by whole heights, seldom and many at once.
  private static func trim(_ inside: inout Inside) {
    guard inside.lines.count > 2 * EventHub.kept else { return }
    let last = inside.lines[inside.lines.count - EventHub.kept - 1].height
    inside.lines.removeAll { $0.height <= last }
    inside.after = last
  }

  private func isDone() -> Bool {
    inside.withLock { inside in
      guard inside.listeners.isEmpty else { return false }
      inside.isRunning = false
      inside.lines = []
      return true
    }
  }

  private func stop() {
    let peers = inside.withLock { inside in
      inside.isRunning = false
      inside.lines = []
      return inside.listeners.values.map(\.peer)
    }
    for peer in peers { peer.hangUp() }
  }
}
