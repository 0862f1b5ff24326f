// What a message and a block begin and end: rollback, the net changes, and loading at restart.

public import Primitives

// MARK: - The scope of a message

extension TableStorage {
  /// The position in the undo list, to roll back to.
  @inlinable func mark() -> Int { undo.count }

  /// Undoes every write since the mark, the last one first.
  @inlinable
  mutating func rollback(to mark: Int) {
    while undo.count > mark, let last = undo.popLast() {
      let slot = Int(last.slot)
      switch last.undoing {
      case .free:
        touched.removeLast()
        clear(slot)
        free(slot)
      case .restoreBefore:
        touched.removeLast()
        TableStorage.restore(&slots[slot], from: &before, counting: &rowCount)
        slots[slot].touch = -1
      case .restoreOverwritten:
        TableStorage.restore(&slots[slot], from: &overwritten, counting: &rowCount)
      case .empty: clear(slot)
      }
    }
  }

  /// Appends what differs from the state at the mark, in the order of the first write: what a
  /// rehearsal shows before it rolls back.
  func list(since mark: Int, into changes: inout [RowChange]) {
    let writes = (mark..<undo.count).map { undo[$0] }
    var nextBefore = before.count - writes.count { $0.undoing == .restoreBefore }
    var nextOverwritten = overwritten.count - writes.count { $0.undoing == .restoreOverwritten }
    var seen: Set<Int> = []
    let first = changes.count
    for write in writes {
      var old: Row?
      switch write.undoing {
      case .restoreBefore:
        old = before[nextBefore]
        nextBefore += 1
      case .restoreOverwritten:
        old = overwritten[nextOverwritten]
        nextOverwritten += 1
      case .free, .empty: break
      }
      let slot = Int(write.slot)
      guard seen.insert(slot).inserted else { continue }
      if (slots[slot].holdsRow ? slots[slot].row : nil) != old { changes.append(change(of: slot)) }
    }
    RowChange.hashLeafKeys(of: &changes, from: first)
  }

  /// The message stands.
  @inlinable @inline(__always)
  mutating func forgetUndo() {
    if !undo.isEmpty { dropUndo() }
  }

  @inlinable
  mutating func dropUndo() {
    let isLong = undo.count >= 1024
    // One by one: a message leaves one or two, and `removeAll` takes longer to begin.
    while let write = undo.popLast() {
      guard write.undoing == .restoreOverwritten else { continue }
      overwritten.removeLast()
      forget(Int(write.slot))
    }
    if isLong {
      undo.removeAll(keepingAtMost: 0)
      overwritten.removeAll(keepingAtMost: 0)
    }
  }

  /// A row that came and went within the block leaves nothing behind.
  @inlinable
  mutating func forget(_ slot: Int) {
    let touch = Int(slots[slot].touch)
    guard !slots[slot].holdsRow, touch >= 0, touched[touch].isNew else { return }
    touched[touch].slot = -1
    free(slot)
  }
}

// MARK: - The scope of a block

extension TableStorage {
  /// Appends what changed since the last drain and begins a new block. The message stands with it.
  /// The order, that of the first touches, means nothing.
  @inlinable
  mutating func drain(into changes: inout [RowChange]) {
    forgetUndo()
    guard !touched.isEmpty else { return }
    let first = changes.count
    var next = 0
    for place in 0..<touched.count where touched[place].slot >= 0 {
      let touch = touched[place]
      let slot = Int(touch.slot)
      slots[slot].touch = -1
      if touch.isNew {
        if slots[slot].holdsRow { changes.append(change(of: slot)) }
      } else {
        let isSame = slots[slot].holdsRow && slots[slot].row == before[next]
        if !isSame { changes.append(change(of: slot)) }
        next += 1
      }
      if !slots[slot].holdsRow { free(slot) }
    }
    RowChange.hashLeafKeys(of: &changes, from: first)
    touched.removeAll(keepingAtMost: 65_536)
    before.removeAll(keepingAtMost: 65_536)
  }

  /// The row of a slot as it is now; its leaf key is still to be hashed.
  @inlinable
  func change(of slot: Int) -> RowChange {
    let row = slots[slot].holdsRow ? CBOR.encode(slots[slot].row) : nil
    return RowChange(unhashed: name, key: slots[slot].key.keyBytes, row: row)
  }

  /// Fills a row at restart without marking a change; each key comes once.
  @inlinable
  mutating func load(key bytes: [UInt8], row: [UInt8]) throws(Refusal) {
    let decoded = try CBOR.decode(Row.self, from: row)
    let key = try Key(keyBytes: bytes)
    let hash = hash(key)
    guard find(key, hash) == nil else { throw .malformed(at: 0) }
    _ = add(key, decoded, hash)
  }

  /// Every row in the order of its key's bytes. It costs a sort: for rebuilding timers, walkers
  /// and dumps only.
  @inlinable
  func forEach(_ body: (Key, Row) -> Void) {
    let sorted = (0..<slots.count).filter { slots[$0].holdsRow }
      .map { (bytes: slots[$0].key.keyBytes, slot: $0) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for entry in sorted { body(slots[entry.slot].key, slots[entry.slot].row) }
  }
}
