// Where rows lie, how a write reaches them, and what it leaves behind for its undoing.

public import Primitives

extension TableStorage {
  @inlinable @inline(__always)
  func hash(_ key: Key) -> UInt64 {
    var hash = unkeyed
    key.mix(into: &hash)
    return hash.state
  }

  @inlinable @inline(__always)
  func find(_ key: Key, _ hash: UInt64) -> Int? {
    index.find(hash) { slots[$0].key == key }
  }

  /// The slot of a row that is there.
  @inlinable @inline(__always)
  func place(of key: Key) -> Int? {
    if rowCount == 0 { return nil }
    guard let slot = find(key, hash(key)), slots[slot].holdsRow else { return nil }
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

  /// Writing what is there already leaves no change: the drain compares, and only once a block.
  @inlinable
  mutating func write(_ row: consuming Row, to slot: Int) {
    if slots[slot].holdsRow {
      exchange(slot, row)
    } else {
      set(slot, row)
      undo.append(Write(slot, .empty))
    }
  }

  @inlinable
  mutating func remove(_ slot: Int) {
    guard slots[slot].holdsRow else { return }
    exchange(slot, Row())
    slots[slot].holdsRow = false
    rowCount -= 1
  }

  /// What was there is kept for the undoing, and for the drain what the block found there.
  @inlinable
  mutating func exchange(_ slot: Int, _ row: consuming Row) {
    let place = slots.pointer(to: slot)
    if place.pointee.isTouched {
      TableStorage.exchange(&place.pointee.row, row, keepingIn: &overwritten)
      undo.append(Write(slot, .restoreOverwritten))
    } else {
      TableStorage.exchange(&place.pointee.row, row, keepingIn: &before)
      touch(slot, isNew: false)
      undo.append(Write(slot, .restoreBefore))
    }
  }

  /// What was there is moved out and never copied: a row may hold a dozen arrays.
  @inlinable @inline(__always)
  static func exchange(
    _ place: UnsafeMutablePointer<Row>, _ row: consuming Row,
    keepingIn memory: inout SlotMemory<Row>
  ) {
    memory.append(moving: place)
    place.initialize(to: row)
  }

  /// Puts a row into a slot, whatever was there.
  @inlinable
  mutating func set(_ slot: Int, _ row: consuming Row) {
    slots[slot].row = row
    if !slots[slot].holdsRow { rowCount += 1 }
    slots[slot].holdsRow = true
  }

  /// Moves the last row of a list back to the slot that it came from.
  @inlinable
  static func restore(
    _ slot: inout Slot, from memory: inout SlotMemory<Row>, counting count: inout Int
  ) {
    memory.moveLast(to: &slot.row)
    if !slot.holdsRow { count += 1 }
    slot.holdsRow = true
  }

  @inlinable
  mutating func clear(_ slot: Int) {
    slots[slot].row = Row()
    if slots[slot].holdsRow { rowCount -= 1 }
    slots[slot].holdsRow = false
  }

  /// Gives a slot back that holds no row.
  @inlinable
  mutating func free(_ slot: Int) {
    index.remove(hash(slots[slot].key), slot: slot)
    slots[slot].touch = -1
    freeSlots.append(Int32(slot))
  }
}
