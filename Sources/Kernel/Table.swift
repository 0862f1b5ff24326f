// Rows by key, with an undo list for the message and the net changes of the block.

public import Primitives

/// The only stored state of a room.
///
/// A message marks its tables, writes, and either stands (`forgetUndo`) or is rolled back, after
/// which nothing of it is left. A block drains what differs from the state before it. A table
/// cannot be copied: the first write after a forgotten copy of a million rows costs 0.1 s.
public struct Table<Key: TableKey, Row: Fielded & Equatable>: ~Copyable {
  public let name: String
  /// A row that the block removed keeps its place, empty, until the drain: so that a write costs
  /// one look-up, where a set of touched keys beside the rows would cost another.
  @usableFromInline var places: [Key: Place] = [:]
  /// How many places hold a row.
  @usableFromInline var rowCount = 0
  /// What the current message overwrote, in order.
  @usableFromInline var undo: [Overwritten] = []
  /// Every row that the block touched as it was before, in the order of the first touch.
  @usableFromInline var before: [Before] = []

  @usableFromInline
  struct Place {
    @usableFromInline var row: Row?
    /// Whether the block touched it.
    @usableFromInline var isTouched: Bool

    @inlinable
    init(row: Row?, isTouched: Bool) {
      self.row = row
      self.isTouched = isTouched
    }
  }

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
    get { places[key]?.row }
    set { put(newValue, at: key) }
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
    if let index = places.index(forKey: key) {
      replace(at: index, by: try body(places.values[index].row), key)
    } else if let row = try body(nil) {
      insert(row, at: key)
    }
  }

  @inlinable
  mutating func put(_ new: Row?, at key: Key) {
    if let index = places.index(forKey: key) {
      replace(at: index, by: new, key)
    } else if let new {
      insert(new, at: key)
    }
  }

  /// Writing what is there already is no write: it leaves neither an undo entry nor a touch.
  @inlinable
  mutating func replace(at index: Dictionary<Key, Place>.Index, by new: Row?, _ key: Key) {
    let old = places.values[index]
    if old.row == new { return }
    if !old.isTouched { before.append(Before(key: key, row: old.row)) }
    undo.append(Overwritten(key: key, row: old.row, isFirstTouch: !old.isTouched))
    places.values[index] = Place(row: new, isTouched: true)
    rowCount += (new == nil ? 0 : 1) - (old.row == nil ? 0 : 1)
  }

  @inlinable
  mutating func insert(_ row: Row, at key: Key) {
    places[key] = Place(row: row, isTouched: true)
    before.append(Before(key: key, row: nil))
    undo.append(Overwritten(key: key, row: nil, isFirstTouch: true))
    rowCount += 1
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
      guard let index = places.index(forKey: last.key) else { continue }
      rowCount += (last.row == nil ? 0 : 1) - (places.values[index].row == nil ? 0 : 1)
      if last.isFirstTouch { before.removeLast() }
      if last.isFirstTouch, last.row == nil {
        places.remove(at: index)
      } else {
        places.values[index] = Place(row: last.row, isTouched: !last.isFirstTouch)
      }
    }
  }

  /// Appends what differs from the state at the mark, in the order of the first write: what a
  /// rehearsal shows before it rolls back.
  public func list(since mark: Int, into changes: inout [RowChange]) {
    var seen: Set<Key> = []
    for entry in undo.dropFirst(mark) where seen.insert(entry.key).inserted {
      let now = self[entry.key]
      if now == entry.row { continue }
      changes.append(
        RowChange(table: name, key: entry.key.keyBytes, row: now.map { CBOR.encode($0) }))
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
      guard let index = places.index(forKey: entry.key) else { continue }
      let now = places.values[index].row
      if now == nil { places.remove(at: index) } else { places.values[index].isTouched = false }
      if now == entry.row { continue }
      changes.append(
        RowChange(table: name, key: entry.key.keyBytes, row: now.map { CBOR.encode($0) }))
    }
    before.removeAll(keepingCapacity: before.count < 65_536)
  }

  /// Fills a row at restart without marking a change; each key comes once.
  @inlinable
  public mutating func load(key: [UInt8], row: [UInt8]) throws(Refusal) {
    let decoded = try CBOR.decode(Row.self, from: row)
    let old = places.updateValue(
      Place(row: decoded, isTouched: false), forKey: try Key(keyBytes: key))
    if old != nil { throw .malformed(at: 0) }
    rowCount += 1
  }

  /// Every row in the order of its key's bytes. It costs a sort: for rebuilding timers, walkers
  /// and dumps only.
  @inlinable
  public func forEach(_ body: (Key, Row) -> Void) {
    let sorted = places.keys.map { (bytes: $0.keyBytes, key: $0) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for entry in sorted {
      if let row = self[entry.key] { body(entry.key, row) }
    }
  }
}
