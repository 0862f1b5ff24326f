// The visitor of a group's tables: one way to reach each, six things that are done there.

public import Primitives

/// Goes from table to table. It is no protocol: what it does at each is compiled where the rows'
/// type is known, and beginning a message visits every table there is.
public struct TableVisitor {
  @usableFromInline
  enum Act { case mark, rollback, list, forget, drain, load }

  struct Stored {
    var table = ""
    var key: [UInt8] = []
    var row: [UInt8] = []
  }

  @usableFromInline let act: Act
  /// Whether it undoes, and so has nothing to do where nothing was written.
  @usableFromInline let isOfMessage: Bool
  /// What is noted, or where to go back to.
  @usableFromInline var mark: TableMark
  /// How many parts were visited, and how many of the mark's entries were used up.
  @usableFromInline var place = 0
  @usableFromInline var used = 0
  @usableFromInline var changes: [RowChange] = []
  /// The row that is on its way into its table.
  var stored: Stored?
  var isFound = false
  var refusal: Refusal?

  init(_ act: Act, _ mark: TableMark = TableMark()) {
    self.act = act
    self.mark = mark
    isOfMessage = act != .drain && act != .load
  }

  /// A message visits every table three times and writes to a few: the others cost a look.
  @inlinable @inline(__always)
  public mutating func callAsFunction<Key, Row>(_ table: inout Table<Key, Row>) {
    if isOfMessage, table.mark() == 0 {
      place += 1
    } else {
      visit(&table)
    }
  }

  @inlinable @inline(never)
  mutating func visit<Key, Row>(_ table: inout Table<Key, Row>) {
    switch act {
    case .mark: note(table.mark())
    case .rollback: table.rollback(to: noted())
    case .list: table.list(since: noted(), into: &changes)
    case .forget: table.forgetUndo()
    case .drain: table.drain(into: &changes)
    case .load: load(into: &table)
    }
  }

  /// A part of the group that has tables of its own.
  @inlinable @inline(__always)
  public mutating func callAsFunction<Group: TableGroup & ~Copyable>(_ group: inout Group) {
    group.tables(&self)
  }

  /// A list that messages only lengthen, and that outlives them: what a block did. It is not
  /// stored.
  public mutating func callAsFunction<Element>(ofBlock list: inout [Element]) {
    switch act {
    case .mark: note(list.count)
    case .rollback: list.removeLast(max(0, list.count - noted()))
    case .list: _ = noted()
    case .forget, .drain, .load: break
    }
  }

  /// The same of what one message did: it is empty when the next one begins.
  mutating func callAsFunction<Element>(ofMessage list: inout [Element]) {
    self(ofBlock: &list)
    // A message leaves a few: `removeAll` takes longer to begin.
    if act == .forget { while list.popLast() != nil {} }
  }

  /// The index of deadlines, which follows from the rows.
  mutating func callAsFunction(_ timers: inout Timers) {
    switch act {
    case .mark: note(timers.mark())
    case .rollback: timers.rollback(to: noted())
    case .list: _ = noted()
    case .forget: timers.forgetUndo()
    case .drain, .load: break
    }
  }
}

// MARK: - What it has in hand

extension TableVisitor {
  @inlinable @inline(__always)
  mutating func note(_ count: Int) {
    if count > 0 { noteEntry(count) }
    place += 1
  }

  @usableFromInline
  mutating func noteEntry(_ count: Int) {
    mark.append(TableMark.Entry(place: place, count: count))
  }

  /// What was noted here.
  @usableFromInline
  mutating func noted() -> Int {
    defer { place += 1 }
    // Of what was forgotten since the mark nothing is left to go back to.
    while used < mark.count, mark[used].place < place { used += 1 }
    guard used < mark.count, mark[used].place == place else { return 0 }
    used += 1
    return mark[used - 1].count
  }

  @usableFromInline
  mutating func load<Key, Row>(into table: inout Table<Key, Row>) {
    guard let stored, !isFound, table.name == stored.table else { return }
    isFound = true
    do throws(Refusal) {
      try table.load(key: stored.key, row: stored.row)
    } catch {
      refusal = error
    }
  }
}
