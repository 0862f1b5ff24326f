// What has tables, and what happens to all of them alike: messages, blocks, restarts.

public import Primitives

/// A room, a part of one, or all of them: whatever keeps rows.
///
/// It lists its tables once, as a row lists its fields; the scopes of messages and blocks follow.
public protocol TableGroup: ~Copyable {
  /// Visits each table and each part that is a group itself, always in the same order. What is
  /// left out here would neither be rolled back nor stored.
  mutating func tables(_ v: inout TableVisitor)
}

/// A position in every undo list of a group. Most lists are empty: only the others are noted.
public struct TableMark: Sendable {
  struct Entry: Sendable {
    let place: Int
    let count: Int
  }

  /// The first few lie in the mark itself: one is made for every message, and memory for it would
  /// cost more than all else that is done here.
  private var near = InlineArray<8, Entry>(repeating: Entry(place: 0, count: 0))
  private var far: [Entry] = []
  private(set) var count = 0

  @usableFromInline init() {}

  subscript(_ index: Int) -> Entry { index < near.count ? near[index] : far[index - near.count] }

  mutating func append(_ entry: Entry) {
    if count < near.count { near[count] = entry } else { far.append(entry) }
    count += 1
  }
}

// MARK: - The scope of a message

extension TableGroup where Self: ~Copyable {
  /// The position to roll back to.
  public mutating func mark() -> TableMark {
    var v = TableVisitor(.mark)
    tables(&v)
    return v.mark
  }

  /// Undoes everything since the mark. No trace of it is left.
  public mutating func rollback(to mark: TableMark) {
    var v = TableVisitor(.rollback, mark)
    tables(&v)
  }

  /// Appends what differs from the state at the mark, for a rehearsal to show.
  public mutating func list(since mark: TableMark, into changes: inout [RowChange]) {
    var v = TableVisitor(.list, mark)
    swap(&v.changes, &changes)
    tables(&v)
    swap(&v.changes, &changes)
  }

  /// The message stands.
  public mutating func forgetUndo() {
    var v = TableVisitor(.forget)
    tables(&v)
  }
}

// MARK: - Block and restart

extension TableGroup where Self: ~Copyable {
  /// Appends what changed since the last drain and begins a new block.
  public mutating func drain(into changes: inout [RowChange]) {
    var v = TableVisitor(.drain)
    swap(&v.changes, &changes)
    tables(&v)
    swap(&v.changes, &changes)
  }

  /// Takes a stored row at restart; false says that the table is another group's.
  @discardableResult
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    var v = TableVisitor(.load)
    v.stored = TableVisitor.Stored(table: table, key: key, row: row)
    tables(&v)
    if let refusal = v.refusal { throw refusal }
    return v.isFound
  }
}
