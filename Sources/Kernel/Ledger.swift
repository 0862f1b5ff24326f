// The only mover of money: double entry, every asset conserved, nothing below zero.

public import Primitives

/// Balances and the postings that change them.
///
/// What exists is what was minted, so no sum of balances can leave its range. The treasury only
/// takes: no posting may come from it.
public struct Ledger: ~Copyable {
  @usableFromInline var balances = Table<BalanceKey, Balance>("balances")
  @usableFromInline var supplies = Table<UInt64, Balance>("supplies")
  /// The postings of the current message: shortened by a rollback, emptied when it stands.
  public private(set) var postings: [Posting] = []

  public init() {}

  /// What the holder has.
  public func balance(_ holder: Holder, _ asset: Asset = .dollar) -> Amount {
    balances[BalanceKey(holder, asset)]?.amount ?? .zero
  }

  /// Moves an amount. Nothing is moved by a posting of zero, and none is recorded. The second
  /// half cannot overflow, since all balances together are what was minted.
  public mutating func post(
    from: Holder, to: Holder, _ amount: Amount, _ asset: Asset = .dollar
  ) throws(Refusal) {
    if amount == .zero { return }
    guard from != .treasury else { throw .treasuryIsFinal }
    try balances.update(BalanceKey(from, asset)) { row throws(Refusal) in
      let has = row?.amount ?? .zero
      guard has >= amount else { throw .insufficient(has: has, needs: amount) }
      return has == amount ? nil : Balance(try has.subtracting(amount))
    }
    try balances.update(BalanceKey(to, asset)) { row throws(Refusal) in
      Balance(try (row?.amount ?? .zero).adding(amount))
    }
    postings.append(Posting(from: from, to: to, amount, asset))
  }

  /// Makes several postings, in order. The caller's message is rolled back if one is refused.
  public mutating func post(_ postings: [Posting]) throws(Refusal) {
    for posting in postings {
      try post(from: posting.from, to: posting.to, posting.amount, posting.asset)
    }
  }

  /// Makes money: for the genesis, and once for each asset that an institution has of its own. No
  /// message reaches the dollar.
  public mutating func mint(
    to holder: Holder, _ amount: Amount, _ asset: Asset = .dollar
  ) throws(Refusal) {
    if amount == .zero { return }
    let supply = try minted(asset).adding(amount)
    let key = BalanceKey(holder, asset)
    let sum = try (balances[key]?.amount ?? .zero).adding(amount)
    supplies[UInt64(asset.number)] = Balance(supply)
    balances[key] = Balance(sum)
  }

  /// What was made of the asset.
  public func minted(_ asset: Asset = .dollar) -> Amount {
    supplies[UInt64(asset.number)]?.amount ?? .zero
  }
}

// MARK: - Audit

extension Ledger {
  /// The sum over all rows, which equals `minted`. It walks every balance.
  public func supply(_ asset: Asset = .dollar) -> Amount {
    var sum = Amount.zero
    forEachBalance { _, of, amount in
      // What was minted bounds the sum; a sum beyond it is shown as the greatest amount.
      if of == asset { sum = (try? sum.adding(amount)) ?? Amount(.max) }
    }
    return sum
  }

  /// Every balance, in the order of its key's bytes.
  public func forEachBalance(_ body: (Holder, Asset, Amount) -> Void) {
    balances.forEach { key, row in body(key.holder, key.asset, row.amount) }
  }

  /// How many balances there are.
  public var count: Int { balances.count }
}

// MARK: - Message and block

extension Ledger: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&balances)
    v(&supplies)
    v(ofMessage: &postings)
  }
}

extension Ledger {
  /// The postings of the current message after the first so many.
  public func postings(after count: Int) -> [Posting] { Array(postings.dropFirst(count)) }
}

extension Refusal {
  /// The holder has less than the posting moves.
  public static func insufficient(has: Amount, needs: Amount) -> Refusal {
    Refusal("insufficient", ["has": has.units, "needs": needs.units])
  }

  /// Nothing spends from the treasury.
  public static var treasuryIsFinal: Refusal { Refusal("treasuryIsFinal") }
}
