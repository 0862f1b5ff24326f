// Rows by key, with an undo list for the message and the net changes of the block.

public import Primitives

/// The only stored state of a room.
///
/// A message marks its tables, writes, and either stands (`forgetUndo`) or is rolled back, after
/// which nothing of it is left. A block drains what differs from the state before it. A table
/// cannot be copied: the first write after a forgotten copy of a million rows costs 0.1 s.
public struct Table<Key: TableKey, Row: Fielded & Equatable>: ~Copyable {
  public let name: String
  /// Rows stay where they are, so that undo list and drain reach them without looking them up.
  @usableFromInline var slots: ContiguousArray<Slot> = []
  @usableFromInline var index = SlotIndex()
  /// Slots that hold nothing, the last one to be used first.
  @usableFromInline var freeSlots: [Int32] = []
  /// How many slots hold a row.
  @usableFromInline var rowCount = 0
  /// What the current message overwrote, in order.
  @usableFromInline var undo: [Overwritten] = []
  /// Every row that the block touched as it was before, in the order of the first touch.
  @usableFromInline var before: [Before] = []

  /// A row that the block removed keeps its slot, empty, until the drain.
  @usableFromInline
  struct Slot {
    @usableFromInline var key: Key
    @usableFromInline var row: Row?
    /// Whether the block touched it.
    @usableFromInline var isTouched: Bool

    @inlinable
    init(key: Key, row: consuming Row?, isTouched: Bool) {
      self.key = key
      self.row = row
      self.isTouched = isTouched
    }
  }

  @usableFromInline
  struct Overwritten {
    @usableFromInline var slot: Int
    /// Nil for the first touch of a block: that row is the last one of `before`.
    @usableFromInline var row: Row?
    @usableFromInline var isFirstTouch: Bool

    @inlinable
    init(slot: Int, row: consuming Row?, isFirstTouch: Bool) {
      self.slot = slot
      self.row = row
      self.isFirstTouch = isFirstTouch
    }
  }

  @usableFromInline
  struct Before {
    @usableFromInline var slot: Int
    @usableFromInline var row: Row?

    @inlinable
    init(slot: Int, row: consuming Row?) {
      self.slot = slot
      self.row = row
    }
  }

  /// The name goes into the leaves of the state tree, so it never changes.
  public init(_ name: String) {
    precondition((1...255).contains(name.utf8.count), "a table needs a short name")
    self.name = name
  }

  @inlinable
  public subscript(_ key: Key) -> Row? {
    get {
      guard let slot = find(key, Table.hash(key)) else { return nil }
      return slots[slot].row
    }
    set { put(newValue, at: key) }
  }

  /// Whether there is a row, without a copy of it.
  @inlinable
  public func contains(_ key: Key) -> Bool {
    guard let slot = find(key, Table.hash(key)) else { return false }
    return slots[slot].row != nil
  }

  /// The row, or the refusal that the caller names.
  @inlinable
  public func require(
    _ key: Key, else refusal: @autoclosure () -> Refusal
  ) throws(Refusal) -> Row {
    guard let row = self[key] else { throw refusal() }
    return row
  }

  /// How many rows there are.
  @inlinable public var count: Int { rowCount }

  /// Writes what the body makes of the row, in one look-up. A refusal writes nothing.
  @inlinable
  public mutating func update(
    _ key: Key, _ body: (Row?) throws(Refusal) -> Row?
  ) throws(Refusal) {
    let hash = Table.hash(key)
    if let slot = find(key, hash) {
      replace(slot, by: try body(slots[slot].row))
    } else if let row = try body(nil) {
      insert(row, at: key, hash)
    }
  }

  @inlinable
  mutating func put(_ new: consuming Row?, at key: Key) {
    let hash = Table.hash(key)
    if let slot = find(key, hash) {
      replace(slot, by: new)
    } else if let row = new {
      insert(row, at: key, hash)
    }
  }
}

// MARK: - Slots

extension Table {
  /// Seeded by the process, so that nobody can make up keys that collide. Nothing that the table
  /// gives depends on it.
  @inlinable
  static func hash(_ key: Key) -> UInt64 { UInt64(bitPattern: Int64(key.hashValue)) }

  @inlinable @inline(__always)
  func find(_ key: Key, _ hash: UInt64) -> Int? {
    index.find(hash) { slots[$0].key == key }
  }

  @inlinable
  mutating func insert(_ row: consuming Row, at key: Key, _ hash: UInt64) {
    let slot = add(key, row, hash, isTouched: true)
    before.append(Before(slot: slot, row: nil))
    undo.append(Overwritten(slot: slot, row: nil, isFirstTouch: true))
  }

  @inlinable
  mutating func add(_ key: Key, _ row: consuming Row, _ hash: UInt64, isTouched: Bool) -> Int {
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = Int(free)
      slots[slot] = Slot(key: key, row: row, isTouched: isTouched)
    } else {
      slot = slots.count
      slots.append(Slot(key: key, row: row, isTouched: isTouched))
    }
    index.insert(hash, slot: slot)
    rowCount += 1
    return slot
  }

  /// Writing what is there already is no write: it leaves neither an undo entry nor a touch.
  @inlinable
  mutating func replace(_ slot: Int, by new: consuming Row?) {
    if slots[slot].row == new { return }
    // What was there is moved out and never copied: a row may hold a dozen arrays.
    var row = new
    rowCount += row == nil ? 0 : 1
    swap(&slots[slot].row, &row)
    rowCount -= row == nil ? 0 : 1
    if slots[slot].isTouched {
      undo.append(Overwritten(slot: slot, row: row, isFirstTouch: false))
    } else {
      slots[slot].isTouched = true
      before.append(Before(slot: slot, row: row))
      undo.append(Overwritten(slot: slot, row: nil, isFirstTouch: true))
    }
  }

  /// Gives a slot back that holds no row.
  @inlinable
  mutating func free(_ slot: Int) {
    index.remove(Table.hash(slots[slot].key), slot: slot)
    slots[slot].isTouched = false
    freeSlots.append(Int32(slot))
  }
}

// MARK: - The scope of a message

extension Table {
  /// The position in the undo list, to roll back to.
  @inlinable public func mark() -> Int { undo.count }

  /// Undoes every write since the mark, the last one first.
  @inlinable
  public mutating func rollback(to mark: Int) {
    while undo.count > mark {
      let last = undo.removeLast()
      var row = last.isFirstTouch ? before.removeLast().row : last.row
      rowCount += row == nil ? 0 : 1
      swap(&slots[last.slot].row, &row)
      rowCount -= row == nil ? 0 : 1
      guard last.isFirstTouch else { continue }
      slots[last.slot].isTouched = false
      if slots[last.slot].row == nil { free(last.slot) }
    }
  }

  /// Appends what differs from the state at the mark, in the order of the first write: what a
  /// rehearsal shows before it rolls back.
  public func list(since mark: Int, into changes: inout [RowChange]) {
    let entries = undo.dropFirst(mark)
    var first = before.count - entries.count { $0.isFirstTouch }
    var seen: Set<Int> = []
    for entry in entries {
      let old = entry.isFirstTouch ? before[first].row : entry.row
      if entry.isFirstTouch { first += 1 }
      guard seen.insert(entry.slot).inserted, slots[entry.slot].row != old else { continue }
      changes.append(change(of: entry.slot))
    }
  }

  /// The message stands.
  @inlinable
  public mutating func forgetUndo() {
    if undo.count < 1024 {
      // A message leaves one or two entries in a table: `removeAll` takes longer to begin.
      while !undo.isEmpty { undo.removeLast() }
    } else {
      undo = []
    }
  }
}

// MARK: - The scope of a block

extension Table {
  /// Appends what changed since the last drain and begins a new block. The message stands with it.
  /// The order, that of the first touches, means nothing.
  @inlinable
  public mutating func drain(into changes: inout [RowChange]) {
    forgetUndo()
    guard !before.isEmpty else { return }
    for place in before.indices {
      let slot = before[place].slot
      slots[slot].isTouched = false
      if slots[slot].row != before[place].row { changes.append(change(of: slot)) }
      if slots[slot].row == nil { free(slot) }
    }
    before.removeAll(keepingCapacity: before.count < 65_536)
  }

  /// The row of a slot as it is now.
  @inlinable
  func change(of slot: Int) -> RowChange {
    RowChange(
      table: name, key: slots[slot].key.keyBytes, row: slots[slot].row.map { CBOR.encode($0) })
  }

  /// Fills a row at restart without marking a change; each key comes once.
  @inlinable
  public mutating func load(key bytes: [UInt8], row: [UInt8]) throws(Refusal) {
    let decoded = try CBOR.decode(Row.self, from: row)
    let key = try Key(keyBytes: bytes)
    let hash = Table.hash(key)
    guard find(key, hash) == nil else { throw .malformed(at: 0) }
    _ = add(key, decoded, hash, isTouched: false)
  }

  /// Every row in the order of its key's bytes. It costs a sort: for rebuilding timers, walkers
  /// and dumps only.
  @inlinable
  public func forEach(_ body: (Key, Row) -> Void) {
    let sorted = slots.indices.filter { slots[$0].row != nil }
      .map { (bytes: slots[$0].key.keyBytes, slot: $0) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for entry in sorted {
      if let row = slots[entry.slot].row { body(slots[entry.slot].key, row) }
    }
  }
}
