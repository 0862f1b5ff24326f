// Records of accounts: learned from what the market concludes, read by the market before a match.

public import Kernel
public import Market
public import Primitives

/// One record an account. It moves no money and can refuse nothing: sums stop at their greatest
/// value.
public struct ReputationTables: ~Copyable {
  private var records = Table<Address, Record>("records")
  /// The terms in force, which weights and faults are computed with. They are the Kernel's row;
  /// whoever routes messages here keeps them current.
  public var terms = Terms.standard

  public init() {}

  /// The record of an account; blank for a newcomer.
  public func record(of account: Address) -> Record { records[account] ?? Record() }

  /// Every record, in the order of its key's bytes.
  public func forEachRecord(_ body: (Address, Record) -> Void) { records.forEach(body) }

  mutating func change(_ account: Address, _ body: (inout Record) -> Void) {
    var row = record(of: account)
    body(&row)
    records[account] = row
  }
}

extension ReputationTables: Standing {
  public func weight(of account: Address) -> UInt64 {
    let row = record(of: account)
    return RecordFormulas.weight(good: row.good, bad: row.bad, terms: terms)
  }

  public func rejectionRate(of account: Address, price: Amount) -> UInt64 {
    let row = record(of: account)
    return RecordFormulas.rejectionRate(
      accepted: row.accepted, rejected: row.rejected, price: price)
  }

  public func good(of account: Address) -> Amount { record(of: account).good }

  public func audited(of account: Address) -> Amount { record(of: account).audited }
}

// MARK: - Message, block and restart

extension ReputationTables: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&records)
  }
}
