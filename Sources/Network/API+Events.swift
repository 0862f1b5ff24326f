// The feed: what happened, block by block, for as long as the reader listens.

import Archive
import Chain
import HTTPTypes
import Hummingbird
import Kernel
import Logging
import NIOCore
import Primitives

extension API {
  /// Blocks without news between two signs of life.
  static let heartbeat = Duration.seconds(10)
  /// Events that one read of the store gives at most, beyond the block that reaches it.
  static let eventsAtOnce = 256
  /// Kinds of ids that a filter takes.
  static let eventObjects = ["order", "lease", "run", "offer", "game", "bid", "evidence"]

  /// `GET /api/events?after=7.2&name=orderPlaced&account=0x…&object=order_…`
  ///
  /// `Last-Event-ID` stands for `after` when a reader comes back; without either the feed begins
  /// with the next block.
  func events(_ asked: Asked) async throws -> Response {
    let filter = try eventsFilter(asked)
    let start = try feedStart(asked)
    guard hub.hasRoom(for: asked.peer) else { throw Problem.tooManyFeeds }
    let feed = Feed(node: node, hub: hub, filter: filter, waits: asked.value("wait") != "0")
    let peer = asked.peer
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/event-stream", .cacheControl: "no-store",
        .xContentTypeOptions: "nosniff",
      ],
      body: ResponseBody { writer in
        // A writer cannot leave this closure, so the feed is pulled, not pushed.
        let ticket = hub.join(peer, node)
        node.metrics.listens(1)
        defer {
          hub.leave(ticket)
          node.metrics.listens(-1)
        }
        var cursor = start
        try await writer.write(ByteBuffer(string: EventFrame.comment("tolsey feed")))
        while let batch = try await feed.next(after: &cursor) {
          hub.beginWrite(ticket, through: batch.number)
          try await writer.write(ByteBuffer(bytes: batch.bytes))
          hub.endWrite(ticket)
        }
        try await writer.finish(nil)
      })
  }

  private func feedStart(_ asked: Asked) throws(Problem) -> FeedCursor {
    let height = node.gate.height
    let last = asked.request.headers[values: .lastEventID].first
    guard let given = last ?? asked.value("after") else { return FeedCursor(height: height) }
    guard let cursor = FeedCursor(given) else {
      throw .malformed("Last-Event-ID", hint: "send a height, or the id of the last event")
    }
    guard cursor.height <= height else { throw .cursorAhead(cursor, height: height) }
    return cursor
  }

  private func eventsFilter(_ asked: Asked) throws -> EventsFilter {
    var filter = EventsFilter(names: asked.values("name"))
    filter.subjects = asked.values("account").compactMap { Address(hex: $0)?.padded }
    for text in asked.values("object") {
      if let id = try IDStem(text).whole { filter.subjects.append(id) }
    }
    guard filter.names.count + filter.subjects.count <= 64 else { throw Problem.tooManyFilters }
    return filter
  }
}

extension HTTPField.Name {
  static let lastEventID = HTTPField.Name("Last-Event-ID")!
}

/// One reader's walk through the log. It keeps a cursor and no events.
struct Feed: Sendable {
  let node: NodeServices
  let hub: EventHub
  let filter: EventsFilter
  /// False ends the feed where the log ends.
  let waits: Bool

  /// Bytes to send, and the number of the last line of the hub that they cover; nil for what was
  /// read from the store, where nobody counts.
  struct Batch {
    var bytes: [UInt8]
    var number: UInt64?
  }

  /// The next events, or a sign of life; nil once the node stops.
  func next(after cursor: inout FeedCursor) async throws -> Batch? {
    while !Task.isCancelled {
      let page = try hub.lines(after: cursor) ?? stored(after: cursor)
      let bytes = write(page, &cursor)
      if !bytes.isEmpty { return Batch(bytes: bytes, number: page.number) }
      if page.through < page.height { continue }
      if hub.gate.isClosed || !waits { return nil }
      let isNews = await hub.gate.wait(for: page.height + 1, upTo: API.heartbeat)
      if !isNews, !hub.gate.isClosed, !Task.isCancelled {
        let text =
          EventFrame.comment("height \(cursor.height)")
          + EventFrame(id: cursor.description).text
        return Batch(bytes: Array(text.utf8), number: page.number)
      }
    }
    return nil
  }

  /// What lies too far back for the hub comes from the store, at this reader's own cost.
  private func stored(after cursor: FeedCursor) throws -> FeedPage {
    let whole = cursor.index == nil
    let from: UInt64? = whole ? cursor.height : (cursor.height == 0 ? nil : cursor.height - 1)
    let page = try node.records.events(after: from, filter, limit: API.eventsAtOnce)
    return FeedPage(
      lines: try page.value.events.map { try FeedLine($0, number: 0) },
      through: page.value.through, height: page.height, number: nil)
  }

  private func write(_ page: FeedPage, _ cursor: inout FeedCursor) -> [UInt8] {
    var bytes: [UInt8] = []
    let wanted = page.lines.filter {
      cursor.isBefore(height: $0.height, index: $0.index) && $0.fits(filter)
    }
    for (place, line) in wanted.enumerated() {
      let isLast = place + 1 == wanted.count || wanted[place + 1].height != line.height
      cursor = FeedCursor(height: line.height, index: isLast ? nil : line.index)
      bytes += Array("id: \(cursor)\n".utf8)
      bytes += line.data
    }
    if page.through > cursor.height { cursor = FeedCursor(height: page.through) }
    return bytes
  }
}
