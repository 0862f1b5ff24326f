// What readers read, from the store: rows as they were after the last block, and the log.

public import Archive
public import Chain
import Kernel
public import Primitives

/// Readers' view of the node. It never touches the state that blocks are made from.
public struct LogRecords: Records {
  let genesis: Genesis
  /// The log, as long as it is open.
  let log: @Sendable () throws(StoreError) -> SQLiteLog

  public init(genesis: Genesis, log: @escaping @Sendable () throws(StoreError) -> SQLiteLog) {
    self.genesis = genesis
    self.log = log
  }

  public func row(_ table: String, key: [UInt8]) throws -> AsOf<[UInt8]?> {
    let found = try log().row(table, key: key)
    return AsOf(found.value, height: found.height)
  }

  public func rows(
    _ table: String, after: [UInt8]?, limit: Int
  ) throws -> AsOf<[RecordedRow]> {
    let found = try log().rows(table, after: after, limit: limit)
    let rows = found.value.map { RecordedRow(key: $0.key, row: $0.row ?? []) }
    return AsOf(rows, height: found.height)
  }
}

// MARK: - The log

extension LogRecords {
  public func message(_ id: Bytes32) throws -> AsOf<RecordedMessage?> {
    try recorded(id, log().message(id))
  }

  public func message(_ id: Bytes32, at height: UInt64) throws -> AsOf<RecordedMessage?> {
    try recorded(id, log().message(id, at: height))
  }

  public func message(transaction hash: Bytes32) throws -> AsOf<RecordedMessage?> {
    let found = try log().message(transaction: hash)
    let message = try found.value.map { try RecordedMessage($0.item.ids[0], $0) }
    return AsOf(message, height: found.height)
  }

  private func recorded(
    _ id: Bytes32, _ found: Reading<StoredMessage?>
  ) throws -> AsOf<RecordedMessage?> {
    AsOf(try found.value.map { try RecordedMessage(id, $0) }, height: found.height)
  }

  public func header(_ height: UInt64) throws -> AsOf<[UInt8]?> {
    let found = try log().head(at: height)
    return AsOf(found.value?.header, height: found.height)
  }

  public func block(_ height: UInt64) throws -> AsOf<RecordedBlock?> {
    let found = try log().block(at: height)
    guard let stored = found.value else { return AsOf(nil, height: found.height) }
    let block = RecordedBlock(
      height: stored.head.height, id: stored.head.id, header: stored.head.header,
      signature: stored.head.signature, messages: stored.messages.map { $0.ids[0] },
      outcomes: try stored.outcomes.map { try CBOR.decode(MessageOutcome.self, from: $0) },
      settled: stored.receipts.map(\.bytes), events: stored.events.map(\.bytes))
    return AsOf(block, height: found.height)
  }

  public func messages(at height: UInt64) throws -> [RecordedMessage] {
    guard let stored = try log().block(at: height).value else { return [] }
    return try zip(stored.messages, stored.outcomes).map { item, outcome in
      RecordedMessage(
        id: item.ids[0], height: height, bytes: item.bytes,
        outcome: try CBOR.decode(MessageOutcome.self, from: outcome))
    }
  }

  public func settled(_ id: Bytes32) throws -> AsOf<[RecordedRun]> {
    recorded(try log().receipts(of: id))
  }

  public func settled(_ id: Bytes32, at heights: [UInt64]) throws -> AsOf<[RecordedRun]> {
    recorded(try log().receipts(of: id, at: heights))
  }

  private func recorded(_ found: Reading<[StoredReceipt]>) -> AsOf<[RecordedRun]> {
    AsOf(found.value.map { RecordedRun($0) }, height: found.height)
  }

  public func events(at places: [RecordedPlace]) throws -> AsOf<[RecordedEvent]> {
    let found = try log().events(at: places)
    return AsOf(found.value.map { RecordedEvent($0) }, height: found.height)
  }

  public func events(
    after height: UInt64?, _ filter: EventsFilter, limit: Int
  ) throws -> AsOf<EventsPage> {
    let found = try log().events(
      after: height, filter: EventFilter(names: filter.names, subjects: filter.subjects),
      limit: limit)
    return AsOf(
      EventsPage(
        events: found.value.events.map { RecordedEvent($0) },
        through: found.value.through ?? height ?? 0),
      height: found.height)
  }

  public func resolve(_ stem: IDStem, limit: Int) throws -> [Bytes32] {
    let prefix = IDPrefix(stem.leading, bitCount: stem.bitCount)
    return try log().resolve(prefix, limit: limit).value.map(\.id)
  }

  public func receipt(_ id: Bytes32) throws -> AsOf<[UInt8]?> {
    let found = try log().receipts(of: id, limit: 1)
    guard let place = found.value.first, let stored = try log().block(at: place.height).value
    else { return AsOf(nil, height: found.height) }
    let block = try stored.decoded()
    let receipt = try Receipt(of: place.position, in: block, genesis: genesis) {
      id throws(Refusal) in
      guard let stored = try? log().message(id).value else { return nil }
      return try CBOR.decode(SignedMessage.self, from: stored.item.bytes)
    }
    return AsOf(receipt.bytes, height: found.height)
  }
}

extension RecordedMessage {
  fileprivate init(_ id: Bytes32, _ stored: StoredMessage) throws {
    self.init(
      id: id, height: stored.height, bytes: stored.item.bytes,
      outcome: try CBOR.decode(MessageOutcome.self, from: stored.outcome))
  }
}

extension RecordedEvent {
  fileprivate init(_ stored: StoredEvent) {
    self.init(height: stored.height, index: UInt64(stored.position), bytes: stored.item.bytes)
  }
}

extension RecordedRun {
  fileprivate init(_ stored: StoredReceipt) {
    self.init(height: stored.height, bytes: stored.item.bytes)
  }
}
