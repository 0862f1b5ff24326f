// Where rows lie, how a write reaches them, and what it leaves behind for its undoing.

public import Primitives

extension Table {
  @inlinable @inline(__always)
  func hash(_ key: Key) -> UInt64 {
    var hash = unkeyed
    key.mix(into: &hash)
    return hash.state
  }

  @inlinable @inline(__always)
  func find(_ key: Key, _ hash: UInt64) -> Int? {
    index.find(hash) { slots.span[$0].key == key }
  }

  /// The slot of a row that is there.
  @inlinable @inline(__always)
  func place(of key: Key) -> Int? {
    if rowCount == 0 { return nil }
    guard let slot = find(key, hash(key)), slots.span[slot].holdsRow else { return nil }
    return slot
  }

  @inlinable
  mutating func insert(_ row: consuming Row, at key: Key, _ hash: UInt64) {
    let slot = add(key, row, hash)
    touch(slot, isNew: true)
    undo.append(Write(slot, .free))
  }

  @inlinable
  mutating func touch(_ slot: Int, isNew: Bool) {
    slots[slot].touch = Int32(touched.count)
    touched.append(Touch(slot, isNew: isNew))
  }

  @inlinable
  mutating func add(_ key: Key, _ row: consuming Row, _ hash: UInt64) -> Int {
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = Int(free)
      slots[slot] = Slot(key: key, row: row)
    } else {
      slot = slots.count
      slots.append(Slot(key: key, row: row))
    }
    index.insert(hash, slot: slot)
    rowCount += 1
    return slot
  }

  @inlinable
  mutating func replace(_ slot: Int, by new: consuming Row?) {
    if let row = new {
      write(row, to: slot)
    } else {
      remove(slot)
    }
  }

  /// Writing what is there already is no write: it leaves neither an undo entry nor a touch.
  @inlinable
  mutating func write(_ row: consuming Row, to slot: Int) {
    if slots.span[slot].holdsRow {
      if slots.span[slot].row == row { return }
      keep(exchange(slot, row), of: slot)
    } else {
      set(slot, row)
      undo.append(Write(slot, .empty))
    }
  }

  @inlinable
  mutating func remove(_ slot: Int) {
    guard slots.span[slot].holdsRow else { return }
    let row = exchange(slot, Row())
    slots[slot].holdsRow = false
    rowCount -= 1
    keep(row, of: slot)
  }

  /// What was there is moved out and never copied: a row may hold a dozen arrays.
  @inlinable @inline(__always)
  mutating func exchange(_ slot: Int, _ row: consuming Row) -> Row {
    var row = row
    swap(&slots[slot].row, &row)
    return row
  }

  @inlinable
  mutating func keep(_ old: consuming Row, of slot: Int) {
    if slots.span[slot].isTouched {
      overwritten.append(old)
      undo.append(Write(slot, .restoreOverwritten))
    } else {
      before.append(old)
      touch(slot, isNew: false)
      undo.append(Write(slot, .restoreBefore))
    }
  }

  /// Puts a row into a slot, whatever was there.
  @inlinable
  mutating func set(_ slot: Int, _ row: consuming Row) {
    slots[slot].row = row
    if !slots.span[slot].holdsRow { rowCount += 1 }
    slots[slot].holdsRow = true
  }

  @inlinable
  mutating func clear(_ slot: Int) {
    slots[slot].row = Row()
    if slots.span[slot].holdsRow { rowCount -= 1 }
    slots[slot].holdsRow = false
  }

  /// Gives a slot back that holds no row.
  @inlinable
  mutating func free(_ slot: Int) {
    index.remove(hash(slots.span[slot].key), slot: slot)
    slots[slot].touch = -1
    freeSlots.append(Int32(slot))
  }
}
