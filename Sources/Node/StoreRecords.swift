// What the API reads, from the store: rows as they were after the last block, and the log.

import Archive
import Chain
import Kernel
import NetworkRoom
import Primitives
import Store

/// Readers' view of the node. It never touches the state that blocks are made from.
struct StoreRecords: Records {
  let store: StoreHandle<SQLiteLog>
  let genesis: Genesis

  func row(_ table: String, key: [UInt8]) throws -> AsOf<[UInt8]?> {
    let found = try store.open().row(table, key: key)
    return AsOf(found.value, height: found.height)
  }

  func rows(
    _ table: String, after: [UInt8]?, limit: Int
  ) throws -> AsOf<[RecordedRow]> {
    let found = try store.open().rows(table, after: after, limit: limit)
    let rows = found.value.map { RecordedRow(key: $0.key, row: $0.row ?? []) }
    return AsOf(rows, height: found.height)
  }
}

// MARK: - The log

extension StoreRecords {
  func message(_ id: Bytes32) throws -> AsOf<RecordedMessage?> {
    let found = try store.open().message(id)
    guard let stored = found.value else { return AsOf(nil, height: found.height) }
    let record = RecordedMessage(
      id: id, height: stored.height, bytes: stored.item.bytes,
      outcome: try CBOR.decode(MessageOutcome.self, from: stored.outcome))
    return AsOf(record, height: found.height)
  }

  func block(_ height: UInt64) throws -> AsOf<RecordedBlock?> {
    let found = try store.open().block(at: height)
    guard let stored = found.value else { return AsOf(nil, height: found.height) }
    let block = RecordedBlock(
      height: stored.head.height, id: stored.head.id, header: stored.head.header,
      signature: stored.head.signature, messages: stored.messages.map { $0.ids[0] },
      outcomes: try stored.outcomes.map { try CBOR.decode(MessageOutcome.self, from: $0) },
      settled: stored.receipts.map(\.bytes), events: stored.events.map(\.bytes))
    return AsOf(block, height: found.height)
  }

  func messages(at height: UInt64) throws -> [RecordedMessage] {
    guard let stored = try store.open().block(at: height).value else { return [] }
    return try zip(stored.messages, stored.outcomes).map { item, outcome in
      RecordedMessage(
        id: item.ids[0], height: height, bytes: item.bytes,
        outcome: try CBOR.decode(MessageOutcome.self, from: outcome))
    }
  }

  func settled(_ id: Bytes32) throws -> AsOf<[RecordedRun]> {
    let found = try store.open().receipts(of: id)
    return AsOf(
      found.value.map { RecordedRun(height: $0.height, bytes: $0.item.bytes) },
      height: found.height)
  }

  func events(
    after height: UInt64?, _ filter: EventsFilter, limit: Int
  ) throws -> AsOf<EventsPage> {
    let found = try store.open().events(
      after: height, filter: EventFilter(names: filter.names, subjects: filter.subjects),
      limit: limit)
    let events = found.value.events.map {
      RecordedEvent(height: $0.height, index: UInt64($0.position), bytes: $0.item.bytes)
    }
    return AsOf(
      EventsPage(events: events, through: found.value.through ?? height ?? 0),
      height: found.height)
  }

  func resolve(_ stem: IDStem, limit: Int) throws -> [Bytes32] {
    let prefix = IDPrefix(stem.leading, bitCount: stem.bitCount)
    return try store.open().resolve(prefix, limit: limit).value.map(\.id)
  }

  func receipt(_ id: Bytes32) throws -> AsOf<[UInt8]?> {
    let found = try store.open().receipts(of: id, limit: 1)
    guard let place = found.value.first, let stored = try store.open().block(at: place.height).value
    else { return AsOf(nil, height: found.height) }
    let block = try stored.decoded()
    let receipt = try Receipt(of: place.position, in: block, genesis: genesis) {
      id throws(Refusal) in
      guard let stored = try? store.open().message(id).value else { return nil }
      return try CBOR.decode(SignedMessage.self, from: stored.item.bytes)
    }
    return AsOf(receipt.bytes, height: found.height)
  }
}
