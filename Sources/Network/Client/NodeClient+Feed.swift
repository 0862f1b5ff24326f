// Following the feed, over as many connections as it takes.

public import Archive
public import Kernel
import NIOCore
import Primitives

/// An event with its place; the cursor resumes after it.
public struct FeedEvent: Hashable, Sendable {
  public var height: UInt64
  public var index: UInt64
  public var event: Event
  public var cursor: FeedCursor
}

extension NodeClient {
  /// Follows the feed after a place, and calls `body` once for every event, in order.
  ///
  /// A connection that ends is opened again where the last one stopped. It returns when `body`
  /// says false, and throws when the node refuses, or cannot be reached for `patience`.
  public func follow(
    after start: FeedCursor, filter: EventsFilter = EventsFilter(),
    patience: Duration = .seconds(60), _ body: (FeedEvent) async throws -> Bool
  ) async throws {
    var cursor = start
    var lastSeen = ContinuousClock.now
    while true {
      try Task.checkCancellation()
      var reader = EventFrameReader()
      var isDone = false
      do {
        let failure = try await HTTPStream.read(
          feedCall(after: cursor, filter), from: node, silence: .seconds(30)
        ) { bytes in
          lastSeen = .now
          for frame in try reader.read(bytes.readableBytesView) {
            guard let place = FeedCursor(frame.id) else { continue }
            if frame.data.isEmpty {
              cursor = max(cursor, place)
              continue
            }
            let event = try feedEvent(frame, place)
            // Sent again after a cut within a block: seen already.
            guard cursor.isBefore(height: event.height, index: event.index) else { continue }
            do { isDone = try await !body(event) } catch { throw FeedStopped(reason: error) }
            cursor = place
            if isDone { return false }
          }
          return true
        }
        if let failure { throw NodeClient.refused(failure) }
      } catch let error as ClientError where !error.isTemporary {
        throw error
      } catch let error as FeedStopped {
        throw error.reason
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        if ContinuousClock.now - lastSeen > patience {
          throw ClientError.unreachable("the feed of \(node) does not answer")
        }
      }
      if isDone { return }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  private func feedCall(after cursor: FeedCursor, _ filter: EventsFilter) -> HTTPCall {
    var path = "/api/events?after=\(cursor)"
    for name in filter.names { path += "&name=\(name)" }
    for subject in filter.subjects { path += "&object=\(subject)" }
    var call = HTTPCall(.GET, path)
    call.headers.append(("Accept", "text/event-stream"))
    return call
  }

  private func feedEvent(_ frame: EventFrame, _ place: FeedCursor) throws -> FeedEvent {
    let json = try decoding { () throws(Refusal) in try JSONValue(parsing: frame.data) }
    let height = try field(json["height"]?.uint64, "height")
    let index = try field(json["index"]?.uint64, "index")
    let members = (json.members ?? []).filter { $0.name != "height" && $0.name != "index" }
    let event = try field(try row(Event.self, .object(members)), "event")
    return FeedEvent(height: height, index: index, event: event, cursor: place)
  }
}

/// What the follower itself threw, which no new connection would mend.
private struct FeedStopped: Error {
  var reason: any Error
}
