// What follows from a list of tables: marks, rollbacks, drains and loading of all of them at once.

import Kernel
import Primitives
import Testing

/// Twelve tables, some in a group of their own: more than a mark holds in itself.
private struct Shelf: ~Copyable, TableGroup {
  struct Box: ~Copyable, TableGroup {
    var a = Table<UInt64, Lane>("a")
    var b = Table<UInt64, Lane>("b")
    var c = Table<UInt64, Lane>("c")
    var d = Table<UInt64, Lane>("d")
    var notes: [Int] = []

    mutating func tables(_ v: inout TableVisitor) {
      v(&a)
      v(&b)
      v(ofBlock: &notes)
      v(&c)
      v(&d)
    }

    mutating func write(_ table: Int, _ key: UInt64, _ row: Lane?) {
      switch table {
      case 0: a[key] = row
      case 1: b[key] = row
      case 2: c[key] = row
      default: d[key] = row
      }
    }

    func rows() -> [UInt64?] {
      (0..<4).flatMap { [a[$0]?.next, b[$0]?.next, c[$0]?.next, d[$0]?.next] }
    }
  }

  var first = Box()
  var second = Box()
  var third = Box()

  mutating func tables(_ v: inout TableVisitor) {
    v(&first)
    v(&second)
    v(&third)
  }

  mutating func write(_ random: inout Seeded) {
    let (table, key) = (random.below(4), UInt64(random.below(4)))
    let row = random.chance(3) ? nil : Lane(next: UInt64(random.below(9)))
    switch random.below(3) {
    case 0: first.write(table, key, row)
    case 1: second.write(table, key, row)
    default: third.write(table, key, row)
    }
    if random.chance(4) { second.notes.append(table) }
  }

  func state() -> [UInt64?] {
    first.rows() + second.rows() + third.rows() + second.notes.map { UInt64($0) }
  }
}

@Suite struct TableGroupTests {
  /// Marks within marks, each of any number of tables, come back to what they saw.
  @Test(arguments: 1...20)
  func everyMarkIsAWayBack(seed: UInt64) {
    var random = Seeded(seed)
    var shelf = Shelf()
    for _ in 0..<60 {
      for _ in 0..<random.below(12) { shelf.write(&random) }
      let (outer, before) = (shelf.mark(), shelf.state())
      for _ in 0..<random.below(60) { shelf.write(&random) }
      let (inner, between) = (shelf.mark(), shelf.state())
      for _ in 0..<random.below(30) { shelf.write(&random) }
      shelf.rollback(to: inner)
      #expect(shelf.state() == between)
      if random.chance(2) {
        shelf.rollback(to: outer)
        #expect(shelf.state() == before)
      }
      if random.chance(2) { shelf.forgetUndo() }
    }
  }

  /// What was forgotten since a mark stays; what was written after that is undone.
  @Test func nothingForgottenComesBack() {
    var shelf = Shelf()
    shelf.first.a[1] = Lane(next: 1)
    shelf.third.d[1] = Lane(next: 2)
    let mark = shelf.mark()
    shelf.forgetUndo()
    shelf.third.d[1] = Lane(next: 3)
    shelf.third.d[2] = Lane(next: 4)
    shelf.second.c[1] = Lane(next: 5)
    shelf.rollback(to: mark)
    #expect(shelf.first.a[1] == Lane(next: 1))
    #expect(shelf.second.c[1] == nil)
  }

  /// A twin that is loaded with what was drained is the same; another's table is left alone.
  @Test func whatIsDrainedCanBeLoaded() throws {
    var random = Seeded(5)
    var shelf = Shelf.Box()
    for _ in 0..<50 {
      shelf.write(random.below(4), UInt64(random.below(4)), Lane(next: random.next()))
    }
    var changes: [RowChange] = []
    shelf.drain(into: &changes)
    #expect(Set(changes.map(\.table)) == ["a", "b", "c", "d"])
    var twin = Shelf.Box()
    for change in changes {
      let row = try #require(change.row)
      #expect(try twin.load(table: change.table, key: change.key, row: row) == true)
    }
    #expect(twin.rows() == shelf.rows())
    #expect(try twin.load(table: "e", key: [0], row: [0]) == false)
    let broken = refusal { () throws(Refusal) in
      _ = try twin.load(table: "a", key: [0], row: [0x80])
    }
    #expect(broken != nil)
  }
}
