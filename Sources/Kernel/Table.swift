// Rows by key, with an undo list for the message and the net changes of the block.

public import Primitives

/// The only stored state of a room.
///
/// A message marks its tables, writes, and either stands (`forgetUndo`) or is rolled back, after
/// which nothing of it is left. A block drains what differs from the state before it. A table
/// cannot be copied: the first write after a forgotten copy of a million rows costs 0.1 s.
///
/// It is one word, and what it holds lies behind that: a room with a dozen tables stays small. The
/// compiler follows each part of what cannot be copied through each function that has it, and took
/// minutes for those that have the whole state.
public struct Table<Key: TableKey, Row: Fielded & Equatable>: ~Copyable {
  @usableFromInline let storage: UnsafeMutablePointer<TableStorage<Key, Row>>

  /// The name goes into the leaves of the state tree, so it never changes.
  public init(_ name: String) {
    precondition((1...255).contains(name.utf8.count), "a table needs a short name")
    storage = .allocate(capacity: 1)
    storage.initialize(to: TableStorage(name))
  }

  deinit {
    storage.deinitialize(count: 1)
    storage.deallocate()
  }
}

/// It holds its storage alone, and nobody else ever sees the pointer.
extension Table: @unchecked Sendable where Key: Sendable, Row: Sendable {}

// MARK: - Rows

extension Table {
  public var name: String { storage.pointee.name }

  /// How many rows there are.
  @inlinable @inline(__always)
  public var count: Int { storage.pointee.rowCount }

  @inlinable
  public subscript(_ key: Key) -> Row? {
    get { storage.pointee[key] }
    set { storage.pointee.put(newValue, at: key) }
  }

  /// Whether there is a row, without a copy of it.
  @inlinable @inline(__always)
  public func contains(_ key: Key) -> Bool { storage.pointee.contains(key) }

  /// The row, or the refusal that the caller names.
  @inlinable @inline(__always)
  public func require(
    _ key: Key, else refusal: @autoclosure () -> Refusal
  ) throws(Refusal) -> Row {
    try storage.pointee.require(key, else: refusal())
  }

  /// What the body reads of the row, without a copy of it; nil where there is none.
  @inlinable @inline(__always)
  public func read<R>(
    _ key: Key, _ body: (Row) throws(Refusal) -> R
  ) throws(Refusal) -> R? {
    try storage.pointee.read(key, body)
  }

  /// The same of a row that must be there.
  @inlinable @inline(__always)
  public func read<R>(
    _ key: Key, else refusal: @autoclosure () -> Refusal,
    _ body: (Row) throws(Refusal) -> R
  ) throws(Refusal) -> R {
    try storage.pointee.read(key, else: refusal(), body)
  }

  /// Writes what the body makes of the row, in one look-up. A refusal writes nothing.
  @inlinable @inline(__always)
  public mutating func update(
    _ key: Key, _ body: (Row?) throws(Refusal) -> Row?
  ) throws(Refusal) {
    try storage.pointee.update(key, body)
  }

  /// Writes a row, which is moved and never wrapped.
  @inlinable @inline(__always)
  public mutating func put(_ row: consuming Row, at key: Key) {
    storage.pointee.put(row, at: key)
  }

  /// Every row in the order of its key's bytes. It costs a sort: for rebuilding timers, walkers
  /// and dumps only.
  @inlinable
  public func forEach(_ body: (Key, Row) -> Void) { storage.pointee.forEach(body) }

  /// Fills a row at restart without marking a change; each key comes once.
  @inlinable
  public mutating func load(key bytes: [UInt8], row: [UInt8]) throws(Refusal) {
    try storage.pointee.load(key: bytes, row: row)
  }
}

// MARK: - The scopes of a message and of a block

extension Table {
  /// The position in the undo list, to roll back to.
  @inlinable @inline(__always)
  public func mark() -> Int { storage.pointee.undo.count }

  /// Undoes every write since the mark, the last one first.
  @inlinable
  public mutating func rollback(to mark: Int) { storage.pointee.rollback(to: mark) }

  /// Appends what differs from the state at the mark, in the order of the first write: what a
  /// rehearsal shows before it rolls back.
  public func list(since mark: Int, into changes: inout [RowChange]) {
    storage.pointee.list(since: mark, into: &changes)
  }

  /// The message stands.
  @inlinable @inline(__always)
  public mutating func forgetUndo() { storage.pointee.forgetUndo() }

  /// Appends what changed since the last drain and begins a new block. The message stands with it.
  /// The order, that of the first touches, means nothing.
  @inlinable
  public mutating func drain(into changes: inout [RowChange]) {
    storage.pointee.drain(into: &changes)
  }
}
