// The rows of Payments: nonces of authorisations that are used up.

public import Kernel
public import Primitives

/// Payments keep no money of their own: balances are the ledger's. What they add is memory, so
/// that no authorisation pays twice.
public struct PaymentTables: ~Copyable {
  var spent = Table<Bytes32, SpentNonce>("spentNonces")
  /// The domain over which payers sign. It follows from the genesis; whoever routes messages here
  /// sets it.
  public var token = DollarToken.domain(chainId: UInt64(0))

  public init() {}

  /// What became of a nonce; nil while it may still pay.
  public func spent(_ payer: Address, _ nonce: Bytes32) -> SpentNonce? {
    spent[SpentNonce.key(payer, nonce)]
  }

  /// Every nonce that is remembered, in the order of its key's bytes.
  public func forEachSpent(_ body: (Bytes32, SpentNonce) -> Void) { spent.forEach(body) }

  mutating func spend(_ row: SpentNonce, _ k: inout KernelTables) {
    let key = SpentNonce.key(row.payer, row.nonce)
    spent[key] = row
    if row.leaves != .never { k.timers.set(PaymentTimer.nonce(key), at: row.leaves) }
  }
}

/// The deadlines of this room.
enum PaymentTimer {
  static let room: UInt8 = 2

  static func nonce(_ key: Bytes32) -> TimerKey { TimerKey(room: room, kind: 1, id: key) }
}

// MARK: - Timers

extension PaymentTables {
  /// Forgets a nonce whose day is over. False says that the entry was stale.
  public mutating func fire(_ key: TimerKey, at deadline: Time) -> Bool {
    guard let row = spent[key.id], key == PaymentTimer.nonce(key.id), row.leaves == deadline else {
      return false
    }
    spent[key.id] = nil
    return true
  }

  /// Sets the deadlines of all rows after a restart.
  public func rebuildTimers(into k: inout KernelTables) {
    var due: [(key: Bytes32, at: Time)] = []
    spent.forEach { if $1.leaves != .never { due.append(($0, $1.leaves)) } }
    for row in due { k.timers.set(PaymentTimer.nonce(row.key), at: row.at) }
  }
}

// MARK: - Message, block and restart

extension PaymentTables {
  public func mark() -> Int { spent.mark() }

  public mutating func rollback(to mark: Int) { spent.rollback(to: mark) }

  public mutating func forgetUndo() { spent.forgetUndo() }

  public func list(since mark: Int, into changes: inout [RowChange]) {
    spent.list(since: mark, into: &changes)
  }

  public mutating func drain(into changes: inout [RowChange]) { spent.drain(into: &changes) }

  /// Takes a stored row at restart; false says that the table is another room's.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    guard table == spent.name else { return false }
    try spent.load(key: key, row: row)
    return true
  }
}
