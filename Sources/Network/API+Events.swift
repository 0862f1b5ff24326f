// The feed: what happened, block by block, for as long as the reader listens.

import Archive
import Chain
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

  /// `GET /api/events?after=7.2&name=orderPlaced&account=0x…&object=order_…`
  ///
  /// `Last-Event-ID` stands for `after` when a reader comes back; without either the feed begins
  /// with the next block.
  func events(_ request: Request) async throws -> Response {
    let filter = try eventsFilter(request)
    let given = request.headers[values: .init("Last-Event-ID")!].first ?? query("after", request)
    let start: FeedCursor
    if let given {
      guard let cursor = FeedCursor(given) else {
        throw Problem.malformed("after", hint: "send a height, or the id of the last event")
      }
      let height = node.gate.height
      guard cursor.height <= height else {
        throw Problem(
          409, "cursorAhead", "the feed has not come to height \(cursor.height)",
          hint: "follow the network that the cursor is from, or begin anew",
          numbers: [Number("after", cursor.height), Number("height", height)])
      }
      start = cursor
    } else {
      start = FeedCursor(height: node.gate.height)
    }
    let feed = Feed(node: node, filter: filter, log: log)
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/event-stream", .cacheControl: "no-store",
        .xContentTypeOptions: "nosniff",
      ],
      body: ResponseBody { writer in
        // A writer cannot leave this closure, so the feed is pulled, not pushed.
        var cursor = start
        try await writer.write(ByteBuffer(string: EventFrame.comment("tolsey feed")))
        while let text = try await feed.next(after: &cursor) {
          try await writer.write(ByteBuffer(string: text))
        }
        try await writer.finish(nil)
      })
  }

  private func eventsFilter(_ request: Request) throws -> EventsFilter {
    var filter = EventsFilter(names: queries("name", request))
    filter.subjects = try addresses("account", request).map(\.padded)
    for text in queries("object", request) {
      guard let id = try IDStem(text).whole else {
        throw Problem.malformed("the object", hint: "a filter takes the whole id")
      }
      filter.subjects.append(id)
    }
    guard filter.names.count + filter.subjects.count <= 64 else {
      throw Problem(400, "tooManyFilters", "more than 64 names and objects", hint: "name fewer")
    }
    return filter
  }
}

/// One reader's walk through the log. It keeps a cursor and no events.
struct Feed: Sendable {
  let node: NodeServices
  let filter: EventsFilter
  let log: Logger

  /// The text of the next events, or a sign of life; nil once the node stops.
  func next(after cursor: inout FeedCursor) async throws -> String? {
    while !Task.isCancelled {
      let whole = cursor.index == nil
      let from: UInt64? = whole ? cursor.height : (cursor.height == 0 ? nil : cursor.height - 1)
      let page = try node.records.events(after: from, filter, limit: API.eventsAtOnce)
      let text = try write(page.value, &cursor)
      if !text.isEmpty { return text }
      if page.value.through < page.height { continue }
      if node.gate.isClosed { return nil }
      let isNews = await node.gate.wait(for: page.height + 1, upTo: API.heartbeat)
      if !isNews, !node.gate.isClosed, !Task.isCancelled {
        return EventFrame.comment("height \(cursor.height)")
          + EventFrame(id: cursor.description).text
      }
    }
    return nil
  }

  private func write(_ page: EventsPage, _ cursor: inout FeedCursor) throws -> String {
    var text = ""
    for (place, event) in page.events.enumerated()
    where cursor.isBefore(height: event.height, index: event.index) {
      let isLast =
        place + 1 == page.events.count || page.events[place + 1].height != event.height
      let id = FeedCursor(height: event.height, index: isLast ? nil : event.index)
      text += EventFrame(id: id.description, data: try json(event).text).text
      cursor = id
    }
    if page.through > cursor.height { cursor = FeedCursor(height: page.through) }
    return text
  }

  private func json(_ event: RecordedEvent) throws -> JSONValue {
    let decoded = try CBOR.decode(Event.self, from: event.bytes)
    let place: [JSONValue.Member] = [
      .init(name: "height", value: .unsigned(event.height)),
      .init(name: "index", value: .unsigned(event.index)),
    ]
    return .object(place + (decoded.json.members ?? []))
  }
}
