// A block as the store takes it: bytes, and the ids by which they will be asked for.

public import Primitives

/// One item of a block with the ids that find it.
public struct LogItem: Hashable, Sendable {
  /// Full ids, an address padded to 32 bytes. A message's first is its own; one that came by an
  /// Ethereum transaction has that one's hash for a second.
  public var ids: [Bytes32]
  /// An event's name; empty elsewhere.
  public var name: String
  public var bytes: [UInt8]

  public init(ids: [Bytes32], name: String = "", bytes: [UInt8]) {
    self.ids = ids
    self.name = name
    self.bytes = bytes
  }
}

/// A row that the block changed.
public struct LoggedRow: Hashable, Sendable {
  public var table: String
  public var key: [UInt8]
  /// Nil: the row was removed.
  public var row: [UInt8]?

  public init(table: String, key: [UInt8], row: [UInt8]?) {
    self.table = table
    self.key = key
    self.row = row
  }
}

/// What one block leaves behind, all of which becomes durable together or not at all.
public struct CommittedBlock: Hashable, Sendable {
  public var height: UInt64
  public var id: Bytes32
  /// The canonical header, of which `id` is the hash.
  public var header: [UInt8]
  /// The operator's, over `id`.
  public var signature: [UInt8]
  /// The body in order.
  public var messages: [LogItem]
  /// The outcome of each message, in the same order.
  public var outcomes: [[UInt8]]
  /// Settled runs in order, with the ids of run, lease and order.
  public var receipts: [LogItem]
  /// Events in order, with the ids of objects and accounts that they concern.
  public var events: [LogItem]
  /// Net changes of the state, one a row; a reader of the log never sees them.
  public var rows: [LoggedRow]

  public init(
    height: UInt64, id: Bytes32, header: [UInt8], signature: [UInt8], messages: [LogItem] = [],
    outcomes: [[UInt8]] = [], receipts: [LogItem] = [], events: [LogItem] = [],
    rows: [LoggedRow] = []
  ) {
    self.height = height
    self.id = id
    self.header = header
    self.signature = signature
    self.messages = messages
    self.outcomes = outcomes
    self.receipts = receipts
    self.events = events
    self.rows = rows
  }
}

/// What a block's row holds beside its contents.
public struct BlockHead: Hashable, Sendable {
  public var height: UInt64
  public var id: Bytes32
  public var header: [UInt8]
  public var signature: [UInt8]
}

/// A block read back: what `CommittedBlock` held, less the rows.
public struct StoredBlock: Hashable, Sendable {
  public var head: BlockHead
  public var messages: [LogItem]
  public var outcomes: [[UInt8]]
  public var receipts: [LogItem]
  public var events: [LogItem]
}

/// What was read, and the height of the last block that the reading reflects.
public struct Reading<Value: Sendable>: Sendable {
  public var value: Value
  public var height: UInt64
}

extension Reading: Equatable where Value: Equatable {}
