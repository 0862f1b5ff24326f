// The ledger against a naive one, with refusals, rollbacks and conservation.

import Kernel
import Primitives
import Testing

/// A ledger as a dictionary, for comparison.
private struct NaiveLedger {
  var balances: [BalanceKey: UInt64] = [:]

  /// False where the posting must be refused.
  mutating func post(_ p: Posting) -> Bool {
    if p.amount == .zero { return true }
    if p.from == .treasury { return false }
    let source = BalanceKey(p.from, p.asset)
    guard let has = balances[source], has >= p.amount.units else { return false }
    balances[source] = has - p.amount.units
    balances[BalanceKey(p.to, p.asset), default: 0] += p.amount.units
    return true
  }

  var rows: [BalanceKey: UInt64] { balances.filter { $0.value > 0 } }
}

@Suite("Ledger")
struct LedgerTests {
  private func rows(_ ledger: borrowing Ledger) -> [BalanceKey: UInt64] {
    var rows: [BalanceKey: UInt64] = [:]
    ledger.forEachBalance { holder, asset, amount in
      rows[BalanceKey(holder, asset)] = amount.units
    }
    return rows
  }

  private static let holders: [Holder] = [
    .account(address(1)), .account(address(2)), .account(address(3)), .escrow(word(1)),
    .escrow(word(2)), .treasury, .operator,
  ]

  private func randomPosting(_ random: inout Seeded) -> Posting {
    Posting(
      from: Self.holders[random.below(7)], to: Self.holders[random.below(7)],
      Amount(UInt64(random.below(random.chance(4) ? 400 : 60))),
      Asset(UInt32(random.below(2))))
  }

  @Test(arguments: 1...8)
  func followsTheModel(seed: UInt64) throws {
    var random = Seeded(seed)
    var ledger = Ledger()
    var model = NaiveLedger()
    for account in 1...3 as ClosedRange<UInt64> {
      for asset in 0...1 as ClosedRange<UInt32> {
        try ledger.mint(to: .account(address(account)), Amount(1_000), Asset(asset))
        model.balances[BalanceKey(.account(address(account)), Asset(asset))] = 1_000
      }
    }
    ledger.forgetUndo()
    for _ in 0..<400 {
      let postings = (0..<random.below(5)).map { _ in randomPosting(&random) }
      let mark = ledger.mark()
      var after = model
      let allowed = postings.allSatisfy { after.post($0) }
      let refused = refusal { () throws(Refusal) in try ledger.post(postings) }
      #expect((refused == nil) == allowed)
      if refused != nil || random.chance(4) {
        ledger.rollback(to: mark)
        #expect(ledger.postings.isEmpty == true)
      } else {
        model = after
        #expect(ledger.postings == postings.filter { $0.amount != .zero })
      }
      ledger.forgetUndo()
      #expect(ledger.postings.isEmpty == true)
      #expect(rows(ledger) == model.rows)
      for asset in 0...1 as ClosedRange<UInt32> {
        #expect(ledger.supply(Asset(asset)) == Amount(3_000))
        #expect(ledger.minted(Asset(asset)) == Amount(3_000))
      }
    }
  }

  @Test
  func refusesWithTheNumbersCompared() throws {
    var ledger = Ledger()
    try ledger.mint(to: .account(address(1)), Amount(10))
    let refused = refusal { () throws(Refusal) in
      try ledger.post(from: .account(address(1)), to: .operator, Amount(11))
    }
    #expect(refused == .insufficient(has: Amount(10), needs: Amount(11)))
    #expect(refused?.numbers == [Number("has", 10), Number("needs", 11)])
    #expect(ledger.balance(.account(address(1))) == Amount(10))
  }

  /// Of an asset that one does not have one has nothing, whatever one has of another.
  @Test
  func assetsDoNotMix() throws {
    var ledger = Ledger()
    try ledger.mint(to: .account(address(1)), Amount(10))
    let refused = refusal { () throws(Refusal) in
      try ledger.post(from: .account(address(1)), to: .operator, Amount(1), Asset(1))
    }
    #expect(refused == .insufficient(has: .zero, needs: Amount(1)))
  }

  @Test
  func nothingLeavesTheTreasury() throws {
    var ledger = Ledger()
    try ledger.mint(to: .account(address(1)), Amount(10))
    try ledger.post(from: .account(address(1)), to: .treasury, Amount(10))
    for target in Self.holders {
      let refused = refusal { () throws(Refusal) in
        try ledger.post(from: .treasury, to: target, Amount(1))
      }
      #expect(refused == .treasuryIsFinal)
    }
    #expect(ledger.balance(.treasury) == Amount(10))
  }

  /// Paying oneself needs the money and makes none.
  @Test
  func aHolderCannotGrowByPayingItself() throws {
    var ledger = Ledger()
    let me = Holder.account(address(1))
    try ledger.mint(to: me, Amount(10))
    try ledger.post(from: me, to: me, Amount(10))
    #expect(ledger.balance(me) == Amount(10))
    let refused = refusal { () throws(Refusal) in
      try ledger.post(from: me, to: me, Amount(11))
    }
    #expect(refused == .insufficient(has: Amount(10), needs: Amount(11)))
  }

  @Test
  func emptyBalancesHaveNoRow() throws {
    var ledger = Ledger()
    try ledger.mint(to: .account(address(1)), Amount(10))
    try ledger.post(from: .account(address(1)), to: .account(address(2)), Amount(10))
    #expect(ledger.count == 1)
    var changes: [RowChange] = []
    ledger.drain(into: &changes)
    #expect(changes.map(\.table).sorted() == ["balances", "supplies"])
  }

  /// Balances can never overflow, since what was minted of an asset cannot.
  @Test
  func mintingStopsAtTheRange() throws {
    var ledger = Ledger()
    try ledger.mint(to: .account(address(1)), Amount(.max))
    let refused = refusal { () throws(Refusal) in
      try ledger.mint(to: .account(address(2)), Amount(1))
    }
    #expect(refused == .overflow)
    try ledger.mint(to: .account(address(2)), Amount(1), Asset(1))
    #expect(ledger.supply() == Amount(.max))
    try ledger.post(from: .account(address(1)), to: .account(address(2)), Amount(.max))
    #expect(ledger.balance(.account(address(2))) == Amount(.max))
  }
}
