// What readers read of a node's store, by id: rows as they are, and the log as it was.

public import Chain
public import Primitives

/// What was read, and the height of the last block that the reading reflects.
public struct AsOf<Value: Sendable>: Sendable {
  public var value: Value
  public var height: UInt64

  public init(_ value: Value, height: UInt64) {
    self.value = value
    self.height = height
  }
}

/// A row of the state, by its key's bytes.
public struct RecordedRow: Hashable, Sendable {
  public var key: [UInt8]
  public var row: [UInt8]

  public init(key: [UInt8], row: [UInt8]) {
    self.key = key
    self.row = row
  }
}

/// A message in its block, with what came of it.
public struct RecordedMessage: Hashable, Sendable {
  public var id: Bytes32
  public var height: UInt64
  /// The canonical bytes of the signed message.
  public var bytes: [UInt8]
  public var outcome: MessageOutcome

  public init(id: Bytes32, height: UInt64, bytes: [UInt8], outcome: MessageOutcome) {
    self.id = id
    self.height = height
    self.bytes = bytes
    self.outcome = outcome
  }
}

/// An event with its place in the feed.
public struct RecordedEvent: Hashable, Sendable {
  public var height: UInt64
  public var index: UInt64
  /// Canonical bytes of the event.
  public var bytes: [UInt8]

  public init(height: UInt64, index: UInt64, bytes: [UInt8]) {
    self.height = height
    self.index = index
    self.bytes = bytes
  }
}

/// A block as readers see it.
public struct RecordedBlock: Hashable, Sendable {
  public var height: UInt64
  public var id: Bytes32
  /// The canonical header, of which `id` is the hash.
  public var header: [UInt8]
  /// The operator's, over `id`.
  public var signature: [UInt8]
  public var messages: [Bytes32]
  public var outcomes: [MessageOutcome]
  /// Canonical bytes of the runs that the block settled.
  public var settled: [[UInt8]]
  public var events: [[UInt8]]

  public init(
    height: UInt64, id: Bytes32, header: [UInt8], signature: [UInt8], messages: [Bytes32],
    outcomes: [MessageOutcome], settled: [[UInt8]], events: [[UInt8]]
  ) {
    self.height = height
    self.id = id
    self.header = header
    self.signature = signature
    self.messages = messages
    self.outcomes = outcomes
    self.settled = settled
    self.events = events
  }
}

/// A settled run in the log.
public struct RecordedRun: Hashable, Sendable {
  public var height: UInt64
  /// Canonical bytes of the `SettledRun`.
  public var bytes: [UInt8]

  public init(height: UInt64, bytes: [UInt8]) {
    self.height = height
    self.bytes = bytes
  }
}

/// Events of whole blocks, and the height after which to ask again.
public struct EventsPage: Hashable, Sendable {
  public var events: [RecordedEvent]
  public var through: UInt64

  public init(events: [RecordedEvent], through: UInt64) {
    self.events = events
    self.through = through
  }
}

/// Which events a reader wants; an empty list wants all.
public struct EventsFilter: Hashable, Sendable {
  public var names: [String]
  /// Objects, or accounts padded to 32 bytes.
  public var subjects: [Bytes32]

  public init(names: [String] = [], subjects: [Bytes32] = []) {
    self.names = names
    self.subjects = subjects
  }
}

/// Where an event stands in the log.
public struct RecordedPlace: Hashable, Sendable {
  public var height: UInt64
  /// Its place among the block's events.
  public var position: UInt64

  public init(height: UInt64, position: UInt64) {
    self.height = height
    self.position = position
  }
}

/// Everything that readers read: the store, never the live state.
///
/// Who knows heights, as the lists do, names them: nothing has to be searched for then, and a page
/// costs the same in a small log and in a large one.
public protocol Records: Sendable {
  func row(_ table: String, key: [UInt8]) throws -> AsOf<[UInt8]?>
  /// Rows in the order of their keys' bytes, those after `after`.
  func rows(_ table: String, after: [UInt8]?, limit: Int) throws -> AsOf<[RecordedRow]>
  func message(_ id: Bytes32) throws -> AsOf<RecordedMessage?>
  /// The message that came by the Ethereum transaction of that hash.
  func message(transaction hash: Bytes32) throws -> AsOf<RecordedMessage?>
  /// The message, if the block of that height holds it.
  func message(_ id: Bytes32, at height: UInt64) throws -> AsOf<RecordedMessage?>
  /// The canonical header of a height.
  func header(_ height: UInt64) throws -> AsOf<[UInt8]?>
  func block(_ height: UInt64) throws -> AsOf<RecordedBlock?>
  /// The messages of a block, in its order; none where there is no such block.
  func messages(at height: UInt64) throws -> [RecordedMessage]
  /// Settled runs that name this run, lease or order.
  func settled(_ id: Bytes32) throws -> AsOf<[RecordedRun]>
  /// Those in the blocks of these heights, which are in order.
  func settled(_ id: Bytes32, at heights: [UInt64]) throws -> AsOf<[RecordedRun]>
  func events(
    after height: UInt64?, _ filter: EventsFilter, limit: Int
  ) throws -> AsOf<EventsPage>
  /// The events at these places; a place that has none is left out.
  func events(at places: [RecordedPlace]) throws -> AsOf<[RecordedEvent]>
  /// Ids in the log that begin so, at most `limit`.
  func resolve(_ stem: IDStem, limit: Int) throws -> [Bytes32]
  /// The receipt file of a run; nil where it is not settled, or nothing of that name is known.
  func receipt(_ id: Bytes32) throws -> AsOf<[UInt8]?>
}

/// By searching, for records that know no better.
extension Records {
  /// None, for records of networks to which no transaction came.
  public func message(transaction hash: Bytes32) throws -> AsOf<RecordedMessage?> {
    AsOf(nil, height: try message(hash).height)
  }

  public func message(_ id: Bytes32, at height: UInt64) throws -> AsOf<RecordedMessage?> {
    let found = try message(id)
    return AsOf(found.value.flatMap { $0.height == height ? $0 : nil }, height: found.height)
  }

  public func header(_ height: UInt64) throws -> AsOf<[UInt8]?> {
    let found = try block(height)
    return AsOf(found.value?.header, height: found.height)
  }

  public func settled(_ id: Bytes32, at heights: [UInt64]) throws -> AsOf<[RecordedRun]> {
    let found = try settled(id)
    return AsOf(found.value.filter { heights.contains($0.height) }, height: found.height)
  }

  public func events(at places: [RecordedPlace]) throws -> AsOf<[RecordedEvent]> {
    var (found, height): ([RecordedEvent], UInt64) = ([], 0)
    for place in places {
      let block = try block(place.height)
      height = block.height
      guard let events = block.value?.events, place.position < UInt64(events.count) else {
        continue
      }
      found.append(
        RecordedEvent(
          height: place.height, index: place.position, bytes: events[Int(place.position)]))
    }
    return AsOf(found, height: height)
  }
}
