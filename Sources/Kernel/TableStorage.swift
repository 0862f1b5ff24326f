// What a table holds: its slots, their index, and what undoing and the block's end need of them.

public import Primitives

/// The memory behind a `Table`, which hands everything on to here.
@usableFromInline
struct TableStorage<Key: TableKey, Row: Fielded & Equatable>: ~Copyable {
  @usableFromInline let name: String
  /// Rows stay where they are, so that undo list and drain reach them without looking them up.
  @usableFromInline var slots = SlotMemory<Slot>()
  @usableFromInline var index = SlotIndex()
  @usableFromInline let unkeyed = KeyHash()
  /// Slots that hold nothing, the last one to be used first.
  @usableFromInline var freeSlots = SlotMemory<Int32>()
  /// How many slots hold a row.
  @usableFromInline var rowCount = 0
  /// What the current message did, in order.
  @usableFromInline var undo = SlotMemory<Write>()
  /// What it wrote over, other than the first touches of the block did.
  @usableFromInline var overwritten = SlotMemory<Row>()
  /// Every slot that the block touched, in the order of the first touch.
  @usableFromInline var touched = SlotMemory<Touch>()
  /// The rows that were there before it, in the same order; a new row has none.
  @usableFromInline var before = SlotMemory<Row>()
  @usableFromInline let pin = Pin()

  /// A row that the block removed keeps its slot until the drain, blank: no row is ever wrapped in
  /// an optional within the table, since each look at one of those copies it whole.
  @usableFromInline
  struct Slot {
    @usableFromInline let key: Key
    @usableFromInline var row: Row
    @usableFromInline var holdsRow = true
    /// Its place in `touched`; below zero where the block did not touch it.
    @usableFromInline var touch: Int32 = -1

    @inlinable
    init(key: Key, row: consuming Row) {
      self.key = key
      self.row = row
    }

    @inlinable var isTouched: Bool { touch >= 0 }
  }

  /// How a write is undone.
  @usableFromInline
  enum Undoing {
    /// The slot is new.
    case free
    /// The row is the last one of `before`: this was the first touch of the block.
    case restoreBefore
    /// The row is the last one of `overwritten`.
    case restoreOverwritten
    /// The slot was empty already.
    case empty
  }

  @usableFromInline
  struct Write {
    @usableFromInline let slot: Int32
    @usableFromInline let undoing: Undoing

    @inlinable
    init(_ slot: Int, _ undoing: Undoing) {
      self.slot = Int32(slot)
      self.undoing = undoing
    }
  }

  @usableFromInline
  struct Touch {
    /// Below zero once the row, which was new, has gone again.
    @usableFromInline var slot: Int32
    /// Whether there was no row.
    @usableFromInline let isNew: Bool

    @inlinable
    init(_ slot: Int, isNew: Bool) {
      self.slot = Int32(slot)
      self.isNew = isNew
    }
  }

  @usableFromInline
  init(_ name: String) { self.name = name }
}

extension TableStorage {
  @inlinable
  subscript(_ key: Key) -> Row? {
    guard let slot = place(of: key) else { return nil }
    return slots[slot].row
  }

  /// Whether there is a row, without a copy of it.
  @inlinable
  func contains(_ key: Key) -> Bool { place(of: key) != nil }

  /// The row, or the refusal that the caller names.
  @inlinable
  func require(
    _ key: Key, else refusal: @autoclosure () -> Refusal
  ) throws(Refusal) -> Row {
    guard let slot = place(of: key) else { throw refusal() }
    return slots[slot].row
  }

  /// What the body reads of the row, without a copy of it; nil where there is none.
  @inlinable @inline(__always)
  func read<R>(
    _ key: Key, _ body: (Row) throws(Refusal) -> R
  ) throws(Refusal) -> R? {
    guard let slot = place(of: key) else { return nil }
    return try body(slots[slot].row)
  }

  /// The same of a row that must be there.
  @inlinable @inline(__always)
  func read<R>(
    _ key: Key, else refusal: @autoclosure () -> Refusal,
    _ body: (Row) throws(Refusal) -> R
  ) throws(Refusal) -> R {
    guard let slot = place(of: key) else { throw refusal() }
    return try body(slots[slot].row)
  }

  /// How many rows there are.
  @inlinable var count: Int { rowCount }

  /// Writes what the body makes of the row, in one look-up. A refusal writes nothing.
  @inlinable
  mutating func update(
    _ key: Key, _ body: (Row?) throws(Refusal) -> Row?
  ) throws(Refusal) {
    let hash = hash(key)
    if let slot = find(key, hash) {
      let row = try body(slots[slot].holdsRow ? slots[slot].row : nil)
      replace(slot, by: row)
    } else if let row = try body(nil) {
      insert(row, at: key, hash)
    }
  }

  /// Writes a row, which is moved and never wrapped.
  @inlinable
  mutating func put(_ row: consuming Row, at key: Key) {
    let hash = hash(key)
    if let slot = find(key, hash) {
      write(row, to: slot)
    } else {
      insert(row, at: key, hash)
    }
  }

  @inlinable
  mutating func put(_ new: consuming Row?, at key: Key) {
    let hash = hash(key)
    if let slot = find(key, hash) {
      replace(slot, by: new)
    } else if let row = new {
      insert(row, at: key, hash)
    }
  }
}
