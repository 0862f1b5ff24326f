// A node without a chain: rows, blocks and events that a test puts there, behind the real server.

import Archive
import Chain
import Kernel
import Logging
import Primitives
import Synchronization

@testable import NetworkRoom

/// What readers read, as the test made it.
final class FakeRecords: Records {
  struct Inside {
    var rows: [String: [[UInt8]: [UInt8]]] = [:]
    var messages: [RecordedMessage] = []
    var blocks: [UInt64: RecordedBlock] = [:]
    var events: [RecordedEvent] = []
    var receipts: [Bytes32: [UInt8]] = [:]
    var settled: [Bytes32: [RecordedRun]] = [:]
    var height: UInt64 = 0
    /// Reads of the list of events, which the hub must not multiply.
    var eventReads = 0
    var isBroken = false
  }

  let inside = Mutex(Inside())

  struct Broken: Error { let secret = "s3cret in /var/lib" }

  private func read<T: Sendable>(_ body: (inout Inside) throws -> T) throws -> AsOf<T> {
    try inside.withLock { inside in
      guard !inside.isBroken else { throw Broken() }
      return AsOf(try body(&inside), height: inside.height)
    }
  }

  func row(_ table: String, key: [UInt8]) throws -> AsOf<[UInt8]?> {
    try read { $0.rows[table]?[key] }
  }

  func rows(_ table: String, after: [UInt8]?, limit: Int) throws -> AsOf<[RecordedRow]> {
    try read { inside in
      let sorted = (inside.rows[table] ?? [:]).sorted { $0.key.lexicographicallyPrecedes($1.key) }
      let rest = sorted.filter { entry in
        after.map { $0.lexicographicallyPrecedes(entry.key) } ?? true
      }
      return rest.prefix(limit).map { RecordedRow(key: $0.key, row: $0.value) }
    }
  }

  func message(_ id: Bytes32) throws -> AsOf<RecordedMessage?> {
    try read { $0.messages.first { $0.id == id } }
  }

  func block(_ height: UInt64) throws -> AsOf<RecordedBlock?> { try read { $0.blocks[height] } }

  func messages(at height: UInt64) throws -> [RecordedMessage] {
    try read { $0.messages.filter { $0.height == height } }.value
  }

  func settled(_ id: Bytes32) throws -> AsOf<[RecordedRun]> { try read { $0.settled[id] ?? [] } }

  func events(
    after height: UInt64?, _ filter: EventsFilter, limit: Int
  ) throws -> AsOf<EventsPage> {
    try read { inside in
      inside.eventReads += 1
      var found: [RecordedEvent] = []
      var through = height ?? 0
      for event in inside.events where height.map({ event.height > $0 }) ?? true {
        if found.count >= limit, event.height != found.last?.height {
          return EventsPage(events: found, through: through)
        }
        through = event.height
        let takesAll = filter == EventsFilter()
        if try takesAll || FeedLine(event, number: 0).fits(filter) { found.append(event) }
      }
      return EventsPage(events: found, through: max(through, inside.height))
    }
  }

  func resolve(_ stem: IDStem, limit: Int) throws -> [Bytes32] {
    try read { inside in
      var ids: [Bytes32] = inside.messages.map(\.id)
      for event in inside.events {
        let event = try CBOR.decode(Event.self, from: event.bytes)
        ids += [event.subject, event.order, event.lease] + event.objects
      }
      return Array(Set(ids.filter { stem.matches($0) }).sorted().prefix(limit))
    }.value
  }

  func receipt(_ id: Bytes32) throws -> AsOf<[UInt8]?> { try read { $0.receipts[id] } }
}

/// Takes every message and says that it is done.
final class FakeDoor: MessageDoor {
  let taken = Mutex<[Bytes32]>([])

  func deliver(_ message: SignedMessage, waits: Bool) async throws(Problem) -> Delivery {
    taken.withLock { $0.append(message.id) }
    guard waits else { return .waiting }
    return .done(
      RecordedMessage(
        id: message.id, height: 1, bytes: message.encoded,
        outcome: MessageOutcome(id: message.id, refusal: nil, toll: Amount(40))))
  }

  func isWaiting(_ id: Bytes32) -> Bool { false }

  func rehearse(_ message: UnsignedMessage) async throws(Problem) -> Rehearsal {
    var rehearsal = Rehearsal()
    rehearsal.isAdmitted = true
    rehearsal.toll = Amount(40)
    return rehearsal
  }
}

/// Records, door and gate of one test, and the server over them.
final class FakeNode: Sendable {
  let records = FakeRecords()
  let door = FakeDoor()
  let gate = HeightGate()
  let genesis: Genesis
  let services: NodeServices

  init(_ change: (inout NodeServices) -> Void = { _ in }) {
    genesis = Genesis()
    let facts = NodeFacts(
      genesis: genesis, network: Bytes32(words: 1, 2, 3, 4), chainID: 7,
      operatorAddress: PrivateKey(seed: [1]).address, version: "0.0", blobLimit: 1 << 20,
      messageLimit: 1 << 16, isStepped: false)
    var services = NodeServices(
      facts: facts, records: records, door: door, gate: gate,
      health: { NodeHealth(isStopping: false, waiting: 0, isGrowing: true) },
      now: { Time(1_800_000_000_000) })
    change(&services)
    self.services = services
    put("clock", UInt64(0).keyBytes, Clock())
  }

  func put<Row: Fielded>(_ table: String, _ key: [UInt8], _ row: Row) {
    let bytes = CBOR.encode(row)
    records.inside.withLock { $0.rows[table, default: [:]][key] = bytes }
  }

  /// Adds a block with these events and messages, and wakes whoever waits for it.
  func grow(_ events: [Event], messages: [SignedMessage] = []) {
    let height = records.inside.withLock { inside in
      inside.height += 1
      for (index, event) in events.enumerated() {
        inside.events.append(
          RecordedEvent(height: inside.height, index: UInt64(index), bytes: CBOR.encode(event)))
      }
      for message in messages {
        inside.messages.append(
          RecordedMessage(
            id: message.id, height: inside.height, bytes: CBOR.encode(message),
            outcome: MessageOutcome(id: message.id, refusal: nil, toll: Amount(1))))
      }
      return inside.height
    }
    gate.advance(to: height)
  }

  /// Adds a whole block, as the log has it.
  func append(_ block: Block) {
    grow(block.results.events, messages: block.body)
    let recorded = RecordedBlock(
      height: block.height, id: block.id, header: CBOR.encode(block.header),
      signature: block.signature, messages: block.body.map(\.id),
      outcomes: block.results.outcomes, settled: block.results.settled.map { CBOR.encode($0) },
      events: block.results.events.map { CBOR.encode($0) })
    records.inside.withLock { $0.blocks[block.height] = recorded }
  }

  func run<T: Sendable>(
    pages: (any Pages)? = nil, _ body: (Int) async throws -> T
  ) async throws -> T {
    var log = Logger(label: "test")
    log.logLevel = .critical
    let server = try await Server.start(
      services, host: "127.0.0.1", port: 0, pages: pages, log: log)
    do {
      let result = try await body(server.address.port)
      gate.close()
      await server.stop(grace: .milliseconds(200))
      return result
    } catch {
      gate.close()
      await server.stop(grace: .milliseconds(200))
      throw error
    }
  }
}
