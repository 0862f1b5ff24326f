// What happened up to now, read from the feed until it has nothing more.

public import Archive
import Kernel
import NIOCore
import Primitives

extension NodeClient {
  /// At most `limit` events after a place, in order; `isAll` says that nothing more is known.
  ///
  /// The node ends a feed that does not wait. One that goes on is left at the block that was
  /// the last when it was asked.
  public func history(
    after start: FeedCursor, filter: EventsFilter = EventsFilter(), limit: Int
  ) async throws -> (events: [FeedEvent], isAll: Bool) {
    let height = try await status().height
    guard start.height <= height else { return ([], true) }
    var reader = EventFrameReader()
    var events: [FeedEvent] = []
    var cursor = start
    var path = "/api/events?after=\(start)&wait=0"
    for name in filter.names { path += "&name=\(name)" }
    for subject in filter.subjects { path += "&object=\(subject)" }
    var call = HTTPCall(.GET, path)
    call.headers.append(("Accept", "text/event-stream"))
    let failure = try await HTTPStream.read(call, from: node, silence: .seconds(30)) { bytes in
      for frame in try reader.read(bytes.readableBytesView) {
        guard let place = FeedCursor(frame.id) else { continue }
        if !frame.data.isEmpty {
          let event = try historic(frame, place)
          guard cursor.isBefore(height: event.height, index: event.index) else { continue }
          if event.height > height || events.count == limit { return false }
          events.append(event)
        }
        cursor = max(cursor, place)
      }
      return events.count <= limit && cursor < FeedCursor(height: height)
    }
    if let failure { throw NodeClient.refused(failure) }
    return (events, events.count < limit)
  }

  private func historic(_ frame: EventFrame, _ place: FeedCursor) throws -> FeedEvent {
    let json = try decoding { () throws(Refusal) in try JSONValue(parsing: frame.data) }
    let height = try field(json["height"]?.uint64, "height")
    let index = try field(json["index"]?.uint64, "index")
    let members = (json.members ?? []).filter { $0.name != "height" && $0.name != "index" }
    let event = try field(try row(Event.self, .object(members)), "event")
    return FeedEvent(height: height, index: index, event: event, cursor: place)
  }
}
