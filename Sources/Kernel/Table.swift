// Rows by key, with an undo list for the message and the net changes of the block.

public import Primitives

/// The only stored state of a room.
///
/// A message marks its tables, writes, and either stands (`forgetUndo`) or is rolled back, after
/// which nothing of it is left. A block drains what differs from the state before it. A table
/// cannot be copied: the first write after a forgotten copy of a million rows costs 0.1 s.
public struct Table<Key: TableKey, Row: Fielded & Equatable>: ~Copyable {
  public let name: String
  @usableFromInline var rows: [Key: Row] = [:]
  /// What the current message overwrote, in order.
  @usableFromInline var undo: [Overwritten] = []
  /// The keys of `before`, so that only the first write of a block is kept.
  @usableFromInline var touched: Set<Key> = []
  /// Every row that the block touched as it was before, in the order of the first touch.
  @usableFromInline var before: [Before] = []

  @usableFromInline
  struct Overwritten {
    @usableFromInline var key: Key
    @usableFromInline var row: Row?
    @usableFromInline var isFirstTouch: Bool

    @inlinable
    init(key: Key, row: Row?, isFirstTouch: Bool) {
      self.key = key
      self.row = row
      self.isFirstTouch = isFirstTouch
    }
  }

  @usableFromInline
  struct Before {
    @usableFromInline var key: Key
    @usableFromInline var row: Row?

    @inlinable
    init(key: Key, row: Row?) {
      self.key = key
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
    get { rows[key] }
    set { put(newValue, at: key) }
  }

  /// The row, or the refusal that the caller names.
  @inlinable
  public func require(
    _ key: Key, else refusal: @autoclosure () -> Refusal
  ) throws(Refusal) -> Row {
    guard let row = rows[key] else { throw refusal() }
    return row
  }

  @inlinable public var count: Int { rows.count }

  /// Writing what is there already is no write: it leaves neither an undo entry nor a touch.
  @inlinable
  mutating func put(_ new: Row?, at key: Key) {
    let old: Row?
    if let new {
      old = rows.updateValue(new, forKey: key)
      if let old, old == new { return }
    } else {
      old = rows.removeValue(forKey: key)
      if old == nil { return }
    }
    let isFirstTouch = touched.insert(key).inserted
    if isFirstTouch { before.append(Before(key: key, row: old)) }
    undo.append(Overwritten(key: key, row: old, isFirstTouch: isFirstTouch))
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
      if let row = last.row {
        rows.updateValue(row, forKey: last.key)
      } else {
        rows.removeValue(forKey: last.key)
      }
      if last.isFirstTouch {
        before.removeLast()
        touched.remove(last.key)
      }
    }
  }

  /// The message stands.
  @inlinable
  public mutating func forgetUndo() {
    if !undo.isEmpty { undo.removeAll(keepingCapacity: undo.count < 1024) }
  }
}

// MARK: - The scope of a block

extension Table {
  /// Appends what changed since the last drain and begins a new block. The message stands with it.
  /// The order means nothing: a tree or a store sorts by leaf.
  @inlinable
  public mutating func drain(into changes: inout [RowChange]) {
    forgetUndo()
    guard !before.isEmpty else { return }
    for entry in before {
      let now = rows[entry.key]
      if now == entry.row { continue }
      changes.append(
        RowChange(table: name, key: entry.key.keyBytes, row: now.map { CBOR.encode($0) }))
    }
    before.removeAll(keepingCapacity: before.count < 65_536)
    touched.removeAll(keepingCapacity: touched.count < 65_536)
  }

  /// Fills a row at restart without marking a change; each key comes once.
  @inlinable
  public mutating func load(key: [UInt8], row: [UInt8]) throws(Refusal) {
    let decoded = try CBOR.decode(Row.self, from: row)
    let old = rows.updateValue(decoded, forKey: try Key(keyBytes: key))
    if old != nil { throw .malformed(at: 0) }
  }

  /// Every row in the order of its key's bytes. It costs a sort: for rebuilding timers, walkers
  /// and dumps only.
  @inlinable
  public func forEach(_ body: (Key, Row) -> Void) {
    let sorted = rows.map { (bytes: $0.key.keyBytes, key: $0.key, row: $0.value) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for entry in sorted { body(entry.key, entry.row) }
  }
}
