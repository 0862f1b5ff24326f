// The rows of Payments: used nonces, allowances, channels, standing bonds and held claims.

public import Kernel
public import Primitives

/// Payments keep no money of their own: balances are the ledger's, those of channels in its
/// escrows. What they add is memory, so that nothing pays twice.
public struct PaymentTables: ~Copyable {
  var spent = Table<Bytes32, SpentNonce>("spentNonces")
  var channels = Table<Bytes32, Channel>("channels")
  var allowances = Table<Bytes32, Allowance>("allowances")
  var permits = Table<Address, PermitCount>("permitCounts")
  var bonds = Table<Bytes32, StandingBond>("standingBonds")
  var claims = Table<Bytes32, HeldClaim>("heldClaims")
  /// The domain over which payers sign. It follows from the genesis; whoever routes messages here
  /// sets it.
  public var token = DollarToken.domain(chainId: UInt64(0))

  public init() {}

  /// Where vouchers are signed: the same chain as the token's.
  public var escrow: EIP712.Domain { BatchEscrow.domain(chainId: token.chainId) }

  /// What became of a nonce; nil while it may still pay.
  public func spent(_ payer: Address, _ nonce: Bytes32) -> SpentNonce? {
    spent[SpentNonce.key(payer, nonce)]
  }

  /// Every nonce that is remembered, in the order of its key's bytes.
  public func forEachSpent(_ body: (Bytes32, SpentNonce) -> Void) { spent.forEach(body) }

  public func channel(_ id: Bytes32) -> Channel? { channels[id] }

  /// Every channel that was ever opened, in the order of its id's bytes.
  public func forEachChannel(_ body: (Bytes32, Channel) -> Void) { channels.forEach(body) }

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

  static func withdrawal(_ channel: Bytes32) -> TimerKey {
    TimerKey(room: room, kind: 2, id: channel)
  }

  static func claim(_ id: Bytes32) -> TimerKey { TimerKey(room: room, kind: 3, id: id) }

  static func bond(_ key: Bytes32) -> TimerKey { TimerKey(room: room, kind: 4, id: key) }
}

// MARK: - Timers

extension PaymentTables {
  /// Forgets a nonce whose day is over, pays out a withdrawal, takes a claim to its next stage, or
  /// returns a bond. False says that the entry was stale.
  public mutating func fire(
    _ key: TimerKey, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    if key == PaymentTimer.withdrawal(key.id) { return try withdraw(key.id, at: deadline, &k) }
    if key == PaymentTimer.claim(key.id) { return try advance(key.id, at: deadline, &k) }
    if key == PaymentTimer.bond(key.id) { return try returnBond(key.id, at: deadline, &k) }
    guard let row = spent[key.id], key == PaymentTimer.nonce(key.id), row.leaves == deadline else {
      return false
    }
    spent[key.id] = nil
    return true
  }

  /// Sets the deadlines of all rows after a restart.
  public func rebuildTimers(into k: inout KernelTables) {
    var due: [(key: TimerKey, at: Time)] = []
    spent.forEach { if $1.leaves != .never { due.append((PaymentTimer.nonce($0), $1.leaves)) } }
    channels.forEach {
      if $1.withdrawsAt != .never { due.append((PaymentTimer.withdrawal($0), $1.withdrawsAt)) }
    }
    claims.forEach { due.append((PaymentTimer.claim($0), $1.deadline)) }
    bonds.forEach { if $1.leaves != .never { due.append((PaymentTimer.bond($0), $1.leaves)) } }
    for row in due { k.timers.set(row.key, at: row.at) }
  }
}

// MARK: - Message, block and restart

/// A position in the undo lists of Payments.
public struct PaymentMark: Sendable {
  var spent: Int
  var channels: Int
  var allowances: Int
  var permits: Int
  var bonds: Int
  var claims: Int
}

extension PaymentTables {
  public func mark() -> PaymentMark {
    PaymentMark(
      spent: spent.mark(), channels: channels.mark(), allowances: allowances.mark(),
      permits: permits.mark(), bonds: bonds.mark(), claims: claims.mark())
  }

  public mutating func rollback(to mark: PaymentMark) {
    spent.rollback(to: mark.spent)
    channels.rollback(to: mark.channels)
    allowances.rollback(to: mark.allowances)
    permits.rollback(to: mark.permits)
    bonds.rollback(to: mark.bonds)
    claims.rollback(to: mark.claims)
  }

  public mutating func forgetUndo() {
    spent.forgetUndo()
    channels.forgetUndo()
    allowances.forgetUndo()
    permits.forgetUndo()
    bonds.forgetUndo()
    claims.forgetUndo()
  }

  public func list(since mark: PaymentMark, into changes: inout [RowChange]) {
    spent.list(since: mark.spent, into: &changes)
    channels.list(since: mark.channels, into: &changes)
    allowances.list(since: mark.allowances, into: &changes)
    permits.list(since: mark.permits, into: &changes)
    bonds.list(since: mark.bonds, into: &changes)
    claims.list(since: mark.claims, into: &changes)
  }

  public mutating func drain(into changes: inout [RowChange]) {
    spent.drain(into: &changes)
    channels.drain(into: &changes)
    allowances.drain(into: &changes)
    permits.drain(into: &changes)
    bonds.drain(into: &changes)
    claims.drain(into: &changes)
  }

  /// Takes a stored row at restart; false says that the table is another room's.
  public mutating func load(
    table: String, key: [UInt8], row: [UInt8]
  ) throws(Refusal) -> Bool {
    switch table {
    case spent.name: try spent.load(key: key, row: row)
    case channels.name: try channels.load(key: key, row: row)
    case allowances.name: try allowances.load(key: key, row: row)
    case permits.name: try permits.load(key: key, row: row)
    case bonds.name: try bonds.load(key: key, row: row)
    case claims.name: try claims.load(key: key, row: row)
    default: return false
    }
    return true
  }
}
