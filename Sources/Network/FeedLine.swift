// An event on its way to listeners: encoded once, whoever hears it.

import Archive
import Kernel
import Primitives

/// One event with what filters ask and the bytes that every listener gets.
struct FeedLine: Sendable {
  var height: UInt64
  var index: UInt64
  /// Counts all lines of the hub, for finding out who lags.
  var number: UInt64
  private var name: String
  private var subjects: [Bytes32]
  /// The data field of the frame and the empty line that closes it.
  var data: [UInt8]

  init(_ recorded: RecordedEvent, number: UInt64) throws {
    let event = try CBOR.decode(Event.self, from: recorded.bytes)
    height = recorded.height
    index = recorded.index
    self.number = number
    name = event.name
    subjects = event.subjects
    let place: [JSONValue.Member] = [
      .init(name: "height", value: .unsigned(recorded.height)),
      .init(name: "index", value: .unsigned(recorded.index)),
    ]
    let json = JSONValue.object(place + (event.json.members ?? []))
    data = Array("data: ".utf8) + json.bytes + Array("\n\n".utf8)
  }

  func fits(_ filter: EventsFilter) -> Bool {
    (filter.names.isEmpty || filter.names.contains(name))
      && (filter.subjects.isEmpty || subjects.contains { filter.subjects.contains($0) })
  }
}

/// Lines that follow each other, and how far they reach.
struct FeedPage: Sendable {
  var lines: [FeedLine]
  /// All events up to this height are among the lines, or were seen before.
  var through: UInt64
  /// The last block that was known when the page was made.
  var height: UInt64
  var number: UInt64?
}

extension Event {
  /// The ids under which the store keeps the event; a filter must give the same events whether
  /// they come from the store or from the hub, and a test of the feed holds both together.
  fileprivate var subjects: [Bytes32] {
    let listsBids = order != .zero && (subject == order || subject == lease)
    return [subject, order, lease] + parties.map(\.padded) + (listsBids ? [] : objects)
  }
}
