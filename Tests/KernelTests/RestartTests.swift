// Every row of the Kernel is drained, loaded again, and undone without a trace.

import Kernel
import Primitives
import Testing

@Suite("Kernel state")
struct RestartTests {
  /// A random message, lawful or not.
  private func play(_ f: inout Founded, _ random: inout Seeded) throws(Refusal) {
    let from = [Founded.alice, Founded.bob, Founded.keeper][random.below(3)]
    let head = f.head(from, f.k.accounts.nextSequence(signer: from, lane: 0))
    try f.k.admit(head, signer: from, bytes: random.below(400))
    f.k.beacon.open(object: word(random.next()), salt: word(random.next()))
    switch random.below(5) {
    case 0:
      var terms = Terms.standard
      terms.take = UInt64(random.below(100))
      try f.k.apply(AmendTerms(head, terms: terms), as: word(1))
    case 1: try f.k.apply(RenewLinks(head, anchor: word(random.next())), as: word(1))
    case 2: try f.k.apply(Declare(head, operator: Founded.bob), as: word(1))
    case 3: try f.k.apply(PublishKey(head, sealingKey: word(random.next())), as: word(1))
    default:
      let amount = Amount(UInt64(random.below(random.chance(3) ? 3_000_000 : 20_000)))
      try f.k.apply(
        Transfer(head, to: address(UInt64(random.below(12))), amount), as: word(1))
    }
  }

  /// A Kernel that also tries messages and takes them back equals one that never tried.
  @Test(arguments: 1...8)
  func whatIsUndoneLeavesNoTrace(seed: UInt64) throws {
    var random = Seeded(seed)
    var f = try Founded()
    var twin = try Founded()
    for _ in 0..<20 {
      try f.begin()
      try twin.begin()
      for _ in 0..<15 {
        if random.chance(2) {
          let mark = f.k.mark()
          _ = refusal { () throws(Refusal) in try play(&f, &random) }
          f.k.rollback(to: mark)
          continue
        }
        var again = random
        let mark = f.k.mark()
        let refused = refusal { () throws(Refusal) in try play(&f, &random) }
        if refused != nil { f.k.rollback(to: mark) }
        f.k.forgetUndo()
        if refused == nil { try play(&twin, &again) }
        twin.k.forgetUndo()
      }
      #expect(f.k.events == twin.k.takeEvents())
      _ = f.k.takeEvents()
      #expect(f.k.timers.earliest == twin.k.timers.earliest)
      #expect(f.k.timers.count == twin.k.timers.count)
      #expect(f.end() == twin.end())
      #expect(f.k.ledger.supply() == Amount(3_000_000))
    }
  }

  /// What the drains say is the whole state: loaded into empty tables it behaves the same.
  @Test
  func theDrainedRowsAreTheState() throws {
    var random = Seeded(3)
    var f = try Founded()
    var stored: [[UInt8]: RowChange] = [:]
    func store(_ changes: [RowChange]) {
      for change in changes {
        stored[change.leafKey.bytes] = change.row == nil ? nil : change
      }
    }
    // A genesis of its own, since the fixture has drained its first rows already.
    var genesis = KernelTables()
    genesis.found(
      f.k.charter, terms: .standard, beacon: word(9), anchor: f.k.beacon.state.link,
      time: Time(1_000))
    for account in [Founded.keeper, Founded.alice, Founded.bob] {
      try genesis.fund(account, Amount(1_000_000))
    }
    var first: [RowChange] = []
    genesis.drain(into: &first)
    store(first)
    for _ in 0..<10 {
      try f.begin()
      for _ in 0..<15 {
        let mark = f.k.mark()
        if refusal(of: { () throws(Refusal) in try play(&f, &random) }) != nil {
          f.k.rollback(to: mark)
        }
        f.k.forgetUndo()
      }
      store(f.end())
    }

    var restarted = KernelTables()
    for change in stored.values.sorted(by: { $0.leafKey < $1.leafKey }) {
      let row = try #require(change.row)
      #expect(try restarted.load(table: change.table, key: change.key, row: row) == true)
    }
    restarted.rebuildTimers()
    var changes: [RowChange] = []
    restarted.drain(into: &changes)
    #expect(changes.isEmpty)
    #expect(restarted.clock == f.k.clock)
    #expect(restarted.charter == f.k.charter)
    #expect(restarted.beacon.state == f.k.beacon.state)
    #expect(restarted.terms.pending == f.k.terms.pending)
    #expect(restarted.ledger.supply() == Amount(3_000_000))
    #expect(restarted.accounts.count == f.k.accounts.count)
    for account in 0..<12 as Range<UInt64> {
      let holder = Holder.account(address(account))
      #expect(restarted.ledger.balance(holder) == f.k.ledger.balance(holder))
    }
    #expect(
      try restarted.load(table: "orders", key: [0], row: [0x80]) == false, "another room's")
  }
}
